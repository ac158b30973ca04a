package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// Once reads the memory of an earlier call under the Idempotency-Key of this one; nil when there is
// none, or it is too old at once.At.
func (s *Store) Once(ctx context.Context, once tickler.Once) (*tickler.Once, error) {
	first, err := readOnce(ctx, s.engine.Reader(), once)
	return first, engine.Classify(err)
}

// ownKey is the key under which a call's memory is kept: one for each user. Nobody can send such a
// key, since one has no line breaks.
func ownKey(once tickler.Once) string { return once.UserID.String() + "\n" + once.Key }

// readOnce also finds what was kept under the key alone, as it was before keys were each user's own:
// a call whose answer was lost while the program was replaced is not carried out again.
func readOnce(ctx context.Context, db engine.Handle, once tickler.Once) (*tickler.Once, error) {
	var hash []byte
	err := db.QueryRowContext(ctx, `
		SELECT body_hash, answer, created_at FROM idempotency_key
		WHERE account_id = $1 AND operation = $2 AND key IN ($3, $4) AND created_at > $5
		ORDER BY key = $3 DESC LIMIT 1`,
		idArg(once.AccountID), once.Operation, ownKey(once), once.Key, keptSince(once.At)).
		Scan(&hash, &once.Answer, instantColumn{&once.At})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // nil is how Once says that there is none
	}
	copy(once.BodyHash[:], hash)
	return &once, err
}

// takeOnce stores the memory of a call, or returns the one stored before under its key. On Postgres
// it waits for a concurrent transaction that takes the same key.
func takeOnce(ctx context.Context, tx engine.Handle, once tickler.Once) (first *tickler.Once, err error) {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO idempotency_key AS k (account_id, operation, key, body_hash, answer, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id, operation, key) DO UPDATE
			SET body_hash = excluded.body_hash, answer = excluded.answer, created_at = excluded.created_at
			WHERE k.created_at <= $7`,
		idArg(once.AccountID), once.Operation, ownKey(once), once.BodyHash[:], once.Answer, instantArg(once.At),
		keptSince(once.At))
	if err != nil {
		return nil, err
	}
	taken, err := result.RowsAffected()
	if err != nil || taken == 1 {
		return nil, err
	}
	return readOnce(ctx, tx, once)
}

// ForgetOnces removes up to limit memories of calls that are older than IdempotencyKept, and
// returns how many.
func (s *Store) ForgetOnces(ctx context.Context, now time.Time, limit int) (int64, error) {
	return s.forget(ctx, `
		DELETE FROM idempotency_key WHERE (account_id, operation, key) IN (
			SELECT account_id, operation, key FROM idempotency_key WHERE created_at <= $1
			ORDER BY created_at LIMIT $2)`,
		keptSince(now), limit)
}

// keptSince returns the instant at or before which memories are too old.
func keptSince(now time.Time) int64 { return now.Add(-tickler.IdempotencyKept).Unix() }

// TakeOnce stores the memory of a call, or returns the one stored before under its key.
func (tx *Tx) TakeOnce(ctx context.Context, once tickler.Once) (first *tickler.Once, err error) {
	return takeOnce(ctx, tx.db, once)
}
