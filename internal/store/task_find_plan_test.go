package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// A search reads the account's own tasks only, however many others have the word, and lists of
// owners, leads and due dates are found by their indexes.
func TestListsAreFoundByTheirIndexes(t *testing.T) {
	t.Parallel()
	owner, account := md5ID("1"), md5ID("account")
	// Postgres plans by the tables' contents: here, another account has as many
	// tasks, and all of those with the word.
	crowd := []string{
		`INSERT INTO task SELECT n, a, md5(n::text)::uuid, 1, 'Call', '', '', a, 1, 1, md5((n % 70)::text)::uuid, md5((n % 50)::text)::uuid, n, n, 0, 0, 0, 0,
			NULL, 0, NULL, NULL, 0, NULL, NULL, '', '', '', 0, 0, 0, 0, a, 1, NULL, 0, a
		FROM generate_series(2, 20000) AS n, (SELECT md5('other')::uuid AS a UNION ALL SELECT md5('account')::uuid) AS account`,
		`INSERT INTO task_search SELECT n, md5('other')::uuid, md5(n::text)::uuid, array_to_tsvector(ARRAY['` + markOf(md5ID("other")) + `wcall'])
		FROM generate_series(2, 20000) AS n`,
		`ANALYZE task`, `ANALYZE task_search`,
	}
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := filledStore(t, location, crowd...)
			find := func(f tickler.TaskFilter) []query {
				r := &recorder{Engine: s.engine}
				f.AccountID = account
				_, err := newStore(r).FindTasks(t.Context(), f, tickler.TaskOrder{By: tickler.ByName}, tickler.Page{Limit: 10}, 100)
				if err != nil {
					t.Fatal(err)
				}
				return r.queries
			}
			last := func(f tickler.TaskFilter) query { all := find(f); return all[len(all)-1] }
			wantPlan(t, s, last(tickler.TaskFilter{OwnerIDs: []tickler.ID{owner}, Statuses: []tickler.Status{tickler.StatusOverdue}, DueTo: time.Unix(20, 0), At: time.Unix(20, 0)}),
				`task_of_owner(account_id= owner_id= due_at<)`)
			wantPlan(t, s, last(tickler.TaskFilter{RelatedID: md5ID("4")}), `task_of_related(account_id= related_id=)`)
			sought := last(tickler.TaskFilter{Text: "call", OwnerIDs: []tickler.ID{owner}})
			p := planOf(t, s, sought)
			if !strings.Contains(p.text, "task_search_index") || strings.Contains(p.text, "Seq Scan on task") || strings.Contains(p.text, "SCAN t ") {
				t.Errorf("words are not found by their index:\n%s", p.text)
			}
			mark := markOf(account)
			for _, word := range []string{mark + "wcall", "o" + markOf(owner)} {
				if !strings.Contains(fmt.Sprint(sought.args), word) {
					t.Errorf("%q is not sought, but %v", word, sought.args)
				}
			}
		})
	}
}

// New tasks are found by their numbers, those that changed by the queue.
func TestTheIndexIsWrittenByIndexes(t *testing.T) {
	t.Parallel()
	crowd := []string{
		`INSERT INTO task SELECT n, a, md5(n::text)::uuid, 1, 'Call', '', '', a, 1, 1, NULL, a, n, n, 0, 0, 0, 0,
			NULL, 0, NULL, NULL, 0, NULL, NULL, '', '', '', 0, 0, 0, 0, a, 1, NULL, 0, a
		FROM generate_series(1, 100000) AS n, (SELECT md5('other')::uuid AS a) AS account`,
		`SELECT setval('task_auto_id_seq', 100000)`,
		`UPDATE task_search_reach SET done = 99990, settled = 99990`,
		`SELECT brin_summarize_new_values('task_in_order')`,
		`ANALYZE task`,
	}
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := filledStore(t, location, crowd...)
			if err := s.CreateTask(t.Context(), newTask()); err != nil {
				t.Fatal(err)
			}
			r := &recorder{Engine: s.engine}
			if _, _, err := newStore(r).IndexTasks(t.Context(), 0, 100); err != nil {
				t.Fatal(err)
			}
			wish := `pkey of t`
			if s.Shared() {
				wish = `task_in_order(auto_id> auto_id<)`
			}
			found := false
			for _, q := range r.queries {
				if !strings.Contains(q.text, `t.auto_id > $1`) {
					continue
				}
				found = true
				if s.Shared() {
					wantPlan(t, s, q, wish)
				} else if p := planOf(t, s, q); !strings.Contains(p.text, "SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)") {
					t.Errorf("not by the number:\n%s", p.text)
				}
			}
			if !found {
				t.Error("no new tasks were looked for")
			}
		})
	}
}
