package app

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// followAtOnce is how many rows one transaction takes of what follows from a change: few enough
// that concurrent calls don't wait.
const followAtOnce = 100

// FollowSubscription carries out what follows when a subscription was created, changed, resumed or
// removed. It may be repeated if it broke off.
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
	// A removed one, the zero value, counts as active: its deliveries are given up one by one.
	if s.State != tickler.SubscriptionActive {
		return nil
	}
	return inSteps(func(after tickler.ID) (tickler.ID, error) { return a.releaseDeliveries(ctx, account, id, after) })
}

// releaseDeliveries has some of a subscription's parked deliveries sent, in the order of their ids,
// after a given one. It returns the id of the last, and the zero id when there are no more.
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

// armTasks arms the existing tasks for a subscription to events that time causes.
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

// armSome arms some of the account's open tasks, in the order of their ids, after a given one. It
// returns the id of the last, and the zero id when there are no more.
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

// resume requeues what a subscription's receiver has not taken since it began to fail, in its old
// place, and only then makes the subscription active, so that nothing newer overtakes it.
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

// lastOfStep returns the id after which the next step continues, and the zero id when this step was
// the last.
func lastOfStep(ids []tickler.ID) tickler.ID {
	if len(ids) < followAtOnce {
		return tickler.ID{}
	}
	return ids[len(ids)-1]
}

// inSteps repeats a step, each time from where the one before ended, until it returns the zero id.
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

// oldDirectory is how long another node may still act on a stale directory.
const oldDirectory = 10 * time.Second

// followUp makes the jobs that carry out what follows from a subscription's change. Their payload
// is its id. The second one catches what other nodes wrote before they knew of the change. They run
// in the order in which they are due, so that a later change does not wait for the second job of an
// earlier one.
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
