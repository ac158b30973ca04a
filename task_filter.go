package tickler

import "time"

// TaskFilter picks tasks of one account. A zero or nil part does not narrow.
type TaskFilter struct {
	AccountID ID
	// OwnerIDs narrows to tasks that one of these users owns; nil is anybody, an empty list nobody.
	OwnerIDs []ID
	// Team narrows to tasks that one of these users owns or created: what a Sales_User sees. Nil is anybody, an empty list
	// nobody.
	Team      []ID
	RelatedID ID        // the lead or opportunity that they are tied to
	DueFrom   time.Time // inclusive
	DueTo     time.Time // inclusive
	State     *State
	Category  *Category
	TypeID    ID
}

// TaskOrder is how a list of tasks is sorted. Equal ones follow in the order of their making.
type TaskOrder struct {
	By         TaskColumn
	Descending bool
	// Now is the instant at which ByStatus looks; other columns need none.
	Now time.Time
}

// TaskColumn names what a list may be sorted by: an attribute's wire name.
type TaskColumn string

// ByDueDate is the usual order. ByStatus sorts by what is never stored.
const (
	ByDueDate TaskColumn = "DueDate"
	ByStatus  TaskColumn = "Status"
)

// TaskColumns lists every column that tasks can be sorted by: names and the task type by their text, in the order of code
// points.
var TaskColumns = []TaskColumn{
	ByDueDate, "EndDate", "Name", "Description", "Location", "Category", "CreatedOn", "CreatedBy", "ModifiedOn", "ModifiedBy",
	"CompletedOn", "CompletedBy", "StatusCode", "OwnerId", "UserTaskId", "RelatedEntity", "RelatedEntityId", "Reminder",
	"ReminderBeforeDays", "ReminderTime", "NotifyBy", "Priority", "PercentCompleted", "EffortEstimateUnit", "Latitude", "Longitude",
	ByStatus, "TaskType", "OwnerName", "OwnerEmailAddress", "CreatedByName", "ModifiedByName", "CompletedByName", "RelatedEntityIdName",
}

// Page is a part of a list.
type Page struct {
	Offset int
	Limit  int
}

// Limits of a page (contract section 4).
const (
	DefaultPageSize = 200
	MaxPageSize     = 1_000
)
