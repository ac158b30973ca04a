package worker

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
)

// Bulk works through bulk requests: it is what their jobs do.
type Bulk struct {
	app   bulkApp
	wire  app.BulkWire
	ended func(r tickler.BulkRequest)
}

type bulkApp interface {
	RunBulk(ctx context.Context, account, id tickler.ID, job jobs.Ref, wire app.BulkWire) (r tickler.BulkRequest, ended bool, err error)
}

// NewBulk makes what runs bulk requests. Of each one that it has ended, ended is told; of several that run it at once, one has.
func NewBulk(useCases bulkApp, wire app.BulkWire, ended func(r tickler.BulkRequest)) *Bulk {
	return &Bulk{app: useCases, wire: wire, ended: ended}
}

// How bulk requests are run on one node. What a run has done is kept, so that one that is ended goes on where it was.
const (
	bulkWorkers, bulkPerAccount       = 4, 2
	removalWorkers, removalPerAccount = 2, 1
	bulkTimeLimit                     = 10 * time.Minute
)

// Kinds are how the jobs of bulk requests are run: removals in a lane of their own, so that a long one keeps nobody waiting.
func (b *Bulk) Kinds() []jobs.Kind {
	kind := jobs.Kind{
		Name: tickler.BulkJob, Workers: bulkWorkers, PerAccount: bulkPerAccount, TimeLimit: bulkTimeLimit, Run: b.Run,
		Backoff: soonAgain,
	}
	removal := kind
	removal.Name, removal.Workers, removal.PerAccount = tickler.BulkRemovalJob, removalWorkers, removalPerAccount
	return []jobs.Kind{kind, removal}
}

// Run works through the request of a job.
func (b *Bulk) Run(ctx context.Context, job jobs.Job) error {
	r, ended, err := b.app.RunBulk(ctx, tickler.ID(job.Account), tickler.ID(job.ID), job.Ref, b.wire)
	if err != nil {
		return err
	}
	if r.ID.IsZero() { // nobody knows of it
		return nil
	}
	if ended {
		b.ended(r)
	}
	return jobs.Settled
}
