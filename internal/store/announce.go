package store

import (
	"context"
	"slices"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// announce writes the deliveries that tell subscriptions of something, in the transaction of what they tell of. Those that
// were written before are passed over.
func announce(ctx context.Context, tx engine.Handle, deliveries []tickler.Delivery, now time.Time) error {
	const atOnce = 25 // a delivery has many columns
	for some := range slices.Chunk(deliveries, atOnce) {
		rows := make([][]any, len(some))
		byID := make(map[tickler.ID]tickler.Delivery, len(some))
		for i, d := range some {
			var err error
			if rows[i], err = deliveryArgs(d, seriesOf(d), d.Place); err != nil {
				return err
			}
			byID[d.ID] = d
		}
		statement, args := engine.Insertion(deliveryInto, rows)
		inserted, err := engine.Composed(tx).QueryContext(ctx, statement+` ON CONFLICT (account_id, id) DO NOTHING RETURNING id`, args...)
		ids, err := engine.Collect(inserted, err, func(row engine.Row) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) })
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
				SerialKey: seriesOf(d), SerialOrder: d.Place, Due: now, CreatedAt: now,
			})
		}
		statement, args = engine.Insertion(jobInto, work)
		if _, err := engine.Composed(tx).ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	return nil
}

// seriesOf is the series of a subscription's deliveries about one task: they leave one after another. One about no task waits
// for no other.
func seriesOf(d tickler.Delivery) string {
	if !d.IsOfTask() {
		return ""
	}
	return d.SubscriptionID.String() + ":" + d.TaskID.String()
}

// Announce keeps deliveries that tell of nothing that is written, with the jobs that hand them over.
func (s *Store) Announce(ctx context.Context, deliveries []tickler.Delivery, now time.Time) error {
	return s.writeRepeatable(ctx, func(ctx context.Context, tx engine.Handle) error { return announce(ctx, tx, deliveries, now) })
}
