package worker

import (
	"context"
	"time"

	"tickler"
)

// Watch looks for what time makes due, a reminder or a task that is overdue, and has it told. Every
// node runs one, and none leads: what one claims the others pass over. It works through what was
// missed while nothing ran, the oldest first.
type Watch struct {
	loop
	Deps
	wake func(kind string)
}

type dueApp interface {
	ClaimDue(ctx context.Context, now time.Time, limit int) (claimed int, err error)
	NextDue(ctx context.Context) (at time.Time, armed bool, err error)
}

const (
	dueBatch = 200 // tasks in one transaction
	// lookEvery is how soon a task that was just created, here or on another node, is noticed when
	// its moment is near.
	lookEvery = 250 * time.Millisecond
	// storeTimeout ends a question to the store that hangs.
	storeTimeout = 10 * time.Second
)

// NewWatch makes a watch that is not running yet. When it has claimed something, wake is told of
// the mail to be sent.
func NewWatch(d Deps, wake func(kind string)) *Watch { return &Watch{Deps: d, wake: wake} }

// Start begins to watch until Stop.
func (w *Watch) Start(ctx context.Context) {
	w.start(ctx, func(ctx context.Context) {
		failing := false // which is logged once
		for {
			wait, err := w.claimDue(ctx)
			if err != nil && ctx.Err() == nil && !failing {
				w.Log.Warn("could not claim due tasks; trying until it works", "error", err)
			}
			failing = err != nil
			if wait > 0 && !sleep(ctx, w.Clock, wait) || ctx.Err() != nil {
				return
			}
		}
	})
}

// claimDue claims one batch and says how long to wait for the next.
func (w *Watch) claimDue(ctx context.Context) (wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	next, armed, err := w.App.NextDue(ctx)
	if err != nil {
		return lookEvery, err
	}
	now := w.Clock.Now()
	if !armed || next.After(now) {
		return w.untilNext(next, armed, now), nil
	}
	count, err := w.App.ClaimDue(ctx, now, dueBatch)
	if count == 0 { // another node was quicker, or it failed
		return lookEvery, err
	}
	w.wake(tickler.MailJob)
	return 0, err
}

func (w *Watch) untilNext(next time.Time, armed bool, now time.Time) time.Duration {
	if armed && next.Sub(now) < lookEvery {
		return next.Sub(now)
	}
	return lookEvery
}
