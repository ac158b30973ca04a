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

const subscriptionColumns = `account_id, id, description, url, method, content_type, event, notify_on_failure, headers, state,
	paused_at, pause_reason, failing_since, warned_at, created_at, created_by, modified_at, modified_by`

func scanSubscription(row engine.Row) (s tickler.Subscription, err error) {
	var headers string
	err = row.Scan(idColumn{&s.AccountID}, idColumn{&s.ID}, &s.Description, &s.URL, &s.Method, &s.ContentType, &s.Event, &s.NotifyOnFailure,
		&headers, &s.State, instantColumn{&s.PausedAt}, &s.PauseReason, instantColumn{&s.FailingSince}, instantColumn{&s.WarnedAt},
		instantColumn{&s.CreatedAt}, idColumn{&s.CreatedBy}, instantColumn{&s.ModifiedAt}, idColumn{&s.ModifiedBy})
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
		idArg(s.AccountID), idArg(s.ID), s.Description, s.URL, s.Method, s.ContentType, int(s.Event), flagArg(s.NotifyOnFailure),
		headers, int(s.State), instantArg(s.PausedAt), s.PauseReason, instantArg(s.FailingSince), instantArg(s.WarnedAt),
		s.CreatedAt.Unix(), idArg(s.CreatedBy), s.ModifiedAt.Unix(), idArg(s.ModifiedBy),
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

func readSubscription(ctx context.Context, db engine.Handle, account, id tickler.ID, lock string) (tickler.Subscription, bool, error) {
	found, err := scanSubscription(db.QueryRowContext(ctx,
		`SELECT `+subscriptionColumns+` FROM subscription WHERE account_id = $1 AND id = $2`+lock, idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return found, false, nil
	}
	return found, err == nil, engine.Classify(err)
}

// CreateSubscription keeps a new subscription, with the jobs that arm the tasks that are there already. An account that has
// tickler.MaxSubscriptions gets no more, however many ask at once: every change of the directory waits for the one before.
func (s *Store) CreateSubscription(ctx context.Context, sub tickler.Subscription) error {
	args, err := subscriptionArgs(sub)
	if err != nil {
		return err
	}
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		var others int
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM subscription WHERE account_id = $1`, idArg(sub.AccountID)).Scan(&others)
		if err != nil {
			return err
		}
		if others >= tickler.MaxSubscriptions {
			return &tickler.Error{Kind: tickler.KindInvalid, Message: "The account has 100 webhooks, and can't have more. Delete one first."}
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO subscription (`+subscriptionColumns+`) VALUES (`+engine.Placeholders(1, len(args))+`)`, args...)
		if err != nil {
			return err
		}
		return followUp(ctx, tx, sub, sub.CreatedAt)
	})
}

// oldDirectory is for how long another node may still act upon what it knew of subscriptions before.
const oldDirectory = 10 * time.Second

// followUp makes the jobs that do what follows from a subscription's change. Their payload is its id. The second one is for
// what other nodes wrote before they knew. They run in the order in which they are due, so that a change that comes meanwhile does
// not wait for the second one of the change before.
func followUp(ctx context.Context, tx engine.Handle, sub tickler.Subscription, now time.Time) error {
	for _, due := range []time.Time{now, now.Add(oldDirectory)} {
		job := jobs.New{
			Ref: jobs.Ref{Account: jobs.ID(sub.AccountID)}, Kind: tickler.SubscriptionJob, Payload: sub.ID.String(),
			SerialKey: sub.ID.String(), SerialOrder: due.UnixMilli(), Due: due, CreatedAt: now,
		}
		if err := enqueue(ctx, tx, job); err != nil {
			return err
		}
	}
	return nil
}

// ChangeSubscription changes a subscription as a rule says, and gives it as it then is. Nobody else changes it in between.
// One that does not exist is an error of KindUnknownEntity.
func (s *Store) ChangeSubscription(
	ctx context.Context, account, id tickler.ID, now time.Time, rule func(tickler.Subscription) (tickler.Subscription, error),
) (tickler.Subscription, error) {
	return engine.Written(ctx, s.changeDirectory, func(ctx context.Context, tx engine.Handle) (none tickler.Subscription, err error) {
		before, found, err := readSubscription(ctx, tx, account, id, s.dialect().LockRow)
		if err != nil {
			return none, err
		}
		if !found {
			return none, tickler.UnknownEntity("WebhookId", "Webhook Id", id.String())
		}
		after, err := rule(before)
		if err != nil {
			return none, err
		}
		if err := updateSubscription(ctx, tx, after); err != nil {
			return none, err
		}
		if after.Event != before.Event || after.State != before.State {
			return after, followUp(ctx, tx, after, now)
		}
		return after, nil
	})
}

func updateSubscription(ctx context.Context, tx engine.Handle, sub tickler.Subscription) error {
	args, err := subscriptionArgs(sub)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE subscription SET description = $3, url = $4, method = $5, content_type = $6, event = $7, notify_on_failure = $8, headers = $9,
			state = $10, paused_at = $11, pause_reason = $12, failing_since = $13, warned_at = $14, created_at = $15, created_by = $16,
			modified_at = $17, modified_by = $18
		WHERE account_id = $1 AND id = $2`, args...)
	return err
}

// DeleteSubscription removes a subscription. Its deliveries stay until they are forgotten; those that were not taken yet are given up.
func (s *Store) DeleteSubscription(ctx context.Context, account, id tickler.ID, now time.Time) error {
	return s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM subscription WHERE account_id = $1 AND id = $2`, idArg(account), idArg(id))
		if err := affectedOne(result, err, tickler.UnknownEntity("WebhookId", "Webhook Id", id.String())); err != nil {
			return err
		}
		return followUp(ctx, tx, tickler.Subscription{ID: id, AccountID: account}, now)
	})
}

// ArmTasks arms some of an account's open tasks anew as a rule says, in the order of their ids from the one after an id on. It
// gives the id of the last one that it looked at, and the zero id when there are no more.
func (s *Store) ArmTasks(
	ctx context.Context, account, after tickler.ID, limit int, rule func(tickler.Task) tickler.Task,
) (tickler.ID, error) {
	return engine.Written(ctx, s.write, func(ctx context.Context, tx engine.Handle) (last tickler.ID, err error) {
		rows, err := tx.QueryContext(ctx, selectTask+`
			WHERE t.account_id = $1 AND t.id > $2 AND t.state = 0 ORDER BY t.id LIMIT $3`+s.dialect().LockRowsOf("t"), idArg(account), after[:], limit)
		tasks, err := engine.Collect(rows, err, scanTask)
		if err != nil {
			return last, err
		}
		for _, task := range tasks {
			armed := rule(task)
			if !armed.WakeAt.Equal(task.WakeAt) {
				_, err := tx.ExecContext(ctx, `UPDATE task SET wake_at = $1 WHERE account_id = $2 AND id = $3`,
					instantArg(armed.WakeAt), idArg(account), idArg(task.ID))
				if err != nil {
					return last, err
				}
			}
		}
		if len(tasks) == limit {
			last = tasks[limit-1].ID
		}
		return last, nil
	})
}
