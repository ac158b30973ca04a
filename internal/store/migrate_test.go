package store_test

import (
	"database/sql"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"tickler/internal/pgtest"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestMigrate(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.OpenAsIs(t, location)
		if err := s.CheckMigrated(t.Context()); !errors.Is(err, store.ErrNotMigrated) {
			t.Errorf("an empty database: %v, want ErrNotMigrated", err)
		}
		ran, err := s.Migrate(t.Context())
		noError(t, err)
		equal(t, migrationNames(t, "sqlite"), ran)
		noError(t, s.CheckMigrated(t.Context()))
		ran, err = s.Migrate(t.Context())
		noError(t, err)
		equal(t, nil, ran)
		noError(t, s.CheckMigrated(t.Context()))
	})
}

func TestOlderBinaryIsRefusedBelowTheFloorOnly(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		behind := storetest.SQL(t, location)
		// A newer binary has migrated this database: goose's table has a migration that this binary
		// lacks.
		storetest.Exec(t, behind, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)`)
		noError(t, s.CheckMigrated(t.Context()))
		_, err := s.Migrate(t.Context())
		noError(t, err)

		storetest.Exec(t, behind, `UPDATE schema_floor SET oldest_binary = 9999`)
		_, migrated := s.Migrate(t.Context())
		for _, err := range []error{s.CheckMigrated(t.Context()), migrated} {
			if err == nil || errors.Is(err, store.ErrNotMigrated) || !strings.Contains(err.Error(), "9999") {
				t.Errorf("got %v, want a refusal that names the migration asked for", err)
			}
		}
	})
}

func TestNodesMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	location := pgtest.URL(t)
	outcomes := make([]error, 4)
	var ran sync.Map
	var all sync.WaitGroup
	for i := range outcomes {
		s := storetest.OpenAsIs(t, location)
		all.Go(func() {
			names, err := s.Migrate(t.Context())
			for _, name := range names {
				if _, twice := ran.LoadOrStore(name, true); twice {
					err = errors.Join(err, errors.New(name+" ran twice"))
				}
			}
			outcomes[i] = errors.Join(err, s.CheckMigrated(t.Context()))
		})
	}
	all.Wait()
	noError(t, errors.Join(outcomes...))
	for _, name := range migrationNames(t, "postgres") {
		if _, ok := ran.Load(name); !ok {
			t.Errorf("no node reports that it ran %s", name)
		}
	}
}

func TestEnginesHaveTheSameMigrations(t *testing.T) {
	equal(t, migrationNames(t, "sqlite"), migrationNames(t, "postgres"))
}

func migrationNames(t *testing.T, engine string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir("migrations/" + engine)
	noError(t, err)
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// column is what the engines must agree on.
type column struct {
	Type     string // of SQLite's few
	Nullable bool
}

func TestEnginesHaveTheSameTables(t *testing.T) {
	t.Parallel()
	lite, postgres := storetest.SQLite(t), pgtest.URL(t)
	storetest.Open(t, lite)
	storetest.Open(t, postgres)

	inSQLite := columns(t, storetest.SQL(t, lite), `
		SELECT m.name || '.' || c.name, c.type, c."notnull" = 0 AND c.pk = 0
		FROM pragma_table_list AS m, pragma_table_info(m.name) AS c
		WHERE m.type = 'table' AND m.name NOT GLOB 'sqlite_*' AND m.name NOT GLOB 'goose_*'`)
	inPostgres := columns(t, storetest.SQL(t, postgres), `
		SELECT table_name || '.' || column_name,
			CASE data_type
				WHEN 'uuid' THEN 'BLOB' WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT' WHEN 'double precision' THEN 'REAL'
				WHEN 'bigint' THEN 'INTEGER' WHEN 'integer' THEN 'INTEGER' WHEN 'smallint' THEN 'INTEGER' WHEN 'tsvector' THEN 'TEXT'
				ELSE data_type
			END,
			is_nullable = 'YES'
		FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%' AND table_name <> 'rate_log'`) // SQLite's lies in memory
	if len(inSQLite) < 50 {
		t.Fatalf("found only %d columns", len(inSQLite))
	}
	equal(t, inSQLite, inPostgres)
}

func columns(t *testing.T, db *sql.DB, query string) map[string]column {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	noError(t, err)
	defer rows.Close()
	found := map[string]column{}
	for rows.Next() {
		var name string
		var c column
		noError(t, rows.Scan(&name, &c.Type, &c.Nullable))
		found[name] = c
	}
	noError(t, rows.Err())
	return found
}
