// Package worker does what is done in the background: it finds what has come due about tasks, mails reminders and reports, hands
// webhooks over, works through bulk requests, and clears away what is no longer promised to be kept.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"tickler"
)

// Forgetter removes, in small steps, what is over: the memory of calls whose Idempotency-Key is no longer promised to be known,
// sessions, what subscriptions were told long ago, and bulk requests, notifications and dead jobs that ended long ago.
type Forgetter struct {
	loop
	store forgetStore
	clock tickler.Clock
	log   *slog.Logger
}

type forgetStore interface {
	ForgetOnces(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetSessions(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetDeliveries(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetBulkRequests(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetNotifications(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
	ForgetDeadJobs(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
}

const (
	forgetEvery = 10 * time.Minute
	forgetBatch = 200 // rows: small enough that creates don't wait behind it
	// A bulk request goes alone: with its rows it can be 5,000, and 4 MiB of body.
	forgetBulkBatch = 1
)

// NewForgetter makes a forgetter that is not running yet.
func NewForgetter(store forgetStore, clock tickler.Clock, log *slog.Logger) *Forgetter {
	return &Forgetter{store: store, clock: clock, log: log}
}

// Start begins to forget, at once and then every ten minutes, until Stop. Stop may come in the middle: what is left is
// forgotten next time.
func (f *Forgetter) Start(ctx context.Context) {
	f.start(ctx, func(ctx context.Context) {
		for {
			if err := f.forget(ctx); err != nil && ctx.Err() == nil {
				f.log.Warn("what is over could not be removed; trying again later", "error", err)
			}
			if !sleep(ctx, f.clock, forgetEvery) {
				return
			}
		}
	})
}

// forget forgets all there is to forget. That one sort of it can't be removed does not keep the others.
func (f *Forgetter) forget(ctx context.Context) error {
	return errors.Join(
		f.forgetAll(ctx, forgetBatch, f.store.ForgetOnces),
		f.forgetAll(ctx, forgetBatch, f.store.ForgetSessions),
		f.forgetAll(ctx, forgetBatch, f.store.ForgetDeliveries),
		f.forgetAll(ctx, forgetBulkBatch, f.store.ForgetBulkRequests),
		f.forgetAll(ctx, forgetBatch, f.store.ForgetNotifications),
		f.forgetAll(ctx, forgetBatch, f.store.ForgetDeadJobs),
	)
}

func (f *Forgetter) forgetAll(ctx context.Context, batch int, forget func(context.Context, time.Time, int) (int64, error)) error {
	for {
		forgotten, err := forget(ctx, f.clock.Now(), batch)
		if err != nil || forgotten < int64(batch) {
			return err
		}
	}
}
