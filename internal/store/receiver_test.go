package store_test

import (
	"testing"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// toldOf makes a task and changes it once, and gives what is to be told of it to subscriptions: by subscription, the hand-overs
// that are claimed.
func toldOf(t *testing.T, s *store.Store, account tickler.ID, subs ...tickler.Subscription) map[tickler.ID]tickler.Delivery {
	t.Helper()
	task, herald := plainTask(account), heraldOf(subs...)
	_, err := s.CreateTask(t.Context(), task, nil, herald.Deliveries(task.Created(), noon)...)
	noError(t, err)
	_, changed, err := s.ChangeTask(t.Context(), account, task.ID, func(found tickler.Task) (tickler.Task, *tickler.Change, error) {
		by := tickler.Hand{UserID: found.OwnerID, Via: found.CreatedVia, Now: noon, Zone: time.UTC}
		after, change, err := found.Patch(tickler.TaskPatch{TaskDraft: tickler.TaskDraft{Name: "changed"}}, tickler.PatchSetting{Hand: by})
		if err == nil {
			change.Deliveries = herald.Deliveries(change.Occurrence(found, after), noon)
		}
		return after, change, err
	})
	noError(t, err)
	equal(t, true, changed)
	told := map[tickler.ID]tickler.Delivery{}
	for _, id := range handOvers(t, s, noon) {
		d := delivery(t, s, account, id)
		told[d.SubscriptionID] = d
	}
	equal(t, len(subs), len(told))
	return told
}

func jobOf(d tickler.Delivery) jobs.Ref {
	return jobs.Ref{Account: jobs.ID(d.AccountID), ID: jobs.ID(d.ID)}
}

// mayGo tells whether a delivery is to be handed over now.
func mayGo(t *testing.T, s *store.Store, d tickler.Delivery, now time.Time) bool {
	t.Helper()
	_, send, err := s.Address(t.Context(), delivery(t, s, d.AccountID, d.ID), jobOf(d), now)
	noError(t, err)
	return send
}

// at makes a subscription to an event that leads to a URL.
func at(t *testing.T, s *store.Store, account tickler.ID, url string, event tickler.TaskEvent) tickler.Subscription {
	t.Helper()
	sub := subscription(account, event)
	sub.URL = url
	noError(t, s.CreateSubscription(t.Context(), sub))
	return sub
}

// Two subscriptions at one receiver: what the second one tells of a task waits for what the first one tells of it before, as
// long as that is tried again, and goes at once when it is settled. Other receivers and other tasks go on.
func TestAReceiverIsToldOfATaskInOrder(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		created, updated := at(t, s, account, "https://example.com/a", tickler.TaskCreated), at(t, s, account, "https://example.com/a", tickler.TaskUpdated)
		elsewhere := at(t, s, account, "https://example.com/b", tickler.TaskUpdated)
		told := toldOf(t, s, account, created, updated, elsewhere)
		first, second := told[created.ID], told[updated.ID]
		equal(t, true, mayGo(t, s, first, noon))
		equal(t, true, mayGo(t, s, told[elsewhere.ID], noon))
		record(t, s, told[elsewhere.ID], tickler.DeliveryAttempt{At: noon})
		equal(t, false, mayGo(t, s, second, noon))
		equal(t, []tickler.ID(nil), handOvers(t, s, noon.Add(249*time.Millisecond)))
		equal(t, []tickler.ID{second.ID}, handOvers(t, s, noon.Add(250*time.Millisecond))) // the first one is under way: soon
		equal(t, tickler.DeliveryPending, record(t, s, first, refused).State)
		again := noon.Add(30 * time.Second)
		noError(t, s.Jobs().Retry(t.Context(), "runner", jobOf(first), again, "connection refused"))
		equal(t, false, mayGo(t, s, second, noon))
		other := toldOf(t, s, account, created, updated)
		record(t, s, other[created.ID], tickler.DeliveryAttempt{At: noon})
		equal(t, true, mayGo(t, s, other[updated.ID], noon))
		record(t, s, other[updated.ID], tickler.DeliveryAttempt{At: noon})
		equal(t, []tickler.ID(nil), handOvers(t, s, again.Add(-time.Second)))
		equal(t, true, mayGo(t, s, first, again))
		equal(t, tickler.DeliveryDone, record(t, s, first, tickler.DeliveryAttempt{At: again.Add(-time.Second)}).State) // by hand, say
		equal(t, []tickler.ID{second.ID}, handOvers(t, s, again.Add(-time.Second)))
		equal(t, true, mayGo(t, s, second, again))
	})
}

// What is not tried keeps nobody waiting: that of a subscription that is stopped, or was removed. What a person asks for goes at once.
func TestWhatIsNotTriedKeepsNoOtherSubscriptionWaiting(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, s *store.Store, first, second tickler.Delivery){
		"stopped": func(t *testing.T, s *store.Store, first, _ tickler.Delivery) {
			_, err := s.ChangeSubscription(t.Context(), first.AccountID, first.SubscriptionID, noon,
				func(sub tickler.Subscription) (tickler.Subscription, error) {
					sub.State = tickler.SubscriptionStopped
					return sub, nil
				})
			noError(t, err)
		},
		"removed": func(t *testing.T, s *store.Store, first, second tickler.Delivery) {
			noError(t, s.DeleteSubscription(t.Context(), first.AccountID, first.SubscriptionID, noon))
			equal(t, false, mayGo(t, s, first, noon))
			equal(t, []tickler.ID{second.ID}, handOvers(t, s, noon))
		},
		"asked for": func(t *testing.T, s *store.Store, _, second tickler.Delivery) {
			record(t, s, second, refused)
			_, err := s.ReplayDelivery(t.Context(), second.AccountID, second.ID, noon)
			noError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T, s *store.Store) {
				account := newID()
				created, updated := at(t, s, account, "https://example.com/a", tickler.TaskCreated), at(t, s, account, "https://example.com/a", tickler.TaskUpdated)
				told := toldOf(t, s, account, created, updated)
				equal(t, false, mayGo(t, s, told[updated.ID], noon))
				end(t, s, told[created.ID], told[updated.ID])
				equal(t, true, mayGo(t, s, told[updated.ID], noon))
			})
		})
	}
}
