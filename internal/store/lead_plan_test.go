package store

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// Leads are found, listed and narrowed by index: what a page of them costs does not grow with their
// number.
func TestLeadsAreListedByTheirIndexes(t *testing.T) {
	t.Parallel()
	account := newID()
	one := `(SELECT '` + account.String() + `'::uuid AS a) AS account`
	crowd := []string{
		`INSERT INTO lead (account_id, id, first_name, last_name, email, phone, attributes, created_by, created_at, modified_at, words, worded_at, email_key, phone_tail)
			SELECT a, md5(n::text)::uuid, '', '', '', '', '[]', a, n, n, md5(n::text), n, md5(n::text), n::text FROM generate_series(1, 20000) AS n, ` + one,
		`INSERT INTO lead_word SELECT a, md5(n::text), md5(n::text)::uuid FROM generate_series(1, 20000) AS n, ` + one,
		`INSERT INTO opportunity SELECT a, md5('o' || n)::uuid, md5(n::text)::uuid, '', a, n FROM generate_series(1, 20000) AS n, ` + one,
		`INSERT INTO task (account_id, id, version, name, description, location, type_id, category, related_kind, related_id, owner_id, due_at, end_at, end_defaulted,
				reminder_rule, reminder_minutes, reminder_days, notify, state, custom_fields, priority, effort_estimate_unit, percent_completed, latitude, longitude,
				created_at, created_by, created_via, modified_at, modified_by)
			SELECT a, gen_random_uuid(), 1, '', '', '', a, 1, 1, md5(n::text)::uuid, md5((n % 50)::text)::uuid, n, n, 0, 0, 0, 0, 0, n % 2, '', '', '', 0, 0, 0, 0, a, 1, 0, a
			FROM generate_series(1, 20000) AS n, ` + one,
		`INSERT INTO task_change (account_id, task_id, version, kind, at, by_user, via, fields) SELECT account_id, id, 2, 1, due_at, owner_id, 1, '' FROM task`,
		`ANALYZE`,
	}
	const (
		words  = `pkey of lead_word(account_id= words> words<)`
		loaded = `pkey of lead(account_id= id=)`
		steps  = `task_of_related(account_id= related_id= state=) | task_of_related(account_id= related_id=)`
	)
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := filledStore(t, location, crowd...)
			ctx, r := t.Context(), &recorder{Engine: s.engine}
			watched := newStore(r)
			_, _, err := watched.FindLeads(ctx, account, "asha", 8)
			wantPlans(t, s, r, err, words+`; no sort`, `lead_account_id_email_key_key(account_id= email_key> email_key<) | pkey of lead(account_id= email_key> email_key<); no sort`)
			_, _, err = watched.FindLeads(ctx, account, "asha rao", 8)
			wantPlans(t, s, r, err, words, words, words+`; no sort`)
			_, _, err = watched.FindLeads(ctx, account, "9845012345", 8)
			wantPlans(t, s, r, err, words, `lead_phone_tail(account_id= phone_tail=); lead_mobile_tail(account_id= mobile_tail=); `+loaded, words)
			_, _, err = watched.LeadByPhone(ctx, account, "9845012345")
			wantPlans(t, s, r, err, loaded)

			from := &tickler.LeadPlace{ID: newID(), ChangedAt: time.Unix(5000, 0)}
			for _, without := range []bool{false, true} {
				for order, index := range map[tickler.LeadOrder]string{tickler.LeadsByChange: `lead_changed`, tickler.LeadsByName: `lead_named`} {
					list := tickler.LeadListing{Order: order, WithoutStep: without, Limit: 10}
					wish := index + `(account_id=); no sort`
					narrowed := wish
					if without {
						narrowed += `; ` + steps + `; opportunity_of_lead(account_id= lead_id=)`
					}
					if _, err := watched.ListLeads(ctx, account, list); err != nil {
						t.Fatal(err)
					}
					wantPlan(t, s, r.queries[0], narrowed)
					wantNoTaskButOfRelated(t, s, r.queries[0])
					list.From, r.queries = from, nil
					if _, err := watched.ListLeads(ctx, account, list); err != nil {
						t.Fatal(err)
					}
					for _, q := range r.queries {
						if len(q.args) > 2 && q.args[1] == int64(5000) { // else it is the place's
							wantPlan(t, s, q, wish)
						}
					}
					r.queries = nil
				}
			}

			_, _, err = watched.OverdueLeads(ctx, account, []tickler.ID{newID()}, time.Unix(100, 0))
			wantPlans(t, s, r, err, `only task_open_of_related(account_id= end_at<); no sort`)
			ids := []tickler.ID{newID(), newID()}
			_, err = watched.NextSteps(ctx, account, ids, tickler.StepFilter{Team: ids, EndedBefore: time.Unix(100, 0)})
			wantPlans(t, s, r, err, steps+`; opportunity_of_lead(account_id= lead_id=); `+loaded+`; pkey of t(account_id= id=)`)
			_, err = watched.LatestChanges(ctx, account, ids, 10)
			wantPlans(t, s, r, err, `pkey of task_change(account_id= task_id=)`)
			wantPlan(t, s, query{text: `SELECT 1 FROM lead WHERE worded_at IS DISTINCT FROM modified_at ORDER BY modified_at LIMIT 1`}, `lead_unworded; no sort`)
		})
	}
}

// wantNoTaskButOfRelated wants tasks to be reached by what they are about alone.
func wantNoTaskButOfRelated(t *testing.T, s *Store, q query) {
	t.Helper()
	for _, step := range planOf(t, s, q).steps {
		if strings.HasPrefix(step.index, "task_") && !slices.Contains(step.columns, "related_id=") {
			t.Errorf("%s\nreads %s by %v", q.text, step.index, step.columns)
		}
	}
}
