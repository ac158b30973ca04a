package store

import (
	"context"
	"crypto/md5"
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// recorder is an engine that notes what is read.
type recorder struct {
	engine
	queries []query
}

type query struct {
	text string
	args []any
}

func (r *recorder) reader() handle { return recordingHandle{r.engine.reader(), r} }

type recordingHandle struct {
	handle
	to *recorder
}

func (h recordingHandle) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	h.to.queries = append(h.to.queries, query{text, args})
	return h.handle.QueryContext(ctx, text, args...)
}

func (h recordingHandle) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	h.to.queries = append(h.to.queries, query{text, args})
	return h.handle.QueryRowContext(ctx, text, args...)
}

func TestTasksOfAnOwnerAreFoundByTheirIndex(t *testing.T) {
	t.Parallel()
	task := newTask()
	task.OwnerID, task.DueAt = tickler.ID(md5.Sum([]byte("1"))), time.Unix(10, 0)
	// Postgres goes by what is in the table: enough for an index to pay. SQLite does not, without ANALYZE.
	crowd := `
		INSERT INTO task SELECT n, a, gen_random_uuid(), 1, '', '', '', a, 1, 0, NULL, md5((n % 50)::text)::uuid, n, n, 0, 0, 0, 0, NULL, 0, NULL,
			NULL, 0, NULL, NULL, '', '', '', 0, 0, 0, 0, a, 1, NULL, 0, a
		FROM generate_series(2, 20000) AS n, (SELECT '` + task.AccountID.String() + `'::uuid AS a) AS account`
	for _, test := range []struct {
		name, location string
		prepare        []string
		explain, want  string
	}{
		{
			"SQLite", filepath.Join(t.TempDir(), "tickler.db"), nil,
			`EXPLAIN QUERY PLAN `, `INDEX task_of_owner \(account_id=\? AND owner_id=\? AND due_at>\? AND due_at<\?\)`,
		},
		{
			"Postgres", pgtest.URL(t),
			[]string{crowd, `ANALYZE task`},
			`EXPLAIN `, `(?s) task_of_owner .*Index Cond: \(\(account_id = .*owner_id = .*due_at >= .*due_at <= `,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := openStore(t, test.location)
			if _, err := s.CreateTask(t.Context(), task, nil); err != nil {
				t.Fatal(err)
			}
			for _, statement := range test.prepare {
				if _, err := s.engine.database().ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			r := &recorder{engine: s.engine}
			filter := tickler.TaskFilter{AccountID: task.AccountID, OwnerID: task.OwnerID, DueFrom: time.Unix(1, 0), DueTo: time.Unix(20, 0)}
			_, _, err := (&Store{engine: r, dialect: s.dialect}).Tasks(t.Context(), filter, tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: 10})
			if err != nil || len(r.queries) != 2 {
				t.Fatalf("%d queries (%v), want the count and the page", len(r.queries), err)
			}
			for _, q := range r.queries {
				if plan := explain(t, s, test.explain+q.text, q.args); !regexp.MustCompile(test.want).MatchString(plan) {
					t.Errorf("%s\nis not run by task_of_owner and a range of due_at:\n%s", q.text, plan)
				}
			}
		})
	}
}

func explain(t *testing.T, s *Store, statement string, args []any) string {
	t.Helper()
	rows, err := s.engine.reader().QueryContext(t.Context(), statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	into := make([]any, len(columns))
	var plan strings.Builder
	for rows.Next() {
		var line string
		for i := range into {
			into[i] = new(any)
		}
		into[len(into)-1] = &line // SQLite has numbers before it
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}
