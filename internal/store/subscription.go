package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"tickler"
	"tickler/internal/store/engine"
)

const subscriptionColumns = `account_id, id, description, url, method, content_type, event, notify_on_failure, headers,
	state, paused_at, pause_reason, failing_since, warned_at, created_at, created_by, modified_at, modified_by`

func scanSubscription(row engine.Row) (s tickler.Subscription, err error) {
	var headers string
	err = row.Scan(idColumn{&s.AccountID}, idColumn{&s.ID}, &s.Description, &s.URL, &s.Method, &s.ContentType, &s.Event,
		&s.NotifyOnFailure, &headers, &s.State, instantColumn{&s.PausedAt}, &s.PauseReason,
		instantColumn{&s.FailingSince}, instantColumn{&s.WarnedAt}, instantColumn{&s.CreatedAt}, idColumn{&s.CreatedBy},
		instantColumn{&s.ModifiedAt}, idColumn{&s.ModifiedBy})
	if err != nil || headers == "" {
		return s, err
	}
	return s, json.Unmarshal([]byte(headers), &s.Headers)
}

func subscriptionArgs(s tickler.Subscription) ([]any, error) {
	headers := ""
	if len(s.Headers) > 0 {
		var err error
		if headers, err = jsonArg(s.Headers); err != nil {
			return nil, err
		}
	}
	return []any{
		idArg(s.AccountID), idArg(s.ID), s.Description, s.URL, s.Method, s.ContentType, int(s.Event),
		flagArg(s.NotifyOnFailure), headers, int(s.State), instantArg(s.PausedAt), s.PauseReason,
		instantArg(s.FailingSince), instantArg(s.WarnedAt), s.CreatedAt.Unix(), idArg(s.CreatedBy),
		s.ModifiedAt.Unix(), idArg(s.ModifiedBy),
	}, nil
}

// Subscriptions lists an account's subscriptions, the oldest first.
func (s *Store) Subscriptions(ctx context.Context, account tickler.ID) ([]tickler.Subscription, error) {
	rows, err := s.engine.Housekeeping().QueryContext(ctx,
		`SELECT `+subscriptionColumns+` FROM subscription WHERE account_id = $1 ORDER BY id`, idArg(account))
	return engine.Collect(rows, err, scanSubscription)
}

// Subscription reads one subscription; false when there is none.
func (s *Store) Subscription(ctx context.Context, account, id tickler.ID) (tickler.Subscription, bool, error) {
	return readSubscription(ctx, s.engine.Reader(), account, id, "")
}

// SameReceiver reads a subscription and the account's others with the same URL; none if it is gone.
func (s *Store) SameReceiver(ctx context.Context, account, id tickler.ID) ([]tickler.Subscription, error) {
	rows, err := s.engine.Reader().QueryContext(ctx, `
		SELECT `+subscriptionColumns+` FROM subscription
		WHERE account_id = $1 AND url = (SELECT url FROM subscription WHERE account_id = $1 AND id = $2) ORDER BY id`,
		idArg(account), idArg(id))
	return engine.Collect(rows, err, scanSubscription)
}

func readSubscription(
	ctx context.Context, db engine.Handle, account, id tickler.ID, lock string,
) (tickler.Subscription, bool, error) {
	found, err := scanSubscription(db.QueryRowContext(ctx,
		`SELECT `+subscriptionColumns+` FROM subscription WHERE account_id = $1 AND id = $2`+lock,
		idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return found, false, nil
	}
	return found, err == nil, engine.Classify(err)
}

// Subscription reads one subscription; false when there is none.
func (tx *Tx) Subscription(ctx context.Context, account, id tickler.ID) (tickler.Subscription, bool, error) {
	return readSubscription(ctx, tx.db, account, id, tx.dialect.LockRow)
}

// SubscriptionCount returns how many subscriptions an account has.
func (tx *Tx) SubscriptionCount(ctx context.Context, account tickler.ID) (count int, err error) {
	row := tx.db.QueryRowContext(ctx, `SELECT count(*) FROM subscription WHERE account_id = $1`, idArg(account))
	err = row.Scan(&count)
	return count, err
}

// PutSubscription stores a subscription, new or changed.
func (tx *Tx) PutSubscription(ctx context.Context, sub tickler.Subscription) error {
	args, err := subscriptionArgs(sub)
	if err != nil {
		return err
	}
	_, err = tx.db.ExecContext(ctx, `
		INSERT INTO subscription (`+subscriptionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (account_id, id) DO UPDATE SET
			description = excluded.description, url = excluded.url, method = excluded.method,
			content_type = excluded.content_type, event = excluded.event,
			notify_on_failure = excluded.notify_on_failure, headers = excluded.headers, state = excluded.state,
			paused_at = excluded.paused_at, pause_reason = excluded.pause_reason,
			failing_since = excluded.failing_since, warned_at = excluded.warned_at,
			created_at = excluded.created_at, created_by = excluded.created_by,
			modified_at = excluded.modified_at, modified_by = excluded.modified_by`, args...)
	return err
}

// RemoveSubscription removes a subscription, and reports whether there was one.
func (tx *Tx) RemoveSubscription(ctx context.Context, account, id tickler.ID) (bool, error) {
	result, err := tx.db.ExecContext(ctx, `DELETE FROM subscription WHERE account_id = $1 AND id = $2`,
		idArg(account), idArg(id))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// EndFailure records that a subscription's receiver takes deliveries again. It writes nothing, and
// takes no lock, if that is known already.
func (tx *Tx) EndFailure(ctx context.Context, account, id tickler.ID) error {
	_, err := tx.db.ExecContext(ctx, `
		UPDATE subscription SET failing_since = NULL, warned_at = NULL
		WHERE account_id = $1 AND id = $2 AND failing_since IS NOT NULL`,
		idArg(account), idArg(id))
	return err
}

// SubscriptionIDs lists the ids of an account's subscriptions.
func (tx *Tx) SubscriptionIDs(ctx context.Context, account tickler.ID) ([]tickler.ID, error) {
	rows, err := tx.db.QueryContext(ctx, `SELECT id FROM subscription WHERE account_id = $1`, idArg(account))
	return engine.Collect(rows, err, scanID)
}
