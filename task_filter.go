package tickler

import "time"

// TaskFilter picks tasks of one account. A zero or nil part does not narrow.
type TaskFilter struct {
	AccountID ID
	OwnerID   ID
	// CreatedBy narrows to tasks that one of these users created; nil is anybody, an empty list nobody.
	CreatedBy []ID
	DueFrom   time.Time // inclusive
	DueTo     time.Time // inclusive
	State     *State
	TypeID    ID
}

// TaskOrder is how a list of tasks is sorted. Equal ones follow in the order of their making.
type TaskOrder struct {
	By         TaskColumn
	Descending bool
}

// TaskColumn names what a list may be sorted by: an attribute's wire name.
type TaskColumn string

// ByDueDate is the usual order.
const ByDueDate TaskColumn = "DueDate"

// TaskColumns lists every column that tasks can be sorted by.
var TaskColumns = []TaskColumn{
	ByDueDate, "EndDate", "Name", "Description", "Location", "Category", "CreatedOn", "CreatedBy", "ModifiedOn", "ModifiedBy",
	"CompletedOn", "CompletedBy", "StatusCode", "OwnerId", "UserTaskId", "RelatedEntity", "RelatedEntityId", "Reminder",
	"ReminderBeforeDays", "ReminderTime", "NotifyBy", "Priority", "PercentCompleted", "EffortEstimateUnit", "Latitude", "Longitude",
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
