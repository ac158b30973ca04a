package worker

import (
	"context"
	"log/slog"
	"time"

	"tickler"
)

// Reminder watches for reminders that have come and has them mailed. Every node runs one, and none leads: what one
// claims the others pass over. It works through what was missed while nothing ran, the oldest first.
type Reminder struct {
	loop
	store reminderStore
	clock tickler.Clock
	log   *slog.Logger
	// claimed is called after notifications were made.
	claimed func(count int)
}

type reminderStore interface {
	ClaimReminders(ctx context.Context, now time.Time, limit int) (claimed int, err error)
	NextReminder(ctx context.Context) (at time.Time, armed bool, err error)
}

const (
	remindBatch = 200 // tasks in one transaction
	// lookEvery is how soon a task that was just created, here or on another node, is noticed when its moment is near.
	lookEvery = 250 * time.Millisecond
	// storeTimeout ends a question to the store that hangs.
	storeTimeout = 10 * time.Second
)

// NewReminder makes a reminder that is not running yet.
func NewReminder(store reminderStore, clock tickler.Clock, log *slog.Logger, claimed func(count int)) *Reminder {
	return &Reminder{store: store, clock: clock, log: log, claimed: claimed}
}

// Start begins to watch until Stop.
func (r *Reminder) Start(ctx context.Context) {
	r.start(ctx, func(ctx context.Context) {
		for {
			wait, err := r.claimDue(ctx)
			if err != nil && ctx.Err() == nil {
				r.log.Warn("due reminders can't be claimed; trying again", "error", err)
			}
			if wait > 0 && !sleep(ctx, r.clock, wait) || ctx.Err() != nil {
				return
			}
		}
	})
}

// claimDue claims one batch and says how long to wait for the next.
func (r *Reminder) claimDue(ctx context.Context) (wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	next, armed, err := r.store.NextReminder(ctx)
	if err != nil {
		return lookEvery, err
	}
	now := r.clock.Now()
	if !armed || next.After(now) {
		return r.untilNext(next, armed, now), nil
	}
	count, err := r.store.ClaimReminders(ctx, now, remindBatch)
	if err != nil {
		return lookEvery, err
	}
	if count == 0 { // another node was quicker
		return lookEvery, nil
	}
	r.claimed(count)
	return 0, nil
}

func (r *Reminder) untilNext(next time.Time, armed bool, now time.Time) time.Duration {
	if armed && next.Sub(now) < lookEvery {
		return next.Sub(now)
	}
	return lookEvery
}
