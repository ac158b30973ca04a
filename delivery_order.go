package tickler

import "time"

// A receiver, identified by its URL, is told of a task's events in the order in which they
// happened. Within one subscription, the deliveries about a task form a series. Across the
// subscriptions that share a URL, each series waits for earlier deliveries in the others.

// TakesTurns reports whether a delivery waits until its subscription is active and everything
// before it is settled. A trial, or a delivery that a person has just replayed, goes at once.
func (d Delivery) TakesTurns() bool { return d.IsOfTask() && !d.IsByHand() }

// Series names a subscription's deliveries about one task, which leave one after another by Place.
// It is empty for a delivery that is about no task and so waits for no other.
func (d Delivery) Series() string {
	if !d.IsOfTask() {
		return ""
	}
	return seriesOf(d.SubscriptionID, d.TaskID)
}

func seriesOf(subscription, task ID) string { return subscription.String() + ":" + task.String() }

// SeriesAhead lists the series that a delivery waits for besides its own, given all subscriptions
// of its account: those of the active ones with the same URL. Inactive subscriptions keep nobody
// waiting.
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

// SeriesBehind lists the series that may wait for a delivery, given the subscriptions of its
// account. It includes those whose URL is another by now.
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

// To returns the delivery addressed to its subscription's receiver.
func (d Delivery) To(s Subscription) Delivery {
	d.URL, d.Method, d.ContentType, d.Headers = s.URL, s.Method, s.ContentType, s.Headers
	return d
}

// GivenUp returns a pending delivery as failed for a reason, never to be sent.
func (d Delivery) GivenUp(reason string, now time.Time) Delivery {
	d.State, d.LastError, d.SettledAt = DeliveryFailed, reason, now.UTC().Truncate(time.Second)
	return d
}
