package tickler

import "time"

// A receiver, which is known by its URL, is told of a task in the order of what happened: by one
// subscription since its deliveries about a task are a series, and by several at one URL since each
// series waits for what comes before in the others.

// TakesTurns reports whether a delivery waits until its subscription is active and what comes
// before it is settled. A trial, and what a person has just asked for again, go at once.
func (d Delivery) TakesTurns() bool { return d.IsOfTask() && !d.IsByHand() }

// Series names a subscription's deliveries about one task, which leave one after another in the
// order of their places. It is empty for a delivery that is about no task: that waits for no other.
func (d Delivery) Series() string {
	if !d.IsOfTask() {
		return ""
	}
	return seriesOf(d.SubscriptionID, d.TaskID)
}

func seriesOf(subscription, task ID) string { return subscription.String() + ":" + task.String() }

// SeriesAhead lists the series that a delivery waits for, beside its own, among those of all its
// account's subscriptions: those of the active ones that lead to the same URL. What is not sent
// keeps nobody waiting.
func (d Delivery) SeriesAhead(all []Subscription) (series []string) {
	if !d.TakesTurns() {
		return nil
	}
	for _, s := range all {
		if s.ID != d.SubscriptionID && s.State == SubscriptionActive && s.URL == d.URL {
			series = append(series, seriesOf(s.ID, d.TaskID))
		}
	}
	return series
}

// SeriesBehind lists the series that may wait for a delivery, of the subscriptions of its account:
// also of those that lead elsewhere by now.
func (d Delivery) SeriesBehind(subscriptions []ID) (series []string) {
	if !d.IsOfTask() {
		return nil
	}
	for _, id := range subscriptions {
		if id != d.SubscriptionID {
			series = append(series, seriesOf(id, d.TaskID))
		}
	}
	return series
}

// To returns the delivery as it goes to where its subscription leads.
func (d Delivery) To(s Subscription) Delivery {
	d.URL, d.Method, d.ContentType, d.Headers = s.URL, s.Method, s.ContentType, s.Headers
	return d
}

// GivenUp returns a pending delivery as it stands when it is not sent any more, for a reason.
func (d Delivery) GivenUp(reason string, now time.Time) Delivery {
	d.State, d.LastError, d.SettledAt = DeliveryFailed, reason, now.UTC().Truncate(time.Second)
	return d
}
