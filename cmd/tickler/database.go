package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"tickler"
	"tickler/internal/api"
	"tickler/internal/app"
	"tickler/internal/directory"
	"tickler/internal/store"
)

// databaseFlags say where everything is kept.
type databaseFlags struct {
	Data        string `help:"The data folder, with the SQLite database." default:"./data" placeholder:"FOLDER"`
	DatabaseURL string `help:"A PostgreSQL database to use instead of SQLite: postgres://user:password@host:5432/name." placeholder:"URL" secret:""`
}

func (f databaseFlags) onPostgres() bool { return f.DatabaseURL != "" }

func (f databaseFlags) file() string { return filepath.Join(f.Data, "tickler.db") }

// open opens the database as it is, an SQLite file made when absent.
func (f databaseFlags) open(ctx context.Context) (*store.Store, error) {
	if !f.onPostgres() {
		if err := os.MkdirAll(f.Data, 0o700); err != nil {
			return nil, fmt.Errorf("could not create the data folder: %w", err)
		}
		return store.Open(ctx, f.file())
	}
	if !isPostgresURL(f.DatabaseURL) {
		return nil, errors.New("could not read the database URL: expected postgres://user:password@host:5432/name")
	}
	return store.Open(ctx, f.DatabaseURL)
}

func isPostgresURL(text string) bool {
	return strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://")
}

// openExisting opens a database that is there.
func (f databaseFlags) openExisting(ctx context.Context) (*store.Store, error) {
	if !f.onPostgres() {
		if _, err := os.Stat(f.file()); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no database in %s: run 'tickler init' first, or give another --data",
				f.Data)
		}
	}
	return f.open(ctx)
}

// openMigrated opens the database, made and brought up to date if need be.
func (f databaseFlags) openMigrated(ctx context.Context) (*store.Store, error) {
	s, err := f.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.CheckMigrated(ctx); errors.Is(err, store.ErrNotMigrated) {
		_, err = f.migrate(ctx, s)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	} else if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// migrate brings the database up to date while no server runs on the data folder.
func (f databaseFlags) migrate(ctx context.Context, s *store.Store) ([]string, error) {
	if f.onPostgres() {
		return s.Migrate(ctx)
	}
	unlock, err := f.lock()
	if err != nil {
		return nil, err
	}
	ran, err := s.Migrate(ctx)
	return ran, errors.Join(err, unlock())
}

// lock makes this process the only one that serves or migrates the data folder.
func (f databaseFlags) lock() (unlock func() error, err error) {
	file := flock.New(filepath.Join(f.Data, "tickler.lock"))
	locked, err := file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("could not lock the data folder: %w", err)
	}
	if !locked {
		return nil, fmt.Errorf("another tickler serves the data folder %s: stop it first, or give another --data",
			f.Data)
	}
	return file.Unlock, nil
}

// accountFlags say which account a command is about.
type accountFlags struct {
	databaseFlags `embed:""`

	Account string `help:"The account's id. Not needed when there is only one." placeholder:"ID"`
	JSON    bool   `help:"Print JSON." name:"json"`
}

// session is what a command works with: the use cases, and the caller it is for.
type session struct {
	*app.App
	caller app.Caller
	store  *store.Store
}

// session opens a database that is there and finds the account.
func (f accountFlags) session(ctx context.Context, env *environment) (*session, error) {
	s, err := f.openExisting(ctx)
	if err != nil {
		return nil, err
	}
	opened, err := f.sessionOn(ctx, s, env.clock)
	if err != nil {
		return nil, errors.Join(explained(err), s.Close())
	}
	return opened, nil
}

func (f accountFlags) sessionOn(ctx context.Context, s *store.Store, clock tickler.Clock) (*session, error) {
	if err := s.CheckMigrated(ctx); err != nil {
		return nil, err
	}
	useCases := newApp(s, clock)
	account, err := f.find(ctx, useCases)
	if err != nil {
		return nil, err
	}
	caller, err := useCases.Operator(ctx, account)
	return &session{App: useCases, caller: caller, store: s}, err
}

// newApp creates the use cases over a store, for a command that ends soon: its directory is not
// refreshed.
func newApp(s *store.Store, clock tickler.Clock) *app.App {
	return app.New(s, directory.New(s, clock, slog.New(slog.NewTextHandler(io.Discard, nil))), clock, api.Wire)
}

func (f accountFlags) find(ctx context.Context, useCases *app.App) (tickler.ID, error) {
	if f.Account != "" {
		id, err := tickler.ParseID(f.Account)
		if err != nil {
			return id, misused("--account", f.Account, "a GUID")
		}
		return id, nil
	}
	accounts, err := useCases.AccountIDs(ctx)
	switch {
	case err != nil:
		return tickler.ID{}, err
	case len(accounts) == 0:
		return tickler.ID{}, errors.New("there is no account: run 'tickler init' first")
	case len(accounts) > 1:
		return tickler.ID{}, fmt.Errorf("there are %d accounts: say which one with --account", len(accounts))
	}
	return accounts[0], nil
}

// do opens a session, runs something in it and closes it.
func (f accountFlags) do(ctx context.Context, env *environment, run func(s *session) error) error {
	s, err := f.session(ctx, env)
	if err != nil {
		return err
	}
	return errors.Join(explained(run(s)), s.store.Close())
}

// user finds a user of the session's account by e-mail address.
func (s *session) user(email string) (tickler.User, error) {
	user, ok := s.caller.Account.UserByEmail(email)
	if !ok {
		return user, tickler.Refuse(tickler.FactNoUserAddress, "", email)
	}
	return user, nil
}
