package tickler

import "time"

// InZone returns the task with its reminder at the moment that a zone's calendar gives, and reports
// whether that differs from where it stands: of an open task with a reminder by days that is still
// to come. Days before and times of day are read in the account's zone as it was when the task was
// written; this is for an account that has changed its zone.
func (t Task) InZone(zone *time.Location, wants Wants, now time.Time) (Task, bool) {
	armed := t.AwaitsReminder()
	if t.State != StateOpen || t.Reminder.Rule != DaysBefore || !armed && !t.RemindAt.After(now) {
		return t, false
	}
	moved := t
	moved.setMoment(zone)
	if moved.RemindAt.Equal(t.RemindAt) {
		return t, false
	}
	moved.wakeFor(armed && moved.inTimeToRemind(now), t.awaitsOverdue(), wants, now)
	return moved, true
}
