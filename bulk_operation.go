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
	BulkUpdate     BulkOperation = 5 // does one thing to each task
	// What a bulk update or a move of appointments did is taken back, or tasks are restored that a
	// bulk delete removed, as far as nobody has changed them since.
	BulkUndoUpdate BulkOperation = 6
	BulkUndoDelete BulkOperation = 7
)

// Limits of a bulk request's rows (docs/contract.md sections 3 and 4).
const (
	MaxBulkRows    = 50
	MaxBulkDeletes = 5_000
	MaxBulkUpdates = 5_000
	// MaxMatching is how many tasks a request may have that people make of all that match a filter.
	MaxMatching = 50_000
)

// bulkOperations has a row for each operation.
var bulkOperations = map[BulkOperation]struct {
	name    string
	done    string        // what it has done to a task, in one word
	job     string        // the kind of job that runs it
	maxRows int           // of one that a call asks for
	undo    BulkOperation // takes it back; 0: it can't be taken back
}{
	BulkCreate:     {"Bulk Create Tasks", "created", BulkJob, MaxBulkRows, BulkUndo},
	BulkDelete:     {"Bulk Delete Tasks", "deleted", BulkRemovalJob, MaxBulkDeletes, BulkUndoDelete},
	BulkReschedule: {"Bulk Update Appointment Time", "updated", BulkJob, MaxBulkRows, BulkUndoUpdate},
	BulkUndo:       {"Undo Bulk Create Tasks", "deleted", BulkRemovalJob, MaxBulkDeletes, 0},
	BulkUpdate:     {"Bulk Update Tasks", "updated", BulkChangeJob, MaxBulkUpdates, BulkUndoUpdate},
	BulkUndoUpdate: {"Undo Bulk Update Tasks", "undone", BulkChangeJob, MaxBulkUpdates, 0},
	BulkUndoDelete: {"Undo Bulk Delete Tasks", "restored", BulkChangeJob, MaxBulkDeletes, 0},
}

// BulkOperations lists every operation.
var BulkOperations = slices.Sorted(maps.Keys(bulkOperations))

// String names the operation.
func (o BulkOperation) String() string { return bulkOperations[o].name }

// Done returns what the operation has done to a task, in one word: created, deleted, updated,
// undone or restored.
func (o BulkOperation) Done() string { return bulkOperations[o].done }

// Job is the kind of job that runs the operation.
func (o BulkOperation) Job() string { return bulkOperations[o].job }

// MaxRows is how many rows a call may ask for.
func (o BulkOperation) MaxRows() int { return bulkOperations[o].maxRows }

// Undo is the operation that takes back what the operation did; 0 if none does.
func (o BulkOperation) Undo() BulkOperation { return bulkOperations[o].undo }

// IsUndo reports whether the operation takes back what another request did.
func (o BulkOperation) IsUndo() bool {
	for _, other := range bulkOperations {
		if other.undo == o && o != 0 {
			return true
		}
	}
	return false
}
