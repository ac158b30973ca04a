package store

import (
	"path/filepath"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// What is next for a person must not be looked for among all that they have done in years.
func TestWhatIsNextIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	// A person with 20,000 tasks of which every hundredth is open, among those of 200 others.
	crowd := []string{
		`INSERT INTO task SELECT n, '01a1ffaa-f17b-701c-9c70-1d8bd5e43cad', gen_random_uuid(), 1, '', '', '', a, 1, 0, NULL,
			md5((n % 200)::text)::uuid, n, n, 0, 0, 0, 0, NULL, 0, NULL, NULL, CASE WHEN n % 100 = 0 THEN 0 ELSE 1 END,
			CASE WHEN n % 100 > 0 THEN n END, CASE WHEN n % 100 > 0 THEN md5((n % 200)::text)::uuid END, '', '', '', 0, 0, 0, 0, a, 1,
			NULL, 0, a
		FROM generate_series(1, 20000) AS n, (SELECT gen_random_uuid() AS a) AS account`,
		`ANALYZE task`,
	}
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := filledStore(t, location, crowd...)
			account, err := tickler.ParseID("01a1ffaa-f17b-701c-9c70-1d8bd5e43cad")
			if err != nil {
				t.Fatal(err)
			}
			person := newID()
			r := &recorder{Engine: s.engine}
			recorded := newStore(r)
			_, err = recorded.OpenTasksDue(t.Context(), account, person, time.Unix(100, 0), 10)
			wantPlans(t, s, r, err, `task_of_owner(account_id= owner_id= due_at<)`)
			_, _, err = recorded.TasksDone(t.Context(), account, person, time.Unix(100, 0), 10)
			wantPlans(t, s, r, err, `task_done(account_id= completed_by= completed_at>)`)
			_, err = recorded.Acts(t.Context(), account, person)
			wantPlans(t, s, r, err, `pkey of act(account_id= user_id=); no sort`)
			_, err = recorded.HasHadTask(t.Context(), newID())
			wantPlans(t, s, r, err, `pkey of task(account_id=); pkey of task_change(account_id=); no sort`)
		})
	}
}
