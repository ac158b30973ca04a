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
// sessions, and what subscriptions were told long ago.
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
}

const (
	forgetEvery = 10 * time.Minute
	forgetBatch = 200 // rows: small enough that creates don't wait behind it
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
			err := errors.Join(f.forgetAll(ctx, f.store.ForgetOnces), f.forgetAll(ctx, f.store.ForgetSessions), f.forgetAll(ctx, f.store.ForgetDeliveries))
			if err != nil && ctx.Err() == nil {
				f.log.Warn("what is over could not be removed; trying again later", "error", err)
			}
			if !sleep(ctx, f.clock, forgetEvery) {
				return
			}
		}
	})
}

func (f *Forgetter) forgetAll(ctx context.Context, forget func(context.Context, time.Time, int) (int64, error)) error {
	for {
		forgotten, err := forget(ctx, f.clock.Now(), forgetBatch)
		if err != nil || forgotten < forgetBatch {
			return err
		}
	}
}
