package worker

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// Bulk works through bulk requests: it is what their jobs do.
type Bulk struct{ Deps }

type bulkApp interface {
	RunBulk(ctx context.Context, account, id tickler.ID, job jobs.Ref) (r tickler.BulkRequest, ended bool, err error)
}

// NewBulk makes what runs bulk requests. Each is counted by the run that has ended it; of several
// at once, one has.
func NewBulk(d Deps) *Bulk { return &Bulk{d} }

// How bulk requests are run on one node. What a run has done is kept, so that one that is ended
// goes on where it was.
const (
	bulkWorkers, bulkPerAccount       = 4, 2
	removalWorkers, removalPerAccount = 2, 1
	changeWorkers, changePerAccount   = 2, 1
	bulkTimeLimit                     = 10 * time.Minute
)

// Kind is how bulk requests that make and change are run.
func (b *Bulk) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.BulkJob, Workers: bulkWorkers, PerAccount: bulkPerAccount, TimeLimit: bulkTimeLimit, Run: b.Run,
		Backoff: soonAgain,
	}
}

// RemovalKind is how those that remove are run: in a lane of their own, so that a long one keeps
// nobody waiting.
func (b *Bulk) RemovalKind() jobs.Kind {
	kind := b.Kind()
	kind.Name, kind.Workers, kind.PerAccount = tickler.BulkRemovalJob, removalWorkers, removalPerAccount
	return kind
}

// ChangeKind is how those that change many tasks are run, or take such changes back: in a lane of
// their own too.
func (b *Bulk) ChangeKind() jobs.Kind {
	kind := b.Kind()
	kind.Name, kind.Workers, kind.PerAccount = tickler.BulkChangeJob, changeWorkers, changePerAccount
	return kind
}

// Run works through the request whose id the job has.
func (b *Bulk) Run(ctx context.Context, job jobs.Job) error {
	r, ended, err := b.App.RunBulk(ctx, tickler.ID(job.Account), tickler.ID(job.ID), job.Ref)
	if err != nil {
		return err
	}
	if r.ID.IsZero() { // nobody knows of it
		return nil
	}
	if ended {
		b.Metrics.BulkEnded(r)
	}
	return jobs.Settled
}
