package store

import (
	"context"
	"database/sql"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// DueAccounts lists the accounts of up to limit tasks about which something is due, the longest due first. Tasks of the
// accounts that are left out don't count.
func (s *Store) DueAccounts(ctx context.Context, now time.Time, limit int, leftOut ...tickler.ID) ([]tickler.ID, error) {
	args := []any{now.Unix(), limit}
	rows, err := unlessLeftOut(s.engine.Housekeeping(), leftOut).QueryContext(ctx, `
		SELECT DISTINCT account_id FROM (
			SELECT account_id FROM task WHERE wake_at <= $1`+notOf(leftOut, &args)+` ORDER BY wake_at LIMIT $2) AS due`, args...)
	return engine.Collect(rows, err, func(row engine.Row) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) })
}

// DueTasks reads up to limit tasks about which something is due, the longest due first, and keeps them from
// others; those that others keep are passed over, and so are the tasks of the accounts that are left out.
//
// A row of which the custom fields can't be read comes without them; why is in unreadable, by the task's ID.
func (tx *Tx) DueTasks(
	ctx context.Context, now time.Time, limit int, leftOut ...tickler.ID,
) (tasks []tickler.Task, unreadable map[tickler.ID]error, err error) {
	args := []any{now.Unix(), limit}
	rows, err := unlessLeftOut(tx.db, leftOut).QueryContext(ctx,
		selectTask+` WHERE t.wake_at <= $1`+notOf(leftOut, &args)+` ORDER BY t.wake_at LIMIT $2`+tx.dialect.SkipLockedOf("t"), args...)
	unreadable = map[tickler.ID]error{}
	tasks, err = engine.Collect(rows, err, func(row engine.Row) (tickler.Task, error) {
		task, err := scanTask(row)
		if err != nil && !task.ID.IsZero() {
			unreadable[task.ID], err = err, nil
		}
		return task, err
	})
	return tasks, unreadable, err
}

// unlessLeftOut returns the handle for a statement with accounts left out, which has many forms.
func unlessLeftOut(db engine.Handle, accounts []tickler.ID) engine.Handle {
	if len(accounts) > 0 {
		return engine.Composed(db)
	}
	return db
}

// notOf is a condition that leaves accounts out, whose ids it adds to the arguments; empty for none.
func notOf(accounts []tickler.ID, args *[]any) string {
	if len(accounts) == 0 {
		return ""
	}
	return ` AND account_id NOT IN (` + idList(accounts, args) + `)`
}

// NextDue returns the next instant at which something is due about a task; false when there is none. Tasks of the accounts
// that are left out don't count.
func (s *Store) NextDue(ctx context.Context, leftOut ...tickler.ID) (at time.Time, armed bool, err error) {
	var next sql.NullInt64
	var args []any
	err = unlessLeftOut(s.engine.Housekeeping(), leftOut).QueryRowContext(ctx,
		`SELECT min(wake_at) FROM task WHERE wake_at IS NOT NULL`+notOf(leftOut, &args), args...).Scan(&next)
	return time.Unix(next.Int64, 0).UTC(), next.Valid, engine.Classify(err)
}
