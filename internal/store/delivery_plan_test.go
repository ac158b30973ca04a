package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"tickler/internal/pgtest"
)

// A subscription's undelivered events, and other subscriptions of its receiver, are found without
// reading what was delivered or what others are sent.
func TestUndeliveredEventsAreFoundByTheirIndex(t *testing.T) {
	t.Parallel()
	account, subscription := newID(), newID()
	// Postgres plans by the tables' contents: here, one delivery in a hundred is undelivered, and
	// one account has as many subscriptions as ten others.
	crowd := []string{
		`INSERT INTO delivery SELECT '` + account.String() + `'::uuid, gen_random_uuid(),
			CASE n % 2 WHEN 0 THEN '` + subscription.String() + `'::uuid ELSE gen_random_uuid() END, NULL, gen_random_uuid(), '', '', '', '', '', '',
			NULL, 0, CASE WHEN n % 100 < 2 THEN 0 ELSE 1 END, 0, 0, 0, '', 0, n
		FROM generate_series(1, 20000) AS n`,
		`INSERT INTO subscription SELECT CASE WHEN n <= 100 THEN '` + account.String() + `'::uuid ELSE md5((n / 10)::text)::uuid END, md5(n::text)::uuid,
			'', 'https://example.com', '', '', 1, 0, '', 0, NULL, '', NULL, NULL, 0, gen_random_uuid(), 0, gen_random_uuid()
		FROM generate_series(1, 5000) AS n`,
		`ANALYZE delivery`, `ANALYZE subscription`,
	}
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := filledStore(t, location, crowd...)
			r := &recorder{Engine: s.engine}
			recorded := newStore(r)
			_, err := recorded.SameReceiver(t.Context(), account, md5ID("1"))
			wantPlans(t, s, r, err, `pkey of subscription(account_id= id=); pkey of subscription(account_id=)`)
			_, err = recorded.FailedDeliveries(t.Context(), account, subscription, time.Unix(1, 0), newID(), 100)
			wantPlans(t, s, r, err, `delivery_not_taken(account_id= subscription_id= id>); no sort`)
			err = recorded.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				_, err := tx.PendingDeliveries(ctx, account, subscription, newID(), 100)
				return err
			})
			wantPlans(t, s, r, err, `delivery_not_taken(account_id= subscription_id= id>); no sort`)
		})
	}
}
