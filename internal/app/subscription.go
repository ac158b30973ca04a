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
	SameReceiver(ctx context.Context, account, id tickler.ID) ([]tickler.Subscription, error)
	FailedDeliveries(
		ctx context.Context, account, subscription tickler.ID, since time.Time, after tickler.ID, limit int,
	) ([]tickler.ID, error)
}

// subscriptionTx is what changes to subscriptions, and what follows from them, need of a
// transaction.
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
func (a *Hooks) Subscriptions(ctx context.Context, caller Caller) ([]tickler.Subscription, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return nil, err
	}
	return a.store.Subscriptions(ctx, caller.Account.ID)
}

// Subscription reads one of the account's subscriptions, for administrators only. One that does not
// exist is an error of KindUnknownEntity.
func (a *Hooks) Subscription(ctx context.Context, caller Caller, id tickler.ID) (tickler.Subscription, error) {
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
	return tickler.Refuse(tickler.FactNoWebhook, tickler.FieldWebhook, id)
}

// CreateSubscription makes a subscription, for administrators only. It takes effect on every node
// within half a second. An account that has tickler.MaxSubscriptions gets no more.
func (a *Hooks) CreateSubscription(
	ctx context.Context, caller Caller, draft tickler.SubscriptionDraft, options Options,
) (tickler.Subscription, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return tickler.Subscription{}, err
	}
	now := caller.Now
	draft, err := withSentURL(draft)
	if err != nil {
		return tickler.Subscription{}, err
	}
	s, err := draft.Subscription(options.id(), caller.Account.ID, caller.User, now)
	if err != nil {
		return s, err
	}
	_, err = once(ctx, a.changeSubscriptions, caller, options, nothing(func(ctx context.Context, tx Tx) error {
		others, err := tx.SubscriptionCount(ctx, s.AccountID)
		if err != nil {
			return err
		}
		if others >= tickler.MaxSubscriptions {
			return errTooManySubscriptions
		}
		if err := tx.PutSubscription(ctx, s); err != nil {
			return err
		}
		return followUp(ctx, tx, s, now)
	}))
	return s, err
}

var errTooManySubscriptions = tickler.Refuse(tickler.FactTooManyWebhooks, "", nil, tickler.MaxSubscriptions)

// withSentURL returns a draft with its URL, if it has one, as it goes over the wire.
func withSentURL(draft tickler.SubscriptionDraft) (tickler.SubscriptionDraft, error) {
	if draft.URL == nil {
		return draft, nil
	}
	sent, err := address.ParseURL(tickler.FieldURL, *draft.URL)
	draft.URL = &sent
	return draft, err
}

// UpdateSubscription applies a draft to a subscription, for administrators only. A subscription
// made active again gets everything that was kept for it, in order.
func (a *Hooks) UpdateSubscription(
	ctx context.Context, caller Caller, id tickler.ID, draft tickler.SubscriptionDraft,
) (tickler.Subscription, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return tickler.Subscription{}, err
	}
	now := caller.Now
	change := func(s tickler.Subscription) (tickler.Subscription, error) {
		draft, err := withSentURL(draft)
		if err != nil {
			return s, err
		}
		return draft.Apply(s, caller.User, now)
	}
	return a.changeSubscription(ctx, caller.Account.ID, id, now, change)
}

// changeSubscription applies a rule to a subscription, with what follows, and returns it as it then
// is. Nobody else can change it in between. One that does not exist is an error of
// KindUnknownEntity.
func (a *Hooks) changeSubscription(
	ctx context.Context, account, id tickler.ID, now time.Time,
	rule func(tickler.Subscription) (tickler.Subscription, error),
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

// DeleteSubscription removes a subscription, for administrators only. Its deliveries stay as long
// as any are kept; pending ones are given up.
func (a *Hooks) DeleteSubscription(ctx context.Context, caller Caller, id tickler.ID) error {
	if err := MayManageWebhooks(caller); err != nil {
		return err
	}
	removed, now := tickler.Subscription{ID: id, AccountID: caller.Account.ID}, caller.Now
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

// changeSubscriptions runs a transaction that changes subscriptions, serialized with all other
// changes of the directory. Then it refreshes this node's directory and starts what follows.
func (a *Hooks) changeSubscriptions(ctx context.Context, run func(ctx context.Context, tx Tx) error) error {
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

// TrySubscription sends a subscription's receiver a trial, in whatever state the subscription is:
// for administrators only.
func (a *Hooks) TrySubscription(
	ctx context.Context, caller Caller, id tickler.ID, options Options,
) (tickler.Delivery, error) {
	s, err := a.Subscription(ctx, caller, id)
	if err != nil {
		return tickler.Delivery{}, err
	}
	now := caller.Now
	d := tickler.Delivery{
		ID: newID(), AccountID: s.AccountID, SubscriptionID: s.ID, Event: "Trial", Payload: a.wire.Events.Trial(s, now),
		CreatedAt: now,
	}.To(s)
	_, err = once(ctx, a.writeRepeatable, caller, options, nothing(func(ctx context.Context, tx Tx) error {
		return tx.Announce(ctx, []tickler.Delivery{d}, now)
	}))
	if err != nil {
		return d, err
	}
	a.wake(tickler.WebhookJob)
	return d, nil
}
