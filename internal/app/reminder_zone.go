package app

import (
	"context"

	"tickler"
)

// RemindersElsewhere counts the reminders by days that stand where the account's zone of before had them: when the zone is
// changed, they stay. It takes an administrator.
func (a *Settings) RemindersElsewhere(ctx context.Context, caller Caller) (int, error) {
	return a.remindersInZone(ctx, caller, func(context.Context, Tx, tickler.Task) error { return nil })
}

// MoveReminders moves the reminders by days that are still to come to where the account's zone has them, and returns how
// many it moved. It may be called again where a call before it broke off. It takes an administrator.
func (a *Settings) MoveReminders(ctx context.Context, caller Caller) (int, error) {
	return a.remindersInZone(ctx, caller, func(ctx context.Context, tx Tx, moved tickler.Task) error {
		return tx.PutWakeAt(ctx, moved)
	})
}

// remindersInZone does something with each task whose reminder the account's zone has elsewhere, a few at a time, and
// counts them.
func (a *Settings) remindersInZone(
	ctx context.Context, caller Caller, do func(ctx context.Context, tx Tx, moved tickler.Task) error,
) (count int, err error) {
	if err := needAdministrator(caller, tickler.FactMayNotMoveReminders); err != nil {
		return 0, err
	}
	account, err := a.directory.Account(ctx, caller.Account.ID) // as it is now
	if err != nil {
		return 0, err
	}
	type step struct {
		count int
		last  tickler.ID
	}
	err = inSteps(func(after tickler.ID) (tickler.ID, error) {
		done, err := made(ctx, a.write, func(ctx context.Context, tx Tx) (s step, err error) {
			tasks, err := tx.OpenTasks(ctx, account.ID, after, followAtOnce)
			if err != nil {
				return s, err
			}
			ids := make([]tickler.ID, len(tasks))
			for i, task := range tasks {
				ids[i] = task.ID
				moved, differs := task.InZone(account.Zone, account.Wants(), caller.Now)
				if !differs {
					continue
				}
				s.count++
				if err := do(ctx, tx, moved); err != nil {
					return s, err
				}
			}
			s.last = lastOfStep(ids)
			return s, nil
		})
		count += done.count
		return done.last, err
	})
	return count, err
}
