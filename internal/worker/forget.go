// Package worker does what is done in the background.
package worker

import (
	"context"
	"log/slog"
	"time"

	"tickler"
)

// Forgetter removes, in small steps, the memory of calls whose Idempotency-Key is no longer promised to be known.
type Forgetter struct {
	store   onceStore
	clock   tickler.Clock
	log     *slog.Logger
	stop    context.CancelFunc
	stopped chan struct{}
}

type onceStore interface {
	ForgetOnces(ctx context.Context, now time.Time, limit int) (forgotten int64, err error)
}

const (
	forgetEvery = 10 * time.Minute
	forgetBatch = 200 // rows: small enough that creates don't wait behind it
)

// NewForgetter makes a forgetter that is not running yet.
func NewForgetter(store onceStore, clock tickler.Clock, log *slog.Logger) *Forgetter {
	return &Forgetter{store: store, clock: clock, log: log}
}

// Start begins to forget, at once and then every ten minutes, until Stop.
func (f *Forgetter) Start(ctx context.Context) {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	f.stop, f.stopped = stop, make(chan struct{})
	go func() {
		defer close(f.stopped)
		f.run(running)
	}()
}

// Stop ends the forgetting, in the middle if need be: what is left is forgotten next time.
func (f *Forgetter) Stop() {
	f.stop()
	<-f.stopped
}

func (f *Forgetter) run(ctx context.Context) {
	for {
		if err := f.forgetAll(ctx); err != nil && ctx.Err() == nil {
			f.log.Warn("old idempotency keys could not be removed; trying again later", "error", err)
		}
		tick, giveUp := f.clock.NewTimer(forgetEvery)
		select {
		case <-ctx.Done():
			giveUp()
			return
		case <-tick:
		}
	}
}

func (f *Forgetter) forgetAll(ctx context.Context) error {
	for {
		forgotten, err := f.store.ForgetOnces(ctx, f.clock.Now(), forgetBatch)
		if err != nil || forgotten < forgetBatch {
			return err
		}
	}
}
