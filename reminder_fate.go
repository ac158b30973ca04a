package tickler

import "time"

// ReminderFate is what becomes of a task's reminder, as it stands: the answer to "why did I (not)
// get it?". What has become of each mail is in its [Notification].
type ReminderFate string

// The fates.
const (
	ReminderUnwanted ReminderFate = "nobody asked for one"
	ReminderAhead    ReminderFate = "its moment is still to come"
	ReminderDue      ReminderFate = "its moment has come, and it is being taken up"
	ReminderTold     ReminderFate = "it was taken up: its notification says the rest"
	ReminderClosed   ReminderFate = "the task was done or cancelled before its moment"
	ReminderMissed   ReminderFate = "its moment had passed when the task was made, changed or reopened"
)

// ReminderFate returns what becomes of the task's reminder. Told are the task's notifications.
func (t Task) ReminderFate(told []Notification, now time.Time) ReminderFate {
	for _, n := range told {
		if n.Moment.Equal(t.RemindAt) && n.OwnerID == t.OwnerID {
			return ReminderTold
		}
	}
	switch {
	case !t.tellsOwner():
		return ReminderUnwanted
	case t.State != StateOpen && !t.CompletedAt.After(t.RemindAt):
		return ReminderClosed
	case !t.AwaitsReminder():
		return ReminderMissed
	case t.RemindAt.After(now):
		return ReminderAhead
	default:
		return ReminderDue
	}
}

// Lateness returns how long after its moment a notification was taken by the mail server; zero
// unless it was.
func (n Notification) Lateness() time.Duration {
	if n.State != NotificationSent {
		return 0
	}
	return max(0, n.SettledAt.Sub(n.Moment))
}
