package app

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

type deliveryStore interface {
	Delivery(ctx context.Context, account, id tickler.ID) (tickler.Delivery, bool, error)
	DeliveriesOfRequest(ctx context.Context, account, request tickler.ID, page tickler.Page) ([]tickler.Delivery, error)
	DeliveriesOfSubscription(
		ctx context.Context, account, subscription tickler.ID, page tickler.Page,
	) ([]tickler.Delivery, error)
	LastDeliveries(ctx context.Context, account tickler.ID) (map[tickler.ID]tickler.Delivery, error)
	NextAhead(ctx context.Context, job jobs.Ref, series []string) (due time.Time, found bool, err error)
}

// deliveryTx is what deliveries on their way need of a transaction.
type deliveryTx interface {
	Announce(ctx context.Context, deliveries []tickler.Delivery, now time.Time) error
	Delivery(ctx context.Context, account, id tickler.ID) (tickler.Delivery, bool, error)
	PutDelivery(ctx context.Context, d tickler.Delivery) error
	AddAttempt(ctx context.Context, account, delivery tickler.ID, attempt tickler.DeliveryAttempt) error
	HandOver(ctx context.Context, account, id tickler.ID, now time.Time) error
	EndFailure(ctx context.Context, account, subscription tickler.ID) error
	SubscriptionIDs(ctx context.Context, account tickler.ID) ([]tickler.ID, error)
	NextAhead(ctx context.Context, job jobs.Ref, series []string) (due time.Time, found bool, err error)
	PutOff(ctx context.Context, job jobs.Ref, until time.Time) error
	WakeSeries(ctx context.Context, series []string, now, upTo time.Time) error
}

// DeliveriesOfRequest lists the deliveries that tell of a bulk request's end, with every attempt,
// the latest first. Whoever may see the request may see them.
func (a *Hooks) DeliveriesOfRequest(
	ctx context.Context, caller Caller, request tickler.ID, page tickler.Page,
) ([]tickler.Delivery, error) {
	if _, err := a.bulk.visibleBulkRequest(ctx, caller, request); err != nil {
		return nil, err
	}
	return a.store.DeliveriesOfRequest(ctx, caller.Account.ID, request, page)
}

// DeliveriesOfSubscription lists a subscription's deliveries, with every attempt, the latest first:
// to administrators only.
func (a *Hooks) DeliveriesOfSubscription(
	ctx context.Context, caller Caller, subscription tickler.ID, page tickler.Page,
) ([]tickler.Delivery, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return nil, err
	}
	return a.store.DeliveriesOfSubscription(ctx, caller.Account.ID, subscription, page)
}

// LastDeliveries returns the latest delivery of each of the account's subscriptions, by the
// subscription's id and without the attempts: to administrators only.
func (a *Hooks) LastDeliveries(ctx context.Context, caller Caller) (map[tickler.ID]tickler.Delivery, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return nil, err
	}
	return a.store.LastDeliveries(ctx, caller.Account.ID)
}

// ReplayDelivery has a delivery sent again at once, whether it was taken, has failed or waits for
// its next attempt. Whoever may see it may do so; what the caller may not see does not exist for
// them.
func (a *Hooks) ReplayDelivery(
	ctx context.Context, caller Caller, id tickler.ID, options Options,
) (tickler.Delivery, error) {
	d, found, err := a.store.Delivery(ctx, caller.Account.ID, id)
	if err == nil && !found {
		err = noSuchDelivery(id)
	}
	if err != nil {
		return d, err
	}
	if !d.RequestID.IsZero() {
		_, err = a.bulk.visibleBulkRequest(ctx, caller, d.RequestID)
	} else {
		err = MayManageWebhooks(caller)
	}
	if err != nil {
		return d, err
	}
	d, err = once(ctx, a.write, caller, options, replaying(caller.Account.ID, id, caller.Now))
	a.wake(tickler.WebhookJob)
	return d, err
}

// replay has a delivery sent again at once, even a settled one, in its old place in its series. It
// returns the delivery as it then is, without its log.
func (a *Hooks) replay(ctx context.Context, account, id tickler.ID) (tickler.Delivery, error) {
	return made(ctx, a.write, replaying(account, id, a.now()))
}

// replaying returns the transaction of replay.
func replaying(account, id tickler.ID, now time.Time) func(ctx context.Context, tx Tx) (tickler.Delivery, error) {
	return func(ctx context.Context, tx Tx) (tickler.Delivery, error) {
		d, err := lockedDelivery(ctx, tx, account, id)
		if err != nil {
			return d, err
		}
		d = d.Replay()
		if err := tx.PutDelivery(ctx, d); err != nil {
			return d, err
		}
		return d, tx.HandOver(ctx, account, id, now)
	}
}

// RecordAttempt records an attempt at a delivery, for background work, and returns the delivery as
// it then is, without its log. If that settles it, its job ends in the same transaction, and what
// waits for it may go. One that does not exist is an error of KindUnknownEntity.
func (a *Hooks) RecordAttempt(
	ctx context.Context, account, id tickler.ID, attempt tickler.DeliveryAttempt,
) (tickler.Delivery, error) {
	var administrators []tickler.User
	if attempt.Error != "" { // else there is no alarm
		entry, err := a.directory.Account(ctx, account)
		if err != nil {
			return tickler.Delivery{}, err
		}
		administrators = entry.Administrators()
	}
	return made(ctx, a.write, func(ctx context.Context, tx Tx) (tickler.Delivery, error) {
		d, err := lockedDelivery(ctx, tx, account, id)
		if err != nil {
			return d, err
		}
		d, attempt := d.Attempted(attempt)
		if err := tx.AddAttempt(ctx, account, id, attempt); err != nil {
			return d, err
		}
		if err := tx.PutDelivery(ctx, d); err != nil {
			return d, err
		}
		if d.IsOfTask() {
			if err := noteAttempt(ctx, tx, d, attempt, administrators); err != nil {
				return d, err
			}
		}
		if d.State == tickler.DeliveryPending {
			return d, nil
		}
		return d, settle(ctx, tx, d, attempt.At)
	})
}

// noteAttempt records with a subscription how an attempt at one of its deliveries went, and raises
// the alarm that follows, if any.
func noteAttempt(
	ctx context.Context, tx Tx, d tickler.Delivery, attempt tickler.DeliveryAttempt, administrators []tickler.User,
) error {
	if attempt.Error == "" { // the usual case, without a lock
		return tx.EndFailure(ctx, d.AccountID, d.SubscriptionID)
	}
	s, found, err := tx.Subscription(ctx, d.AccountID, d.SubscriptionID)
	if err != nil || !found {
		return err
	}
	s, alarm := s.AfterAttempt(d, attempt)
	if err := tx.PutSubscription(ctx, s); err != nil {
		return err
	}
	return enqueueAlarms(ctx, tx, s, alarm, administrators, attempt.At)
}

// settle ends the job of a settled delivery, and makes the jobs due that waited for it.
func settle(ctx context.Context, tx Tx, d tickler.Delivery, now time.Time) error {
	if err := tx.EndJob(ctx, jobOf(d)); err != nil || !d.IsOfTask() {
		return err
	}
	return wakeFollowers(ctx, tx, d, now)
}

// jobOf returns the job that sends a delivery: it has the delivery's id, and no payload.
func jobOf(d tickler.Delivery) jobs.Ref {
	return jobs.Ref{Account: jobs.ID(d.AccountID), ID: jobs.ID(d.ID)}
}

func lockedDelivery(ctx context.Context, tx Tx, account, id tickler.ID) (tickler.Delivery, error) {
	d, found, err := tx.Delivery(ctx, account, id)
	if err == nil && !found {
		err = noSuchDelivery(id)
	}
	return d, err
}

func noSuchDelivery(id tickler.ID) error {
	return tickler.Refuse(tickler.FactNoDelivery, "", id)
}
