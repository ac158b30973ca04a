package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

const deliveryColumns = `account_id, id, subscription_id, request_id, task_id, event, method, url, content_type, headers, payload,
	state, attempts, replayed, last_status, last_error, created_at, settled_at`

func scanDelivery(row engine.Row) (d tickler.Delivery, err error) {
	var headers string
	err = row.Scan(idColumn{&d.AccountID}, idColumn{&d.ID}, idColumn{&d.SubscriptionID}, idColumn{&d.RequestID}, idColumn{&d.TaskID},
		&d.Event, &d.Method, &d.URL, &d.ContentType, &headers, &d.Payload,
		&d.State, &d.Attempts, &d.Replayed, &d.LastStatus, &d.LastError, instantColumn{&d.CreatedAt}, instantColumn{&d.SettledAt})
	if err != nil || headers == "" {
		return d, err
	}
	return d, json.Unmarshal([]byte(headers), &d.Headers)
}

// enqueueDelivery writes a new delivery and the job that hands it over, in the transaction of what it tells of. Those with
// the same serial key, if it is not empty, leave one after another, the lowest order first.
func enqueueDelivery(ctx context.Context, tx engine.Handle, d tickler.Delivery, serialKey string, serialOrder int64, now time.Time) error {
	row, err := deliveryArgs(d, serialKey, serialOrder)
	if err != nil {
		return err
	}
	statement, args := engine.Insertion(deliveryInto, [][]any{row})
	if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
		return err
	}
	return enqueueHandOver(ctx, tx, d, serialKey, serialOrder, now)
}

const deliveryInto = `delivery (` + deliveryColumns + `, serial_key, serial_order)`

// deliveryArgs gives the values of deliveryInto.
func deliveryArgs(d tickler.Delivery, serialKey string, serialOrder int64) ([]any, error) {
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
		int(d.State), d.Attempts, d.Replayed, d.LastStatus, d.LastError, d.CreatedAt.Unix(), instantArg(d.SettledAt), textArg(serialKey), serialOrder,
	}, nil
}

// enqueueHandOver makes a delivery's job, due now. It has the delivery's id and no payload. One that waits already is due now too; one that runs stays as it is.
func enqueueHandOver(ctx context.Context, tx engine.Handle, d tickler.Delivery, serialKey string, serialOrder int64, now time.Time) error {
	job := jobs.New{
		Ref: jobs.Ref{Account: jobs.ID(d.AccountID), ID: jobs.ID(d.ID)}, Kind: tickler.WebhookJob,
		SerialKey: serialKey, SerialOrder: serialOrder, Due: now, CreatedAt: now,
	}
	statement, args := engine.Insertion(jobInto, [][]any{jobArgs(job)})
	_, err := tx.ExecContext(ctx, statement+`
		ON CONFLICT (account_id, id) DO UPDATE SET state = excluded.state, next_at = excluded.next_at WHERE job.state <> 1`, args...)
	return err
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
func (s *Store) DeliveriesOfRequest(ctx context.Context, account, request tickler.ID, page tickler.Page) ([]tickler.Delivery, error) {
	return s.deliveries(ctx, `request_id`, account, request, page)
}

// DeliveriesOfSubscription lists a subscription's deliveries with their logs, the latest first.
func (s *Store) DeliveriesOfSubscription(ctx context.Context, account, subscription tickler.ID, page tickler.Page) ([]tickler.Delivery, error) {
	return s.deliveries(ctx, `subscription_id`, account, subscription, page)
}

// LastDeliveries gives the latest delivery of each of an account's subscriptions that has any, by the subscription's id and without
// its log.
func (s *Store) LastDeliveries(ctx context.Context, account tickler.ID) (map[tickler.ID]tickler.Delivery, error) {
	rows, err := s.engine.Reader().QueryContext(ctx, `
		SELECT `+deliveryColumns+` FROM delivery WHERE account_id = $1 AND id IN (
			SELECT (
				SELECT d.id FROM delivery AS d WHERE d.account_id = s.account_id AND d.subscription_id = s.id ORDER BY d.id DESC LIMIT 1)
			FROM subscription AS s WHERE s.account_id = $1)`, idArg(account))
	all, err := engine.Collect(rows, err, scanDelivery)
	last := make(map[tickler.ID]tickler.Delivery, len(all))
	for _, d := range all {
		last[d.SubscriptionID] = d
	}
	return last, err
}

// deliveries takes the ids from the index of the column first: SQLite would look through all of the account's deliveries otherwise.
func (s *Store) deliveries(ctx context.Context, column string, account, of tickler.ID, page tickler.Page) ([]tickler.Delivery, error) {
	rows, err := s.engine.Reader().QueryContext(ctx, `
		SELECT `+deliveryColumns+` FROM delivery WHERE account_id = $1 AND id IN (
			SELECT id FROM delivery WHERE account_id = $1 AND `+column+` = $2 ORDER BY id DESC LIMIT $3 OFFSET $4) ORDER BY id DESC`,
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
		WHERE account_id = $1 AND delivery_id IN (%s) ORDER BY delivery_id, number`, engine.Placeholders(2, len(all))), args...)
	_, err = engine.Collect(rows, err, func(row engine.Row) (a tickler.DeliveryAttempt, err error) {
		var delivery tickler.ID
		var took, retryAfter int64
		err = row.Scan(idColumn{&delivery}, &a.Number, instantColumn{&a.At}, &took, &a.Status, &a.Answer, &a.Error, &a.ByHand, &retryAfter)
		a.Took, a.RetryAfter = time.Duration(took)*time.Millisecond, time.Duration(retryAfter)*time.Second
		if err == nil {
			d := &all[place[delivery]]
			d.Log = append(d.Log, a)
		}
		return a, err
	})
	return err
}

// RecordAttempt records an attempt, and gives the delivery as it then stands, without its log. When that settles it, its job is
// removed in the same transaction, and what waits for it may go.
func (s *Store) RecordAttempt(ctx context.Context, account, id tickler.ID, attempt tickler.DeliveryAttempt) (tickler.Delivery, error) {
	return s.changeDelivery(ctx, account, id, func(ctx context.Context, tx engine.Handle, d tickler.Delivery) (tickler.Delivery, error) {
		d, attempt := d.Attempted(attempt)
		statement, args := engine.Insertion(`delivery_attempt (account_id, delivery_id, number, at, took, status, answer, error, by_hand, retry_after)`, [][]any{{
			idArg(account), idArg(id), attempt.Number, attempt.At.Unix(), attempt.Took.Milliseconds(), attempt.Status, attempt.Answer,
			attempt.Error, flagArg(attempt.ByHand), int64(attempt.RetryAfter / time.Second),
		}})
		_, err := tx.ExecContext(ctx, statement, args...)
		if err == nil && d.IsOfTask() {
			err = s.noteAttempt(ctx, tx, d, attempt)
		}
		if err != nil || d.State == tickler.DeliveryPending {
			return d, err
		}
		if err := removeJob(ctx, tx, account, id); err != nil || !d.IsOfTask() {
			return d, err
		}
		return d, letFollow(ctx, tx, d, attempt.At)
	})
}

// ReplayDelivery has a delivery handed over again, at once: a settled one too, in its old place among those of its series. It
// gives the delivery as it then stands, without its log.
func (s *Store) ReplayDelivery(ctx context.Context, account, id tickler.ID, now time.Time) (tickler.Delivery, error) {
	return s.changeDelivery(ctx, account, id, func(ctx context.Context, tx engine.Handle, d tickler.Delivery) (tickler.Delivery, error) {
		var serialKey sql.NullString
		var serialOrder int64
		err := tx.QueryRowContext(ctx, `SELECT serial_key, serial_order FROM delivery WHERE account_id = $1 AND id = $2`,
			idArg(account), idArg(id)).Scan(&serialKey, &serialOrder)
		if err != nil {
			return d, err
		}
		return d.Replay(), enqueueHandOver(ctx, tx, d, serialKey.String, serialOrder, now)
	})
}

// changeDelivery reads a delivery, keeps it from others and writes what a rule makes of it. One that does not exist is an
// error of KindUnknownEntity.
func (s *Store) changeDelivery(
	ctx context.Context, account, id tickler.ID, rule func(ctx context.Context, tx engine.Handle, d tickler.Delivery) (tickler.Delivery, error),
) (tickler.Delivery, error) {
	return engine.Written(ctx, s.write, func(ctx context.Context, tx engine.Handle) (none tickler.Delivery, err error) {
		d, err := scanDelivery(tx.QueryRowContext(ctx,
			`SELECT `+deliveryColumns+` FROM delivery WHERE account_id = $1 AND id = $2`+s.dialect().LockRow, idArg(account), idArg(id)))
		if errors.Is(err, sql.ErrNoRows) {
			return none, noSuch("Delivery Id", id.String())
		}
		if err != nil {
			return none, err
		}
		if d, err = rule(ctx, tx, d); err != nil {
			return none, err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE delivery SET state = $1, attempts = $2, replayed = $3, last_status = $4, last_error = $5, settled_at = $6
			WHERE account_id = $7 AND id = $8`,
			int(d.State), d.Attempts, d.Replayed, d.LastStatus, d.LastError, instantArg(d.SettledAt), idArg(account), idArg(id))
		return d, err
	})
}
