package store

import (
	"path/filepath"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// A page of bulk requests is read by its key, the newest first, without reading the account's
// others or sorting; so is a page of one of five people.
func TestBulkRequestsAreReadInTheOrderOfTheirKey(t *testing.T) {
	t.Parallel()
	r := tickler.BulkRequest{
		ID: md5ID("1"), AccountID: md5ID("account"), Operation: tickler.BulkCreate, RequestedBy: md5ID("1"), Via: tickler.Origin{Kind: tickler.ViaAPI},
		Body: []byte("{}"), Rows: 1, CreatedAt: time.Unix(10, 0),
	}
	crowd := `
		INSERT INTO bulk_request SELECT '` + r.AccountID.String() + `'::uuid, md5(n::text)::uuid, 1, 2, md5((n % 5)::text)::uuid, 1, NULL, NULL, '', 1, 1, 0,
			n, n, n, NULL, NULL, 2, 1, '', n
		FROM generate_series(2, 20000) AS n`
	for engine, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		s := filledStore(t, location, crowd, `ANALYZE bulk_request`)
		if _, err := s.CreateBulkRequest(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
		for name, filter := range map[string]tickler.BulkFilter{
			"all": {AccountID: r.AccountID}, "somebody's": {AccountID: r.AccountID, RequestedBy: r.RequestedBy},
		} {
			t.Run(engine+"/"+name, func(t *testing.T) {
				recorded := &recorder{Engine: s.engine}
				watched := newStore(recorded)
				if _, total, err := watched.BulkRequests(t.Context(), filter, tickler.Page{Limit: 10}); err != nil || total == 0 {
					t.Fatalf("%d requests, %v", total, err)
				}
				wantPlan(t, s, recorded.queries[len(recorded.queries)-1], `pkey of bulk_request(account_id=); no sort`)
			})
		}
	}
}
