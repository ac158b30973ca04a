package store

import (
	"context"
	"slices"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// announce is Tx.Announce on a bare handle.
func announce(ctx context.Context, tx engine.Handle, deliveries []tickler.Delivery, now time.Time) error {
	const atOnce = 25 // a delivery has many columns
	for some := range slices.Chunk(deliveries, atOnce) {
		rows := make([][]any, len(some))
		byID := make(map[tickler.ID]tickler.Delivery, len(some))
		for i, d := range some {
			var err error
			if rows[i], err = deliveryArgs(d); err != nil {
				return err
			}
			byID[d.ID] = d
		}
		statement, args := engine.Insertion(deliveryInto, rows)
		statement += ` ON CONFLICT (account_id, id) DO NOTHING RETURNING id`
		inserted, err := engine.Composed(tx).QueryContext(ctx, statement, args...)
		ids, err := engine.Collect(inserted, err, scanID)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			continue
		}
		work := make([][]any, len(ids))
		for i, id := range ids {
			d := byID[id]
			work[i] = jobArgs(jobs.New{
				Ref: jobs.Ref{Account: jobs.ID(d.AccountID), ID: jobs.ID(id)}, Kind: tickler.WebhookJob,
				SerialKey: d.Series(), SerialOrder: d.Place, Due: now, CreatedAt: now,
			})
		}
		statement, args = engine.Insertion(jobInto, work)
		if _, err := engine.Composed(tx).ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	return nil
}

// Announce stores deliveries with the jobs that send them. It skips those that were stored before,
// even if they have been sent since.
func (tx *Tx) Announce(ctx context.Context, deliveries []tickler.Delivery, now time.Time) error {
	return announce(ctx, tx.db, deliveries, now)
}
