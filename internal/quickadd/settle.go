package quickadd

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"tickler"
	"tickler/internal/civil"
)

// keepPlain makes text of every part that a plain stretch touches.
func (r *reader) keepPlain() {
	for _, c := range r.parts() {
		if slices.ContainsFunc(r.Plain, r.span(c).touches) {
			r.drop(c)
		}
	}
}

// parts returns the candidates that are left, in the order of the line.
func (r *reader) parts() []*candidate {
	var parts []*candidate
	for _, c := range r.owns {
		if c != nil && (len(parts) == 0 || parts[len(parts)-1] != c) {
			parts = append(parts, c)
		}
	}
	return parts
}

func (r *reader) span(c *candidate) Span { return Span{r.words[c.first].From, r.words[c.last-1].To} }

// settle puts the parts together.
func (r *reader) settle() Result {
	r.dropMeaningless()
	t := r.times()
	var result Result
	for _, c := range r.parts() {
		result.take(c)
		span := r.span(c)
		result.Parts = append(result.Parts, Part{c.kind, span, r.line[span.From:span.To], t.read(c)})
	}
	result.Draft.Name = r.name()
	result.WholeDay = t.isWholeDay
	result.Draft.DueAt, result.Draft.EndAt = given(t.start), given(t.end)
	return result
}

// dropMeaningless makes text of what means nothing without another part that isn't there: "morning"
// without a day, a duration without an hour of an appointment or anything else.
func (r *reader) dropMeaningless() {
	has, parts := trait(0), r.parts()
	for _, c := range parts {
		if c.needs == 0 {
			has |= c.has
		}
	}
	for _, c := range parts {
		isLeft := c.needs&^has == 0
		if isLeft {
			has |= c.has
		} else {
			r.drop(c)
		}
	}
	for _, c := range r.parts() {
		if c.has == aLength && has&(anHour|aPartOfDay) == 0 && !r.isAppointment() {
			r.drop(c)
		}
	}
}

func (r *reader) isAppointment() bool {
	for _, c := range r.parts() {
		for _, t := range r.Types {
			if c.kind == Type && t.ID == c.reading.TypeID {
				return t.Category == tickler.CategoryAppointment
			}
		}
	}
	return false
}

// name returns the text that is left, as it stands in the line but for the parts. A comma or dash
// that parted it from the last part goes too.
func (r *reader) name() string {
	var texts []string
	from := 0
	for _, c := range r.parts() {
		span := r.span(c)
		texts = append(texts, r.line[from:span.From])
		from = span.To
	}
	texts = append(texts, r.line[from:])
	var name []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			name = append(name, text)
		}
	}
	joined := strings.Join(name, " ")
	if len(r.parts()) > 0 && strings.TrimSpace(texts[len(texts)-1]) == "" {
		joined = strings.TrimRightFunc(joined, isSeparator)
	}
	return joined
}

// isSeparator reports whether a character only parts a name from what follows it.
func isSeparator(char rune) bool {
	return unicode.IsSpace(char) || strings.ContainsRune(",;:|-–—", char)
}

// take puts what a part says, other than of the time, into the draft.
func (result *Result) take(c *candidate) {
	draft, reading := &result.Draft, c.reading
	switch c.kind {
	case Type:
		draft.TypeID = reading.TypeID
	case Owner:
		draft.OwnerID = reading.OwnerID
	case Lead:
		result.LeadQuery = reading.Query
	case Location:
		draft.Location = reading.Place
	case Reminder:
		remind(draft, reading.Reminder)
	case Day, Hour, Duration: // times has them
	}
}

func remind(draft *tickler.TaskDraft, rule tickler.Reminder) {
	draft.Notify = rule.Rule != tickler.NoReminder
	switch rule.Rule {
	case tickler.MinutesBefore:
		draft.ReminderMinutes = &rule.Minutes
	case tickler.DaysBefore:
		draft.ReminderDays, draft.ReminderTime = &rule.Days, rule.At
	case tickler.NoReminder:
	}
}

// times is what the parts together say of the time.
type times struct {
	start, end time.Time
	// day is the calendar day of the start.
	day        time.Time
	isWholeDay bool
	hasEnd     bool // the hour's own: 3-4pm
	skipped    bool
	hourChoice Choice
	dayChoice  Choice
}

func (r *reader) times() times {
	var day *dayRead
	var hour hourRead
	var has trait
	var lasts time.Duration
	for _, c := range r.parts() {
		has |= c.has
		if c.has&aDay != 0 || c.has == aPartOfDay && c.kind == Day && day == nil {
			day = &c.day
		}
		if c.has&anHour != 0 {
			part := hour.part
			hour = c.hour
			hour.part = max(hour.part, part)
		} else if c.has&aPartOfDay != 0 {
			hour.part = c.hour.part
		}
		lasts += c.lasts
	}
	t := r.startOf(day, hour, has)
	if lasts > 0 && !t.hasEnd {
		t.end = civil.Clamp(t.start.Add(lasts))
	}
	return t
}

func (r *reader) startOf(day *dayRead, hour hourRead, has trait) times {
	isHour := has&anHour != 0 || hour.part != 0
	switch {
	case !hour.instant.IsZero():
		return r.dated(times{start: hour.instant.UTC()})
	case isHour:
		return r.atHour(day, hour, has)
	case day != nil:
		return r.dated(times{start: civil.InstantOf(day.day, r.Zone), isWholeDay: true, dayChoice: day.choice})
	case has&aLength != 0: // an appointment that begins now, as the domain has it
		return times{start: r.Now.UTC().Truncate(time.Minute)}
	default:
		return times{}
	}
}

func (r *reader) atHour(day *dayRead, hour hourRead, has trait) times {
	if has&anHour == 0 {
		hour.start = clock{hour: int(hours[hour.part]) / 3600, is24: true}
	}
	start, end, guessed := hour.span()
	t := times{hasEnd: hour.hasEnd}
	on := r.today
	switch {
	case day != nil:
		on, t.dayChoice = day.day, day.choice
	case r.instant(on, start).Before(r.Now.Truncate(time.Minute)):
		on = on.AddDate(0, 0, 1)
	}
	t.hourChoice = choiceOf(guessed, has&anHour == 0, day == nil)
	t.start = r.instant(on, start)
	if hour.hasEnd {
		t.end = r.instant(on, end)
	}
	wall := on.Add(time.Duration(start) * time.Second)
	t.skipped = t.start.In(r.Zone).Format(time.DateTime) != wall.Format(time.DateTime)
	return r.dated(t)
}

func choiceOf(guessed, ofPart, ofDay bool) Choice {
	switch {
	case guessed:
		return GuessedHalf
	case ofPart:
		return HourOfPart
	case ofDay:
		return ComingHour
	default:
		return NoChoice
	}
}

// instant returns when clocks show a time of day on a day.
func (r *reader) instant(day time.Time, at civil.TimeOfDay) time.Time {
	return civil.InstantOf(day.Add(time.Duration(at)*time.Second), r.Zone)
}

// dated fills in the day.
func (r *reader) dated(t times) times {
	year, month, day := t.start.In(r.Zone).Date()
	t.day = time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return t
}

// read returns a candidate's reading.
func (t times) read(c *candidate) Reading {
	reading := c.reading
	if c.kind == Day {
		reading.Day, reading.Choice = t.day, t.dayChoice
	}
	if c.kind == Hour {
		reading.Day, reading.Choice = t.day, t.hourChoice
		reading.Start, reading.Skipped = t.start, t.skipped
		if t.hasEnd {
			reading.End = t.end
		}
	}
	return reading
}

// given returns an instant as a draft has it.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
