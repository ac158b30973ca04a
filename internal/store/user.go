package store

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/store/engine"
)

const userColumns = `account_id, id, first_name, last_name, email, role, active, manager_id, time_zone, clock,
	date_order, week_start, created_at, reminders_off, welcome_over`

func scanUser(row engine.Row) (u tickler.User, err error) {
	err = row.Scan(idColumn{&u.AccountID}, idColumn{&u.ID}, &u.FirstName, &u.LastName, &u.Email, &u.Role, &u.Active,
		idColumn{&u.ManagerID}, zoneColumn{&u.Zone}, &u.Preferences.Clock, &u.Preferences.DateOrder, &u.Preferences.WeekStart,
		instantColumn{&u.CreatedAt}, &u.RemindersOff, &u.WelcomeOver)
	return u, err
}

// Users lists an account's users, inactive ones too, the oldest first.
func (s *Store) Users(ctx context.Context, account tickler.ID) ([]tickler.User, error) {
	rows, err := s.engine.Housekeeping().QueryContext(
		ctx, `SELECT `+userColumns+` FROM app_user WHERE account_id = $1 ORDER BY id`, idArg(account),
	)
	return engine.Collect(rows, err, scanUser)
}

// CreateUser stores a new user with the hash of their password, which may be empty. E-mail
// addresses are unique over all accounts, since people sign in with them: one that is taken is an
// error of KindDuplicate.
func (s *Store) CreateUser(ctx context.Context, u tickler.User, passwordHash string) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		return insertUser(ctx, tx, u, passwordHash)
	})
}

// insertUser must run within a change of the directory: these are serialized, so that nobody else
// takes the address in between.
func insertUser(ctx context.Context, tx engine.Handle, u tickler.User, passwordHash string) error {
	var taken int
	err := tx.QueryRowContext(
		ctx, `SELECT count(*) FROM app_user WHERE email_key IN ($1, $2, $3, $4)`, emailArgs(u.Email)...,
	).Scan(&taken)
	if err != nil {
		return err
	}
	if taken > 0 {
		return tickler.Refuse(tickler.FactUserEmailTaken, tickler.FieldEmail, nil)
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO app_user (`+userColumns+`, email_key, password_hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		idArg(u.AccountID), idArg(u.ID), u.FirstName, u.LastName, u.Email, string(u.Role), flagArg(u.Active),
		idArg(u.ManagerID), zoneArg(u.Zone), string(u.Preferences.Clock), string(u.Preferences.DateOrder),
		string(u.Preferences.WeekStart), instantArg(u.CreatedAt), flagArg(u.RemindersOff), flagArg(u.WelcomeOver),
		address.EmailKey(u.Email), passwordHash)
	return err
}

// DeactivateUser deactivates a user. An account's only active administrator can't be deactivated
// (KindForbidden). Changes of the directory are serialized, so that two administrators can't
// deactivate each other at once.
func (s *Store) DeactivateUser(ctx context.Context, account tickler.ID, user tickler.User) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		if err := checkAdministratorBeside(ctx, tx, account, user); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `UPDATE app_user SET active = $1 WHERE account_id = $2 AND id = $3`,
			flagArg(false), idArg(account), idArg(user.ID))
		return affectedOne(result, err, tickler.Refuse(tickler.FactNoUser, "", user.ID))
	})
}

// ActivateUser reactivates a user.
func (s *Store) ActivateUser(ctx context.Context, account, user tickler.ID) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		result, err := tx.ExecContext(ctx, `UPDATE app_user SET active = $1 WHERE account_id = $2 AND id = $3`,
			flagArg(true), idArg(account), idArg(user))
		return affectedOne(result, err, tickler.Refuse(tickler.FactNoUser, "", user))
	})
}

// RenewPassword stores another hash of the same password, unless the password was changed
// meanwhile. Sessions go on.
func (s *Store) RenewPassword(ctx context.Context, account, user tickler.ID, old, hash string) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE app_user SET password_hash = $1 WHERE account_id = $2 AND id = $3 AND password_hash = $4`,
			hash, idArg(account), idArg(user), old)
		return err
	})
}

func checkAdministratorBeside(ctx context.Context, tx engine.Handle, account tickler.ID, user tickler.User) error {
	var others int
	err := tx.QueryRowContext(ctx,
		`SELECT count(*) FROM app_user WHERE account_id = $1 AND id <> $2 AND role = $3 AND active = $4`,
		idArg(account), idArg(user.ID), string(tickler.Administrator), flagArg(true)).Scan(&others)
	if err != nil {
		return err
	}
	if others == 0 {
		return tickler.Refuse(tickler.FactOnlyAdministrator, "", user.Email)
	}
	return nil
}

// SetUserZone stores a user's own time zone; nil for the account's.
func (s *Store) SetUserZone(ctx context.Context, account, user tickler.ID, zone *time.Location) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		result, err := tx.ExecContext(ctx, `UPDATE app_user SET time_zone = $1 WHERE account_id = $2 AND id = $3`,
			zoneArg(zone), idArg(account), idArg(user))
		return affectedOne(result, err, tickler.Refuse(tickler.FactNoUser, "", user))
	})
}

// SetUserPreferences stores how dates and times are written for a user.
func (s *Store) SetUserPreferences(ctx context.Context, account, user tickler.ID, p tickler.Preferences) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		result, err := tx.ExecContext(ctx,
			`UPDATE app_user SET clock = $1, date_order = $2, week_start = $3 WHERE account_id = $4 AND id = $5`,
			string(p.Clock), string(p.DateOrder), string(p.WeekStart), idArg(account), idArg(user))
		return affectedOne(result, err, tickler.Refuse(tickler.FactNoUser, "", user))
	})
}

// SetRemindersOff keeps whether a user wants no mails about their reminders.
func (s *Store) SetRemindersOff(ctx context.Context, account, user tickler.ID, off bool) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		result, err := tx.ExecContext(ctx, `UPDATE app_user SET reminders_off = $1 WHERE account_id = $2 AND id = $3`,
			flagArg(off), idArg(account), idArg(user))
		return affectedOne(result, err, tickler.Refuse(tickler.FactNoUser, "", user))
	})
}

// EndWelcome keeps that the list of first steps is over for a user.
func (s *Store) EndWelcome(ctx context.Context, account, user tickler.ID) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		result, err := tx.ExecContext(ctx, `UPDATE app_user SET welcome_over = $1 WHERE account_id = $2 AND id = $3`,
			flagArg(true), idArg(account), idArg(user))
		return affectedOne(result, err, tickler.Refuse(tickler.FactNoUser, "", user))
	})
}
