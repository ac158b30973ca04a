package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"tickler"
	"tickler/internal/store/engine"
)

// ChangeTask changes one task of the account as a rule says: it gets the task as it is and gives it as it shall be, with
// the entry for its history, or nil when it stays as it is. A change that is Deleted removes the task. The task and its
// history are written together; nobody else changes the task in between. The rule must not wait for anything.
//
// It gives the task as it then is, and whether it was changed. A task that does not exist is an error of KindUnknownEntity.
func (s *Store) ChangeTask(
	ctx context.Context, account, id tickler.ID, rule func(tickler.Task) (tickler.Task, *tickler.Change, error),
) (tickler.Task, bool, error) {
	type result struct {
		task    tickler.Task
		changed bool
	}
	changed := false
	// It is repeatable: a rule that has taken effect finds nothing more to change.
	made, err := engine.Written(ctx, s.writeRepeatable, func(ctx context.Context, tx engine.Handle) (result, error) {
		task, changes, err := s.changeTask(ctx, tx, account, id, rule)
		changed = changed || changes // by an attempt before this one, if its answer was lost
		return result{task, changed}, err
	})
	return made.task, made.changed, err
}

func (s *Store) changeTask(
	ctx context.Context, tx engine.Handle, account, id tickler.ID, rule func(tickler.Task) (tickler.Task, *tickler.Change, error),
) (task tickler.Task, changed bool, err error) {
	before, err := scanTask(tx.QueryRowContext(ctx, selectTask+` WHERE t.account_id = $1 AND t.id = $2`+s.dialect().LockRowsOf("t"),
		idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return tickler.Task{}, false, tickler.UnknownEntity("UserTaskId", "Task Id", id.String())
	}
	if err != nil {
		return tickler.Task{}, false, err
	}
	after, change, err := rule(before)
	if err != nil || change == nil {
		return after, false, err
	}
	return after, true, writeChange(ctx, tx, before, after, *change)
}

func writeChange(ctx context.Context, tx engine.Handle, before, after tickler.Task, change tickler.Change) error {
	if err := writeChanged(ctx, tx, before, after, change.Kind); err != nil {
		return err
	}
	fields, err := jsonArg(change.Fields)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO task_change (`+changeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		idArg(change.AccountID), idArg(change.TaskID), change.Version, int(change.Kind), instantArg(change.At), idArg(change.By),
		int(change.Via.Kind), idArg(change.Via.ID), fields)
	if err != nil {
		return err
	}
	return announce(ctx, tx, change.Deliveries, change.At)
}

// writeChanged keeps a task as it is after a change, or removes it.
func writeChanged(ctx context.Context, tx engine.Handle, before, after tickler.Task, kind tickler.ChangeKind) error {
	query, args := `DELETE FROM task WHERE account_id = $1 AND id = $2 AND version = $3`, []any{idArg(before.AccountID), idArg(before.ID)}
	if kind != tickler.Deleted {
		var err error
		query = updateTask
		if args, err = taskArgs(after); err != nil {
			return err
		}
		args = args[:len(taskKey)+len(taskMutable)]
	}
	result, err := tx.ExecContext(ctx, query, append(args, before.Version)...)
	return affectedOne(result, err, errors.New("the task was changed in between"))
}

const changeColumns = `account_id, task_id, version, kind, at, by_user, via, via_id, fields`

func scanChange(row engine.Row) (c tickler.Change, err error) {
	var fields string
	err = row.Scan(idColumn{&c.AccountID}, idColumn{&c.TaskID}, &c.Version, &c.Kind, instantColumn{&c.At}, idColumn{&c.By},
		&c.Via.Kind, idColumn{&c.Via.ID}, &fields)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(fields), &c.Fields)
}

// TaskChanges gives a task's history, the oldest change first.
func (s *Store) TaskChanges(ctx context.Context, account, task tickler.ID) ([]tickler.Change, error) {
	rows, err := s.engine.Reader().QueryContext(ctx,
		`SELECT `+changeColumns+` FROM task_change WHERE account_id = $1 AND task_id = $2 ORDER BY version`, idArg(account), idArg(task))
	return engine.Collect(rows, err, scanChange)
}
