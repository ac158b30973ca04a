package add

import (
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/quickadd"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// kinds say what a part is: its symbol and its name.
var kinds = map[quickadd.Kind][2]string{
	quickadd.Day: {"calendar", "Day"}, quickadd.Hour: {"clock", "Time"}, quickadd.Duration: {"clock", "Duration"},
	quickadd.Type: {"tasks", "Type"}, quickadd.Owner: {"person", "Owner"}, quickadd.Lead: {"leads", "Lead"},
	quickadd.Reminder: {"bell", "Reminder"}, quickadd.Location: {"place", "Place"},
}

// chipOf puts a part into words.
func (r reading) chipOf(p *frame.Page, part quickadd.Part) chip {
	kind := kinds[part.Kind]
	c := chip{
		Symbol: kind[0], Kind: kind[1], Text: part.Text, Words: partWords(p, part),
		From: units(r.Line[:part.From]), To: units(r.Line[:part.To]),
	}
	if part.Kind == quickadd.Lead {
		c.IsOpen = r.IsLeadOpen()
		for _, lead := range r.Leads {
			if lead.ID == r.Lead {
				c.Words = lead.Name
			}
		}
	}
	return c
}

func partWords(p *frame.Page, part quickadd.Part) string {
	times, of := p.Times(), part.Reading
	switch part.Kind {
	case quickadd.Day:
		return dayWords(p, civilDay(p, of.Day))
	case quickadd.Hour:
		return hourWords(p, of)
	case quickadd.Duration:
		return rows.LengthWords(of.Lasts)
	case quickadd.Type:
		t, _ := p.Caller.Account.TaskType(of.TypeID)
		return t.Name
	case quickadd.Owner:
		owner, _ := p.Caller.Account.User(of.OwnerID)
		return owner.Name()
	case quickadd.Lead:
		return of.Query
	case quickadd.Reminder:
		if of.Reminder.Rule == tickler.NoReminder {
			return "no reminder"
		}
		return "remind " + rows.RuleWords(p, of.Reminder)
	case quickadd.Location:
		return of.Place
	default:
		return times.Instant(of.Start)
	}
}

// dayWords write a day with its date: "Tue 8 Dec", and "tomorrow, Mon 30 Nov". Of a day that has
// passed they say so, and which year it is of.
func dayWords(p *frame.Page, at time.Time) string {
	words := p.At(at).DayAndDate()
	if !isPast(p, at) {
		return words
	}
	if year := strconv.Itoa(at.In(p.Zone()).Year()); !strings.Contains(words, year) {
		words += " " + year
	}
	return words + ", has passed"
}

// hourWords write an hour, with its end, and its day where nobody named one.
func hourWords(p *frame.Page, of quickadd.Reading) string {
	times := p.Times()
	words := times.Hour(of.Start)
	if !of.End.IsZero() {
		words = times.Span(of.Start, of.End)
	}
	if of.Choice == quickadd.ComingHour {
		words = times.Day(of.Start) + " " + words
	}
	if of.Skipped {
		words += ", since clocks skip that hour"
	}
	return words
}
