// Package store keeps everything Tickler knows in SQLite or PostgreSQL. It takes and returns domain
// types; SQL stays inside.
//
// Each statement is written once, in the subset that both engines understand; package engine has
// what differs. Every method is one atomic step. A write is acknowledged only when it is durable.
package store

import (
	"context"
	"database/sql"
	"time"

	"tickler/internal/store/engine"
)

// Store is an open database. It is safe for use by many goroutines.
type Store struct {
	engine engine.Engine
	scans  *scanLimit
	turns  turns
	beats  beats
	round  dueRound
	small  int // how many tasks an account has whose tasks are all looked at for a list
}

// Open opens the database at a location: a postgres:// or postgresql:// URL, or else the path of an
// SQLite file, which is made when absent. Nothing is migrated: see Migrate.
func Open(ctx context.Context, location string) (*Store, error) {
	e, err := engine.Open(ctx, location)
	if err != nil {
		return nil, err
	}
	return newStore(e), nil
}

func newStore(e engine.Engine) *Store {
	return &Store{engine: e, scans: newScanLimit(e.Scans()), small: smallAccount}
}

// Close waits for what is being written and closes the database.
func (s *Store) Close() error { return s.engine.Close() }

func (s *Store) dialect() engine.Dialect { return s.engine.Dialect() }

// Shared reports whether several nodes can work on the database at once.
func (s *Store) Shared() bool { return s.dialect().Shared }

// Ping returns an error unless the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return engine.Classify(s.engine.Housekeeping().QueryRowContext(ctx, `SELECT 1`).Scan(&one))
}

// Now returns the database's time, UTC, on a shared database, and otherwise this machine's.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	if !s.Shared() {
		return time.Now().UTC(), nil
	}
	var microseconds int64
	err := s.engine.Housekeeping().QueryRowContext(ctx, `SELECT `+s.dialect().Microseconds).Scan(&microseconds)
	return time.UnixMicro(microseconds).UTC(), engine.Classify(err)
}

func (s *Store) write(ctx context.Context, run func(ctx context.Context, tx engine.Handle) error) error {
	return engine.Classify(s.engine.Write(ctx, engine.Unit{Run: run}))
}

// writeRepeatable runs a unit that changes nothing when it runs a second time: a lost answer is
// settled by running it again.
func (s *Store) writeRepeatable(ctx context.Context, run func(ctx context.Context, tx engine.Handle) error) error {
	return engine.Classify(s.engine.Write(ctx, engine.Unit{Run: run, Repeatable: true}))
}

// changeDirectory runs a write that directories must notice.
func (s *Store) changeDirectory(ctx context.Context, run func(ctx context.Context, tx engine.Handle) error) error {
	return s.write(ctx, func(ctx context.Context, db engine.Handle) error {
		if err := (&Tx{db: db, dialect: s.dialect()}).ChangeDirectory(ctx); err != nil {
			return err
		}
		return run(ctx, db)
	})
}

// affectedOne returns otherwise unless exactly one row was changed.
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
