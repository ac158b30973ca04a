package engine

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"sync"
)

// prepared is a handle that prepares each statement once. Otherwise SQLite would parse it each
// time.
type prepared struct {
	conn interface {
		Handle
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	}
	release    func() error // gives conn back; nil where conn is shared
	mu         sync.RWMutex
	statements map[string]*sql.Stmt
}

// maxPrepared bounds the memory of prepared statements. Statements with many forms are never
// prepared, so that they don't crowd out the others: see Composed.
const maxPrepared = 256

// Composed returns a handle for a statement of which there are too many forms to prepare each.
func Composed(db Handle) Handle {
	if p, ok := db.(*prepared); ok {
		return p.conn
	}
	return db
}

func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if statement := p.statement(ctx, query); statement != nil {
		return statement.ExecContext(ctx, args...)
	}
	return p.conn.ExecContext(ctx, query, args...)
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if statement := p.statement(ctx, query); statement != nil {
		return statement.QueryContext(ctx, args...)
	}
	return p.conn.QueryContext(ctx, query, args...)
}

func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if statement := p.statement(ctx, query); statement != nil {
		return statement.QueryRowContext(ctx, args...)
	}
	return p.conn.QueryRowContext(ctx, query, args...)
}

// statement returns the prepared statement, or nil when the query has to run unprepared, and then
// fails with its own error if it must. The lock is not held while preparing, which may wait for a
// connection.
func (p *prepared) statement(ctx context.Context, query string) *sql.Stmt {
	p.mu.RLock()
	statement, full := p.statements[query], len(p.statements) >= maxPrepared
	p.mu.RUnlock()
	if statement != nil || full {
		return statement
	}
	statement, err := p.conn.PrepareContext(ctx, unnumbered(query))
	if err != nil {
		return nil
	}
	kept := p.keep(query, statement)
	if kept != statement {
		_ = statement.Close()
	}
	return kept
}

// unnumbered returns a query whose parameters are $1, $2 and so on, each of them once and in this order, with
// ? in their places; any other as it is. SQLite holds $1 for a name, and the driver asks for the name of each
// parameter at each execution: of a task's 36, that took one fortieth of the time of a create.
func unnumbered(query string) string {
	parts := strings.Split(query, "$")
	for i, part := range parts[1:] {
		number := strconv.Itoa(i + 1)
		rest, found := strings.CutPrefix(part, number)
		if !found || rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return query
		}
		parts[i+1] = rest
	}
	return strings.Join(parts, "?")
}

// keep returns the statement kept for the query: the one just prepared, or another caller's that
// came first; nil when no more are kept.
func (p *prepared) keep(query string, statement *sql.Stmt) *sql.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	if before := p.statements[query]; before != nil || len(p.statements) >= maxPrepared {
		return before
	}
	if p.statements == nil {
		p.statements = map[string]*sql.Stmt{}
	}
	p.statements[query] = statement
	return statement
}

func (p *prepared) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, statement := range p.statements {
		_ = statement.Close()
	}
	p.statements = nil
	if p.release != nil {
		_ = p.release()
	}
}
