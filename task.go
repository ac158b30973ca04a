package tickler

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// Task is a next step of a sales team: a to-do or an appointment that somebody owns and that is due.
type Task struct {
	ID        ID
	AccountID ID
	AutoID    int64 // a number fixed for the task's life; the store gives it
	Version   int   // 1 when created, one more with each change

	Name        string
	Description string
	Location    string
	TypeID      ID
	Category    Category // of its type
	Related     Related
	OwnerID     ID

	DueAt time.Time // when it starts or is due; whole seconds, UTC
	EndAt time.Time // Pending until then, Overdue after it; whole seconds, UTC
	// EndDefaulted tells that nobody gave EndAt, so that a changed DueAt or type gives it anew.
	EndDefaulted bool

	Reminder Reminder
	Notify   bool // the owner is told by e-mail; see NotifyBy
	// RemindAt is the moment that the reminder's rule gives, or NotifyBy without a rule; zero when there is none.
	RemindAt time.Time
	// WakeAt is the next instant at which something is due about the task; zero when nothing is.
	WakeAt time.Time

	State       State
	CompletedAt time.Time // zero while open
	CompletedBy ID

	CustomFields       map[string]string // by schema name
	Priority           string
	EffortEstimateUnit string
	PercentCompleted   int
	Latitude           float64
	Longitude          float64

	CreatedAt  time.Time
	CreatedBy  ID
	CreatedVia Origin
	ModifiedAt time.Time
	ModifiedBy ID
}

// The values of NotifyBy, which spells Notify on the wire and in a task's history (contract section 2).
const (
	NotifyByEmail = 1100
	NotifyNobody  = 1000
)

// NotifyBy spells whether the owner is told.
func NotifyBy(notify bool) string {
	if notify {
		return strconv.Itoa(NotifyByEmail)
	}
	return strconv.Itoa(NotifyNobody)
}

// State is what people have made of a task. The numbers are the wire's StatusCode and are stored.
type State int

// The states.
const (
	Open      State = 0
	Completed State = 1
	Cancelled State = 2
)

var stateNames = [...]string{"Open", "Completed", "Cancelled"}

// String names the state.
func (s State) String() string { return stateNames[s] }

// Status is where a task stands at an instant (contract section 2).
type Status string

// The statuses, by their names on the wire.
const (
	StatusPending   Status = "Pending"
	StatusOverdue   Status = "Overdue"
	StatusCompleted Status = "Completed"
	StatusCancelled Status = "Cancelled"
)

// StatusAt gives the task's status at an instant, read in whole seconds: an open task is Pending up to and at EndAt, and
// Overdue from the next second on.
func (t Task) StatusAt(now time.Time) Status {
	switch {
	case t.State == Completed:
		return StatusCompleted
	case t.State == Cancelled:
		return StatusCancelled
	case now.Unix() > t.EndAt.Unix():
		return StatusOverdue
	default:
		return StatusPending
	}
}

// Origin says by what way a task came in.
type Origin struct {
	Kind OriginKind
	ID   ID // of the access key or bulk request; zero for others
}

// OriginKind is a way in. The numbers are stored.
type OriginKind int

// The ways in.
const (
	ViaAPI     OriginKind = 1 // one call with an access key
	ViaPage    OriginKind = 2
	ViaBulk    OriginKind = 3
	ViaCommand OriginKind = 4
)

// Limits of a task's texts, in code points (contract section 2).
const (
	MaxTaskName        = 500
	MaxTaskDescription = 8_000
	MaxTaskLocation    = 500
	MaxPriority        = 50
	MaxEffortUnit      = 50
)

// arm computes the reminder's moment for a task as it is made, and the instant to wake at: see wakeFor.
func (t *Task) arm(now time.Time, zone *time.Location, wants Wants) {
	t.setMoment(zone)
	t.wakeFor(t.inTimeToRemind(now), true, wants, now)
}

func (t *Task) setMoment(zone *time.Location) {
	rule := t.Reminder
	if rule.Rule == NoReminder && t.Notify {
		rule.Rule = MinutesBefore
	}
	t.RemindAt = rule.Moment(t.DueAt, zone)
}

// inTimeToRemind tells whether the reminder's moment is ahead, or past while the task has not ended (contract section 2, "The
// reminder").
func (t *Task) inTimeToRemind(now time.Time) bool {
	return t.RemindAt.After(now) || now.Unix() <= t.EndAt.Unix()
}

// wakeFor sets the instant to wake at to the earliest that is still to come about an open task: its reminder's moment, if
// anybody is to be told of it, and the first second in which it is overdue, if a subscription wants to know. What is past by now
// is due at once. Both are claimed in the order of time, so that WakeAt alone tells which of them are still to come.
func (t *Task) wakeFor(reminder, overdue bool, wants Wants, now time.Time) {
	t.WakeAt = time.Time{}
	if t.State != Open {
		return
	}
	if reminder && (t.Notify || wants.Reminder) {
		t.WakeAt = t.RemindAt
	}
	if !overdue || !wants.Overdue {
		return
	}
	at := t.overdueAt()
	if skipped := !reminder && !t.RemindAt.After(now); skipped && t.RemindAt.After(at) {
		at = t.RemindAt.Add(time.Second) // so that a moment that was missed does not come after it
	}
	if t.WakeAt.IsZero() || at.Before(t.WakeAt) {
		t.WakeAt = at
	}
}

// overdueAt is the first instant at which the task is Overdue, if it is open then.
func (t Task) overdueAt() time.Time { return t.EndAt.Add(time.Second) }

// AwaitsReminder tells whether the moment of the task's reminder is still to be claimed.
func (t Task) AwaitsReminder() bool { return !t.WakeAt.IsZero() && !t.WakeAt.After(t.RemindAt) }

// awaitsOverdue tells whether it is still to be claimed that the task is overdue, if anybody wants to know.
func (t Task) awaitsOverdue() bool {
	return !t.WakeAt.IsZero() && (!t.WakeAt.Equal(t.RemindAt) || !t.overdueAt().Before(t.RemindAt))
}

// Wake gives the task as it stands when what is due about it at WakeAt is claimed, armed for what comes next, and tells what
// that is.
func (t Task) Wake(wants Wants) (after Task, reminder, overdue bool) {
	at := t.WakeAt
	reminder = at.Equal(t.RemindAt)
	overdue = !reminder || at.Equal(t.overdueAt())
	after = t
	after.wakeFor(t.RemindAt.After(at), t.overdueAt().After(at), wants, at)
	return after, reminder, overdue
}

// ArmedSince gives the task with that armed, too, which subscriptions made at an instant want to be told of from then on. Of a
// reminder that is mailed nothing changes.
func (t Task) ArmedSince(made time.Time, wants Wants) Task {
	if t.State != Open {
		return t
	}
	reminder := wants.Reminder && !t.Notify && !t.AwaitsReminder()
	overdue := wants.Overdue && !t.awaitsOverdue()
	for at, wanted := range map[time.Time]bool{t.RemindAt: reminder, t.overdueAt(): overdue} {
		if wanted && at.After(made) && (t.WakeAt.IsZero() || at.Before(t.WakeAt)) {
			t.WakeAt = at
		}
	}
	return t
}

// checkLength refuses a text of more than max code points.
func checkLength(attribute, text string, limit int) error {
	if len(text) <= limit || utf8.RuneCountInString(text) <= limit {
		return nil
	}
	return Invalid(attribute, text, fmt.Sprintf("at most %d characters, not %d", limit, utf8.RuneCountInString(text)))
}
