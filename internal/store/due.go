package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// dueTasks names the turns that accounts take at what is due about their tasks.
const dueTasks = "due tasks"

// DueAccounts lists up to limit accounts about whose tasks something is due. Accounts take turns:
// where more is due than limit tasks, the list begins after the last account of the list before, so
// that however much is due of one of them, the others come next. Accounts that are left out don't
// count.
func (s *Store) DueAccounts(
	ctx context.Context, now time.Time, limit int, leftOut ...tickler.ID,
) ([]tickler.ID, error) {
	few, err := s.accountsOfOldest(ctx, now, limit, leftOut)
	if err != nil || len(few) < limit { // those are all that is due
		return slices.Compact(few), err
	}
	return inTurn(&s.turns, dueTasks, limit, func(after tickler.ID, limit int) ([]tickler.ID, error) {
		return s.dueAfter(ctx, now, after, limit, leftOut)
	})
}

// accountsOfOldest returns the account of each of the up to limit tasks that have been due the
// longest, in the order of the accounts' ids. It is quick when little is due, however many accounts
// there are.
func (s *Store) accountsOfOldest(
	ctx context.Context, now time.Time, limit int, leftOut []tickler.ID,
) ([]tickler.ID, error) {
	args := []any{now.Unix(), limit}
	rows, err := unlessLeftOut(s.engine.Housekeeping(), leftOut).QueryContext(ctx, `
		SELECT account_id FROM (
			SELECT account_id FROM task WHERE wake_at <= $1`+notOf(`account_id`, leftOut, &args)+`
			ORDER BY wake_at LIMIT $2) AS due
		ORDER BY account_id`, args...)
	return engine.Collect(rows, err, scanID)
}

// dueAfter lists the first accounts after one about whose tasks something is due. It goes from
// account to account by an index, and so looks at no more than one task of each: see
// Queue.claimable.
func (s *Store) dueAfter(
	ctx context.Context, now time.Time, after tickler.ID, limit int, leftOut []tickler.ID,
) ([]tickler.ID, error) {
	args := []any{now.Unix(), after[:], limit}
	rows, err := unlessLeftOut(s.engine.Housekeeping(), leftOut).QueryContext(ctx, `
		WITH RECURSIVE account (id) AS (
			SELECT (
				SELECT account_id FROM task WHERE wake_at IS NOT NULL AND account_id > $2
				ORDER BY account_id, wake_at LIMIT 1)
			UNION ALL
			SELECT (
				SELECT account_id FROM task WHERE wake_at IS NOT NULL AND account_id > account.id
				ORDER BY account_id, wake_at LIMIT 1)
			FROM account WHERE account.id IS NOT NULL)
		SELECT account.id FROM account WHERE account.id IS NOT NULL`+notOf(`account.id`, leftOut, &args)+` AND (
			SELECT 1 FROM task WHERE account_id = account.id AND wake_at <= $1 LIMIT 1) = 1
		LIMIT $3`, args...)
	return engine.Collect(rows, err, scanID)
}

// DueTasks reads up to limit tasks of some accounts about which something is due, of each account a
// like share and the longest due first, and keeps them from others; those that others keep are
// passed over.
//
// A row of which the custom fields can't be read comes without them; why is in unreadable, by the
// task's ID.
func (tx *Tx) DueTasks(
	ctx context.Context, now time.Time, limit int, accounts ...tickler.ID,
) (tasks []tickler.Task, unreadable map[tickler.ID]error, err error) {
	unreadable = map[tickler.ID]error{}
	scan := func(row engine.Row) (tickler.Task, error) {
		task, err := scanTask(row)
		if err != nil && !task.ID.IsZero() {
			unreadable[task.ID], err = err, nil
		}
		return task, err
	}
	for i, account := range accounts {
		share := (limit - len(tasks)) / (len(accounts) - i) // what one of them leaves is for those after it
		rows, err := tx.db.QueryContext(ctx,
			selectTask+` WHERE t.account_id = $1 AND t.wake_at <= $2 ORDER BY t.wake_at LIMIT $3`+
				tx.dialect.SkipLockedOf("t"),
			idArg(account), now.Unix(), share)
		some, err := engine.Collect(rows, err, scan)
		if err != nil {
			return nil, nil, err
		}
		tasks = append(tasks, some...)
	}
	return tasks, unreadable, nil
}

// unlessLeftOut returns the handle for a statement with accounts left out, which has many forms.
func unlessLeftOut(db engine.Handle, accounts []tickler.ID) engine.Handle {
	if len(accounts) > 0 {
		return engine.Composed(db)
	}
	return db
}

// notOf is a condition that leaves accounts out, by the column of their ids, which it adds to the
// arguments; empty for none.
func notOf(column string, accounts []tickler.ID, args *[]any) string {
	if len(accounts) == 0 {
		return ""
	}
	return ` AND ` + column + ` NOT IN (` + idList(accounts, args) + `)`
}

// NextDue returns the next instant at which something is due about a task; false when there is
// none. Tasks of the accounts that are left out don't count.
func (s *Store) NextDue(ctx context.Context, leftOut ...tickler.ID) (at time.Time, armed bool, err error) {
	var next sql.NullInt64
	var args []any
	err = unlessLeftOut(s.engine.Housekeeping(), leftOut).QueryRowContext(ctx,
		`SELECT min(wake_at) FROM task WHERE wake_at IS NOT NULL`+notOf(`account_id`, leftOut, &args),
		args...).Scan(&next)
	return time.Unix(next.Int64, 0).UTC(), next.Valid, engine.Classify(err)
}
