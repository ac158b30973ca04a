package tasks

import (
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// standing is where a task stands, in words, and in a color that rows have too.
type standing struct{ State, Words string }

func standingOf(p *frame.Page, t tickler.Task) standing {
	times := p.Times()
	due := p.Due(t).Local()
	switch status := t.StatusAt(p.Now); {
	case status == tickler.StatusCompleted:
		return standing{"done", "Done " + times.Instant(t.CompletedAt) + " by " + userName(p, t.CompletedBy)}
	case status == tickler.StatusCancelled:
		return standing{"cancelled", "Cancelled"}
	case t.SnoozedUntil.After(p.Now):
		return standing{"snoozed", "Snoozed until " + times.Instant(t.SnoozedUntil)}
	case status == tickler.StatusOverdue:
		return standing{"overdue", overdueWords(times.Overdue(t.EndAt))}
	case t.Category == tickler.CategoryAppointment && !t.DueAt.After(p.Now):
		return standing{"today", "Going on until " + times.Instant(t.EndAt)}
	case t.Category == tickler.CategoryAppointment:
		return standing{stateAhead(p, t), "Starts " + due}
	default:
		return standing{stateAhead(p, t), "Due " + due}
	}
}

// overdueWords turn "3 days overdue" round, for a sentence that begins with it.
func overdueWords(words string) string {
	length, _ := strings.CutSuffix(words, " overdue")
	if length == words || length == "" {
		return "Overdue"
	}
	return "Overdue by " + length
}

func stateAhead(p *frame.Page, t tickler.Task) string {
	if t.DueAt.Before(civil.OnDay(p.Now, p.Zone(), 1, 0)) {
		return "today"
	}
	return ""
}

// fact is a line of what there is to know of a task.
type fact struct {
	Field   string // by which it is edited; "" if it can't be
	Label   string
	Text    string
	IsLong  bool // a text of several lines
	At      frame.Instant
	Late    string // how late it is
	Type    *tickler.TaskType
	Lead    *rows.Contact
	IsEmpty bool // it says only that there is nothing, to be added
	Path    string
	Editing *control // it is edited in its place
}

// factsOf lists what there is to know of a task. Of what is empty, those are listed that people often
// add.
func factsOf(p *frame.Page, r rows.Row) []fact {
	t := r.Task
	fields := fieldsOf(t, r.Type)
	var facts []fact
	add := func(f fact) {
		f.Path = pathOf(t.ID)
		if _, isField := fieldNamed(fields, f.Field); !isField || !r.MayChange {
			f.Field = ""
		}
		if !f.IsEmpty || f.Field != "" {
			facts = append(facts, f)
		}
	}
	text := func(field, label, text string) {
		add(fact{Field: field, Label: label, Text: text, IsEmpty: text == ""})
	}
	long := func(field, label, text string) {
		add(fact{Field: field, Label: label, Text: text, IsLong: true, IsEmpty: text == ""})
	}
	rare := func(field, label, text string) {
		if text != "" {
			add(fact{Field: field, Label: label, Text: text})
		}
	}

	if t.State == tickler.StateCompleted {
		long("note", "What came of it", t.CompletionNote)
	}
	add(leadFact(r))
	for _, f := range dateFacts(p, r) {
		add(f)
	}
	add(fact{Field: "type", Label: "Type", Type: &r.Type})
	text("owner", "Owner", userName(p, t.OwnerID))
	text("reminder", "Reminder", capital(rows.ReminderWords(p, t)))
	text("location", "Place", t.Location)
	text("priority", "Priority", t.Priority)
	for _, f := range fields {
		if f.Custom.SchemaName != "" {
			text(f.Name, f.Label, rows.CustomWords(p, f.Custom, t.CustomFields[f.Name]))
		}
	}
	long("description", "Description", t.Description)
	if t.PercentCompleted > 0 {
		text("percent", "Percent completed", strconv.Itoa(t.PercentCompleted)+" %")
	}
	rare("effort", "Effort", t.EffortEstimateUnit)
	rare("latitude", "Latitude", degrees(t.Latitude))
	rare("longitude", "Longitude", degrees(t.Longitude))
	return facts
}

func leadFact(r rows.Row) fact {
	switch {
	case r.Lead == nil:
		return fact{Field: "who", Label: "Lead", IsEmpty: true}
	case r.Task.Related.Kind == tickler.RelatedToOpportunity:
		return fact{Label: "Opportunity", Text: r.Lead.Name}
	default:
		return fact{Field: "who", Label: "Lead", Lead: r.Lead}
	}
}

// dateFacts say when the task is to be done: an appointment from when to when, a to-do on which day.
func dateFacts(p *frame.Page, r rows.Row) []fact {
	t := r.Task
	late := ""
	if r.State == "overdue" {
		late = p.Times().Overdue(t.EndAt)
	}
	if r.IsAppointment() {
		return []fact{
			{Field: "day", Label: "Starts", At: p.At(t.DueAt)},
			{Field: "end", Label: "Ends", At: p.At(t.EndAt), Late: late},
		}
	}
	facts := []fact{{Field: "day", Label: "Due", At: p.Due(t), Late: late}}
	if !t.EndDefaulted {
		facts = append(facts, fact{Field: "end", Label: "Overdue after", At: p.End(t)})
	}
	return facts
}

// capital begins words like a sentence.
func capital(words string) string {
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

func userName(p *frame.Page, id tickler.ID) string {
	if user, found := p.Caller.Account.User(id); found {
		return user.Name()
	}
	return "somebody who has left"
}

// uncapital goes on within a sentence.
func uncapital(words string) string {
	if words == "" {
		return ""
	}
	return strings.ToLower(words[:1]) + words[1:]
}
