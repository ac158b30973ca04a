package engine

import (
	"context"
	"errors"
	"sync"
	"testing"

	"tickler"
	"tickler/internal/pgtest"
)

// newHeldGroup returns a group whose running batch waits for release, with nothing queued behind
// it.
func newHeldGroup(t *testing.T) (g *group, release func()) {
	t.Helper()
	e, err := openPostgres(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	db := e.db
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE number (n integer)`); err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), `SELECT pg_advisory_xact_lock(1)`); err != nil {
		t.Fatal(err)
	}
	g = newGroup(db, 1)
	held := make(chan error, 1)
	go func() { held <- g.do(t.Context(), Statement{Query: `SELECT pg_advisory_xact_lock(1)`}) }()
	pgtest.UntilWaiting(t, db, 1, held)
	return g, func() {
		t.Helper()
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
		if err := <-held; err != nil {
			t.Error(err)
		}
	}
}

// doAll queues statements in a held group, releases it once all of them wait, and returns their
// outcomes.
func doAll(ctx context.Context, g *group, release func(), statements ...Statement) []error {
	outcomes := make([]error, len(statements))
	var callers sync.WaitGroup
	for i, s := range statements {
		callers.Go(func() { outcomes[i] = g.do(ctx, s) })
	}
	for waiting := 0; waiting < len(statements); {
		g.mu.Lock()
		waiting = len(g.waiting)
		g.mu.Unlock()
	}
	release()
	callers.Wait()
	return outcomes
}

func wantNumbers(t *testing.T, g *group, want int) {
	t.Helper()
	var got int
	if err := g.db.QueryRowContext(t.Context(), `SELECT count(*) FROM number`).Scan(&got); err != nil || got != want {
		t.Errorf("%d rows are there (%v), want %d", got, err, want)
	}
}

func TestGroupRunsInOneTransactionWhatWaits(t *testing.T) {
	t.Parallel()
	g, release := newHeldGroup(t)
	const count = groupBatch
	statements, transactions := make([]Statement, count), make([]string, count)
	for i := range statements {
		statements[i] = Statement{
			Query: `INSERT INTO number VALUES ($1) RETURNING CAST(pg_current_xact_id() AS text)`,
			Args:  []any{i}, Into: []any{&transactions[i]},
		}
	}
	for _, err := range doAll(t.Context(), g, release, statements...) {
		if err != nil {
			t.Error(err)
		}
	}
	for _, id := range transactions {
		if id != transactions[0] {
			t.Errorf("transactions %s and %s, want one", transactions[0], id)
		}
	}
	wantNumbers(t, g, count)
}

func TestAFailureInAGroupIsNotTheOthers(t *testing.T) {
	t.Parallel()
	g, release := newHeldGroup(t)
	var n int
	outcomes := doAll(t.Context(), g, release,
		Statement{Query: `INSERT INTO number VALUES ($1)`, Args: []any{1}},
		Statement{Query: `INSERT INTO number VALUES (CAST($1 AS integer) / 0)`, Args: []any{2}},
		Statement{Query: `INSERT INTO number SELECT 3 WHERE false RETURNING n`, Into: []any{&n}},
		Statement{Query: `INSERT INTO number VALUES (4) RETURNING n`, Into: []any{&n}},
	)
	for i, want := range []bool{true, false, false, true} {
		if got := outcomes[i] == nil; got != want {
			t.Errorf("statement %d: %v", i+1, outcomes[i])
		}
	}
	if n != 4 {
		t.Errorf("scanned %d, want 4", n)
	}
	wantNumbers(t, g, 2)
}

func TestGroupSkipsCallersThatHaveLeft(t *testing.T) {
	t.Parallel()
	g, release := newHeldGroup(t)
	ctx, leave := context.WithCancel(t.Context())
	outcomes := doAll(ctx, g, func() { leave() }, Statement{Query: `INSERT INTO number VALUES (1)`})
	if !errors.Is(outcomes[0], context.Canceled) {
		t.Errorf("got %v, want the context's own error", outcomes[0])
	}
	release()
	g.wait()
	wantNumbers(t, g, 0)
}

func TestGroupRefusesWhenTooManyWait(t *testing.T) {
	t.Parallel()
	g, release := newHeldGroup(t)
	statements := make([]Statement, maxWaiting)
	for i := range statements {
		statements[i] = Statement{Query: `INSERT INTO number VALUES ($1)`, Args: []any{i}}
	}
	outcomes := doAll(t.Context(), g, func() {
		err := g.do(t.Context(), Statement{Query: `INSERT INTO number VALUES (-1)`})
		if tickler.KindOf(err) != tickler.KindUnavailable {
			t.Errorf("one too many: %v, want one of KindUnavailable", err)
		}
		release()
	}, statements...)
	if err := errors.Join(outcomes...); err != nil {
		t.Error(err)
	}
	wantNumbers(t, g, maxWaiting)
}
