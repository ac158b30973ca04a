package app

import (
	"context"

	"tickler"
	"tickler/internal/jobs"
)

// FollowAtOnce is how many rows one step of a long change takes.
const FollowAtOnce = followAtOnce

// RunRows runs orders as the rows of a bulk request, from row number first, whether or not it is
// their turn. It returns the request as it then is, and whether this call ended it.
func (a *App) RunRows(ctx context.Context, r tickler.BulkRequest, job jobs.Ref, first int, orders []BulkOrder) (tickler.BulkRequest, bool, error) {
	run := bulkRun{Bulk: a.Bulk, request: r, job: job}
	var err error
	if run.caller, err = a.callerFor(ctx, r.AccountID, r.RequestedBy, tickler.Origin{Kind: tickler.ViaBulk, ID: r.ID}); err != nil {
		return r, false, err
	}
	steps := make([]bulkStep, len(orders))
	for i, order := range orders {
		if steps[i], err = run.plan(ctx, first+i, order); err != nil {
			return r, false, err
		}
	}
	err = run.run(ctx, steps)
	return run.request, run.ended, err
}
