package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// LinkKey returns the key that links in mails are signed with; nil when there is none yet.
func (s *Store) LinkKey(ctx context.Context) ([]byte, error) {
	var key []byte
	err := s.engine.Housekeeping().QueryRowContext(ctx, `SELECT secret FROM link_key WHERE id = 1`).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return key, engine.Classify(err)
}

// AddLinkKey keeps a key for links, unless there is one already. So all nodes get the same.
func (s *Store) AddLinkKey(ctx context.Context, key []byte, now time.Time) error {
	return s.putLinkKey(ctx, `DO NOTHING`, key, now)
}

// ReplaceLinkKey keeps another key for links: all that were signed before stop working.
func (s *Store) ReplaceLinkKey(ctx context.Context, key []byte, now time.Time) error {
	return s.putLinkKey(ctx, `DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at`, key, now)
}

func (s *Store) putLinkKey(ctx context.Context, ifThere string, key []byte, now time.Time) error {
	return s.writeRepeatable(ctx, func(ctx context.Context, tx engine.Handle) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO link_key (id, secret, created_at) VALUES (1, $1, $2) ON CONFLICT (id) `+ifThere,
			key, instantArg(now))
		return err
	})
}

// UsedLink says when a link was used; false when it was not.
func (s *Store) UsedLink(
	ctx context.Context, account tickler.ID, tokenHash [sha256.Size]byte,
) (at time.Time, used bool, err error) {
	at, used, err = usedLink(ctx, s.engine.Reader(), account, tokenHash)
	return at, used, engine.Classify(err)
}

// UsedLink is [Store.UsedLink] in the transaction.
func (tx *Tx) UsedLink(
	ctx context.Context, account tickler.ID, tokenHash [sha256.Size]byte,
) (at time.Time, used bool, err error) {
	return usedLink(ctx, tx.db, account, tokenHash)
}

func usedLink(
	ctx context.Context, db engine.Handle, account tickler.ID, tokenHash [sha256.Size]byte,
) (at time.Time, used bool, err error) {
	err = db.QueryRowContext(ctx, `SELECT used_at FROM used_link WHERE account_id = $1 AND token_hash = $2`,
		idArg(account), tokenHash[:]).Scan(instantColumn{&at})
	if errors.Is(err, sql.ErrNoRows) {
		return at, false, nil
	}
	return at, err == nil, err
}

// UseLink remembers that a link was used, and reports whether it had not been before. On Postgres
// it waits for a concurrent transaction that uses the same link.
func (tx *Tx) UseLink(ctx context.Context, link tickler.UsedLink) (first bool, err error) {
	result, err := tx.db.ExecContext(ctx, `
		INSERT INTO used_link (account_id, token_hash, used_at, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, token_hash) DO NOTHING`,
		idArg(link.AccountID), link.TokenHash[:], instantArg(link.At), instantArg(link.ExpiresAt))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// ForgetUsedLinks removes up to limit memories of links that have expired, and returns how many.
func (s *Store) ForgetUsedLinks(ctx context.Context, now time.Time, limit int) (int64, error) {
	return s.forget(ctx, `
		DELETE FROM used_link WHERE (account_id, token_hash) IN (
			SELECT account_id, token_hash FROM used_link WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`,
		instantArg(now), limit)
}
