package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

const deliveryColumns = `account_id, id, subscription_id, request_id, task_id, event, method, url, content_type,
	headers, payload, state, attempts, replayed, last_status, last_error, created_at, settled_at`

func scanDelivery(row engine.Row) (d tickler.Delivery, err error) {
	var headers string
	err = row.Scan(idColumn{&d.AccountID}, idColumn{&d.ID}, idColumn{&d.SubscriptionID}, idColumn{&d.RequestID},
		idColumn{&d.TaskID}, &d.Event, &d.Method, &d.URL, &d.ContentType, &headers, &d.Payload, &d.State, &d.Attempts,
		&d.Replayed, &d.LastStatus, &d.LastError, instantColumn{&d.CreatedAt}, instantColumn{&d.SettledAt})
	if err != nil || headers == "" {
		return d, err
	}
	return d, json.Unmarshal([]byte(headers), &d.Headers)
}

const deliveryInto = `delivery (` + deliveryColumns + `, serial_key, serial_order)`

// deliveryArgs returns the values of deliveryInto.
func deliveryArgs(d tickler.Delivery) ([]any, error) {
	headers := ""
	if len(d.Headers) > 0 {
		var err error
		if headers, err = jsonArg(d.Headers); err != nil {
			return nil, err
		}
	}
	return []any{
		idArg(d.AccountID), idArg(d.ID), idArg(d.SubscriptionID), idArg(d.RequestID), idArg(d.TaskID),
		d.Event, d.Method, d.URL, d.ContentType, headers, d.Payload,
		int(d.State), d.Attempts, d.Replayed, d.LastStatus, d.LastError, d.CreatedAt.Unix(), instantArg(d.SettledAt),
		textArg(d.Series()), d.Place,
	}, nil
}

// Delivery reads one delivery with its log; false when there is none.
func (s *Store) Delivery(ctx context.Context, account, id tickler.ID) (d tickler.Delivery, found bool, err error) {
	d, err = scanDelivery(s.engine.Reader().QueryRowContext(ctx,
		`SELECT `+deliveryColumns+` FROM delivery WHERE account_id = $1 AND id = $2`, idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	if err != nil {
		return d, false, engine.Classify(err)
	}
	one := []tickler.Delivery{d}
	err = s.readLogs(ctx, account, one)
	return one[0], err == nil, err
}

// DeliveriesOfRequest lists a bulk request's deliveries with their logs, the latest first.
func (s *Store) DeliveriesOfRequest(
	ctx context.Context, account, request tickler.ID, page tickler.Page,
) ([]tickler.Delivery, error) {
	return s.deliveries(ctx, `request_id`, account, request, page)
}

// DeliveriesOfSubscription lists a subscription's deliveries with their logs, the latest first.
func (s *Store) DeliveriesOfSubscription(
	ctx context.Context, account, subscription tickler.ID, page tickler.Page,
) ([]tickler.Delivery, error) {
	return s.deliveries(ctx, `subscription_id`, account, subscription, page)
}

// LastDeliveries returns the latest delivery of each of an account's subscriptions that has any, by
// the subscription's id and without its log.
func (s *Store) LastDeliveries(ctx context.Context, account tickler.ID) (map[tickler.ID]tickler.Delivery, error) {
	rows, err := s.engine.Reader().QueryContext(ctx, `
		SELECT `+deliveryColumns+` FROM delivery WHERE account_id = $1 AND id IN (
			SELECT (
				SELECT d.id FROM delivery AS d
				WHERE d.account_id = s.account_id AND d.subscription_id = s.id ORDER BY d.id DESC LIMIT 1)
			FROM subscription AS s WHERE s.account_id = $1)`, idArg(account))
	all, err := engine.Collect(rows, err, scanDelivery)
	last := make(map[tickler.ID]tickler.Delivery, len(all))
	for _, d := range all {
		last[d.SubscriptionID] = d
	}
	return last, err
}

// deliveries takes the ids from the column's index first: otherwise SQLite would read all of the
// account's deliveries.
func (s *Store) deliveries(
	ctx context.Context, column string, account, of tickler.ID, page tickler.Page,
) ([]tickler.Delivery, error) {
	rows, err := s.engine.Reader().QueryContext(ctx, `
		SELECT `+deliveryColumns+` FROM delivery WHERE account_id = $1 AND id IN (
			SELECT id FROM delivery WHERE account_id = $1 AND `+column+` = $2 ORDER BY id DESC LIMIT $3 OFFSET $4)
		ORDER BY id DESC`,
		idArg(account), idArg(of), page.Limit, page.Offset)
	all, err := engine.Collect(rows, err, scanDelivery)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, s.readLogs(ctx, account, all)
}

// readLogs fills in the attempts of an account's deliveries, the first attempt first.
func (s *Store) readLogs(ctx context.Context, account tickler.ID, all []tickler.Delivery) error {
	args := []any{idArg(account)}
	place := make(map[tickler.ID]int, len(all))
	for i, d := range all {
		args = append(args, idArg(d.ID))
		place[d.ID] = i
	}
	rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx, fmt.Sprintf(`
		SELECT delivery_id, number, at, took, status, answer, error, by_hand, retry_after FROM delivery_attempt
		WHERE account_id = $1 AND delivery_id IN (%s) ORDER BY delivery_id, number`,
		engine.Placeholders(2, len(all))), args...)
	_, err = engine.Collect(rows, err, func(row engine.Row) (a tickler.DeliveryAttempt, err error) {
		var delivery tickler.ID
		var took, retryAfter int64
		err = row.Scan(idColumn{&delivery}, &a.Number, instantColumn{&a.At}, &took, &a.Status, &a.Answer, &a.Error,
			&a.ByHand, &retryAfter)
		a.Took, a.RetryAfter = time.Duration(took)*time.Millisecond, time.Duration(retryAfter)*time.Second
		if err == nil {
			d := &all[place[delivery]]
			d.Log = append(d.Log, a)
		}
		return a, err
	})
	return err
}

// Delivery reads and locks one delivery, without its log; false when there is none.
func (tx *Tx) Delivery(ctx context.Context, account, id tickler.ID) (d tickler.Delivery, found bool, err error) {
	d, err = scanDelivery(tx.db.QueryRowContext(ctx,
		`SELECT `+deliveryColumns+` FROM delivery WHERE account_id = $1 AND id = $2`+tx.dialect.LockRow,
		idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}

// PutDelivery updates how far a delivery has come: its state, its attempts and the result of the
// last one.
func (tx *Tx) PutDelivery(ctx context.Context, d tickler.Delivery) error {
	_, err := tx.db.ExecContext(ctx, `
		UPDATE delivery SET state = $1, attempts = $2, replayed = $3, last_status = $4, last_error = $5, settled_at = $6
		WHERE account_id = $7 AND id = $8`,
		int(d.State), d.Attempts, d.Replayed, d.LastStatus, d.LastError, instantArg(d.SettledAt),
		idArg(d.AccountID), idArg(d.ID))
	return err
}

// AddAttempt adds an attempt to a delivery's log.
func (tx *Tx) AddAttempt(ctx context.Context, account, delivery tickler.ID, a tickler.DeliveryAttempt) error {
	_, err := tx.db.ExecContext(ctx, `
		INSERT INTO delivery_attempt (
			account_id, delivery_id, number, at, took, status, answer, error, by_hand, retry_after)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		idArg(account), idArg(delivery), a.Number, a.At.Unix(), a.Took.Milliseconds(), a.Status, a.Answer, a.Error,
		flagArg(a.ByHand), int64(a.RetryAfter/time.Second))
	return err
}

// HandOver makes a delivery's job due now, in its old place in its series, and makes it anew if
// there is none. A job that runs stays as it is.
func (tx *Tx) HandOver(ctx context.Context, account, id tickler.ID, now time.Time) error {
	_, err := tx.db.ExecContext(ctx, `
		INSERT INTO `+jobInto+`
		SELECT account_id, id, $3, '', serial_key, 0, $4, '', 0, '', $5, serial_order FROM delivery
		WHERE account_id = $1 AND id = $2
		ON CONFLICT (account_id, id) DO UPDATE
			SET state = excluded.state, next_at = excluded.next_at WHERE job.state <> 1`,
		idArg(account), idArg(id), tickler.WebhookJob, now.UnixMilli(), now.Unix())
	return err
}

// FailedDeliveries lists the ids of up to limit deliveries about tasks that a subscription's
// receiver did not take, in order, after a given id: those that failed for good since an instant,
// and those that are to be retried. The redundant state <> 1 lets both engines use the index
// delivery_not_taken. On SQLite it must have every column named here.
func (s *Store) FailedDeliveries(
	ctx context.Context, account, subscription tickler.ID, since time.Time, after tickler.ID, limit int,
) ([]tickler.ID, error) {
	rows, err := s.engine.Reader().QueryContext(ctx, `
		SELECT id FROM delivery
		WHERE account_id = $1 AND subscription_id = $2 AND state <> 1 AND task_id IS NOT NULL AND id > $4
			AND (state = 2 AND settled_at >= $3 OR state = 0 AND attempts > 0)
		ORDER BY id LIMIT $5`, idArg(account), idArg(subscription), since.Unix(), after[:], limit)
	return engine.Collect(rows, err, scanID)
}

// PendingDeliveries lists the ids of up to limit pending deliveries of a subscription, in order,
// after a given id. As in FailedDeliveries, state <> 1 is for the index.
func (tx *Tx) PendingDeliveries(
	ctx context.Context, account, subscription, after tickler.ID, limit int,
) ([]tickler.ID, error) {
	rows, err := tx.db.QueryContext(ctx, `
		SELECT id FROM delivery
		WHERE account_id = $1 AND subscription_id = $2 AND state <> 1 AND state = 0 AND id > $3 ORDER BY id LIMIT $4`,
		idArg(account), idArg(subscription), after[:], limit)
	return engine.Collect(rows, err, scanID)
}
