package engine

import (
	"context"
	"database/sql"
	"errors"
	"testing"
)

// slowToPrepare prepares nothing until it is released.
type slowToPrepare struct {
	*sql.DB
	began, goOn chan struct{}
}

func (c slowToPrepare) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	c.began <- struct{}{}
	select {
	case <-c.goOn:
		return c.DB.PrepareContext(ctx, query)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// While one caller waits for a statement to be prepared, no other caller waits past their deadline.
func TestNobodyWaitsForAnotherCallersStatement(t *testing.T) {
	e := newLiteEngine(t, tempFile(t))
	slow := slowToPrepare{DB: e.reads.db, began: make(chan struct{}), goOn: make(chan struct{})}
	p := &prepared{conn: slow}
	t.Cleanup(p.close)
	count := func(ctx context.Context, query string) error {
		var n int
		return p.QueryRowContext(ctx, query).Scan(&n)
	}
	first := make(chan error)
	go func() { first <- count(t.Context(), `SELECT count(*) FROM note`) }()
	<-slow.began
	impatient, leave := context.WithCancel(t.Context())
	second := make(chan error)
	go func() { second <- count(impatient, `SELECT count(*) FROM note`) }()
	<-slow.began // it does not wait for the first one
	leave()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v", err)
	}
	close(slow.goOn)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := count(t.Context(), `SELECT count(*) FROM note`); err != nil || len(p.statements) != 1 {
		t.Errorf("%d statements are kept, %v", len(p.statements), err)
	}
}

func TestUnnumberedQueries(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`SELECT 1`:                             `SELECT 1`,
		`INSERT INTO a VALUES ($1, $2, $3)`:    `INSERT INTO a VALUES (?, ?, ?)`,
		`SELECT $1`:                            `SELECT ?`,
		`SELECT $2, $1`:                        `SELECT $2, $1`,
		`SELECT $1, $1`:                        `SELECT $1, $1`,
		`SELECT $10`:                           `SELECT $10`,
		`SELECT $1 WHERE b = '$'`:              `SELECT $1 WHERE b = '$'`,
		`UPDATE a SET b = $1, c = $3 WHERE $2`: `UPDATE a SET b = $1, c = $3 WHERE $2`,
		`SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11`: `SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?`,
	} {
		if got := unnumbered(query); got != want {
			t.Errorf("unnumbered(%q) = %q, want %q", query, got, want)
		}
	}
}
