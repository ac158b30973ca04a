// Package store keeps everything Tickler knows in SQLite or PostgreSQL: SQL in, SQL out, and domain types at its door.
//
// Each statement is written once, in the subset that both engines understand; dialect.go holds the few that differ.
// Every method is one atomic step. A write is acknowledged only when it is durable.
package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"tickler"
)

// Store is an open database. It is safe for use by many goroutines.
type Store struct {
	engine  engine
	dialect dialect
	// scans are the searches that read all of an account's leads.
	scans turns
}

// engine runs work on one kind of database.
type engine interface {
	// write runs the unit in a transaction of its own and returns when that is durable, or when nothing of it remains.
	write(ctx context.Context, u unit) error
	// reader is for reads outside a transaction.
	reader() handle
	// database is for migrations.
	database() *sql.DB
	close() error
}

// unit is one atomic piece of writing. Its run speaks only SQL: it may be called when its caller has gone.
type unit struct {
	run func(ctx context.Context, tx handle) error
	// single is the statement that is all of run, if one is: Postgres is sent it in company. What only Postgres gets needs no
	// run.
	single *statement
	// fleeting says that a crash of the database may undo it: it need not wait for the disk.
	fleeting bool
	// repeatable says that running it a second time changes nothing, so that a lost answer is settled by running it again.
	repeatable bool
}

// handle is what statements are run through.
type handle interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Open opens the database at a location: a postgres:// or postgresql:// URL, or else the path of an SQLite file, which
// is made when absent. Nothing is migrated: see Migrate.
func Open(ctx context.Context, location string) (*Store, error) {
	if strings.HasPrefix(location, "postgres://") || strings.HasPrefix(location, "postgresql://") {
		e, err := openPostgres(ctx, location)
		if err != nil {
			return nil, err
		}
		return &Store{engine: e, dialect: postgresDialect}, nil
	}
	e, err := openSQLite(ctx, location)
	if err != nil {
		return nil, err
	}
	return &Store{engine: e, dialect: sqliteDialect}, nil
}

// Close waits for what is being written and closes the database.
func (s *Store) Close() error { return s.engine.close() }

// Shared tells whether several nodes can work on the database at once.
func (s *Store) Shared() bool { return s.dialect.shared }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return classify(s.engine.reader().QueryRowContext(ctx, `SELECT 1`).Scan(&one))
}

// Now is the database's time, UTC, on a shared database. A database of one machine has that machine's time.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	if !s.Shared() {
		return time.Now().UTC(), nil
	}
	var microseconds int64
	err := s.engine.reader().QueryRowContext(ctx, s.dialect.now).Scan(&microseconds)
	return time.UnixMicro(microseconds).UTC(), classify(err)
}

func (s *Store) write(ctx context.Context, run func(ctx context.Context, tx handle) error) error {
	return classify(s.engine.write(ctx, unit{run: run}))
}

// writeRepeatable runs a unit that changes nothing when it is run a second time: a lost answer is settled by doing so.
func (s *Store) writeRepeatable(ctx context.Context, run func(ctx context.Context, tx handle) error) error {
	return classify(s.engine.write(ctx, unit{run: run, repeatable: true}))
}

// written gives what a unit gives, once that has taken effect. A caller whose context ends sooner gets nothing: the unit may
// still be at work then, so that what it makes is its own, and nobody else reads or writes it.
func written[T any](
	ctx context.Context, write func(context.Context, func(context.Context, handle) error) error, run func(context.Context, handle) (T, error),
) (T, error) {
	var made, none T
	err := write(ctx, func(ctx context.Context, tx handle) (err error) {
		made, err = run(ctx, tx)
		return err
	})
	if err != nil {
		return none, err
	}
	return made, nil
}

// changeDirectory runs a write that the directory must notice. The counter's row lock puts such changes in order.
func (s *Store) changeDirectory(ctx context.Context, run func(ctx context.Context, tx handle) error) error {
	return s.write(ctx, func(ctx context.Context, tx handle) error {
		if _, err := tx.ExecContext(ctx, `UPDATE directory_version SET n = n + 1`); err != nil {
			return err
		}
		return run(ctx, tx)
	})
}

// affectedOne gives an error of the caller's unless exactly one row was changed.
func affectedOne(result sql.Result, err, otherwise error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if n != 1 {
		return otherwise
	}
	return nil
}

// collect scans every row with scan.
func collect[T any](rows *sql.Rows, err error, scan func(row scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, classify(err)
		}
		all = append(all, one)
	}
	return all, classify(rows.Err())
}

// scanner is a row under the cursor.
type scanner interface{ Scan(into ...any) error }

var _ scanner = (*sql.Row)(nil)

// noSuch is what a change of a row that does not exist answers.
func noSuch(noun string, id string) error { return tickler.UnknownEntity("", noun, id) }

func duplicate(message string) error {
	return &tickler.Error{Kind: tickler.KindDuplicate, Message: message}
}
