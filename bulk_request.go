package tickler

import (
	"fmt"
	"time"
)

// BulkRequest is one call that asks for something to be done to many tasks. It is stored as it was
// sent, answered at once, and then run row by row, in order (docs/contract.md section 3).
type BulkRequest struct {
	ID          ID
	AccountID   ID
	Operation   BulkOperation
	State       BulkState
	RequestedBy ID
	Via         Origin
	// SourceID is the request whose failed rows this one retries, or which it takes back; zero for
	// others.
	SourceID   ID
	WebhookURL string // told when it has ended; "" for nobody
	Body       []byte // as it was sent; left out where requests are listed

	Rows      int // all of them
	Succeeded int
	Failed    int

	CreatedAt     time.Time
	StartedAt     time.Time // zero while it is queued
	CompletedAt   time.Time // zero until it has ended
	CancelAskedAt time.Time // when a person asked to stop it; zero for others
	CancelledBy   ID
	Report        ReportMail
}

// MaxBulkWaiting is how many bulk requests of an account may be queued or running: what one user
// sends must not fill the disk.
const MaxBulkWaiting = 1_000

// bulkWait is how long the caller should wait before trying again.
const bulkWait = 10 * time.Second

// TooManyBulkRequests returns the error for an account that has MaxBulkWaiting bulk requests queued
// or running.
func TooManyBulkRequests() *Error {
	e := Refuse(FactTooManyRequests, "", nil, MaxBulkWaiting)
	e.RetryAfter = bulkWait
	return e
}

// BulkState is where a bulk request stands: Queued → In-Progress → one of the others. The numbers
// are stored.
type BulkState int

// The states.
const (
	BulkQueued    BulkState = 0
	BulkRunning   BulkState = 1
	BulkSucceeded BulkState = 2 // every row
	BulkPartly    BulkState = 3 // some rows
	BulkFailed    BulkState = 4 // no row
	BulkCancelled BulkState = 5 // stopped by a person, or because its sender was deactivated
)

var bulkStateNames = [...]string{"Queued", "In-Progress", "Success", "Partial Success", "Failure", "Cancelled"}

// BulkStates lists every state.
func BulkStates() []BulkState {
	states := make([]BulkState, len(bulkStateNames))
	for i := range states {
		states[i] = BulkState(i)
	}
	return states
}

// String names the state.
func (s BulkState) String() string { return bulkStateNames[s] }

// IsEnd reports whether nothing follows the state.
func (s BulkState) IsEnd() bool { return s >= BulkSucceeded }

// BulkRow is the result of one row.
type BulkRow struct {
	Number int // from 1, in the order of the request
	State  RowState
	TaskID ID        // what was made or changed; zero where there is none
	Name   string    // of the task, if known
	Fault  *RowFault // why it failed; nil for others
	// Version is the task's after it was changed, by which the change can be taken back; 0 if nothing
	// was changed, and where a task was made.
	Version int
}

// RowFault is why a row failed, as its sender is told.
type RowFault struct {
	Kind Kind // 0 where the fault is ours
	// Attribute is what it is about, and Message a whole sentence, both in the words of the surface
	// through which the request came in.
	Attribute string
	Message   string
}

// RowState is how a row ended. The numbers are stored.
type RowState int

// The states of a row.
const (
	RowSucceeded RowState = 1
	RowFailed    RowState = 2
	RowCancelled RowState = 3 // not run, since the request was stopped; never stored
)

var rowStateNames = map[RowState]string{RowSucceeded: "Success", RowFailed: "Failure", RowCancelled: "Cancelled"}

// String names the state.
func (s RowState) String() string { return rowStateNames[s] }

// Processed returns how many rows have run. Rows run in order, so the next one is Processed + 1.
func (r BulkRequest) Processed() int { return r.Succeeded + r.Failed }

// Left returns how many rows have not run; if the request has ended, they never will.
func (r BulkRequest) Left() int { return r.Rows - r.Processed() }

// WithRows returns the request after more of its rows have run, at now. It ends with its last row.
func (r BulkRequest) WithRows(rows []BulkRow, now time.Time) BulkRequest {
	if r.StartedAt.IsZero() {
		r.State, r.StartedAt = BulkRunning, now
	}
	for _, row := range rows {
		if row.State == RowSucceeded {
			r.Succeeded++
		} else {
			r.Failed++
		}
	}
	if r.Left() > 0 {
		return r
	}
	r.CompletedAt = now
	switch {
	case r.Failed == 0:
		r.State = BulkSucceeded
	case r.Succeeded == 0:
		r.State = BulkFailed
	default:
		r.State = BulkPartly
	}
	return r
}

// Stopped returns the request after it was stopped at now, as a person asked or because whoever sent
// it was deactivated: its remaining rows never run.
func (r BulkRequest) Stopped(now time.Time) BulkRequest {
	r.State, r.CompletedAt = BulkCancelled, now
	return r
}

// FailureReason says in short why some rows did not succeed; "" if all did (docs/contract.md
// section 3).
func (r BulkRequest) FailureReason() string {
	failed := fmt.Sprintf("%d of %d tasks failed", r.Failed, r.Rows)
	why := "by a person"
	if r.CancelAskedAt.IsZero() {
		why = "because its sender was deactivated,"
	}
	stopped := fmt.Sprintf("stopped %s with %d of %d tasks left", why, r.Left(), r.Rows)
	switch {
	case r.State == BulkCancelled && r.Failed > 0:
		return failed + "; " + stopped
	case r.State == BulkCancelled:
		return stopped
	case r.Failed > 0:
		return failed
	default:
		return ""
	}
}

// AllRows adds to the rows that have run those that never will, if the request was stopped.
func (r BulkRequest) AllRows(run []BulkRow) []BulkRow {
	if r.State != BulkCancelled {
		return run
	}
	all := run[:len(run):len(run)]
	for number := len(run) + 1; number <= r.Rows; number++ {
		all = append(all, BulkRow{Number: number, State: RowCancelled})
	}
	return all
}

// ReportMail is how the mailing of a bulk request's report goes.
type ReportMail struct {
	State     ReportState
	Attempts  int
	LastError string
	SettledAt time.Time // when it left ReportPending
}

// ReportState is what has become of a report's mail. The numbers are stored.
type ReportState int

// The states of a report's mail.
const (
	ReportNone    ReportState = 0 // the request has not ended
	ReportPending ReportState = 1
	ReportSent    ReportState = 2
	ReportFailed  ReportState = 3
	ReportUnsent  ReportState = 4 // no mail server is configured
)

var reportStateNames = [...]string{"none", "pending", "sent", "failed", "unsent"}

// String names the state.
func (s ReportState) String() string { return reportStateNames[s] }

// ReportKept is how long after a request's end the mailing of its report is retried.
const ReportKept = 24 * time.Hour

// BulkFilter selects bulk requests of one account. A zero field selects all.
type BulkFilter struct {
	AccountID   ID
	RequestedBy ID
	Operation   BulkOperation
	SourceID    ID          // the request that they follow from
	States      []BulkState // one of them
	From, To    time.Time   // of CreatedAt, inclusive
}

// Steps returns what the rows did to tasks, so that it can be taken back.
func Steps(rows []BulkRow) (steps []Step) {
	for _, row := range rows {
		if row.State == RowSucceeded && row.Version > 0 {
			steps = append(steps, Step{TaskID: row.TaskID, Name: row.Name, Version: row.Version})
		}
	}
	return steps
}
