package add

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/quickadd"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// reading is how a line is understood, and what is still to be chosen.
type reading struct {
	Line  string
	Name  string
	Chips []chip
	// Plain are stretches that are text whatever they look like.
	Plain []string
	// LeadName is what the line calls a lead, Leads who that may be, and Lead the one who is meant.
	LeadName string
	Leads    []rows.Contact
	Lead     tickler.ID
	// With is the lead whose page one came from, for a line that names nobody else; nil for none.
	With *rows.Contact
	// Suggested are leads whose whole name stands in the line.
	Suggested []rows.Contact
	// NeedsHour says that an appointment has a day and no hour yet.
	NeedsHour bool
	Due       string   // when it will be due, in words; "" while nothing is typed
	Remarks   []string // what may not be as it was meant

	draft tickler.TaskDraft
}

// chip is a part of the line, in words.
type chip struct {
	Symbol, Kind string // "calendar", "Day"
	Words        string // "Tue 8 Dec"
	Text         string // of the line
	From, To     int    // in the line, as scripts count
	IsOpen       bool   // something is still to be chosen about it
}

// IsLeadOpen reports whether it is still to be said which lead is meant.
func (r reading) IsLeadOpen() bool { return r.LeadName != "" && r.Lead.IsZero() }

func (r reading) leadMistake() string {
	if len(r.Leads) == 0 {
		return "No lead is called " + frame.Quoted(r.LeadName) + ". Press its part to make it plain text."
	}
	return "Choose which lead is meant."
}

// read reads what the form holds.
func (a area) read(ctx context.Context, p *frame.Page) (reading, error) {
	line := strings.TrimSpace(p.Form.Value("line"))
	r := reading{Line: line}
	if err := a.readWith(ctx, p, &r); err != nil || line == "" {
		return r, err
	}
	var spans []quickadd.Span
	for _, text := range p.Form.Values("plain") {
		if found := stretches(line, text); len(found) > 0 && !slices.Contains(r.Plain, text) {
			r.Plain, spans = append(r.Plain, text), append(spans, found...)
		}
	}
	finder := a.leadFinder(ctx, p)
	result := quickadd.Parse(line, quickadd.Context{
		Now: p.Now, Zone: p.Zone(), Order: orderOf(p), WeekStart: p.Caller.User.Preferences.FirstDay(),
		Types: p.Caller.Account.TaskTypes(), Users: p.Caller.Account.Users(), Me: p.Caller.User.ID,
		KnowsLead: finder.knows, Plain: spans,
	})
	r.draft, r.Name, r.LeadName = result.Draft, result.Draft.Name, result.LeadQuery
	if r.LeadName != "" {
		r.Leads, r.Lead = finder.choose(r.LeadName, p.Form.Value("lead"))
	}
	switch {
	case !r.Lead.IsZero():
		r.draft.RelatedKind, r.draft.RelatedID = tickler.RelatedToLead, r.Lead
	case r.LeadName != "":
	case r.With != nil:
		r.draft.RelatedKind, r.draft.RelatedID = tickler.RelatedToLead, r.With.ID
	case p.Form.Value("alone") == "":
		r.Suggested = finder.named(r.Name)
	}
	r.setTimes(p, result)
	for _, part := range result.Parts {
		r.Chips = append(r.Chips, r.chipOf(p, part))
	}
	return r, finder.err
}

// readWith finds the lead that the task is to be with by what the form says beside the line.
func (a area) readWith(ctx context.Context, p *frame.Page, r *reading) error {
	id, err := tickler.ParseID(p.Form.Value("with"))
	if err != nil || p.Form.Value("alone") != "" {
		return nil //nolint:nilerr // then there is none
	}
	lead, found, err := a.app.Lead(ctx, p.Caller, id)
	if found {
		r.With = new(rows.ContactOf(lead))
	}
	return err
}

func orderOf(p *frame.Page) quickadd.DateOrder {
	if p.Caller.User.Preferences.Order() == tickler.DayFirst {
		return quickadd.DayFirst
	}
	return quickadd.MonthFirst // whoever writes the year first writes the month before the day too
}

// setTimes asks for the hour of an appointment that has only a day, and gives to-dos the reader's own
// day, where the domain would take the account's. It says in words what was read.
func (r *reading) setTimes(p *frame.Page, result quickadd.Result) {
	isToDo := typeOf(p, r.draft).Category == tickler.CategoryToDo
	if isToDo {
		inZoneOf(p, &r.draft)
	} else if result.WholeDay || r.draft.DueAt == nil {
		r.askForHour(p)
	}
	r.Due = r.dueWords(p, isToDo, result.WholeDay || result.Draft.DueAt == nil)
	if r.draft.DueAt != nil && isPast(p, *r.draft.DueAt) {
		r.Remarks = append(r.Remarks, "That day has passed, so the task is overdue from the beginning.")
	}
	if result.Draft.DueAt != nil && !result.WholeDay && !isPast(p, *result.Draft.DueAt) && result.Draft.DueAt.Before(p.Now) {
		r.Remarks = append(r.Remarks, "That time has passed today.")
	}
	if repeats := every.FindString(r.Name); repeats != "" {
		r.Remarks = append(r.Remarks, "Tasks don’t repeat: “"+repeats+"” stays in the name.")
	}
}

// askForHour has the draft begin at the hour that the form asks for, on its day or else today; it is
// without a time until there is one.
func (r *reading) askForHour(p *frame.Page) {
	day := p.Now
	if r.draft.DueAt != nil {
		day = *r.draft.DueAt
	}
	r.NeedsHour, r.draft.DueAt = true, nil
	if hour, err := time.Parse("15:04", p.Form.Text("hour")); err == nil {
		at := civil.OnDay(day, p.Zone(), 0, civil.TimeOfDayOf(hour))
		r.draft.DueAt = &at
	}
}

// dueWords say when the task is due, by its day alone if it has no hour; "" if nobody can tell yet.
func (r *reading) dueWords(p *frame.Page, isToDo, isWholeDay bool) string {
	due := r.draft.DueAt
	switch {
	case due == nil && isToDo:
		return "today"
	case due == nil:
		return ""
	case isToDo && isWholeDay:
		return dayWords(p, due.In(p.Zone()))
	case isPast(p, *due):
		return dayWords(p, due.In(p.Zone())) + ", " + p.Times().Hour(*due)
	default:
		return p.Times().Instant(*due)
	}
}

// isPast reports whether an instant is of a day before today.
func isPast(p *frame.Page, at time.Time) bool { return at.Before(civil.StartOfDay(p.Now, p.Zone())) }

// every finds what asks for a task again and again.
var every = regexp.MustCompile(`(?i)\b(?:every|each) (?:other )?(?:day|weekday|week|month|year|morning|evening|` +
	`(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)s?\b`)

// inZoneOf makes a to-do begin and end with its day where the user is, if that is not where the
// account is.
func inZoneOf(p *frame.Page, draft *tickler.TaskDraft) {
	zone := p.Zone()
	if zone.String() == p.Caller.Account.Zone.String() {
		return
	}
	if draft.DueAt == nil {
		today := civil.StartOfDay(p.Now, zone)
		draft.DueAt = &today
	}
	if draft.EndAt == nil {
		end := civil.EndOfDay(*draft.DueAt, zone)
		draft.EndAt = &end
	}
}

// typeOf is the type that a draft's task will have.
func typeOf(p *frame.Page, draft tickler.TaskDraft) tickler.TaskType {
	if t, found := p.Caller.Account.TaskType(draft.TypeID); found {
		return t
	}
	return p.Caller.Account.DefaultTaskType()
}

// stretches finds a text in a line, where no word goes on beside it.
func stretches(line, text string) (found []quickadd.Span) {
	if text == "" {
		return nil
	}
	for from := 0; ; {
		i := strings.Index(line[from:], text)
		if i < 0 {
			return found
		}
		s := quickadd.Span{From: from + i, To: from + i + len(text)}
		if !goesOn(utf8.DecodeLastRuneInString(line[:s.From])) && !goesOn(utf8.DecodeRuneInString(line[s.To:])) {
			found = append(found, s)
		}
		from = s.To
	}
}

func goesOn(r rune, size int) bool { return size > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// units counts a text as scripts do.
func units(text string) int { return len(utf16.Encode([]rune(text))) }
