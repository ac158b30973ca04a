package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tickler"
	"tickler/internal/directory"
)

type dueStore interface {
	DueTurns(ctx context.Context, now time.Time, limit int, leftOut ...tickler.ID) ([]tickler.Turn, error)
	NextDue(ctx context.Context, leftOut ...tickler.ID) (at time.Time, armed bool, err error)
}

// NextDue returns the next instant at which something is due about a task; false when there is
// none. Accounts that can't be read are left out.
func (a *Reminders) NextDue(ctx context.Context) (at time.Time, armed bool, err error) {
	return a.store.NextDue(ctx, a.directory.LeftOut()...)
}

// ClaimDue takes up to limit tasks about which something is due and has it told: to their owners by
// e-mail, to subscriptions by webhook. It returns how many tasks it took. An error that comes with
// some says that subscriptions could not be told of others.
//
// Accounts take turns, so that what is due of one keeps nobody else waiting, however much it is.
// One that can't be read is left out.
func (a *Reminders) ClaimDue(ctx context.Context, now time.Time, limit int) (int, error) {
	turns, announcers, err := a.announcersOfDue(ctx, now, limit)
	if err != nil || len(turns) == 0 {
		return 0, err
	}
	leftOut := a.directory.LeftOut()
	claimed, err := made(ctx, a.write, func(ctx context.Context, tx Tx) (claim, error) {
		tasks, unreadable, err := tx.DueTasks(ctx, now, limit, turns, leftOut...)
		if err != nil {
			return claim{}, err
		}
		c := claimOf(tasks, unreadable, announcers, now)
		return c, tx.Apply(ctx, c.outcomes...)
	})
	if err != nil {
		return 0, err
	}
	if len(claimed.outcomes) > 0 { // of whichever account
		a.wake(tickler.WebhookJob)
	}
	return len(claimed.outcomes), claimed.untold
}

// claim is what follows for some tasks about which something is due.
type claim struct {
	outcomes []tickler.Outcome
	untold   error // why subscriptions can't be told of some
}

// claimOf wakes tasks, the longest due first. One whose row can't be read whole is claimed like
// others, but nobody is told what it holds.
func claimOf(
	tasks []tickler.Task, unreadable map[tickler.ID]error, announcers map[tickler.ID]*tickler.Announcer, now time.Time,
) (c claim) {
	slices.SortFunc(tasks, func(a, b tickler.Task) int {
		return cmp.Or(a.WakeAt.Compare(b.WakeAt), bytes.Compare(a.ID[:], b.ID[:]))
	})
	for _, task := range tasks {
		announcer := announcers[task.AccountID]
		outcome := task.Wake(announcer.Wants(), now)
		switch err := unreadable[task.ID]; {
		case err == nil:
			outcome = announcer.Announced(outcome, now)
		case announcer.WantsTimes():
			c.untold = errors.Join(c.untold, fmt.Errorf(
				"subscriptions can't be told of the task %s of the account %s: %w", task.ID, task.AccountID, err))
		}
		c.outcomes = append(c.outcomes, outcome)
	}
	return c
}

// announcersOfDue finds the accounts about whose tasks something is due and whose turn it is, and their
// announcers. Where none of them can be read, the turn is others'.
func (a *Reminders) announcersOfDue(
	ctx context.Context, now time.Time, limit int,
) (readable []tickler.Turn, announcers map[tickler.ID]*tickler.Announcer, err error) {
	for {
		turns, err := a.store.DueTurns(ctx, now, limit, a.directory.LeftOut()...)
		if err != nil {
			return nil, nil, err
		}
		announcers := make(map[tickler.ID]*tickler.Announcer, len(turns))
		for _, turn := range turns {
			account, err := a.directory.Account(ctx, turn.AccountID)
			switch {
			case err == nil:
				readable = append(readable, turn)
				announcers[turn.AccountID] = a.announcer(account)
			case !directory.IsFaultOfAccount(err):
				return nil, nil, err
			}
		}
		if len(readable) > 0 || len(turns) == 0 {
			return readable, announcers, nil
		}
	}
}
