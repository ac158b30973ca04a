package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// DueTurns lists the accounts about whose tasks something is due that a claim of up to limit tasks
// is about. Where no more is due, that is all of them, and none has a turn: everything is claimed,
// by age.
//
// Where more is due, accounts take turns, so that however much is due of one of them, the others
// come next: see dueRound. Those of the oldest tasks are listed too, for what the turns leave.
// Accounts that are left out don't count.
func (s *Store) DueTurns(
	ctx context.Context, now time.Time, limit int, leftOut ...tickler.ID,
) ([]tickler.Turn, error) {
	oldest, err := s.accountsOfOldest(ctx, now, limit, leftOut)
	if err != nil {
		return nil, err
	}
	var turns []tickler.Turn
	if len(oldest) < limit { // those are all that is due
		s.round.end()
	} else if turns, err = s.round.turns(limit, func(after duePair) ([]duePair, error) {
		return s.duePairs(ctx, now, after, leftOut)
	}); err != nil {
		return nil, err
	}
	listed := accountsOf(turns)
	for _, account := range oldest {
		if !listed[account] {
			turns, listed[account] = append(turns, tickler.Turn{AccountID: account}), true
		}
	}
	return turns, nil
}

func accountsOf(turns []tickler.Turn) map[tickler.ID]bool {
	accounts := make(map[tickler.ID]bool, len(turns))
	for _, turn := range turns {
		accounts[turn.AccountID] = true
	}
	return accounts
}

// accountsOfOldest returns the account of each of the up to limit tasks that have been due the
// longest.
func (s *Store) accountsOfOldest(
	ctx context.Context, now time.Time, limit int, leftOut []tickler.ID,
) ([]tickler.ID, error) {
	args := []any{now.Unix(), limit}
	rows, err := unlessLeftOut(s.engine.Housekeeping(), leftOut).QueryContext(ctx, `
		SELECT account_id FROM task
		WHERE wake_at <= $1`+notOf(`account_id`, leftOut, &args)+` ORDER BY wake_at LIMIT $2`, args...)
	return engine.Collect(rows, err, scanID)
}

// duePairs lists the up to lookPairs next pairs after one. It goes from pair to pair by the index,
// and so looks at no more than one task of each. Two subqueries find each pair, since neither can
// return two columns, nor does SQLite let one in FROM refer to the pair before.
func (s *Store) duePairs(
	ctx context.Context, now time.Time, after duePair, leftOut []tickler.ID,
) ([]duePair, error) {
	args := []any{now.Unix(), after.at, after.account[:], lookPairs}
	not := notOf(`account_id`, leftOut, &args)
	next := func(column, after string) string {
		return `(SELECT ` + column + ` FROM task WHERE wake_at <= $1 AND (wake_at, account_id) > (` + after + `)` + not + `
			ORDER BY wake_at, account_id LIMIT 1)`
	}
	rows, err := unlessLeftOut(s.engine.Housekeeping(), leftOut).QueryContext(ctx, `
		WITH RECURSIVE pair (at, account) AS (
			SELECT `+next(`wake_at`, `$2, $3`)+`, `+next(`account_id`, `$2, $3`)+`
			UNION ALL
			SELECT `+next(`wake_at`, `pair.at, pair.account`)+`, `+next(`account_id`, `pair.at, pair.account`)+`
			FROM pair WHERE pair.at IS NOT NULL)
		SELECT at, account FROM pair WHERE at IS NOT NULL LIMIT $4`, args...)
	return engine.Collect(rows, err, func(row engine.Row) (p duePair, err error) {
		return p, row.Scan(&p.at, idColumn{&p.account})
	})
}

// DueTasks reads up to limit tasks about which something is due, and keeps them from others; those
// that others keep are passed over. Of each account that has a turn it reads a like share, and of
// all that are listed the oldest, as far as the turns leave room; of one account always the longest
// due first. Left out are the accounts that DueTurns left out, and those that were found to be
// unreadable since.
//
// A row of which the custom fields can't be read comes without them; why is in unreadable, by the
// task's ID.
func (tx *Tx) DueTasks(
	ctx context.Context, now time.Time, limit int, turns []tickler.Turn, leftOut ...tickler.ID,
) (tasks []tickler.Task, unreadable map[tickler.ID]error, err error) {
	r := dueReading{tx: tx, unreadable: map[tickler.ID]error{}}
	having := slices.DeleteFunc(slices.Clone(turns), func(turn tickler.Turn) bool { return len(turn.Due) == 0 })
	for i, turn := range having {
		share := (limit - len(r.tasks)) / (len(having) - i) // what one of them leaves is for those after it
		if err := r.take(ctx, turn, len(r.tasks)+share); err != nil {
			return nil, nil, err
		}
	}
	if len(r.tasks) < limit {
		if err := r.takeOldest(ctx, now, limit, accountsOf(turns), leftOut); err != nil {
			return nil, nil, err
		}
	}
	return r.tasks, r.unreadable, nil
}

// dueReading is what DueTasks has read so far.
type dueReading struct {
	tx         *Tx
	tasks      []tickler.Task
	unreadable map[tickler.ID]error
}

// take reads tasks of an account's turn, until there are so many altogether.
func (r *dueReading) take(ctx context.Context, turn tickler.Turn, until int) error {
	for _, at := range turn.Due {
		if len(r.tasks) == until {
			return nil
		}
		rows, err := r.tx.db.QueryContext(ctx,
			selectTask+` WHERE t.wake_at = $1 AND t.account_id = $2 LIMIT $3`+r.tx.dialect.SkipLockedOf("t"),
			at.Unix(), idArg(turn.AccountID), until-len(r.tasks))
		some, err := engine.Collect(rows, err, r.scan)
		if err != nil {
			return err
		}
		r.tasks = append(r.tasks, some...)
	}
	return nil
}

// takeOldest reads the oldest tasks of some accounts, until there are so many altogether. What was
// read before may be among them once more: it is still as it was.
func (r *dueReading) takeOldest(
	ctx context.Context, now time.Time, until int, accounts map[tickler.ID]bool, leftOut []tickler.ID,
) error {
	args := []any{now.Unix(), until}
	rows, err := unlessLeftOut(r.tx.db, leftOut).QueryContext(ctx,
		selectTask+` WHERE t.wake_at <= $1`+notOf(`t.account_id`, leftOut, &args)+`
			ORDER BY t.wake_at LIMIT $2`+r.tx.dialect.SkipLockedOf("t"), args...)
	oldest, err := engine.Collect(rows, err, r.scan)
	if err != nil {
		return err
	}
	read := make(map[tickler.ID]bool, len(r.tasks))
	for _, task := range r.tasks {
		read[task.ID] = true
	}
	for _, task := range oldest {
		if len(r.tasks) < until && !read[task.ID] && accounts[task.AccountID] {
			r.tasks = append(r.tasks, task)
		}
	}
	return nil
}

func (r *dueReading) scan(row engine.Row) (tickler.Task, error) {
	task, err := scanTask(row)
	if err != nil && !task.ID.IsZero() {
		r.unreadable[task.ID], err = err, nil
	}
	return task, err
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
