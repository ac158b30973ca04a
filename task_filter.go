package tickler

import (
	"slices"
	"time"
)

// TaskFilter selects tasks of one account. A zero or nil field selects all.
type TaskFilter struct {
	AccountID ID
	// OwnerIDs narrows to tasks that one of these users owns; nil is anybody, an empty list nobody.
	OwnerIDs []ID
	// Team narrows to tasks that one of these users owns or created: what a SalesUser sees. Nil is
	// anybody, an empty list nobody.
	Team      []ID
	RelatedID ID        // the lead or opportunity that they are tied to
	DueFrom   time.Time // inclusive
	DueTo     time.Time // inclusive
	State     *State
	Category  *Category
	TypeID    ID

	// What follows is for people's lists; Statuses are those at the instant At.
	Statuses []Status
	At       time.Time
	EndFrom  time.Time // inclusive
	EndTo    time.Time // inclusive
	TypeIDs  []ID      // one of them; nil is any, an empty list none
	IsTied   *bool     // to a lead or an opportunity
	// Text has words that the name or the description must have all of. They may be beginnings of
	// longer words, without their accents, in any case.
	Text string
}

// States lists the states that selected tasks can have; none when they can have any.
func (f TaskFilter) States() []State {
	if f.State != nil {
		return []State{*f.State}
	}
	var states []State
	for _, s := range f.Statuses {
		if state := stateOf(s); !slices.Contains(states, state) {
			states = append(states, state)
		}
	}
	return states
}

func stateOf(s Status) State {
	switch s {
	case StatusCompleted:
		return StateCompleted
	case StatusCancelled:
		return StateCancelled
	default:
		return StateOpen
	}
}

// TaskOrder is how a list of tasks is sorted. Ties are in the order of creation.
type TaskOrder struct {
	By         TaskColumn
	Descending bool
	// Now is the instant for which ByStatus computes statuses; other columns need none.
	Now time.Time
}

// TaskColumn names what a list of tasks may be sorted by.
type TaskColumn string

// The columns: names and the task type are sorted by their text, in the order of code points.
// ByDueDate is the usual order; ByStatus sorts by the computed status.
const (
	ByDueDate         TaskColumn = "due date"
	ByEnd             TaskColumn = "end"
	ByName            TaskColumn = "name"
	ByDescription     TaskColumn = "description"
	ByLocation        TaskColumn = "location"
	ByCategory        TaskColumn = "category"
	ByCreation        TaskColumn = "created"
	ByCreator         TaskColumn = "creator"
	ByModification    TaskColumn = "modified"
	ByModifier        TaskColumn = "modifier"
	ByCompletion      TaskColumn = "completed"
	ByCompleter       TaskColumn = "completer"
	ByState           TaskColumn = "state"
	ByOwner           TaskColumn = "owner"
	ByID              TaskColumn = "id"
	ByRelatedKind     TaskColumn = "kind of related entity"
	ByRelated         TaskColumn = "related lead or opportunity"
	ByReminderMinutes TaskColumn = "reminder minutes"
	ByReminderDays    TaskColumn = "reminder days"
	ByReminderTime    TaskColumn = "reminder time"
	ByNotify          TaskColumn = "reminder by e-mail"
	ByPriority        TaskColumn = "priority"
	ByPercent         TaskColumn = "percent completed"
	ByEffort          TaskColumn = "effort"
	ByLatitude        TaskColumn = "latitude"
	ByLongitude       TaskColumn = "longitude"
	ByStatus          TaskColumn = "status"
	ByType            TaskColumn = "type's name"
	ByOwnerName       TaskColumn = "owner's name"
	ByOwnerEmail      TaskColumn = "owner's e-mail address"
	ByCreatorName     TaskColumn = "creator's name"
	ByModifierName    TaskColumn = "modifier's name"
	ByCompleterName   TaskColumn = "completer's name"
	ByRelatedName     TaskColumn = "related lead's or opportunity's name"
)

// TaskColumns lists every column.
var TaskColumns = []TaskColumn{
	ByDueDate, ByEnd, ByName, ByDescription, ByLocation, ByCategory, ByCreation, ByCreator,
	ByModification, ByModifier, ByCompletion, ByCompleter, ByState, ByOwner, ByID, ByRelatedKind,
	ByRelated, ByReminderMinutes, ByReminderDays, ByReminderTime, ByNotify, ByPriority, ByPercent,
	ByEffort, ByLatitude, ByLongitude, ByStatus, ByType, ByOwnerName, ByOwnerEmail, ByCreatorName,
	ByModifierName, ByCompleterName, ByRelatedName,
}

// TaskPage is a page of a list of tasks that people look at.
type TaskPage struct {
	Tasks []Task
	Total int // of all pages
	// IsPart says that there were too many tasks to look at them all: only Looked were.
	IsPart bool
	Looked int
}

// Page is a part of a list.
type Page struct {
	Offset int
	Limit  int
}

// Limits of a page (docs/contract.md section 4).
const (
	DefaultPageSize = 200
	MaxPageSize     = 1_000
)
