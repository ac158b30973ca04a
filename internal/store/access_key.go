package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

const accessKeyColumns = `access_key, id, account_id, user_id, secret_hash, created_at, revoked_at, last_used_at`

func scanAccessKey(row engine.Row) (k tickler.AccessKey, err error) {
	var hash []byte
	err = row.Scan(&k.Key, idColumn{&k.ID}, idColumn{&k.AccountID}, idColumn{&k.UserID}, &hash,
		instantColumn{&k.CreatedAt}, instantColumn{&k.RevokedAt}, instantColumn{&k.LastUsedAt})
	copy(k.SecretHash[:], hash)
	return k, err
}

// AccessKey reads an access key; the zero AccessKey when there is none.
func (s *Store) AccessKey(ctx context.Context, key string) (tickler.AccessKey, error) {
	k, err := scanAccessKey(s.engine.Housekeeping().QueryRowContext(
		ctx, `SELECT `+accessKeyColumns+` FROM access_key WHERE access_key = $1`, key,
	))
	if errors.Is(err, sql.ErrNoRows) {
		return tickler.AccessKey{}, nil
	}
	return k, engine.Classify(err)
}

// AccessKeys lists an account's keys, the oldest first.
func (s *Store) AccessKeys(ctx context.Context, account tickler.ID) ([]tickler.AccessKey, error) {
	rows, err := s.engine.Housekeeping().QueryContext(ctx,
		`SELECT `+accessKeyColumns+` FROM access_key WHERE account_id = $1 ORDER BY id`, idArg(account))
	return engine.Collect(rows, err, scanAccessKey)
}

// CreateAccessKey stores a new key.
func (tx *Tx) CreateAccessKey(ctx context.Context, k tickler.AccessKey) error {
	if err := tx.ChangeDirectory(ctx); err != nil {
		return err
	}
	return insertAccessKey(ctx, tx.db, k)
}

func insertAccessKey(ctx context.Context, tx engine.Handle, k tickler.AccessKey) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO access_key (`+accessKeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, k.Key, idArg(k.ID),
		idArg(k.AccountID), idArg(k.UserID), k.SecretHash[:], instantArg(k.CreatedAt), instantArg(k.RevokedAt),
		instantArg(k.LastUsedAt))
	return err
}

// RevokeAccessKey revokes a key of the account. One that is revoked already stays as it is.
func (s *Store) RevokeAccessKey(ctx context.Context, account tickler.ID, key string, at time.Time) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		result, err := tx.ExecContext(ctx,
			`UPDATE access_key SET revoked_at = coalesce(revoked_at, $1) WHERE account_id = $2 AND access_key = $3`,
			instantArg(at), idArg(account), key)
		return affectedOne(result, err, tickler.Refuse(tickler.FactNoAccessKey, "", key))
	})
}

// NoteKeyUses stores when keys were last used, in one statement; of several nodes' times the latest
// stays. The directory does not hold them, so its version stays.
func (s *Store) NoteKeyUses(ctx context.Context, uses []tickler.KeyUse) error {
	if len(uses) == 0 {
		return nil
	}
	var values []string
	var args []any
	for _, use := range uses {
		values = append(values, fmt.Sprintf(`(CAST($%d AS text), CAST($%d AS bigint))`, len(args)+1, len(args)+2))
		args = append(args, use.Key, instantArg(use.At))
	}
	query := `
		UPDATE access_key SET last_used_at = used.column2
		FROM (VALUES ` + strings.Join(values, `, `) + `) AS used
		WHERE access_key.access_key = used.column1 AND (last_used_at IS NULL OR last_used_at < used.column2)`
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		_, err := engine.Composed(tx).ExecContext(ctx, query, args...)
		return err
	})
}
