package store

import (
	"context"
	"database/sql"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/store/engine"
)

// OpenTasks reads up to limit of an account's open tasks, in the order of their ids from the one
// after an id on.
func (tx *Tx) OpenTasks(ctx context.Context, account, after tickler.ID, limit int) ([]tickler.Task, error) {
	rows, err := tx.db.QueryContext(ctx, selectTask+`
		WHERE t.account_id = $1 AND t.id > $2 AND t.state = 0 ORDER BY t.id LIMIT $3`+tx.dialect.LockRowsOf("t"),
		idArg(account), after[:], limit)
	return engine.Collect(rows, err, scanTask)
}

// RemindersByDays reads up to limit of an account's open tasks whose reminders by days are still to
// come, in the order of their ids from the one after an id on: of each, what says when it wakes,
// and nothing else.
func (s *Store) RemindersByDays(
	ctx context.Context, account tickler.ID, now time.Time, after tickler.ID, limit int,
) ([]tickler.Task, error) {
	giveBack, err := s.scans.take(ctx, account)
	if err != nil {
		return nil, engine.Classify(err)
	}
	defer giveBack()
	rows, err := s.engine.Reader().QueryContext(ctx, `
		SELECT id, due_at, end_at, reminder_days, reminder_time, notify, remind_at, wake_at FROM task
		WHERE account_id = $1 AND id > $2 AND state = 0 AND reminder_rule = 2 AND snoozed_until IS NULL
			AND (remind_at > $3 OR wake_at <= remind_at)
		ORDER BY id LIMIT $4`, idArg(account), after[:], now.Unix(), limit)
	return engine.Collect(rows, err, func(row engine.Row) (tickler.Task, error) {
		t := tickler.Task{
			AccountID: account, State: tickler.StateOpen, Reminder: tickler.Reminder{Rule: tickler.DaysBefore},
		}
		var at sql.NullInt64
		err := row.Scan(idColumn{&t.ID}, instantColumn{&t.DueAt}, instantColumn{&t.EndAt}, &t.Reminder.Days, &at,
			&t.Notify, instantColumn{&t.RemindAt}, instantColumn{&t.WakeAt})
		if at.Valid {
			t.Reminder.At = new(civil.TimeOfDay(at.Int64))
		}
		return t, err
	})
}

// PutWakeAt updates a task's reminder moment and the instant to wake at, and nothing else.
func (tx *Tx) PutWakeAt(ctx context.Context, t tickler.Task) error {
	_, err := tx.db.ExecContext(ctx, `UPDATE task SET wake_at = $1, remind_at = $2 WHERE account_id = $3 AND id = $4`,
		instantArg(t.WakeAt), instantArg(t.RemindAt), idArg(t.AccountID), idArg(t.ID))
	return err
}
