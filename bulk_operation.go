package tickler

import (
	"maps"
	"slices"
)

// BulkOperation is what a bulk request does to tasks. The numbers are stored.
type BulkOperation int

// The operations.
const (
	BulkCreate     BulkOperation = 1
	BulkDelete     BulkOperation = 2
	BulkReschedule BulkOperation = 3 // of appointments
	BulkUndo       BulkOperation = 4 // removes what a bulk create made and nobody has changed since
)

// Limits of a bulk request's rows (docs/contract.md sections 3 and 4).
const (
	MaxBulkRows    = 50
	MaxBulkDeletes = 5_000
)

// bulkOperations has a row for each operation.
var bulkOperations = map[BulkOperation]struct {
	name    string
	done    string // what it has done to a task, in one word
	job     string // the kind of job that runs it
	maxRows int
}{
	BulkCreate:     {"Bulk Create Tasks", "created", BulkJob, MaxBulkRows},
	BulkDelete:     {"Bulk Delete Tasks", "deleted", BulkRemovalJob, MaxBulkDeletes},
	BulkReschedule: {"Bulk Update Appointment Time", "updated", BulkJob, MaxBulkRows},
	BulkUndo:       {"Undo Bulk Create Tasks", "deleted", BulkRemovalJob, MaxBulkDeletes},
}

// BulkOperations lists every operation.
var BulkOperations = slices.Sorted(maps.Keys(bulkOperations))

// String names the operation.
func (o BulkOperation) String() string { return bulkOperations[o].name }

// Done returns what the operation has done to a task, in one word: created, deleted or updated.
func (o BulkOperation) Done() string { return bulkOperations[o].done }

// Job is the kind of job that runs the operation.
func (o BulkOperation) Job() string { return bulkOperations[o].job }

// MaxRows is how many rows a request for the operation may have.
func (o BulkOperation) MaxRows() int { return bulkOperations[o].maxRows }
