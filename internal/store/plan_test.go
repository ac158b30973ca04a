package store

import (
	"context"
	"crypto/md5"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
	"tickler/internal/store/engine"
)

// recorder is an engine that records what is read and written.
type recorder struct {
	engine.Engine
	queries, writes []query
}

type query struct {
	text string
	args []any
}

func (r *recorder) Reader() engine.Handle { return recordingHandle{r.Engine.Reader(), r} }

func (r *recorder) Housekeeping() engine.Handle { return recordingHandle{r.Engine.Housekeeping(), r} }

type recordingHandle struct {
	engine.Handle
	to *recorder
}

func (h recordingHandle) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	h.to.writes = append(h.to.writes, query{text, args})
	return h.Handle.ExecContext(ctx, text, args...)
}

func (h recordingHandle) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	h.to.queries = append(h.to.queries, query{text, args})
	return h.Handle.QueryContext(ctx, text, args...)
}

func (h recordingHandle) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	h.to.queries = append(h.to.queries, query{text, args})
	return h.Handle.QueryRowContext(ctx, text, args...)
}

func TestTasksAreFoundByTheirIndexes(t *testing.T) {
	t.Parallel()
	task := newTask()
	task.OwnerID, task.DueAt = md5ID("1"), time.Unix(10, 0)
	filters := []struct {
		name   string
		filter tickler.TaskFilter
		wish   string // for the plans of the count and of the page
	}{
		{
			"an owner's in a span",
			tickler.TaskFilter{OwnerIDs: []tickler.ID{task.OwnerID}, DueFrom: time.Unix(1, 0), DueTo: time.Unix(20, 0)},
			`task_of_owner(account_id= owner_id= due_at> due_at<)`,
		},
		{
			"some owners' in a span",
			tickler.TaskFilter{OwnerIDs: []tickler.ID{task.OwnerID, md5ID("2"), md5ID("3")}, DueFrom: time.Unix(1, 0), DueTo: time.Unix(20, 0)},
			`task_of_owner(account_id= owner_id= due_at> due_at<)`,
		},
		{"those of a lead", tickler.TaskFilter{RelatedID: md5ID("4")}, `task_of_related(account_id= related_id=)`},
	}
	// Postgres plans by the table's contents: here, enough for an index to pay. SQLite does not,
	// without ANALYZE.
	crowd := `
		INSERT INTO task SELECT n, a, gen_random_uuid(), 1, '', '', '', a, 1, 1, md5((n % 70)::text)::uuid, md5((n % 50)::text)::uuid, n, n, 0, 0, 0, 0,
			NULL, 0, NULL, NULL, 0, NULL, NULL, '', '', '', 0, 0, 0, 0, a, 1, NULL, 0, a
		FROM generate_series(2, 20000) AS n, (SELECT '` + task.AccountID.String() + `'::uuid AS a) AS account`
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		s := filledStore(t, location, crowd, `ANALYZE task`)
		if err := s.CreateTask(t.Context(), task); err != nil {
			t.Fatal(err)
		}
		for _, test := range filters {
			t.Run(name+"/"+test.name, func(t *testing.T) {
				for _, q := range queriesOfTasks(t, s, task.AccountID, test.filter) {
					wantPlan(t, s, q, test.wish)
				}
			})
		}
	}
}

func md5ID(text string) tickler.ID { return tickler.ID(md5.Sum([]byte(text))) }

// queriesOfTasks returns the statements of the count and of the page.
func queriesOfTasks(t *testing.T, s *Store, account tickler.ID, filter tickler.TaskFilter) []query {
	t.Helper()
	r := &recorder{Engine: s.engine}
	filter.AccountID = account
	watched := newStore(r)
	_, _, err := watched.Tasks(t.Context(), filter, tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: 10, Offset: 1_000_000})
	if err != nil || len(r.queries) != 2 {
		t.Fatalf("%d queries, %v", len(r.queries), err)
	}
	// The page includes the count; past the end the count is a query of its own.
	page, counting := r.queries[0], r.queries[1]
	page.text = strings.Replace(page.text, `, (`+counting.text+`)`, ``, 1)
	return []query{page, counting}
}
