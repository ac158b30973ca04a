package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// Forgetting reads only expired rows, accepting a bulk request only the account's open ones, and
// the page of a request only its own deliveries.
func TestForgettingGoesByIndexes(t *testing.T) {
	t.Parallel()
	over := tickler.BulkRequest{
		ID: md5ID("over"), AccountID: md5ID("account"), Operation: tickler.BulkCreate, State: tickler.BulkSucceeded, RequestedBy: md5ID("1"), Via: tickler.Origin{Kind: tickler.ViaAPI}, Body: []byte("{}"), Rows: 1,
		CreatedAt: time.Unix(10, 0), CompletedAt: time.Unix(10, 0),
	}
	// Postgres plans by the tables' contents: here, one row in a hundred has expired, and one
	// account has as many requests as all others.
	crowd := []string{
		`INSERT INTO bulk_request SELECT '` + over.AccountID.String() + `'::uuid, md5(n::text)::uuid, 1, 2, md5((n % 5)::text)::uuid, 1, NULL, NULL, '', 1, 1, 0,
			n, n, CASE WHEN n % 1000 > 0 THEN n::bigint * 1000 END, NULL, NULL, 2, 1, '', n
		FROM generate_series(1, 20000) AS n`,
		`INSERT INTO notification SELECT gen_random_uuid(), gen_random_uuid(), n, gen_random_uuid(), gen_random_uuid(), n::bigint * 1000, 1, 1, '', n, n
		FROM generate_series(1, 20000) AS n`,
		`INSERT INTO job SELECT gen_random_uuid(), gen_random_uuid(), 'mail', '', NULL, n % 3, n::bigint * 1000000, '', 0, '', 0, 0 FROM generate_series(1, 20000) AS n`,
		`INSERT INTO delivery SELECT '` + over.AccountID.String() + `'::uuid, gen_random_uuid(), NULL, gen_random_uuid(), NULL, '', '', '', '', '', '', NULL, 0, n % 2, 0, 0, 0, '', 0, 0
		FROM generate_series(1, 20000) AS n`,
		`ANALYZE bulk_request`, `ANALYZE notification`, `ANALYZE job`, `ANALYZE delivery`,
	}
	const (
		ofRequest = `delivery_of_request(account_id= request_id=)`
		requests  = `pkey of bulk_request(account_id= id=); bulk_request_by_end(completed_at<); ` +
			`pkey of d(account_id= id=); ` + ofRequest
		deliveries = ofRequest + `; pkey of delivery(account_id= id=)`
	)
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := filledStore(t, location, crowd...)
			if _, err := s.CreateBulkRequest(t.Context(), over, nil); err != nil {
				t.Fatal(err)
			}
			r := &recorder{Engine: s.engine}
			recorded, now := newStore(r), time.Unix(200_000, 0).Add(tickler.EndedKept)
			_, err := recorded.ForgetBulkRequests(t.Context(), now, 1)
			if len(r.writes) != 4 {
				t.Fatalf("%d belongings were removed", len(r.writes))
			}
			r.queries = append(r.queries, r.writes...)
			wantPlans(t, s, r, err, requests, `pkey of bulk_row(account_id= request_id=)`, `pkey of bulk_body(account_id= request_id=)`,
				`pkey of delivery_attempt(account_id= delivery_id=); `+ofRequest, deliveries)
			_, err = recorded.DeliveriesOfRequest(t.Context(), over.AccountID, over.ID, tickler.Page{Limit: 10})
			wantPlans(t, s, r, err, deliveries)
			err = recorded.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				_, err := tx.OpenBulkRequests(ctx, over.AccountID, tickler.MaxBulkWaiting+1)
				return err
			})
			wantPlans(t, s, r, err, `only bulk_request_by_end(completed_at= account_id=)`)
			_, err = recorded.ForgetNotifications(t.Context(), now, 10)
			r.queries = r.writes
			wantPlans(t, s, r, err, `notification_by_deadline(deadline<); notification_by_id(account_id= id=)`)
			_, err = recorded.ForgetDeadJobs(t.Context(), now, 10)
			r.queries = r.writes
			wantPlans(t, s, r, err, `job_dead(next_at<); pkey of job(account_id= id=)`)
		})
	}
}
