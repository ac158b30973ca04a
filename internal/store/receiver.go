package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// parked is when a job is due that waits for its subscription to be active.
var parked = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// Address gives a pending delivery as it is to be handed over now: to where its subscription leads by now. It is not to be
// handed over if false comes back: then it waits, with its job, for a subscription that is not active, or for what the same
// receiver is to be told of the task before; or it is given up, since the subscription was removed. One that a person has just
// asked for does not wait.
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
		if d.IsByHand() || !d.IsOfTask() {
			return d, true, nil
		}
		waits, err := s.waitForOthers(ctx, d, job, now)
		return d, err == nil && !waits, err
	}
	err = s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		sub, found, err := readSubscription(ctx, tx, d.AccountID, d.SubscriptionID, s.dialect().LockRow)
		switch {
		case err != nil:
			return err
		case !found:
			return giveUp(ctx, tx, d, job, now)
		case sub.State == tickler.SubscriptionActive: // since a moment ago
			return errResumed
		}
		return putOff(ctx, tx, job, parked)
	})
	return d, false, err
}

// How long a delivery waits for others before it is looked at again whether it may go: until what is before it is tried again,
// within these. It goes sooner when what is before it is settled.
const (
	waitAtLeast = 250 * time.Millisecond
	waitAtMost  = time.Minute
)

// waitForOthers puts a delivery about a task off if its receiver, which is known by its URL, is to be told of the task by another
// subscription before. Those of its own subscription that are before it are so in its series.
func (s *Store) waitForOthers(ctx context.Context, d tickler.Delivery, job jobs.Ref, now time.Time) (waits bool, err error) {
	others, err := seriesBeside(ctx, s.engine.Reader(), d, ` AND url = $3 AND state = $4`, d.URL, int(tickler.SubscriptionActive))
	if err != nil || len(others) == 0 {
		return false, engine.Classify(err)
	}
	if _, found, err := nextAhead(ctx, s.engine.Reader(), job, others, ``); err != nil || !found { // the usual case, without a lock
		return false, engine.Classify(err)
	}
	return engine.Written(ctx, s.write, func(ctx context.Context, tx engine.Handle) (bool, error) {
		// With a lock: else it could be settled, and let others follow, right before this one begins to wait.
		ahead, found, err := nextAhead(ctx, tx, job, others, s.dialect().LockRow)
		if err != nil || !found {
			return false, err
		}
		wait := min(max(ahead.Sub(now), waitAtLeast), waitAtMost)
		return true, putOff(ctx, tx, job, now.Add(wait))
	})
}

// nextAhead tells when the first job of some series that comes before a job is due; false when there is none.
func nextAhead(ctx context.Context, db engine.Handle, job jobs.Ref, series []any, lock string) (due time.Time, found bool, err error) {
	var at int64
	err = engine.Composed(db).QueryRowContext(ctx, `
		SELECT CASE WHEN state = 0 THEN next_at ELSE 0 END FROM job
		WHERE state < 2 AND serial_key IN (`+engine.Placeholders(3, len(series))+`)
			AND (serial_order, id) < (SELECT serial_order, id FROM job WHERE account_id = $1 AND id = $2)
		ORDER BY serial_order, id LIMIT 1`+lock, append([]any{job.Account[:], job.ID[:]}, series...)...).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return due, false, nil
	}
	return time.UnixMilli(at), err == nil, err
}

// letFollow has what waits for a delivery that is settled looked at again.
func letFollow(ctx context.Context, tx engine.Handle, d tickler.Delivery, now time.Time) error {
	others, err := seriesBeside(ctx, tx, d, ``)
	if err != nil || len(others) == 0 {
		return err
	}
	_, err = engine.Composed(tx).ExecContext(ctx, `
		UPDATE job SET next_at = $1 WHERE next_at > $1 AND next_at <= $2 AND state = 0 AND serial_key IN (`+engine.Placeholders(3, len(others))+`)`,
		append([]any{now.UnixMilli(), now.Add(waitAtMost).UnixMilli()}, others...)...)
	return err
}

// seriesBeside gives the series of the account's other subscriptions, those of which a condition holds, about the task of a delivery.
func seriesBeside(ctx context.Context, db engine.Handle, d tickler.Delivery, condition string, args ...any) ([]any, error) {
	rows, err := db.QueryContext(ctx, `SELECT id FROM subscription WHERE account_id = $1 AND id <> $2`+condition,
		append([]any{idArg(d.AccountID), idArg(d.SubscriptionID)}, args...)...)
	return engine.Collect(rows, err, func(row engine.Row) (any, error) {
		var other tickler.ID
		err := row.Scan(idColumn{&other})
		return seriesOf(tickler.Delivery{SubscriptionID: other, TaskID: d.TaskID}), err
	})
}

// putOff gives a job back that is not to be run before an instant.
func putOff(ctx context.Context, tx engine.Handle, job jobs.Ref, until time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE job SET state = 0, runner = '', next_at = $1 WHERE account_id = $2 AND id = $3`,
		until.UnixMilli(), job.Account[:], job.ID[:])
	return err
}

var errResumed = errors.New("the subscription was just resumed")

func giveUp(ctx context.Context, tx engine.Handle, d tickler.Delivery, job jobs.Ref, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE delivery SET state = $1, last_error = $2, settled_at = $3 WHERE account_id = $4 AND id = $5`,
		int(tickler.DeliveryFailed), "the webhook was removed", now.Unix(), idArg(d.AccountID), idArg(d.ID))
	if err != nil {
		return err
	}
	if err := removeJob(ctx, tx, tickler.ID(job.Account), tickler.ID(job.ID)); err != nil {
		return err
	}
	return letFollow(ctx, tx, d, now)
}

// noteAttempt notes at a subscription how an attempt of one of its deliveries went, and makes the jobs that mail what the
// account's administrators are to be told of it.
func (s *Store) noteAttempt(ctx context.Context, tx engine.Handle, d tickler.Delivery, attempt tickler.DeliveryAttempt) error {
	if attempt.Error == "" { // the usual case, without a lock
		_, err := tx.ExecContext(ctx, `
			UPDATE subscription SET failing_since = NULL, warned_at = NULL WHERE account_id = $1 AND id = $2 AND failing_since IS NOT NULL`,
			idArg(d.AccountID), idArg(d.SubscriptionID))
		return err
	}
	sub, found, err := readSubscription(ctx, tx, d.AccountID, d.SubscriptionID, s.dialect().LockRow)
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
func enqueueAlarms(ctx context.Context, tx engine.Handle, sub tickler.Subscription, alarm tickler.Alarm, now time.Time) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM app_user WHERE account_id = $1 AND role = $2 AND active = 1`,
		idArg(sub.AccountID), string(tickler.Administrator))
	admins, err := engine.Collect(rows, err, func(row engine.Row) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) })
	if err != nil {
		return err
	}
	for _, admin := range admins {
		payload, err := jsonArg(AlarmPayload{sub.ID.String(), admin.String(), alarm})
		if err != nil {
			return err
		}
		if err := enqueue(ctx, tx, jobs.New{
			Ref: jobs.Ref{Account: jobs.ID(sub.AccountID)}, Kind: tickler.AlarmJob, Payload: payload, Due: now, CreatedAt: now,
		}); err != nil {
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
	rows, err := s.engine.Reader().QueryContext(ctx, `
		SELECT id FROM delivery
		WHERE account_id = $1 AND subscription_id = $2 AND state <> 1 AND task_id IS NOT NULL AND id > $4
			AND (state = 2 AND settled_at >= $3 OR state = 0 AND attempts > 0)
		ORDER BY id LIMIT $5`, idArg(account), idArg(subscription), since.Unix(), after[:], limit)
	return engine.Collect(rows, err, func(row engine.Row) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) })
}

// ReleaseDeliveries has some of a subscription's deliveries that wait for it to be active handed over, in their order from the
// one after an id on. It gives the id of the last one that it looked at, and the zero id when there are no more.
func (s *Store) ReleaseDeliveries(ctx context.Context, account, subscription, after tickler.ID, limit int, now time.Time) (tickler.ID, error) {
	return engine.Written(ctx, s.write, func(ctx context.Context, tx engine.Handle) (last tickler.ID, err error) {
		rows, err := tx.QueryContext(ctx, `
			SELECT id FROM delivery WHERE account_id = $1 AND subscription_id = $2 AND state <> 1 AND state = 0 AND id > $3 ORDER BY id LIMIT $4`, // as in FailedDeliveries
			idArg(account), idArg(subscription), after[:], limit)
		ids, err := engine.Collect(rows, err, func(row engine.Row) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) })
		if err != nil || len(ids) == 0 {
			return last, err
		}
		args := []any{now.UnixMilli(), parked.UnixMilli(), idArg(account)}
		for _, id := range ids {
			args = append(args, idArg(id))
		}
		_, err = engine.Composed(tx).ExecContext(ctx, `
			UPDATE job SET next_at = $1 WHERE next_at = $2 AND state = 0 AND account_id = $3 AND id IN (`+engine.Placeholders(4, len(ids))+`)`, args...)
		if len(ids) == limit {
			last = ids[limit-1]
		}
		return last, err
	})
}
