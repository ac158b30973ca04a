package store

import (
	"context"
	"errors"
	"slices"

	"tickler"
	"tickler/internal/store/engine"
)

// CreateTask keeps a new task by the short way: one statement, which Postgres sends with others
// that wait. Run again with the same ID it changes nothing, so that a lost answer is settled by
// running it again. It is for a task of whose making nobody is told: see [Tx.Apply] for all others.
func (s *Store) CreateTask(ctx context.Context, t tickler.Task) error {
	args, err := taskArgs(t)
	if err != nil {
		return err
	}
	insert := engine.Statement{Query: insertTask, Args: args, Row: t.ID}
	s.beats.note(t.AccountID)
	return engine.Classify(s.engine.Write(ctx, engine.Unit{Run: insert.Run, Single: &insert, Repeatable: true}))
}

// Apply makes rows of outcomes, and is the only place where that is done: tasks made, changed,
// removed and restored, their history, what is to be told to people and to subscriptions, and the
// jobs that tell it. A task that is there already is not made again. A task that was changed must
// be as its outcome found it.
func (tx *Tx) Apply(ctx context.Context, outcomes ...tickler.Outcome) error {
	var created, woken []tickler.Task
	var due []tickler.Notification
	var deliveries []tickler.Delivery
	for _, o := range outcomes {
		tx.beats.note(o.Task().AccountID)
		switch {
		case o.Change != nil:
			if err := tx.applyChange(ctx, o); err != nil {
				return err
			}
		case o.Before == nil:
			created = append(created, *o.After)
		case !o.Before.WakeAt.Equal(o.After.WakeAt):
			woken = append(woken, *o.After)
		}
		created = append(created, o.Create...)
		due = append(due, o.Notify...)
		deliveries = append(deliveries, o.Deliveries...)
	}
	if err := tx.insertTasks(ctx, created); err != nil {
		return err
	}
	if err := tx.setWakeAt(ctx, woken); err != nil {
		return err
	}
	if err := tx.notify(ctx, due); err != nil || len(deliveries) == 0 {
		return err
	}
	return announce(ctx, tx.db, deliveries, deliveries[0].CreatedAt)
}

// applyChange writes what somebody has done to a task, with the entry of its history.
func (tx *Tx) applyChange(ctx context.Context, o tickler.Outcome) error {
	var err error
	switch {
	case o.Before == nil:
		err = tx.restoreTask(ctx, *o.After)
	case o.After == nil:
		err = tx.deleteTask(ctx, *o.Before)
	default:
		err = tx.updateTask(ctx, *o.Before, *o.After)
	}
	if err == nil {
		err = tx.addChange(ctx, *o.Change)
	}
	if err != nil || o.Before != nil && o.After != nil && !isFoundOtherwise(*o.Before, *o.After) {
		return err
	}
	return tx.queueForSearch(ctx, *o.Change)
}

var errChangedInBetween = errors.New("the task was changed in between")

func (tx *Tx) updateTask(ctx context.Context, before, after tickler.Task) error {
	args, err := taskArgs(after)
	if err != nil {
		return err
	}
	args = append(args[:len(taskKey)+len(taskMutable)], before.Version)
	result, err := tx.db.ExecContext(ctx, updateTask, args...)
	return affectedOne(result, err, errChangedInBetween)
}

func (tx *Tx) deleteTask(ctx context.Context, t tickler.Task) error {
	result, err := tx.db.ExecContext(ctx, `DELETE FROM task WHERE account_id = $1 AND id = $2 AND version = $3`,
		idArg(t.AccountID), idArg(t.ID), t.Version)
	return affectedOne(result, err, errChangedInBetween)
}

// restoreTask makes a task again that was deleted, under its old number. One that is there as it
// was restored stays so: the answer to the first run was lost.
func (tx *Tx) restoreTask(ctx context.Context, t tickler.Task) error {
	args, err := taskArgs(t)
	if err != nil {
		return err
	}
	args = append(args, t.AutoID)
	result, err := tx.db.ExecContext(ctx, `INSERT INTO task (`+taskInsertColumns+`, auto_id)
		VALUES (`+engine.Placeholders(1, len(args))+`) ON CONFLICT DO NOTHING`, args...)
	if err := affectedOne(result, err, errChangedInBetween); !errors.Is(err, errChangedInBetween) {
		return err
	}
	there, found, err := tx.Task(ctx, t.AccountID, t.ID)
	isRestored := found && there.Version == t.Version && there.ModifiedBy == t.ModifiedBy &&
		there.ModifiedAt.Equal(t.ModifiedAt)
	if err == nil && !isRestored {
		err = errChangedInBetween
	}
	return err
}

func (tx *Tx) insertTasks(ctx context.Context, tasks []tickler.Task) error {
	rows := make([][]any, len(tasks))
	for i, t := range tasks {
		var err error
		if rows[i], err = taskArgs(t); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(rows, tx.dialect.RowsPerInsert) {
		statement, args := engine.Insertion(`task (`+taskInsertColumns+`)`, some)
		if _, err := tx.db.ExecContext(ctx, statement+` ON CONFLICT (account_id, id) DO NOTHING`, args...); err != nil {
			return err
		}
	}
	return nil
}

// wakeKey is what tasks share that one statement arms for what comes next.
type wakeKey struct {
	account tickler.ID
	at      int64 // Unix seconds; 0: nothing comes
}

// setWakeAt arms tasks for what comes next about them, which is no change of them.
func (tx *Tx) setWakeAt(ctx context.Context, tasks []tickler.Task) error {
	groups := make(map[wakeKey][]any, 1)
	for _, t := range tasks {
		key := wakeKey{account: t.AccountID}
		if !t.WakeAt.IsZero() {
			key.at = t.WakeAt.Unix()
		}
		groups[key] = append(groups[key], idArg(t.ID))
	}
	for key, ids := range groups {
		var at any
		if key.at != 0 {
			at = key.at
		}
		_, err := engine.Composed(tx.db).ExecContext(ctx,
			`UPDATE task SET wake_at = $1 WHERE account_id = $2 AND id IN (`+engine.Placeholders(3, len(ids))+`)`,
			append([]any{at, idArg(key.account)}, ids...)...)
		if err != nil {
			return err
		}
	}
	return nil
}
