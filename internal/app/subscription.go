package app

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/jobs"
)

type subscriptionStore interface {
	Subscriptions(ctx context.Context, account tickler.ID) ([]tickler.Subscription, error)
	Subscription(ctx context.Context, account, id tickler.ID) (tickler.Subscription, bool, error)
	FailedDeliveries(ctx context.Context, account, subscription tickler.ID, since time.Time, after tickler.ID, limit int) ([]tickler.ID, error)
}

// subscriptionTx is what changes of subscriptions, and what follows from them, need of a transaction.
type subscriptionTx interface {
	ChangeDirectory(ctx context.Context) error
	Subscription(ctx context.Context, account, id tickler.ID) (tickler.Subscription, bool, error)
	SubscriptionCount(ctx context.Context, account tickler.ID) (int, error)
	PutSubscription(ctx context.Context, s tickler.Subscription) error
	RemoveSubscription(ctx context.Context, account, id tickler.ID) (bool, error)
	OpenTasks(ctx context.Context, account, after tickler.ID, limit int) ([]tickler.Task, error)
	PutWakeAt(ctx context.Context, t tickler.Task) error
	PendingDeliveries(ctx context.Context, account, subscription, after tickler.ID, limit int) ([]tickler.ID, error)
	MoveJobs(ctx context.Context, account tickler.ID, ids []tickler.ID, from, to time.Time) error
	Enqueue(ctx context.Context, all ...jobs.New) error
}

// Subscriptions lists the account's subscriptions, the oldest first: to administrators only.
func (a *App) Subscriptions(ctx context.Context, caller Caller) ([]tickler.Subscription, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return nil, err
	}
	return a.store.Subscriptions(ctx, caller.Account.ID)
}

// Subscription reads one of the account's subscriptions, for administrators only. One that does not exist is an error of
// KindUnknownEntity.
func (a *App) Subscription(ctx context.Context, caller Caller, id tickler.ID) (tickler.Subscription, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return tickler.Subscription{}, err
	}
	s, found, err := a.store.Subscription(ctx, caller.Account.ID, id)
	if err == nil && !found {
		err = noSuchSubscription(id)
	}
	return s, err
}

func noSuchSubscription(id tickler.ID) error {
	return tickler.UnknownEntity("WebhookId", "Webhook Id", id.String())
}

// CreateSubscription makes a subscription, for administrators only. It takes effect on every node within half a second. An
// account that has tickler.MaxSubscriptions gets no more.
func (a *App) CreateSubscription(ctx context.Context, caller Caller, draft tickler.SubscriptionDraft) (tickler.Subscription, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return tickler.Subscription{}, err
	}
	now := a.now()
	draft, err := withSentURL(draft)
	if err != nil {
		return tickler.Subscription{}, err
	}
	s, err := draft.Subscription(newID(), caller.Account.ID, caller.User, now)
	if err != nil {
		return s, err
	}
	return s, a.changeSubscriptions(ctx, func(ctx context.Context, tx Tx) error {
		others, err := tx.SubscriptionCount(ctx, s.AccountID)
		if err != nil {
			return err
		}
		if others >= tickler.MaxSubscriptions {
			return &tickler.Error{Kind: tickler.KindInvalid, Message: "The account has 100 webhooks, and can't have more. Delete one first."}
		}
		if err := tx.PutSubscription(ctx, s); err != nil {
			return err
		}
		return followUp(ctx, tx, s, now)
	})
}

// withSentURL returns a draft with its URL, if it says one, as it is sent.
func withSentURL(draft tickler.SubscriptionDraft) (tickler.SubscriptionDraft, error) {
	if draft.URL == nil {
		return draft, nil
	}
	sent, err := address.ParseURL("URL", *draft.URL)
	draft.URL = &sent
	return draft, err
}

// UpdateSubscription changes what a draft says of a subscription, for administrators only. Made active again, it gets all that
// was kept for it, in order.
func (a *App) UpdateSubscription(ctx context.Context, caller Caller, id tickler.ID, draft tickler.SubscriptionDraft) (tickler.Subscription, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return tickler.Subscription{}, err
	}
	now := a.now()
	return a.changeSubscription(ctx, caller.Account.ID, id, now, func(s tickler.Subscription) (tickler.Subscription, error) {
		draft, err := withSentURL(draft)
		if err != nil {
			return s, err
		}
		return draft.Apply(s, caller.User, now)
	})
}

// changeSubscription changes a subscription as a rule says, with what follows, and returns it as it then is. Nobody else
// changes it in between. One that does not exist is an error of KindUnknownEntity.
func (a *App) changeSubscription(
	ctx context.Context, account, id tickler.ID, now time.Time, rule func(tickler.Subscription) (tickler.Subscription, error),
) (tickler.Subscription, error) {
	return made(ctx, a.changeSubscriptions, func(ctx context.Context, tx Tx) (none tickler.Subscription, err error) {
		before, found, err := tx.Subscription(ctx, account, id)
		if err != nil {
			return none, err
		}
		if !found {
			return none, noSuchSubscription(id)
		}
		after, err := rule(before)
		if err != nil {
			return none, err
		}
		if err := tx.PutSubscription(ctx, after); err != nil {
			return none, err
		}
		if after.Event != before.Event || after.State != before.State {
			return after, followUp(ctx, tx, after, now)
		}
		return after, nil
	})
}

// DeleteSubscription removes a subscription, for administrators only. Its deliveries stay until they are forgotten; those
// that were not taken yet are given up.
func (a *App) DeleteSubscription(ctx context.Context, caller Caller, id tickler.ID) error {
	if err := MayManageWebhooks(caller); err != nil {
		return err
	}
	removed, now := tickler.Subscription{ID: id, AccountID: caller.Account.ID}, a.now()
	return a.changeSubscriptions(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.RemoveSubscription(ctx, removed.AccountID, id)
		if err != nil {
			return err
		}
		if !found {
			return noSuchSubscription(id)
		}
		return followUp(ctx, tx, removed, now)
	})
}

// changeSubscriptions runs a transaction that changes subscriptions, after all other changes of the directory. When it is
// done, this node's directory knows, and what follows begins.
func (a *App) changeSubscriptions(ctx context.Context, run func(ctx context.Context, tx Tx) error) error {
	err := a.write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.ChangeDirectory(ctx); err != nil {
			return err
		}
		return run(ctx, tx)
	})
	if err != nil {
		return err
	}
	a.refresh(ctx)
	a.wake(tickler.SubscriptionJob)
	return nil
}

// oldDirectory is for how long another node may still act upon what it knew of subscriptions before.
const oldDirectory = 10 * time.Second

// followUp makes the jobs that do what follows from a subscription's change: their payload is its id. The second one is for
// what other nodes wrote before they knew. They run in the order in which they are due, so that a change that comes meanwhile
// does not wait for the second one of the change before.
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

// TrySubscription sends a subscription's receiver a trial, whatever state the subscription is in: for administrators only.
func (a *App) TrySubscription(ctx context.Context, caller Caller, id tickler.ID) (tickler.Delivery, error) {
	s, err := a.Subscription(ctx, caller, id)
	if err != nil {
		return tickler.Delivery{}, err
	}
	now := a.now()
	d := tickler.Delivery{
		ID: newID(), AccountID: s.AccountID, SubscriptionID: s.ID, Event: "Trial", Payload: a.events.Trial(s, now), CreatedAt: now,
	}.To(s)
	err = a.writeRepeatable(ctx, func(ctx context.Context, tx Tx) error { return tx.Announce(ctx, []tickler.Delivery{d}, now) })
	if err != nil {
		return d, err
	}
	a.wake(tickler.WebhookJob)
	return d, nil
}

// How many rows what follows from a subscription takes in one transaction: few enough that calls beside it don't wait.
const followAtOnce = 100

// FollowSubscription does what follows when a subscription was made, changed, resumed or removed. It may be called again where
// a call before it broke off.
func (a *App) FollowSubscription(ctx context.Context, account, id tickler.ID) error {
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

// releaseDeliveries has some of a subscription's deliveries that wait for it to be active handed over, in their order from
// the one after an id on. It returns the id of the last one that it looked at, and the zero id when there are no more.
func (a *App) releaseDeliveries(ctx context.Context, account, id, after tickler.ID) (tickler.ID, error) {
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
func (a *App) armTasks(ctx context.Context, s tickler.Subscription) error {
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

// armSome arms some of the account's open tasks, in the order of their ids from the one after an id on. It returns the id of
// the last one that it looked at, and the zero id when there are no more.
func (a *App) armSome(ctx context.Context, s tickler.Subscription, wants tickler.Wants, after tickler.ID) (tickler.ID, error) {
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

// resume puts what a subscription's receiver did not take since it began to fail back in its old place, and then makes the
// subscription active: nothing newer can overtake it.
func (a *App) resume(ctx context.Context, s tickler.Subscription) error {
	if !s.FailingSince.IsZero() {
		err := inSteps(func(after tickler.ID) (tickler.ID, error) { return a.replayFailed(ctx, s, after) })
		if err != nil {
			return err
		}
	}
	_, err := a.changeSubscription(ctx, s.AccountID, s.ID, a.now(), func(s tickler.Subscription) (tickler.Subscription, error) {
		if s.State != tickler.SubscriptionResuming { // a person has stopped it meanwhile
			return s, nil
		}
		return s.Resumed(), nil
	})
	if tickler.KindOf(err) == tickler.KindUnknownEntity { // it was removed meanwhile
		return nil
	}
	return err
}

func (a *App) replayFailed(ctx context.Context, s tickler.Subscription, after tickler.ID) (last tickler.ID, err error) {
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

// lastOfStep returns the id from which the next step goes on, and the zero id when a step got less than it asked for.
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
