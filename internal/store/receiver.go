package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// parked is when a job is due that waits for its subscription to be active.
var parked = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// Address gives a pending delivery as it is to be handed over now: to where its subscription leads by now. It is not to be
// handed over if false comes back: then it waits, with its job, for a subscription that is not active; or it is given up, since
// the subscription was removed. One that a person has just asked for does not wait.
func (s *Store) Address(ctx context.Context, d tickler.Delivery, job jobs.Ref, now time.Time) (tickler.Delivery, bool, error) {
	if d.SubscriptionID.IsZero() {
		return d, true, nil
	}
	sub, found, err := s.Subscription(ctx, d.AccountID, d.SubscriptionID)
	if err != nil {
		return d, false, err
	}
	if found && (sub.State == tickler.SubscriptionActive || d.IsByHand() || !d.IsOfTask()) {
		d.URL, d.Method, d.ContentType, d.Headers = sub.URL, sub.Method, sub.ContentType, sub.Headers
		return d, true, nil
	}
	err = s.write(ctx, func(ctx context.Context, tx handle) error {
		sub, found, err := readSubscription(ctx, tx, d.AccountID, d.SubscriptionID, s.dialect.lockRow)
		switch {
		case err != nil:
			return err
		case !found:
			return giveUp(ctx, tx, d, job, now)
		case sub.State == tickler.SubscriptionActive: // since a moment ago
			return errResumed
		}
		_, err = tx.ExecContext(ctx, `UPDATE job SET state = 0, runner = '', next_at = $1 WHERE account_id = $2 AND id = $3`,
			parked.UnixMilli(), job.Account[:], job.ID[:])
		return err
	})
	return d, false, err
}

var errResumed = errors.New("the subscription was just resumed")

func giveUp(ctx context.Context, tx handle, d tickler.Delivery, job jobs.Ref, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE delivery SET state = $1, last_error = $2, settled_at = $3 WHERE account_id = $4 AND id = $5`,
		int(tickler.DeliveryFailed), "the webhook was removed", now.Unix(), idArg(d.AccountID), idArg(d.ID))
	if err != nil {
		return err
	}
	return removeJob(ctx, tx, tickler.ID(job.Account), tickler.ID(job.ID))
}

// noteAttempt notes at a subscription how an attempt of one of its deliveries went, and makes the jobs that mail what the
// account's administrators are to be told of it.
func (s *Store) noteAttempt(ctx context.Context, tx handle, d tickler.Delivery, attempt tickler.DeliveryAttempt) error {
	if attempt.Error == "" { // the usual case, without a lock
		_, err := tx.ExecContext(ctx, `
			UPDATE subscription SET failing_since = NULL, warned_at = NULL WHERE account_id = $1 AND id = $2 AND failing_since IS NOT NULL`,
			idArg(d.AccountID), idArg(d.SubscriptionID))
		return err
	}
	sub, found, err := readSubscription(ctx, tx, d.AccountID, d.SubscriptionID, s.dialect.lockRow)
	if err != nil || !found {
		return err
	}
	after, alarm := sub.AfterAttempt(d, attempt)
	if err := updateSubscription(ctx, tx, after); err != nil || alarm == tickler.NoAlarm {
		return err
	}
	return enqueueAlarms(ctx, tx, after, alarm, attempt.At)
}

// AlarmPayload is what the payload of a job that mails an alarm marshals to.
type AlarmPayload struct {
	Subscription, User string
	Alarm              tickler.Alarm
}

// enqueueAlarms makes a job for each active administrator of the account.
func enqueueAlarms(ctx context.Context, tx handle, sub tickler.Subscription, alarm tickler.Alarm, now time.Time) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM app_user WHERE account_id = $1 AND role = $2 AND active = 1`,
		idArg(sub.AccountID), string(tickler.Administrator))
	admins, err := collect(rows, err, func(row scanner) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) })
	if err != nil {
		return err
	}
	for _, admin := range admins {
		payload, err := jsonArg(AlarmPayload{sub.ID.String(), admin.String(), alarm})
		if err != nil {
			return err
		}
		if err := enqueue(ctx, tx, newJob{account: sub.AccountID, kind: tickler.AlarmJob, payload: payload, due: now}, now); err != nil {
			return err
		}
	}
	return nil
}

// AlarmOf reads what a job that mails an alarm is about; false when the subscription is gone.
func (s *Store) AlarmOf(ctx context.Context, job jobs.Job) (sub tickler.Subscription, user tickler.ID, alarm tickler.Alarm, found bool, err error) {
	var payload AlarmPayload
	if err := json.Unmarshal([]byte(job.Payload), &payload); err != nil {
		return sub, user, "", false, jobs.Dead(err)
	}
	id, idErr := tickler.ParseID(payload.Subscription)
	user, userErr := tickler.ParseID(payload.User)
	if err := errors.Join(idErr, userErr); err != nil {
		return sub, user, "", false, jobs.Dead(err)
	}
	sub, found, err = s.Subscription(ctx, tickler.ID(job.Account), id)
	return sub, user, payload.Alarm, found, err
}

// FailedDeliveries lists the ids of some deliveries about tasks that a subscription's receiver did not take: those that were
// given up at an instant or later, and those that are to be tried again; in their order from the one after an id on. That state <> 1
// stands beside what it follows from lets both engines use the index delivery_not_taken.
func (s *Store) FailedDeliveries(
	ctx context.Context, account, subscription tickler.ID, since time.Time, after tickler.ID, limit int,
) ([]tickler.ID, error) {
	rows, err := s.engine.reader().QueryContext(ctx, `
		SELECT id FROM delivery
		WHERE account_id = $1 AND subscription_id = $2 AND state <> 1 AND task_id IS NOT NULL AND id > $4
			AND (state = 2 AND settled_at >= $3 OR state = 0 AND attempts > 0)
		ORDER BY id LIMIT $5`, idArg(account), idArg(subscription), since.Unix(), after[:], limit)
	return collect(rows, err, func(row scanner) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) })
}

// ReleaseDeliveries has some of a subscription's deliveries that wait for it to be active handed over, in their order from the
// one after an id on. It gives the id of the last one that it looked at, and the zero id when there are no more.
func (s *Store) ReleaseDeliveries(ctx context.Context, account, subscription, after tickler.ID, limit int, now time.Time) (tickler.ID, error) {
	return written(ctx, s.write, func(ctx context.Context, tx handle) (last tickler.ID, err error) {
		rows, err := tx.QueryContext(ctx, `
			SELECT id FROM delivery WHERE account_id = $1 AND subscription_id = $2 AND state <> 1 AND state = 0 AND id > $3 ORDER BY id LIMIT $4`, // as in FailedDeliveries
			idArg(account), idArg(subscription), after[:], limit)
		ids, err := collect(rows, err, func(row scanner) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) })
		if err != nil || len(ids) == 0 {
			return last, err
		}
		args := []any{now.UnixMilli(), parked.UnixMilli(), idArg(account)}
		for _, id := range ids {
			args = append(args, idArg(id))
		}
		_, err = composed(tx).ExecContext(ctx, `
			UPDATE job SET next_at = $1 WHERE next_at = $2 AND state = 0 AND account_id = $3 AND id IN (`+placeholders(4, len(ids))+`)`, args...)
		if len(ids) == limit {
			last = ids[limit-1]
		}
		return last, err
	})
}
