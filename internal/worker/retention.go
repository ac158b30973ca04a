package worker

import (
	"context"
	"errors"
	"time"
)

// Retention removes, in small steps, what is no longer promised to be kept: the memory of calls
// with an Idempotency-Key, sessions that are over, that of links in mails, what subscriptions were
// told long ago, and bulk requests, notifications and dead jobs that ended long ago.
type Retention struct {
	loop
	Deps
}

type retentionStore interface {
	ForgetOnces(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetSessions(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetUsedLinks(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetDeliveries(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetBulkRequests(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetNotifications(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetDeadJobs(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
}

const (
	retentionEvery = 10 * time.Minute
	retentionBatch = 200 // rows: few enough that creates don't wait behind it
	// A bulk request goes alone: with its rows it can be 5,000, and 4 MiB of body.
	retentionBulkBatch = 1
)

// NewRetention makes what removes, not running yet.
func NewRetention(d Deps) *Retention { return &Retention{Deps: d} }

// Start begins to remove, at once and then every ten minutes, until Stop. Stop may come in the
// middle: what is left is removed next time.
func (r *Retention) Start(ctx context.Context) {
	r.start(ctx, func(ctx context.Context) {
		for {
			if err := r.removeExpired(ctx); err != nil && ctx.Err() == nil {
				r.Log.Warn("could not delete expired rows; trying again later", "error", err)
			}
			if !sleep(ctx, r.Clock, retentionEvery) {
				return
			}
		}
	})
}

// removeExpired removes all that has expired. That one sort of it can't be removed does not keep
// the others.
func (r *Retention) removeExpired(ctx context.Context) error {
	return errors.Join(
		r.removeAll(ctx, retentionBatch, r.Store.ForgetOnces),
		r.removeAll(ctx, retentionBatch, r.Store.ForgetSessions),
		r.removeAll(ctx, retentionBatch, r.Store.ForgetUsedLinks),
		r.removeAll(ctx, retentionBatch, r.Store.ForgetDeliveries),
		r.removeAll(ctx, retentionBulkBatch, r.Store.ForgetBulkRequests),
		r.removeAll(ctx, retentionBatch, r.Store.ForgetNotifications),
		r.removeAll(ctx, retentionBatch, r.Store.ForgetDeadJobs),
	)
}

func (r *Retention) removeAll(
	ctx context.Context, batch int, remove func(context.Context, time.Time, int) (int64, error),
) error {
	for {
		removed, err := remove(ctx, r.Clock.Now(), batch)
		if err != nil || removed < int64(batch) {
			return err
		}
	}
}
