package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// parked is when the job of a delivery is due while its subscription is not active.
var parked = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// How long a delivery waits before it checks again whether it may go: until the one before it is
// retried, within these bounds. It goes sooner when that one is settled.
const (
	waitAtLeast = 250 * time.Millisecond
	waitAtMost  = time.Minute
)

// Address returns a pending delivery as it is to be sent now, for background work, with its
// subscription's present URL. If it returns false, the delivery must not be sent: it waits, with
// its job, until its subscription is active or the same receiver has been told what happened to the
// task before; or it was given up, since the subscription was removed. A replayed delivery does not
// wait.
func (a *Hooks) Address(
	ctx context.Context, d tickler.Delivery, job jobs.Ref, now time.Time,
) (addressed tickler.Delivery, send bool, err error) {
	if d.SubscriptionID.IsZero() {
		return d, true, nil
	}
	all, err := a.store.SameReceiver(ctx, d.AccountID, d.SubscriptionID)
	if err != nil {
		return d, false, err
	}
	i := slices.IndexFunc(all, func(s tickler.Subscription) bool { return s.ID == d.SubscriptionID })
	if i < 0 || d.TakesTurns() && all[i].State != tickler.SubscriptionActive {
		return d, false, a.hold(ctx, d, job, now)
	}
	d = d.To(all[i])
	waits, err := a.waitForOthers(ctx, job, d.SeriesAhead(all), now)
	return d, err == nil && !waits, err
}

var errResumed = errors.New("the subscription was just resumed")

// hold puts a delivery off until its subscription is active, or gives it up if the subscription was
// removed.
func (a *Hooks) hold(ctx context.Context, d tickler.Delivery, job jobs.Ref, now time.Time) error {
	return a.write(ctx, func(ctx context.Context, tx Tx) error {
		s, found, err := tx.Subscription(ctx, d.AccountID, d.SubscriptionID)
		switch {
		case err != nil:
			return err
		case !found:
			return giveUp(ctx, tx, d, now)
		case s.State == tickler.SubscriptionActive: // since a moment ago
			return errResumed
		}
		return tx.PutOff(ctx, job, parked)
	})
}

// giveUp settles a delivery whose subscription was removed.
func giveUp(ctx context.Context, tx Tx, d tickler.Delivery, now time.Time) error {
	d, err := lockedDelivery(ctx, tx, d.AccountID, d.ID)
	if err != nil {
		return err
	}
	if d.State == tickler.DeliveryPending {
		d = d.GivenUp("the webhook was removed", now)
		if err := tx.PutDelivery(ctx, d); err != nil {
			return err
		}
	}
	return settle(ctx, tx, d, now)
}

// waitForOthers puts a job off if another comes before it in some series, and reports whether one
// does.
func (a *Hooks) waitForOthers(
	ctx context.Context, job jobs.Ref, series []string, now time.Time,
) (waits bool, err error) {
	if len(series) == 0 {
		return false, nil
	}
	if _, found, err := a.store.NextAhead(ctx, job, series); err != nil || !found { // the usual case, without a lock
		return false, err
	}
	return made(ctx, a.write, func(ctx context.Context, tx Tx) (bool, error) {
		// With a lock: else it could be settled, and wake its followers, right before this one
		// begins to wait.
		ahead, found, err := tx.NextAhead(ctx, job, series)
		if err != nil || !found {
			return false, err
		}
		wait := min(max(ahead.Sub(now), waitAtLeast), waitAtMost)
		return true, tx.PutOff(ctx, job, now.Add(wait))
	})
}

// wakeFollowers makes jobs due that were waiting behind a settled delivery.
func wakeFollowers(ctx context.Context, tx Tx, d tickler.Delivery, now time.Time) error {
	subscriptions, err := tx.SubscriptionIDs(ctx, d.AccountID)
	if err != nil {
		return err
	}
	return tx.WakeSeries(ctx, d.SeriesBehind(subscriptions), now, now.Add(waitAtMost))
}
