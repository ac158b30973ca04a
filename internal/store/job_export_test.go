package store

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// Enqueue makes a job, for tests of the queue alone. With a series' key it waits for the series' earlier jobs.
func (q Queue) Enqueue(ctx context.Context, account tickler.ID, kind, payload, serialKey string, due, now time.Time) (jobs.Ref, error) {
	args := jobArgs(account, kind, payload, serialKey, due, now)
	statement, args := insertion(`job (`+jobColumns+`)`, [][]any{args})
	err := q.store.write(ctx, func(ctx context.Context, tx handle) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
	return jobs.Ref{Account: jobs.ID(account), ID: jobs.ID(args[1].([]byte))}, err
}
