package store

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// Enqueue makes a job, for tests of the queue alone. With a series' key it waits for the series' earlier jobs.
func (q Queue) Enqueue(ctx context.Context, ref jobs.Ref, kind, payload, serialKey string, due, now time.Time) error {
	return q.EnqueueInOrder(ctx, ref, kind, payload, serialKey, 0, due, now)
}

// EnqueueInOrder is Enqueue with a place in the series.
func (q Queue) EnqueueInOrder(
	ctx context.Context, ref jobs.Ref, kind, payload, serialKey string, serialOrder int64, due, now time.Time,
) error {
	job := newJob{tickler.ID(ref.Account), tickler.ID(ref.ID), kind, payload, serialKey, serialOrder, due}
	statement, args := engine.Insertion(`job (`+jobColumns+`)`, [][]any{job.args(now)})
	return q.store.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}
