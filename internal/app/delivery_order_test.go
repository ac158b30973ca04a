package app_test

import (
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// subscribe makes a subscription to an event, with a URL.
func (w *world) subscribe(url string, event tickler.TaskEvent) tickler.Subscription {
	w.t.Helper()
	s, err := w.CreateSubscription(w.t.Context(), w.as("admin"), tickler.SubscriptionDraft{URL: &url, Event: &event}, app.Options{})
	w.must(err)
	return s
}

// set makes a subscription active, or stops it.
func (w *world) set(s tickler.Subscription, active bool) {
	w.t.Helper()
	_, err := w.UpdateSubscription(w.t.Context(), w.as("admin"), s.ID, tickler.SubscriptionDraft{Active: &active})
	w.must(err)
}

// toldOf creates a task and changes it once, and returns its deliveries to that many subscriptions,
// as they are claimed, by subscription.
func (w *world) toldOf(subscriptions int) map[tickler.ID]tickler.Delivery {
	w.t.Helper()
	task := w.task("seller", "seller")
	_, err := w.UpdateTask(w.t.Context(), w.as("seller"), task.ID, tickler.TaskPatch{Name: tickler.Of("changed")})
	w.must(err)
	told := map[tickler.ID]tickler.Delivery{}
	for _, id := range w.handOvers(now) {
		d := w.delivery(id)
		told[d.SubscriptionID] = d
	}
	equal(w.t, subscriptions, len(told))
	return told
}

// mayGo reports whether a delivery may be sent now.
func (w *world) mayGo(d tickler.Delivery, at time.Time) bool {
	w.t.Helper()
	_, send, err := w.Address(w.t.Context(), w.delivery(d.ID), jobOf(d), at)
	w.must(err)
	return send
}

// With two subscriptions of one receiver, the second one's delivery about a task waits for the
// first one's earlier one while that is retried, and is sent as soon as that is settled. Other
// receivers and other tasks don't wait.
func TestAReceiverGetsATasksEventsInOrder(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		created, updated := w.subscribe("https://example.com/a", tickler.TaskCreated), w.subscribe("https://example.com/a", tickler.TaskUpdated)
		elsewhere := w.subscribe("https://example.com/b", tickler.TaskUpdated)
		told := w.toldOf(3)
		first, second := told[created.ID], told[updated.ID]
		equal(t, true, w.mayGo(first, now))
		equal(t, true, w.mayGo(told[elsewhere.ID], now))
		w.record(told[elsewhere.ID], tickler.DeliveryAttempt{At: now})
		equal(t, false, w.mayGo(second, now))
		equal(t, nil, w.handOvers(now.Add(249*time.Millisecond)))
		equal(t, []tickler.ID{second.ID}, w.handOvers(now.Add(250*time.Millisecond))) // the first one is in progress: soon
		equal(t, tickler.DeliveryPending, w.record(first, refused).State)
		again := now.Add(30 * time.Second)
		w.must(w.store.Jobs().Retry(t.Context(), "runner", jobOf(first), again, "connection refused"))
		equal(t, false, w.mayGo(second, now))
		other := w.toldOf(3)
		w.record(other[created.ID], tickler.DeliveryAttempt{At: now})
		equal(t, true, w.mayGo(other[updated.ID], now))
		w.record(other[updated.ID], tickler.DeliveryAttempt{At: now})
		w.record(other[elsewhere.ID], tickler.DeliveryAttempt{At: now})
		equal(t, nil, w.handOvers(again.Add(-time.Second)))
		equal(t, true, w.mayGo(first, again))
		equal(t, tickler.DeliveryDone, w.record(first, tickler.DeliveryAttempt{At: again.Add(-time.Second)}).State) // by hand, say
		equal(t, []tickler.ID{second.ID}, w.handOvers(again.Add(-time.Second)))
		equal(t, true, w.mayGo(second, again))
	})
}

// Deliveries of a stopped or removed subscription make no others wait. What a person sends again
// goes at once.
func TestAStoppedSubscriptionDelaysNoOther(t *testing.T) {
	for name, end := range map[string]func(w *world, first, second tickler.Delivery){
		"stopped": func(w *world, first, _ tickler.Delivery) {
			w.set(tickler.Subscription{ID: first.SubscriptionID}, false)
		},
		"removed": func(w *world, first, second tickler.Delivery) {
			w.must(w.DeleteSubscription(w.t.Context(), w.as("admin"), first.SubscriptionID))
			equal(w.t, false, w.mayGo(first, now))
			equal(w.t, []tickler.ID{second.ID}, w.handOvers(now))
		},
		"asked for": func(w *world, _, second tickler.Delivery) {
			w.record(second, refused)
			_, err := w.ReplayDelivery(w.t.Context(), w.as("admin"), second.ID, app.Options{})
			w.must(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, w *world) {
				created, updated := w.subscribe("https://example.com/a", tickler.TaskCreated), w.subscribe("https://example.com/a", tickler.TaskUpdated)
				told := w.toldOf(2)
				equal(t, false, w.mayGo(told[updated.ID], now))
				end(w, told[created.ID], told[updated.ID])
				equal(t, true, w.mayGo(told[updated.ID], now))
			})
		})
	}
}

// A delivery whose subscription is not active waits with its job. When the subscription is active
// again, it goes to the URL that it then has; if the subscription was removed, it is given up.
func TestADeliveryWaitsForItsSubscription(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		s := w.subscribe("https://example.com/old", tickler.TaskCreated)
		w.task("seller", "seller")
		address := func() (tickler.Delivery, bool) {
			t.Helper()
			ids := w.handOvers(now)
			equal(t, 1, len(ids))
			d := w.delivery(ids[0])
			d, send, err := w.Address(t.Context(), d, jobOf(d), now)
			w.must(err)
			return d, send
		}
		w.set(s, false)
		url := "https://example.com/new"
		_, err := w.UpdateSubscription(t.Context(), w.as("admin"), s.ID, tickler.SubscriptionDraft{URL: &url})
		w.must(err)
		_, send := address()
		equal(t, false, send)
		equal(t, 0, len(w.handOvers(now.Add(1000*time.Hour))))
		w.set(s, true)
		for range 2 { // it resumes, and then its deliveries are due
			w.must(w.FollowSubscription(t.Context(), w.account, s.ID))
		}
		d, send := address()
		equal(t, true, send)
		equal(t, url, d.URL)
		w.must(w.DeleteSubscription(t.Context(), w.as("admin"), s.ID))
		_, send, err = w.Address(t.Context(), d, jobOf(d), now)
		w.must(err)
		equal(t, false, send)
		gone := w.delivery(d.ID)
		equal(t, tickler.DeliveryFailed, gone.State)
		equal(t, "the webhook was removed", gone.LastError)
		equal(t, 0, w.jobCount(tickler.WebhookJob))
		forgotten, err := w.store.ForgetDeliveries(t.Context(), now.Add(tickler.DeliveriesKept), 10)
		w.must(err)
		equal(t, 0, forgotten)
		forgotten, err = w.store.ForgetDeliveries(t.Context(), now.Add(tickler.DeliveriesKept+time.Second), 10)
		w.must(err)
		equal(t, 1, forgotten)
		told, err := w.DeliveriesOfSubscription(t.Context(), w.as("admin"), s.ID, tickler.Page{Limit: 10})
		w.must(err)
		equal(t, 0, len(told))
	})
}
