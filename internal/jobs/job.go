// Package jobs runs background work that must survive the process: it claims due jobs, runs them,
// tries failed ones again, takes over those whose runner died, and stops cleanly. It knows nothing
// of what the jobs do.
//
// A job is enqueued in the transaction that causes it and its row is gone when its work is done, so
// that no work is lost and none is done that was never decided. A run may happen twice when a node
// dies in its middle: what a job does has to bear that.
package jobs

import (
	"context"
	"errors"
	"time"
)

// ID names a job or the account it belongs to.
type ID [16]byte

// Ref is what a job is found by.
type Ref struct{ Account, ID ID }

// New is a job to be made.
type New struct {
	Ref     // without an ID it gets one
	Kind    string
	Payload string // what the kind's Run needs to know
	// SerialKey and SerialOrder put it into a series: of the jobs with the same key one runs at a
	// time, the lowest order first, and of one order the lowest ID. Without a key a job waits for
	// no other.
	SerialKey   string
	SerialOrder int64
	Due         time.Time // milliseconds
	CreatedAt   time.Time // whole seconds
}

// Job is one piece of work that was claimed.
type Job struct {
	Ref
	Kind    string
	Payload string // what the kind's Run needs to know
	// Attempt counts the runs, this one included: 1 at first.
	Attempt   int
	CreatedAt time.Time
}

// Queue is where jobs are kept. Instants are in milliseconds, and come from the caller.
type Queue interface {
	// Claim takes up to limit jobs of a kind that are due, or whose run counts as lost, for a
	// runner until an instant. Accounts take turns: in each round every account with such jobs gets
	// one, however many and however old another's are. Of one account's jobs the oldest is first.
	// Of jobs in a series it takes the first in their order, and only when none of them runs. It
	// leaves the jobs of excepted accounts.
	Claim(ctx context.Context, kind, runner string, now, until time.Time, limit int, except ...ID) ([]Job, error)
	// Renew keeps a runner's jobs until a later instant and returns which of them are still its
	// own.
	Renew(ctx context.Context, runner string, refs []Ref, until time.Time) (own []Ref, err error)
	// Finish removes a job that the runner still has.
	Finish(ctx context.Context, runner string, ref Ref) error
	// Retry returns a job to the queue, to be run again at an instant.
	Retry(ctx context.Context, runner string, ref Ref, at time.Time, reason string) error
	// Bury keeps a job for people to look at; it is not run again.
	Bury(ctx context.Context, runner string, ref Ref, reason string) error
}

// Kind is one sort of work and how it is done.
type Kind struct {
	Name string
	// Workers is how many run at once on this node.
	Workers int
	// PerAccount is how many of them one account's jobs may take: whatever it has to do, and
	// however slow that is, others' jobs are run beside. 0: all of them.
	PerAccount int
	// TimeLimit ends a run; one that is ended so is tried again.
	TimeLimit time.Duration
	// Backoff is how long to wait after the first, second, ... failure; the last one repeats.
	Backoff []time.Duration
	// Run does the work. An error has it tried again, but see After, Dead and Settled.
	Run func(ctx context.Context, job Job) error
}

// Settled is what Run returns when it has removed the job itself, in the transaction that recorded
// its outcome.
var Settled = errors.New("the job is settled") //nolint:revive,staticcheck // like io.EOF, an outcome and no fault

// After wraps an error to say how long to wait before the job is run again, where that is not the
// kind's to say.
func After(wait time.Duration, err error) error { return afterError{err, wait} }

type afterError struct {
	error
	wait time.Duration
}

func (e afterError) Unwrap() error { return e.error }

// Dead wraps an error that trying again can't mend.
func Dead(err error) error { return deadError{err} }

type deadError struct{ error }

func (e deadError) Unwrap() error { return e.error }

// Event is how a run ended.
type Event struct {
	Kind    string
	Outcome Outcome
	Took    time.Duration
}

// Outcome is how a run ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Retried Outcome = "retried"
	Buried  Outcome = "dead"
	Lost    Outcome = "lost" // another runner took the job over meanwhile
)

// wait returns how long to wait after a failed attempt.
func (k Kind) wait(attempt int, err error) time.Duration {
	if after, ok := errors.AsType[afterError](err); ok {
		return after.wait
	}
	if len(k.Backoff) == 0 {
		return time.Minute
	}
	return k.Backoff[min(attempt, len(k.Backoff))-1]
}
