package rows

import (
	"tickler"
	"tickler/internal/web/frame"
)

// ReminderNews is a sentence, after a blank, about a task's reminder whose moment had passed already
// when it was set; "" if it had not.
func ReminderNews(p *frame.Page, t tickler.Task) string {
	if t.State != tickler.StateOpen || !t.Notify || t.RemindAt.After(p.Now) {
		return ""
	}
	when := p.At(t.RemindAt).Local()
	if t.RemindAt.Equal(t.DueAt) && !HasHour(p, t) {
		when = "the beginning of its day"
	}
	switch t.ReminderFate(nil, p.Now) {
	case tickler.ReminderMissed:
		return " Its reminder would have come at " + when + ", which has passed: nobody is reminded."
	case tickler.ReminderDue:
		return " Its reminder was to come at " + when + ", which has passed: it is sent now."
	default:
		return ""
	}
}

// RemindersNews is the same of the tasks of an act that has set their reminders anew.
func RemindersNews(p *frame.Page, outcomes []tickler.Outcome) string {
	var passed []string
	for _, o := range outcomes {
		if o.Before == nil || o.After == nil ||
			o.Before.Notify == o.After.Notify && o.Before.RemindAt.Equal(o.After.RemindAt) {
			continue
		}
		if news := ReminderNews(p, *o.After); news != "" {
			passed = append(passed, news)
		}
	}
	switch len(passed) {
	case 0:
		return ""
	case 1:
		if len(outcomes) == 1 {
			return passed[0]
		}
		return " The time of 1 reminder has passed."
	default:
		return " The times of " + frame.Counted(len(passed), "reminder") + " have passed."
	}
}
