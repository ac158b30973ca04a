package store

import (
	"context"
	"time"

	"tickler/internal/jobs"
)

// Enqueue makes a job, for tests of the queue alone. With a series' key it waits for the series'
// earlier jobs.
func (q Queue) Enqueue(ctx context.Context, ref jobs.Ref, kind, payload, serialKey string, due, now time.Time) error {
	return q.EnqueueInOrder(ctx, ref, kind, payload, serialKey, 0, due, now)
}

// EnqueueInOrder is Enqueue with a place in the series.
func (q Queue) EnqueueInOrder(
	ctx context.Context, ref jobs.Ref, kind, payload, serialKey string, serialOrder int64, due, now time.Time,
) error {
	return q.store.Write(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.Enqueue(ctx, jobs.New{
			Ref: ref, Kind: kind, Payload: payload, SerialKey: serialKey, SerialOrder: serialOrder, Due: due, CreatedAt: now,
		})
	})
}
