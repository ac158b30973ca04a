package tickler

import "time"

// Task is a next step in sales work: a to-do or an appointment that somebody owns and that is due.
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
	// EndDefaulted says that nobody gave EndAt, so that it follows when DueAt or the type changes.
	EndDefaulted bool

	Reminder Reminder
	Notify   bool // the owner is told by e-mail, when the reminder's moment has come
	// RemindAt is the moment that the reminder's rule gives, or the due date when the owner is to
	// be told without a rule, or SnoozedUntil; zero when there is none.
	RemindAt time.Time
	// SnoozedUntil is when the owner is reminded instead, as somebody asked; zero when nobody did. A
	// change of the rule, the due date or the owner ends it.
	SnoozedUntil time.Time
	// WakeAt is the next instant at which something about the task is due; zero when nothing is.
	WakeAt time.Time

	State       State
	CompletedAt time.Time // zero while open
	CompletedBy ID
	// CompletionNote is what came of it.
	CompletionNote string

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

// State is what people have made of a task. The numbers are stored.
type State int

// The states.
const (
	StateOpen      State = 0
	StateCompleted State = 1
	StateCancelled State = 2
)

var stateNames = [...]string{"Open", "Completed", "Cancelled"}

// String names the state.
func (s State) String() string { return stateNames[s] }

// Status is where a task stands at an instant (docs/contract.md section 2).
type Status string

// The statuses.
const (
	StatusPending   Status = "Pending"
	StatusOverdue   Status = "Overdue"
	StatusCompleted Status = "Completed"
	StatusCancelled Status = "Cancelled"
)

// Statuses lists every status.
var Statuses = []Status{StatusPending, StatusOverdue, StatusCompleted, StatusCancelled}

// StatusAt returns the task's status at an instant, in whole seconds: an open task is Pending up to
// and including EndAt, and Overdue from the next second on.
func (t Task) StatusAt(now time.Time) Status {
	switch {
	case t.State == StateCompleted:
		return StatusCompleted
	case t.State == StateCancelled:
		return StatusCancelled
	case now.Unix() > t.EndAt.Unix():
		return StatusOverdue
	default:
		return StatusPending
	}
}

// Origin says through which surface a task came in.
type Origin struct {
	Kind OriginKind
	ID   ID // of the access key, the bulk request or the mail's notification; zero for others
}

// OriginKind is a surface of the service. The numbers are stored.
type OriginKind int

// The surfaces.
const (
	ViaAPI     OriginKind = 1 // one call with an access key
	ViaPage    OriginKind = 2
	ViaBulk    OriginKind = 3
	ViaCommand OriginKind = 4
	ViaMail    OriginKind = 5 // a link in a reminder's mail
)

// Limits of a task's texts, in code points (docs/contract.md section 2).
const (
	MaxTaskName        = 500
	MaxTaskDescription = 8_000
	MaxTaskLocation    = 500
	MaxPriority        = 50
	MaxEffortUnit      = 50
	MaxCompletionNote  = 2_000 // docs/contract.md section 9
)

// IsTied reports whether the task is tied to a lead or an opportunity.
func (t Task) IsTied() bool { return !t.Related.ID.IsZero() }

func (t Task) checkDates() error {
	if t.EndAt.Before(t.DueAt) {
		return Refuse(FactEndsBeforeStart, FieldEnd, t.EndAt, FieldDue, t.DueAt)
	}
	return nil
}
