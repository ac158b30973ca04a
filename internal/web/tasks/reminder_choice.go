package tasks

import (
	"strings"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// option is something to choose in a form.
type option struct {
	Value, Name string
	IsChosen    bool
}

// reminderOptions are when the owner can be reminded: what most people choose, and what is chosen.
func reminderOptions(p *frame.Page, chosen string) []option {
	all := []option{{"", "No reminder", chosen == ""}}
	add := func(r tickler.Reminder) {
		words, text := rows.RuleWords(p, r), rows.RuleText(r)
		all = append(all, option{text, strings.ToUpper(words[:1]) + words[1:], text == chosen})
	}
	for _, minutes := range []int{0, 5, 10, 15, 30, 60, 120, 24 * 60} {
		add(tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: minutes})
	}
	nine := civil.TimeOfDay(9 * 60 * 60)
	for _, days := range []int{0, 1, 2, 3, 7} {
		add(tickler.Reminder{Rule: tickler.DaysBefore, Days: days, At: &nine})
	}
	for _, o := range all {
		if o.IsChosen {
			return all
		}
	}
	if r, ok := rows.RuleOf(chosen); ok {
		add(r)
	}
	return all
}

// reminderText writes for forms when a task's owner is reminded; "" if they aren't.
func reminderText(t tickler.Task) string {
	switch {
	case !t.Notify:
		return ""
	case t.Reminder.Rule == tickler.NoReminder: // reminds when it is due
		return rows.RuleText(tickler.Reminder{Rule: tickler.MinutesBefore})
	default:
		return rows.RuleText(t.Reminder)
	}
}

// setReminder makes a patch remind as a form says.
func setReminder(patch *tickler.TaskPatch, text string) {
	r, ok := rows.RuleOf(text)
	patch.Notify = tickler.Of(ok)
	if !ok { // nobody is told; programs that listen still are
		return
	}
	patch.ReminderMinutes, patch.ReminderDays = tickler.Cleared[int](), tickler.Cleared[int]()
	patch.ReminderTime = tickler.Cleared[civil.TimeOfDay]()
	if r.Rule == tickler.MinutesBefore {
		patch.ReminderMinutes = tickler.Of(r.Minutes)
		return
	}
	patch.ReminderDays = tickler.Of(r.Days)
	if r.At != nil {
		patch.ReminderTime = tickler.Of(*r.At)
	}
}
