// Package storetest runs tests on both engines: on a file of SQLite's and on a real PostgreSQL (see
// package pgtest).
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	_ "pgregory.net/rapid"             // its flags

	"tickler/internal/pgtest"
	"tickler/internal/store"
)

// A property whose samples go through a database is tried on fewer of them, unless RAPID_CHECKS or
// -rapid.checks says on how many.
func init() {
	if os.Getenv("RAPID_CHECKS") == "" {
		_ = flag.Set("rapid.checks", "30") // the flag is there
	}
}

// Run runs a test with an empty store on each engine, in parallel with other tests.
func Run(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, Open(t, SQLite(t)))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Open(t, MigratedPostgres(t)))
	})
}

// RunAt runs a test with the location of an empty database, not yet migrated, on each engine, in
// parallel with other tests.
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
	if _, err := os.Stat(location); isFile(location) && errors.Is(err, os.ErrNotExist) {
		MigrateSQLite(t, location)
	}
	s := OpenAsIs(t, location)
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// MigrateSQLite puts a migrated database, which has nothing in it yet, at a path.
func MigrateSQLite(t testing.TB, path string) {
	t.Helper()
	content, err := migratedSQLite()
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// MigratedPostgres returns the URL of a migrated database, which has nothing in it yet.
func MigratedPostgres(t testing.TB) string {
	t.Helper()
	template, err := migratedPostgres()
	if err != nil {
		t.Fatal(err)
	}
	return pgtest.Copy(t, template)
}

// To migrate takes longer than most tests: what an empty store is migrated to is made once, and
// copied.
var (
	migratedSQLite = sync.OnceValues(func() (content []byte, err error) {
		folder, err := os.MkdirTemp("", "tickler-storetest-")
		if err != nil {
			return nil, err
		}
		defer func() { _ = os.RemoveAll(folder) }()
		file := filepath.Join(folder, "tickler.db")
		if err := migrate(file); err != nil {
			return nil, err
		}
		return os.ReadFile(file)
	})
	migratedPostgres = sync.OnceValues(func() (template string, err error) { return pgtest.Template(migrate) })
)

func migrate(location string) error {
	ctx := context.Background() // no test's own: others go on with it
	s, err := store.Open(ctx, location)
	if err != nil {
		return err
	}
	_, err = s.Migrate(ctx)
	return errors.Join(err, s.Close())
}

func isFile(location string) bool { return !strings.Contains(location, "://") }

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

// SQL opens a database beside the store, for a test that looks behind it or stands in its way. It
// is closed when the test ends.
func SQL(t testing.TB, location string) *sql.DB {
	t.Helper()
	driver := "pgx"
	if isFile(location) {
		driver = "sqlite"
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
