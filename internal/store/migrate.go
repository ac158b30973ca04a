package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"tickler/internal/store/engine"
)

//go:embed migrations
var migrations embed.FS

// ErrNotMigrated says that the database lacks migrations of this binary.
var ErrNotMigrated = errors.New("the database is not up to date: run 'tickler migrate' first")

// Migrate brings the database to this binary's schema and returns which migrations it ran. It is
// safe to call on several nodes at once: on Postgres one does the work and the others wait; on
// SQLite the caller holds the data folder's lock.
func (s *Store) Migrate(ctx context.Context) (ran []string, err error) {
	provider, err := s.migrationProvider()
	if err != nil {
		return nil, err
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return nil, engine.Classify(err)
	}
	if pending {
		results, err := provider.Up(ctx)
		if err != nil {
			return nil, engine.Classify(err)
		}
		for _, result := range results {
			ran = append(ran, result.Source.Path)
		}
	}
	return ran, s.checkFloor(ctx, provider)
}

// CheckMigrated reports whether this binary can work on the database as it is.
func (s *Store) CheckMigrated(ctx context.Context) error {
	provider, err := s.migrationProvider()
	if err != nil {
		return err
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return engine.Classify(err)
	}
	if pending {
		return ErrNotMigrated
	}
	return s.checkFloor(ctx, provider)
}

// checkFloor refuses a database that is too new for this binary: goose ignores a newer schema
// silently. Above the floor an older binary can run on a newer schema, so that nodes can be
// replaced one by one.
func (s *Store) checkFloor(ctx context.Context, provider *goose.Provider) error {
	var floor int64
	err := s.engine.Reader().QueryRowContext(ctx, `SELECT oldest_binary FROM schema_floor`).Scan(&floor)
	if err != nil {
		return engine.Classify(err)
	}
	sources := provider.ListSources()
	if newest := sources[len(sources)-1].Version; newest < floor {
		return fmt.Errorf(
			"the database needs a newer tickler: its schema asks for migration %d, and this binary ends at %d", floor,
			newest,
		)
	}
	return nil
}

func (s *Store) migrationProvider() (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations/"+s.dialect().Name)
	if err != nil {
		return nil, err
	}
	if !s.Shared() {
		return goose.NewProvider(goose.DialectSQLite3, s.engine.Database(), folder)
	}
	const tenMinutes = 600
	locker, err := lock.NewPostgresTableLocker(lock.WithTableLockTimeout(time.Second, tenMinutes))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, s.engine.Database(), folder, goose.WithLocker(locker))
}
