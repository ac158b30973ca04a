package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tickler"
)

const accountColumns = `id, time_zone, rate_calls, rate_window, legacy_error_status, created_at`

func scanAccount(row scanner) (a tickler.Account, err error) {
	var window int64
	err = row.Scan(idColumn{&a.ID}, zoneColumn{&a.Zone}, &a.RateLimit.Calls, &window, &a.LegacyErrorStatus, instantColumn{&a.CreatedAt})
	a.RateLimit.Window = time.Duration(window) * time.Second
	return a, err
}

// Accounts lists every account, the oldest first.
func (s *Store) Accounts(ctx context.Context) ([]tickler.Account, error) {
	rows, err := s.engine.reader().QueryContext(ctx, `SELECT `+accountColumns+` FROM account ORDER BY id`)
	return collect(rows, err, scanAccount)
}

// Account reads one account.
func (s *Store) Account(ctx context.Context, id tickler.ID) (tickler.Account, error) {
	a, err := scanAccount(s.engine.reader().QueryRowContext(ctx, `SELECT `+accountColumns+` FROM account WHERE id = $1`, idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return a, noSuch("Account Id", id.String())
	}
	return a, classify(err)
}

// UpdateAccount keeps an account's settings.
func (s *Store) UpdateAccount(ctx context.Context, a tickler.Account) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx handle) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE account SET time_zone = $1, rate_calls = $2, rate_window = $3, legacy_error_status = $4 WHERE id = $5`,
			zoneArg(a.Zone), a.RateLimit.Calls, int64(a.RateLimit.Window.Seconds()), flagArg(a.LegacyErrorStatus), idArg(a.ID))
		return affectedOne(result, err, noSuch("Account Id", a.ID.String()))
	})
}

// CreateAccount keeps a fresh account with its first user, key and task types: all of it or nothing. An account that is
// to be the first is refused as a duplicate when there is one: of several nodes that start on an empty database, one
// sets it up.
func (s *Store) CreateAccount(ctx context.Context, n tickler.FreshAccount) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx handle) error {
		a := n.Account
		if n.OnlyAsFirst {
			var others int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account`).Scan(&others); err != nil {
				return err
			}
			if others > 0 {
				return duplicate("An account already exists.")
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO account (`+accountColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
			idArg(a.ID), zoneArg(a.Zone), a.RateLimit.Calls, int64(a.RateLimit.Window.Seconds()), flagArg(a.LegacyErrorStatus), instantArg(a.CreatedAt))
		if err != nil {
			return err
		}
		if err := insertUser(ctx, tx, n.Admin, n.PasswordHash); err != nil {
			return err
		}
		if err := insertAccessKey(ctx, tx, n.Key); err != nil {
			return err
		}
		for _, t := range n.TaskTypes {
			if err := insertTaskType(ctx, tx, t); err != nil {
				return err
			}
		}
		return nil
	})
}
