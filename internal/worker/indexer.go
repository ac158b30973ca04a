package worker

import (
	"context"
	"time"
)

// Indexer has the index by which tasks are found by their words follow what happens to them: on a
// calm system within a second. No call waits for it, and it leaves most of the machine to others:
// after an upgrade or under load it catches up bit by bit.
type Indexer struct {
	loop
	Deps
}

type indexStore interface {
	TaskSearchWaits(ctx context.Context) (bool, error)
	IndexTasks(ctx context.Context, after int64, limit int) (end int64, more bool, err error)
}

const (
	indexEvery = time.Second
	indexBatch = 100 // tasks: few enough that creates don't wait behind it
	// indexPause is how long it rests after a step, in steps of that length.
	indexPause   = 9
	shortestRest = 5 * time.Millisecond
)

// NewIndexer makes what writes the index, not running yet.
func NewIndexer(d Deps) *Indexer { return &Indexer{Deps: d} }

// Start begins to follow, once a second, until Stop.
func (x *Indexer) Start(ctx context.Context) {
	x.start(ctx, func(ctx context.Context) {
		for {
			if err := x.catchUp(ctx); err != nil && ctx.Err() == nil {
				x.Log.Warn("could not write the index of tasks; trying again later", "error", err)
			}
			if !sleep(ctx, x.Clock, indexEvery) {
				return
			}
		}
	})
}

// catchUp writes into the index what waits to be, in steps with rests between them.
func (x *Indexer) catchUp(ctx context.Context) error {
	waits, err := x.Store.TaskSearchWaits(ctx)
	if err != nil || !waits {
		return err
	}
	for after := int64(0); ; {
		started := x.Clock.Now()
		var more bool
		if after, more, err = x.Store.IndexTasks(ctx, after, indexBatch); err != nil || !more {
			return err
		}
		if !sleep(ctx, x.Clock, max(shortestRest, indexPause*x.Clock.Now().Sub(started))) {
			return nil
		}
	}
}
