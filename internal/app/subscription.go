package app

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/address"
)

type subscriptionStore interface {
	Subscriptions(ctx context.Context, account tickler.ID) ([]tickler.Subscription, error)
	Subscription(ctx context.Context, account, id tickler.ID) (tickler.Subscription, bool, error)
	CreateSubscription(ctx context.Context, s tickler.Subscription) error
	ChangeSubscription(
		ctx context.Context, account, id tickler.ID, now time.Time, rule func(tickler.Subscription) (tickler.Subscription, error),
	) (tickler.Subscription, error)
	DeleteSubscription(ctx context.Context, account, id tickler.ID, now time.Time) error
	Announce(ctx context.Context, deliveries []tickler.Delivery, now time.Time) error
	ArmTasks(ctx context.Context, account, after tickler.ID, limit int, rule func(tickler.Task) tickler.Task) (last tickler.ID, err error)
	FailedDeliveries(ctx context.Context, account, subscription tickler.ID, since time.Time, after tickler.ID, limit int) ([]tickler.ID, error)
	ReleaseDeliveries(ctx context.Context, account, subscription, after tickler.ID, limit int, now time.Time) (last tickler.ID, err error)
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
		err = tickler.UnknownEntity("WebhookId", "Webhook Id", id.String())
	}
	return s, err
}

// CreateSubscription makes a subscription, for administrators only. It takes effect on every node within half a second.
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
	if err := a.store.CreateSubscription(ctx, s); err != nil {
		return s, err
	}
	a.refresh(ctx)
	a.wake(tickler.SubscriptionJob)
	return s, nil
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
	s, err := a.store.ChangeSubscription(ctx, caller.Account.ID, id, now, func(s tickler.Subscription) (tickler.Subscription, error) {
		draft, err := withSentURL(draft)
		if err != nil {
			return s, err
		}
		return draft.Apply(s, caller.User, now)
	})
	if err != nil {
		return s, err
	}
	a.refresh(ctx)
	a.wake(tickler.SubscriptionJob)
	return s, nil
}

// DeleteSubscription removes a subscription, for administrators only. What was kept for it is not sent any more.
func (a *App) DeleteSubscription(ctx context.Context, caller Caller, id tickler.ID) error {
	if err := MayManageWebhooks(caller); err != nil {
		return err
	}
	if err := a.store.DeleteSubscription(ctx, caller.Account.ID, id, a.now()); err != nil {
		return err
	}
	a.refresh(ctx)
	a.wake(tickler.SubscriptionJob)
	return nil
}

// TrySubscription sends a subscription's receiver a trial, whatever state the subscription is in: for administrators only.
func (a *App) TrySubscription(ctx context.Context, caller Caller, id tickler.ID) (tickler.Delivery, error) {
	s, err := a.Subscription(ctx, caller, id)
	if err != nil {
		return tickler.Delivery{}, err
	}
	now := a.now()
	d := tickler.Delivery{
		ID: newID(), AccountID: s.AccountID, SubscriptionID: s.ID, Event: "Trial", Method: s.Method, URL: s.URL, ContentType: s.ContentType,
		Headers: s.Headers, Payload: a.events.Trial(s, now), CreatedAt: now,
	}
	if err := a.store.Announce(ctx, []tickler.Delivery{d}, now); err != nil {
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
	return inSteps(func(after tickler.ID) (tickler.ID, error) {
		defer a.wake(tickler.WebhookJob)
		return a.store.ReleaseDeliveries(ctx, account, id, after, followAtOnce, a.now())
	})
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
	return inSteps(func(after tickler.ID) (tickler.ID, error) {
		return a.store.ArmTasks(ctx, s.AccountID, after, followAtOnce, func(t tickler.Task) tickler.Task { return t.ArmedSince(s.ModifiedAt, wants) })
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
	_, err := a.store.ChangeSubscription(ctx, s.AccountID, s.ID, a.now(), func(s tickler.Subscription) (tickler.Subscription, error) {
		if s.State != tickler.SubscriptionResuming { // a person has stopped it meanwhile
			return s, nil
		}
		return s.Resumed(), nil
	})
	a.wake(tickler.SubscriptionJob)
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
		if _, err := a.store.ReplayDelivery(ctx, s.AccountID, id, a.now()); err != nil {
			return last, err
		}
	}
	if len(failed) == followAtOnce {
		last = failed[followAtOnce-1]
	}
	return last, nil
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
