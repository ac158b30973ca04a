package store

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// Enqueue makes a job, for tests of the queue alone. With a series' key it waits for the series' earlier jobs.
func (q Queue) Enqueue(ctx context.Context, ref jobs.Ref, kind, payload, serialKey string, due, now time.Time) error {
	args := jobArgs(tickler.ID(ref.Account), kind, payload, serialKey, due, now)
	args[1] = ref.ID[:]
	statement, args := insertion(`job (`+jobColumns+`)`, [][]any{args})
	return q.store.write(ctx, func(ctx context.Context, tx handle) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}
