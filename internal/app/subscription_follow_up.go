package app

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// How many rows what follows from a subscription takes in one transaction: few enough that calls
// beside it don't wait.
const followAtOnce = 100

// FollowSubscription does what follows when a subscription was made, changed, resumed or removed.
// It may be called again where a call before it broke off.
func (a *Hooks) FollowSubscription(ctx context.Context, account, id tickler.ID) error {
	s, found, err := a.store.Subscription(ctx, account, id)
	if err != nil {
		return err
	}
	if found {
		if err := a.armTasks(ctx, s); err != nil {
			return err
		}
	}
	if s.State == tickler.SubscriptionResuming {
		return a.resume(ctx, s)
	}
	if s.State != tickler.SubscriptionActive { // a removed one counts as active: its deliveries are given up one by one
		return nil
	}
	return inSteps(func(after tickler.ID) (tickler.ID, error) { return a.releaseDeliveries(ctx, account, id, after) })
}

// releaseDeliveries has some of a subscription's deliveries that wait for it to be active handed
// over, in their order from the one after an id on. It returns the id of the last one that it
// looked at, and the zero id when there are no more.
func (a *Hooks) releaseDeliveries(ctx context.Context, account, id, after tickler.ID) (tickler.ID, error) {
	now := a.now()
	last, err := made(ctx, a.write, func(ctx context.Context, tx Tx) (tickler.ID, error) {
		ids, err := tx.PendingDeliveries(ctx, account, id, after, followAtOnce)
		if err != nil {
			return tickler.ID{}, err
		}
		return lastOfStep(ids), tx.MoveJobs(ctx, account, ids, parked, now)
	})
	a.wake(tickler.WebhookJob)
	return last, err
}

// armTasks arms the tasks that were there before a subscription to what time causes.
func (a *Hooks) armTasks(ctx context.Context, s tickler.Subscription) error {
	if (tickler.WantsOf([]tickler.Subscription{s}) == tickler.Wants{}) {
		return nil
	}
	all, err := a.store.Subscriptions(ctx, s.AccountID)
	if err != nil {
		return err
	}
	wants := tickler.WantsOf(all)
	return inSteps(func(after tickler.ID) (tickler.ID, error) { return a.armSome(ctx, s, wants, after) })
}

// armSome arms some of the account's open tasks, in the order of their ids from the one after an id
// on. It returns the id of the last one that it looked at, and the zero id when there are no more.
func (a *Hooks) armSome(
	ctx context.Context, s tickler.Subscription, wants tickler.Wants, after tickler.ID,
) (tickler.ID, error) {
	return made(ctx, a.write, func(ctx context.Context, tx Tx) (none tickler.ID, err error) {
		tasks, err := tx.OpenTasks(ctx, s.AccountID, after, followAtOnce)
		if err != nil {
			return none, err
		}
		ids := make([]tickler.ID, len(tasks))
		for i, task := range tasks {
			ids[i] = task.ID
			armed := task.ArmedSince(s.ModifiedAt, wants)
			if armed.WakeAt.Equal(task.WakeAt) {
				continue
			}
			if err := tx.PutWakeAt(ctx, armed); err != nil {
				return none, err
			}
		}
		return lastOfStep(ids), nil
	})
}

// resume puts what a subscription's receiver did not take since it began to fail back in its old
// place, and then makes the subscription active: nothing newer can overtake it.
func (a *Hooks) resume(ctx context.Context, s tickler.Subscription) error {
	if !s.FailingSince.IsZero() {
		err := inSteps(func(after tickler.ID) (tickler.ID, error) { return a.replayFailed(ctx, s, after) })
		if err != nil {
			return err
		}
	}
	activate := func(s tickler.Subscription) (tickler.Subscription, error) {
		if s.State != tickler.SubscriptionResuming { // a person has stopped it meanwhile
			return s, nil
		}
		return s.Resumed(), nil
	}
	_, err := a.changeSubscription(ctx, s.AccountID, s.ID, a.now(), activate)
	if tickler.KindOf(err) == tickler.KindUnknownEntity { // it was removed meanwhile
		return nil
	}
	return err
}

func (a *Hooks) replayFailed(
	ctx context.Context, s tickler.Subscription, after tickler.ID,
) (last tickler.ID, err error) {
	failed, err := a.store.FailedDeliveries(ctx, s.AccountID, s.ID, s.FailingSince, after, followAtOnce)
	if err != nil {
		return last, err
	}
	for _, id := range failed {
		if _, err := a.replay(ctx, s.AccountID, id); err != nil {
			return last, err
		}
	}
	return lastOfStep(failed), nil
}

// lastOfStep returns the id from which the next step goes on, and the zero id when a step got less
// than it asked for.
func lastOfStep(ids []tickler.ID) tickler.ID {
	if len(ids) < followAtOnce {
		return tickler.ID{}
	}
	return ids[len(ids)-1]
}

// inSteps takes steps, each from where the one before ended, until one comes to the end.
func inSteps(step func(after tickler.ID) (last tickler.ID, err error)) error {
	var at tickler.ID
	for {
		last, err := step(at)
		if err != nil || last.IsZero() {
			return err
		}
		at = last
	}
}

// oldDirectory is for how long another node may still act upon what it knew of subscriptions
// before.
const oldDirectory = 10 * time.Second

// followUp makes the jobs that do what follows from a subscription's change: their payload is its
// id. The second one is for what other nodes wrote before they knew. They run in the order in which
// they are due, so that a change that comes meanwhile does not wait for the second one of the
// change before.
func followUp(ctx context.Context, tx Tx, s tickler.Subscription, now time.Time) error {
	var twice [2]jobs.New
	for i, due := range []time.Time{now, now.Add(oldDirectory)} {
		twice[i] = jobs.New{
			Ref: jobs.Ref{Account: jobs.ID(s.AccountID)}, Kind: tickler.SubscriptionJob, Payload: s.ID.String(),
			SerialKey: s.ID.String(), SerialOrder: due.UnixMilli(), Due: due, CreatedAt: now,
		}
	}
	return tx.Enqueue(ctx, twice[:]...)
}
