// Package engine runs SQL on SQLite or PostgreSQL: connections, transactions, and what makes many
// writers share the cost of one. It knows no table and no noun of the domain.
package engine

import (
	"context"
	"database/sql"
	"strings"
)

// Engine runs work on one kind of database. It is safe for use by many goroutines.
type Engine interface {
	// Write runs the unit in a transaction of its own and returns when that is durable, or when
	// nothing of it remains.
	Write(ctx context.Context, u Unit) error
	// Reader is for reads outside transactions.
	Reader() Handle
	// Housekeeping is for the service's own short reads. Where connections are few it has its own,
	// so that no slow read of a caller keeps it waiting.
	Housekeeping() Handle
	// Scans is how many slow reads may run at once and still leave others a connection.
	Scans() int
	// Database is for migrations.
	Database() *sql.DB
	// Dialect is what the engine says in its own way.
	Dialect() Dialect
	// Close waits for what is being written and closes the database.
	Close() error
}

// Unit is one atomic piece of writing.
type Unit struct {
	// Run must only run SQL: it may be called after its caller has gone. Where Single is set,
	// Postgres does not call it; a Postgres-only unit may leave it nil.
	Run func(ctx context.Context, tx Handle) error
	// Single is set when Run is exactly one statement. Postgres batches it with others.
	Single *Statement
	// Fleeting says that a crash of the database may undo it, so it need not wait for the disk.
	Fleeting bool
	// Repeatable says that running it a second time changes nothing, so that a lost answer is
	// settled by running it again.
	Repeatable bool
}

// Handle is what statements are run through.
type Handle interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens the database at a location: a postgres:// or postgresql:// URL, or else the path of an
// SQLite file, which is made when absent.
func Open(ctx context.Context, location string) (Engine, error) {
	if strings.HasPrefix(location, "postgres://") || strings.HasPrefix(location, "postgresql://") {
		e, err := openPostgres(ctx, location)
		if err != nil {
			return nil, err // a nil interface, not one that holds a nil pointer
		}
		return e, nil
	}
	e, err := openSQLite(ctx, location)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Written returns what a unit makes, once it has taken effect. A caller whose context ends sooner
// gets nothing: the unit may still be running, so nobody else may read what it makes.
func Written[T any](
	ctx context.Context, write func(context.Context, func(context.Context, Handle) error) error,
	run func(context.Context, Handle) (T, error),
) (T, error) {
	var made, none T
	err := write(ctx, func(ctx context.Context, tx Handle) (err error) {
		made, err = run(ctx, tx)
		return err
	})
	if err != nil {
		return none, err
	}
	return made, nil
}
