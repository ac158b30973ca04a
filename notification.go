package tickler

import "time"

// Notification is one message to one user: that a task's reminder has come. There is one per task,
// moment and owner, however often the task is armed.
type Notification struct {
	ID        ID // also makes the Message-ID, by which mail programs recognize a second copy
	AccountID ID
	TaskID    ID
	OwnerID   ID
	Moment    time.Time // the instant it is for; never sent before
	// Deadline is the last instant at which it is still sent: the task's end, or 24 h after the
	// moment if that is later (docs/contract.md section 2).
	Deadline  time.Time
	State     NotificationState
	Attempts  int
	LastError string
	Reply     string // of the mail server that took it
	CreatedAt time.Time
	SettledAt time.Time // when it left NotificationPending; zero until then
}

// NotificationState is what has become of a notification. The numbers are stored.
type NotificationState int

// The states.
const (
	NotificationPending   NotificationState = 0
	NotificationSent      NotificationState = 1
	NotificationExpired   NotificationState = 2 // its deadline passed before it could be sent
	NotificationFailed    NotificationState = 3 // the mail server refused it for good, or its owner has left
	NotificationWithdrawn NotificationState = 4 // the task was closed, changed or handed on meanwhile
	NotificationUnsent    NotificationState = 5 // no mail server is configured
)

var notificationStates = [...]string{"pending", "sent", "expired", "failed", "withdrawn", "unsent"}

// String names the state.
func (s NotificationState) String() string { return notificationStates[s] }

// NotificationStates lists every state.
func NotificationStates() []NotificationState {
	states := make([]NotificationState, len(notificationStates))
	for i := range states {
		states[i] = NotificationState(i)
	}
	return states
}

// ComesAgain reports whether a notification in the state becomes pending again when its task is
// armed anew for the same moment and owner. One that is pending has its job still, and one that was
// sent is not sent twice.
func (s NotificationState) ComesAgain() bool {
	return s != NotificationPending && s != NotificationSent
}

// graceAfterMoment is how long, at least, a reminder is worth sending.
const graceAfterMoment = 24 * time.Hour

// Notification returns the notification of a task whose reminder has come.
func (t Task) Notification(now time.Time) Notification {
	deadline := t.RemindAt.Add(graceAfterMoment)
	if t.EndAt.After(deadline) {
		deadline = t.EndAt
	}
	return Notification{
		AccountID: t.AccountID, TaskID: t.ID, OwnerID: t.OwnerID, Moment: t.RemindAt, Deadline: deadline,
		CreatedAt: now,
	}
}

// StillWanted reports whether a notification still fits the task: it is open, its owner wants to be
// told, and moment and owner are the same.
func (n Notification) StillWanted(t Task) bool {
	return t.State == StateOpen && t.tellsOwner() && t.OwnerID == n.OwnerID && t.RemindAt.Equal(n.Moment)
}

// IsExpired reports whether it is too late for a notification: its deadline has passed, and so has
// the one that the task would give now, whose end may have moved since.
func (n Notification) IsExpired(t Task, now time.Time) bool {
	return now.After(n.Deadline) && now.After(t.Notification(now).Deadline)
}

// lateAfter is how late a reminder may be before it says so.
const lateAfter = time.Minute

// IsLate reports whether a notification sent now has to say that it is late.
func (n Notification) IsLate(now time.Time) bool { return now.Sub(n.Moment) >= lateAfter }

// Resent returns a settled notification made pending again, as a person asked.
func (n Notification) Resent(now time.Time) Notification {
	n.State, n.SettledAt, n.Deadline = NotificationPending, time.Time{}, now.Add(ResendKept)
	return n
}

// ResendKept is how long a notification that a person sends again is tried.
const ResendKept = 24 * time.Hour
