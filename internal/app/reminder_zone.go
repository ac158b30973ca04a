package app

import (
	"context"

	"tickler"
)

// RemindersElsewhere counts the reminders by days that stand where the account's zone of before had
// them: when the zone is changed, they stay. It takes an administrator.
func (a *Settings) RemindersElsewhere(ctx context.Context, caller Caller) (count int, err error) {
	err = a.remindersElsewhere(ctx, caller, func(elsewhere []tickler.ID, _ movesTo) error {
		count += len(elsewhere)
		return nil
	})
	return count, err
}

// MoveReminders moves the reminders by days that are still to come to where the account's zone has
// them, and returns how many it moved. It may be called again where a call before it broke off. It
// takes an administrator.
func (a *Settings) MoveReminders(ctx context.Context, caller Caller) (count int, err error) {
	err = a.remindersElsewhere(ctx, caller, func(elsewhere []tickler.ID, moves movesTo) error {
		if len(elsewhere) == 0 {
			return nil
		}
		moved, err := made(ctx, a.write, func(ctx context.Context, tx Tx) (int, error) {
			return moveReminders(ctx, tx, caller.Account.ID, elsewhere, moves)
		})
		count += moved
		return err
	})
	return count, err
}

// movesTo returns a task as it is with its reminder moved, and reports whether that differs.
type movesTo func(tickler.Task) (moved tickler.Task, differs bool)

// moveReminders moves the reminders of some tasks, unless they stand elsewhere no more: they were
// looked at before the transaction.
func moveReminders(
	ctx context.Context, tx Tx, account tickler.ID, ids []tickler.ID, moves movesTo,
) (count int, err error) {
	for _, id := range ids {
		task, found, err := tx.Task(ctx, account, id)
		if err != nil {
			return count, err
		}
		if !found {
			continue
		}
		moved, differs := moves(task)
		if !differs {
			continue
		}
		if err := tx.PutWakeAt(ctx, moved); err != nil {
			return count, err
		}
		count++
	}
	return count, nil
}

// remindersElsewhere looks for the tasks whose reminders the account's zone has elsewhere, and
// hands them over a few at a time. It only reads.
func (a *Settings) remindersElsewhere(
	ctx context.Context, caller Caller, do func(elsewhere []tickler.ID, moves movesTo) error,
) error {
	if err := needAdministrator(caller, tickler.FactMayNotMoveReminders); err != nil {
		return err
	}
	account, err := a.directory.Account(ctx, caller.Account.ID) // as it is now
	if err != nil {
		return err
	}
	now, wants := caller.Now, account.Wants()
	moves := func(task tickler.Task) (tickler.Task, bool) { return task.InZone(account.Zone, wants, now) }
	return inSteps(func(after tickler.ID) (last tickler.ID, err error) {
		tasks, err := a.store.RemindersByDays(ctx, account.ID, now, after, followAtOnce)
		if err != nil {
			return last, err
		}
		ids := make([]tickler.ID, len(tasks))
		var elsewhere []tickler.ID
		for i, task := range tasks {
			ids[i] = task.ID
			if _, differs := moves(task); differs {
				elsewhere = append(elsewhere, task.ID)
			}
		}
		return lastOfStep(ids), do(elsewhere, moves)
	})
}
