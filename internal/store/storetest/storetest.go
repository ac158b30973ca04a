// Package storetest runs tests on both engines: on a file of SQLite's and on a real PostgreSQL (see package pgtest).
package storetest

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"tickler/internal/pgtest"
	"tickler/internal/store"
)

// Run runs a test with an empty store on each engine, in parallel with other tests.
func Run(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	RunAt(t, func(t *testing.T, location string) {
		test(t, Open(t, location))
	})
}

// RunAt runs a test with the location of an empty database, not yet migrated, on each engine, in parallel with other
// tests.
func RunAt(t *testing.T, test func(t *testing.T, location string)) {
	t.Helper()
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		test(t, pgtest.URL(t))
	})
}

// SQLite gives the path of a file that is not yet there.
func SQLite(t testing.TB) string { return filepath.Join(t.TempDir(), "tickler.db") }

// Open opens and migrates a store. It is closed when the test ends.
func Open(t testing.TB, location string) *store.Store {
	t.Helper()
	s := OpenAsIs(t, location)
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// OpenAsIs opens a store without migrating it. It is closed when the test ends.
func OpenAsIs(t testing.TB, location string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// SQL opens a database beside the store, for a test that looks behind it or stands in its way. It is closed when the test
// ends.
func SQL(t testing.TB, location string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if strings.Contains(location, "://") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Exec runs a statement beside the store: see SQL.
func Exec(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}
