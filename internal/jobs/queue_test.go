package jobs_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"tickler/internal/jobs"
)

// queue keeps jobs in memory, by the rules of jobs.Queue.
type queue struct {
	mu   sync.Mutex
	rows map[jobs.Ref]*row
	// ends records how runs ended: finish, retry or bury.
	ends []string
	// fault, if not nil, returns the error of a call. The calls are claim, renew, finish, retry and
	// bury.
	fault func(call string) error
	// renewals, if not nil, receives on each renewal.
	renewals chan struct{}
	// renewing, if not nil, is called before a renewal; what it returns is called after it, before
	// the runner has the result.
	renewing func() (renewed func())
	// hang, if not nil, receives when a claim begins and when it ends, which is when its context
	// does.
	hang chan struct{}
	// retried, if not nil, is called after a job was given back, before the runner has the result.
	retried func(ref jobs.Ref)
}

// row is a job as the queue keeps it.
type row struct {
	job    jobs.Job
	state  string // waiting, running or dead
	nextAt time.Time
	runner string
	reason string
}

var errNoQueue = errors.New("the queue can't be reached")

func newQueue() *queue { return &queue{rows: map[jobs.Ref]*row{}} }

// add enqueues the nth job.
func (q *queue) add(n byte, kind string, due time.Time) jobs.Ref { return q.addOf(1, n, kind, due) }

// addOf enqueues the nth job, for an account.
func (q *queue) addOf(account, n byte, kind string, due time.Time) jobs.Ref {
	q.mu.Lock()
	defer q.mu.Unlock()
	job := jobs.Job{
		Ref: jobs.Ref{Account: jobs.ID{account}, ID: jobs.ID{2, n}}, Kind: kind, Payload: "job " + string('0'+rune(n)), CreatedAt: due,
	}
	q.rows[job.Ref] = &row{job: job, state: "waiting", nextAt: due}
	return job.Ref
}

// at returns a copy of a job's row; the zero row, when it is gone.
func (q *queue) at(ref jobs.Ref) row {
	q.mu.Lock()
	defer q.mu.Unlock()
	if r := q.rows[ref]; r != nil {
		return *r
	}
	return row{}
}

// takeOver hands a job to another runner.
func (q *queue) takeOver(ref jobs.Ref, runner string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.rows[ref].runner = runner
}

func (q *queue) left() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.rows)
}

// ended returns how runs ended so far.
func (q *queue) ended() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.ends)
}

// failWith makes the named call fail; with "" none fails.
func (q *queue) failWith(call string, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.fault = func(called string) error {
		if called == call {
			return err
		}
		return nil
	}
}

// hangClaims makes claims last until their contexts end. The channel receives when one begins and
// when it ends.
func (q *queue) hangClaims() chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.hang = make(chan struct{})
	return q.hang
}

func (q *queue) hanging(ctx context.Context) bool {
	q.mu.Lock()
	hang := q.hang
	q.mu.Unlock()
	if hang == nil {
		return false
	}
	hang <- struct{}{}
	<-ctx.Done()
	hang <- struct{}{}
	return true
}

// begin locks the queue for a call, unless it is to fail.
func (q *queue) begin(ctx context.Context, call string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	if q.fault != nil {
		if err := q.fault(call); err != nil {
			q.mu.Unlock()
			return err
		}
	}
	return nil
}

func (q *queue) Claim(ctx context.Context, kind, runner string, now, until time.Time, limit int, except ...jobs.ID) ([]jobs.Job, error) {
	if q.hanging(ctx) {
		return nil, ctx.Err()
	}
	if err := q.begin(ctx, "claim"); err != nil {
		return nil, err
	}
	defer q.mu.Unlock()
	var claimed []jobs.Job
	due := slices.SortedFunc(maps.Values(q.rows), func(a, b *row) int {
		return cmp.Or(a.nextAt.Compare(b.nextAt), bytes.Compare(a.job.ID[:], b.job.ID[:]))
	})
	for _, r := range due {
		if len(claimed) == limit || r.job.Kind != kind || r.state == "dead" || r.nextAt.After(now) || slices.Contains(except, r.job.Account) {
			continue
		}
		r.state, r.runner, r.nextAt = "running", runner, until
		r.job.Attempt++
		claimed = append(claimed, r.job)
	}
	return claimed, nil
}

func (q *queue) Renew(ctx context.Context, runner string, refs []jobs.Ref, until time.Time) (own []jobs.Ref, err error) {
	if q.renewing != nil {
		defer q.renewing()()
	}
	if err := q.begin(ctx, "renew"); err != nil {
		return nil, err
	}
	defer q.mu.Unlock()
	for _, ref := range refs {
		if r := q.rows[ref]; r != nil && r.state == "running" && r.runner == runner {
			r.nextAt = until
			own = append(own, ref)
		}
	}
	if q.renewals != nil {
		q.renewals <- struct{}{}
	}
	return own, nil
}

// end records the end of a run, if it is still the runner's.
func (q *queue) end(ctx context.Context, call, runner string, ref jobs.Ref, change func(*row)) error {
	if err := q.begin(ctx, call); err != nil {
		return err
	}
	defer q.mu.Unlock()
	q.ends = append(q.ends, call)
	if r := q.rows[ref]; r != nil && r.state == "running" && r.runner == runner {
		change(r)
	}
	return nil
}

func (q *queue) Finish(ctx context.Context, runner string, ref jobs.Ref) error {
	return q.end(ctx, "finish", runner, ref, func(*row) { delete(q.rows, ref) })
}

func (q *queue) Retry(ctx context.Context, runner string, ref jobs.Ref, at time.Time, reason string) error {
	err := q.end(ctx, "retry", runner, ref, func(r *row) { r.state, r.runner, r.nextAt, r.reason = "waiting", "", at, reason })
	if q.retried != nil {
		q.retried(ref)
	}
	return err
}

func (q *queue) Bury(ctx context.Context, runner string, ref jobs.Ref, reason string) error {
	return q.end(ctx, "bury", runner, ref, func(r *row) { r.state, r.reason = "dead", reason })
}

// link connects a runner to its queue and can be cut, as when a runner dies.
type link struct {
	jobs.Queue
	mu    sync.Mutex
	isCut bool
}

func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.isCut = true
}

func (l *link) fault() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isCut {
		return errNoQueue
	}
	return nil
}

func (l *link) Claim(ctx context.Context, kind, runner string, now, until time.Time, limit int, except ...jobs.ID) ([]jobs.Job, error) {
	if err := l.fault(); err != nil {
		return nil, err
	}
	return l.Queue.Claim(ctx, kind, runner, now, until, limit, except...)
}

func (l *link) Renew(ctx context.Context, runner string, refs []jobs.Ref, until time.Time) ([]jobs.Ref, error) {
	if err := l.fault(); err != nil {
		return nil, err
	}
	return l.Queue.Renew(ctx, runner, refs, until)
}

func (l *link) Finish(ctx context.Context, runner string, ref jobs.Ref) error {
	if err := l.fault(); err != nil {
		return err
	}
	return l.Queue.Finish(ctx, runner, ref)
}

func (l *link) Retry(ctx context.Context, runner string, ref jobs.Ref, at time.Time, reason string) error {
	if err := l.fault(); err != nil {
		return err
	}
	return l.Queue.Retry(ctx, runner, ref, at, reason)
}

func (l *link) Bury(ctx context.Context, runner string, ref jobs.Ref, reason string) error {
	if err := l.fault(); err != nil {
		return err
	}
	return l.Queue.Bury(ctx, runner, ref, reason)
}
