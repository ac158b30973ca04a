package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

const accountColumns = `id, time_zone, rate_calls, rate_window, legacy_error_status, created_at,
	webhook_secret, webhook_old_secret, webhook_old_until`

func scanAccount(row engine.Row) (a tickler.Account, err error) {
	var window int64
	err = row.Scan(idColumn{&a.ID}, zoneColumn{&a.Zone}, &a.RateLimit.Calls, &window, &a.LegacyErrorStatus,
		instantColumn{&a.CreatedAt}, &a.WebhookSecrets.Current, &a.WebhookSecrets.Previous,
		instantColumn{&a.WebhookSecrets.PreviousUntil})
	a.RateLimit.Window = time.Duration(window) * time.Second
	return a, err
}

// Accounts lists every account, the oldest first.
func (s *Store) Accounts(ctx context.Context) ([]tickler.Account, error) {
	rows, err := s.engine.Housekeeping().QueryContext(ctx, `SELECT `+accountColumns+` FROM account ORDER BY id`)
	return engine.Collect(rows, err, scanAccount)
}

// AccountIDs lists the ids of all accounts, the oldest first, even of those that can't be read.
func (s *Store) AccountIDs(ctx context.Context) ([]tickler.ID, error) {
	rows, err := s.engine.Housekeeping().QueryContext(ctx, `SELECT id FROM account ORDER BY id`)
	return engine.Collect(rows, err, func(row engine.Row) (id tickler.ID, err error) {
		return id, row.Scan(idColumn{&id})
	})
}

// Account reads one account.
func (s *Store) Account(ctx context.Context, id tickler.ID) (tickler.Account, error) {
	a, err := scanAccount(s.engine.Housekeeping().QueryRowContext(
		ctx, `SELECT `+accountColumns+` FROM account WHERE id = $1`, idArg(id),
	))
	if errors.Is(err, sql.ErrNoRows) {
		return a, tickler.Refuse(tickler.FactNoAccount, "", id)
	}
	return a, engine.Classify(err)
}

// ChangeAccount is [Tx.ChangeAccount] in a transaction of its own.
func (s *Store) ChangeAccount(
	ctx context.Context, id tickler.ID, rule func(tickler.Account) (tickler.Account, error),
) (tickler.Account, error) {
	return engine.Written(ctx, s.write, func(ctx context.Context, db engine.Handle) (tickler.Account, error) {
		return (&Tx{db: db, dialect: s.dialect()}).ChangeAccount(ctx, id, rule)
	})
}

// ChangeAccount applies a rule to an account, and returns it as it then is. Nobody else can change
// it in between: every change of the directory waits for the one before. An account that does not
// exist is an error of KindUnknownEntity.
func (tx *Tx) ChangeAccount(
	ctx context.Context, id tickler.ID, rule func(tickler.Account) (tickler.Account, error),
) (none tickler.Account, err error) {
	if err := tx.ChangeDirectory(ctx); err != nil {
		return none, err
	}
	before, err := scanAccount(tx.db.QueryRowContext(
		ctx, `SELECT `+accountColumns+` FROM account WHERE id = $1`, idArg(id),
	))
	if errors.Is(err, sql.ErrNoRows) {
		return none, tickler.Refuse(tickler.FactNoAccount, "", id)
	}
	if err != nil {
		return none, err
	}
	after, err := rule(before)
	if err != nil {
		return none, err
	}
	_, err = tx.db.ExecContext(ctx, `
		UPDATE account SET time_zone = $1, rate_calls = $2, rate_window = $3, legacy_error_status = $4,
			webhook_secret = $5, webhook_old_secret = $6, webhook_old_until = $7
		WHERE id = $8`,
		zoneArg(after.Zone), after.RateLimit.Calls, int64(after.RateLimit.Window.Seconds()),
		flagArg(after.LegacyErrorStatus), after.WebhookSecrets.Current, after.WebhookSecrets.Previous,
		instantArg(after.WebhookSecrets.PreviousUntil), idArg(id))
	return after, err
}

// CreateAccount stores a new account with its first user, key and task types, all or nothing. With
// OnlyAsFirst it is refused as a duplicate when there is any account: of several nodes that start
// on an empty database, one creates it.
func (s *Store) CreateAccount(ctx context.Context, n tickler.FreshAccount) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		a := n.Account
		if n.OnlyAsFirst {
			var others int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account`).Scan(&others); err != nil {
				return err
			}
			if others > 0 {
				return tickler.Refuse(tickler.FactAccountTaken, "", nil)
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO account (`+accountColumns+`) VALUES (`+engine.Placeholders(1, 9)+`)`,
			idArg(a.ID), zoneArg(a.Zone), a.RateLimit.Calls, int64(a.RateLimit.Window.Seconds()),
			flagArg(a.LegacyErrorStatus), instantArg(a.CreatedAt), a.WebhookSecrets.Current, a.WebhookSecrets.Previous,
			instantArg(a.WebhookSecrets.PreviousUntil))
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
