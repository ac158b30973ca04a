package store

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// A page of bulk requests is read from its key, the newest first, without looking at the account's others or sorting them;
// also a page of one of five people.
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
	for _, on := range []struct {
		name, location string
		prepare        []string
		explain, want  string
	}{
		{"SQLite", filepath.Join(t.TempDir(), "tickler.db"), nil, `EXPLAIN QUERY PLAN `, `USING PRIMARY KEY \(account_id=\?\)`},
		{"Postgres", pgtest.URL(t), []string{crowd, `ANALYZE bulk_request`}, `EXPLAIN `, `Index Scan Backward using bulk_request_pkey`},
	} {
		s := openStore(t, on.location)
		if _, err := s.CreateBulkRequest(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
		for _, statement := range on.prepare {
			if _, err := s.engine.Database().ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		for name, filter := range map[string]tickler.BulkFilter{
			"all": {AccountID: r.AccountID}, "somebody's": {AccountID: r.AccountID, RequestedBy: r.RequestedBy},
		} {
			t.Run(on.name+"/"+name, func(t *testing.T) {
				recorded := &recorder{Engine: s.engine}
				watched := newStore(recorded)
				if _, total, err := watched.BulkRequests(t.Context(), filter, tickler.Page{Limit: 10}); err != nil || total == 0 {
					t.Fatalf("%d requests, %v", total, err)
				}
				page := recorded.queries[len(recorded.queries)-1]
				plan := explain(t, s, on.explain+page.text, page.args)
				if !regexp.MustCompile(on.want).MatchString(plan) || strings.Contains(plan, "B-TREE") || strings.Contains(plan, "Sort") {
					t.Errorf("%s\nis not run as %s:\n%s", page.text, on.want, plan)
				}
			})
		}
	}
}
