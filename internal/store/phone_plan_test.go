package store

import (
	"path/filepath"
	"testing"

	"tickler"
	"tickler/internal/pgtest"
)

// A phone number is looked up by both indexes of tails: no scan of an account's leads.
func TestPhonesAreFoundByTheirIndexes(t *testing.T) {
	t.Parallel()
	account := newID()
	crowd := `
		INSERT INTO lead (account_id, id, first_name, last_name, email, phone, attributes, created_by, created_at, modified_at, phone_tail, mobile_tail)
		SELECT a, gen_random_uuid(), '', '', '', '', '[]', a, n, n, (1000000 + n)::text, (2000000 + n)::text
		FROM generate_series(1, 20000) AS n, (SELECT '` + account.String() + `'::uuid AS a) AS account`
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := filledStore(t, location, crowd, `ANALYZE lead`)
			r := &recorder{Engine: s.engine}
			watched := &Store{engine: r}
			_, _, err := watched.LeadByPhone(t.Context(), account, "+91-9000000001")
			wantPlans(t, s, r, err, `lead_phone_tail(account_id= phone_tail=); lead_mobile_tail(account_id= mobile_tail=)`)
			for number, wish := range map[tickler.LeadPart]string{
				{Column: tickler.LeadPhone}: `lead_phone_tail(account_id= phone_tail=)`,
				{Name: "MOBILE"}:            `lead_mobile_tail(account_id= mobile_tail=)`,
			} {
				search := tickler.LeadSearch{
					Condition: tickler.LeadCondition{Of: number, Operator: tickler.LeadEquals, Value: "9000000001"}, Page: tickler.Page{Limit: 10},
				}
				_, err := watched.Leads(t.Context(), account, search)
				wantPlans(t, s, r, err, wish)
			}
		})
	}
}
