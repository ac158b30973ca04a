package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// Forgetting looks at what is over only, accepting a bulk request at those of its account that are not, and the page of a request at
// its own deliveries.
func TestForgettingGoesByIndexes(t *testing.T) {
	t.Parallel()
	over := tickler.BulkRequest{
		ID: md5ID("over"), AccountID: md5ID("account"), Operation: tickler.BulkCreate, State: tickler.BulkSucceeded, RequestedBy: md5ID("1"), Via: tickler.Origin{Kind: tickler.ViaAPI}, Body: []byte("{}"), Rows: 1,
		CreatedAt: time.Unix(10, 0), CompletedAt: time.Unix(10, 0),
	}
	// Postgres goes by what is in the table: here, one in a hundred is over, and one account has as many requests as all others.
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
	for name, on := range map[string]struct {
		location, explain string
		prepare           []string
		// Patterns of the plans.
		requests, attempts, deliveries, page, waiting, notifications, jobs string
	}{
		"SQLite": {
			filepath.Join(t.TempDir(), "tickler.db"), `EXPLAIN QUERY PLAN `, nil,
			`(?s)SEARCH bulk_request USING PRIMARY KEY.*SEARCH r USING INDEX bulk_request_by_end \(completed_at<\?\).*` +
				`SEARCH d USING PRIMARY KEY \(account_id=\? AND id=\?\).*SEARCH delivery USING COVERING INDEX delivery_of_request \(account_id=\? AND request_id=\?\)`,
			`(?s)SEARCH delivery_attempt USING (PRIMARY KEY|INDEX \w+) \(account_id=\? AND delivery_id=\?\).*` +
				`SEARCH delivery USING COVERING INDEX delivery_of_request \(account_id=\? AND request_id=\?\)`,
			`(?s)SEARCH delivery USING PRIMARY KEY \(account_id=\? AND id=\?\).*SEARCH delivery USING COVERING INDEX delivery_of_request \(account_id=\? AND request_id=\?\)`,
			`(?s)SEARCH delivery USING PRIMARY KEY \(account_id=\? AND id=\?\).*SEARCH delivery USING COVERING INDEX delivery_of_request \(account_id=\? AND request_id=\?\)`,
			`SEARCH bulk_request USING COVERING INDEX bulk_request_by_end \(completed_at=\? AND account_id=\?\)`,
			`(?s)SEARCH notification USING INDEX notification_by_id \(account_id=\? AND id=\?\).*` +
				`SEARCH notification USING INDEX notification_by_deadline \(deadline<\?\)`,
			`(?s)SEARCH job USING PRIMARY KEY.*SEARCH job USING (COVERING )?INDEX job_dead \(next_at<\?\)`,
		},
		"Postgres": {
			pgtest.URL(t), `EXPLAIN `, crowd,
			`(?s)Index Scan using bulk_request_by_end on bulk_request r.*delivery_of_request on delivery .*delivery_pkey on delivery d.*Index Scan using bulk_request_pkey`,
			`delivery_of_request on delivery`, `delivery_of_request on delivery`, `delivery_of_request on delivery`,
			`Index (Only )?Scan using bulk_request_by_end on bulk_request`,
			`(?s)Index Scan using notification_by_deadline on notification.*Index Scan using notification_by_id`,
			`(?s)Index Scan using job_dead on job.*Index Scan using job_pkey`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, on.location)
			for _, statement := range on.prepare {
				if _, err := s.engine.Database().ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
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
			wantPlan(t, s, r, err, on.explain, on.requests, `bulk_row`, `bulk_body`, on.attempts, on.deliveries)
			_, err = recorded.DeliveriesOfRequest(t.Context(), over.AccountID, over.ID, tickler.Page{Limit: 10})
			wantPlan(t, s, r, err, on.explain, on.page)
			err = recorded.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				_, err := tx.OpenBulkRequests(ctx, over.AccountID, tickler.MaxBulkWaiting+1)
				return err
			})
			wantPlan(t, s, r, err, on.explain, on.waiting)
			r.writes = nil
			_, err = recorded.ForgetNotifications(t.Context(), now, 10)
			r.queries, r.writes = r.writes, nil
			wantPlan(t, s, r, err, on.explain, on.notifications)
			_, err = recorded.ForgetDeadJobs(t.Context(), now, 10)
			r.queries = r.writes
			wantPlan(t, s, r, err, on.explain, on.jobs)
		})
	}
}
