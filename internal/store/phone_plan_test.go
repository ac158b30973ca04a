package store

import (
	"path/filepath"
	"regexp"
	"testing"

	"tickler"
	"tickler/internal/pgtest"
)

// A phone number is looked up by both indexes of tails: no account's leads are read one by one for it.
func TestPhonesAreFoundByTheirIndexes(t *testing.T) {
	t.Parallel()
	account := newID()
	crowd := `
		INSERT INTO lead (account_id, id, first_name, last_name, email, phone, attributes, created_by, created_at, modified_at, phone_tail, mobile_tail)
		SELECT a, gen_random_uuid(), '', '', '', '', '[]', a, n, n, (1000000 + n)::text, (2000000 + n)::text
		FROM generate_series(1, 20000) AS n, (SELECT '` + account.String() + `'::uuid AS a) AS account`
	for _, on := range []struct {
		name, location, explain, want string
		prepare                       []string
	}{
		{
			"SQLite", filepath.Join(t.TempDir(), "tickler.db"), `EXPLAIN QUERY PLAN `,
			`(?s)lead_phone_tail \(account_id=\? AND phone_tail=\?\).*lead_mobile_tail \(account_id=\? AND mobile_tail=\?\)`, nil,
		},
		{
			"Postgres", pgtest.URL(t), `EXPLAIN `, `(?s)Index Scan using lead_phone_tail.*Index Scan using lead_mobile_tail`,
			[]string{crowd, `ANALYZE lead`},
		},
	} {
		t.Run(on.name, func(t *testing.T) {
			s := openStore(t, on.location)
			for _, statement := range on.prepare {
				if _, err := s.engine.Database().ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			r := &recorder{Engine: s.engine}
			watched := &Store{engine: r}
			if _, _, err := watched.LeadByPhone(t.Context(), account, "+91-9000000001"); err != nil {
				t.Fatal(err)
			}
			for _, number := range []tickler.LeadPart{{Column: tickler.LeadPhone}, {Name: "MOBILE"}} {
				search := tickler.LeadSearch{
					Condition: tickler.LeadCondition{Of: number, Operator: tickler.LeadEquals, Value: "9000000001"}, Page: tickler.Page{Limit: 10},
				}
				if _, err := watched.Leads(t.Context(), account, search); err != nil {
					t.Fatal(err)
				}
			}
			if len(r.queries) != 3 {
				t.Fatalf("%d queries", len(r.queries))
			}
			for i, want := range []string{on.want, `lead_phone_tail`, `lead_mobile_tail`} {
				if plan := explain(t, s, on.explain+r.queries[i].text, r.queries[i].args); !regexp.MustCompile(want).MatchString(plan) {
					t.Errorf("%s\nis not run as %s:\n%s", r.queries[i].text, want, plan)
				}
			}
		})
	}
}
