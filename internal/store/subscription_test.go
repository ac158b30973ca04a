package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// subscription is one of an account's that a person made at noon.
func subscription(account tickler.ID, event tickler.TaskEvent) tickler.Subscription {
	user := newID()
	return tickler.Subscription{
		ID: newID(), AccountID: account, Description: "Dispatch", URL: "https://example.com/hook", Method: "POST", ContentType: "application/json",
		Event: event, NotifyOnFailure: true, Headers: map[string]string{"X-Team": "North"}, CreatedAt: noon, CreatedBy: user, ModifiedAt: noon, ModifiedBy: user,
	}
}

// subscribed is such a subscription in the store.
func subscribed(t *testing.T, s *store.Store, account tickler.ID, event tickler.TaskEvent) tickler.Subscription {
	t.Helper()
	sub := subscription(account, event)
	noError(t, s.CreateSubscription(t.Context(), sub))
	return sub
}

func heraldOf(subscriptions ...tickler.Subscription) *tickler.Herald {
	return &tickler.Herald{Subscriptions: subscriptions, Spell: func(o tickler.Occurrence) []byte {
		return fmt.Appendf(nil, `{"EventType":%q}`, o.Event.Code())
	}}
}

func toldTo(t *testing.T, s *store.Store, sub tickler.Subscription) []tickler.Delivery {
	t.Helper()
	all, err := s.DeliveriesOfSubscription(t.Context(), sub.AccountID, sub.ID, tickler.Page{Limit: 1000})
	noError(t, err)
	return all
}

func find(t *testing.T, s *store.Store, sub tickler.Subscription) tickler.Subscription {
	t.Helper()
	found, ok, err := s.Subscription(t.Context(), sub.AccountID, sub.ID)
	noError(t, err)
	equal(t, true, ok)
	return found
}

func TestSubscriptionsAreKept(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account, other := newID(), newID()
		before, err := s.DirectoryVersion(t.Context())
		noError(t, err)
		sub := subscribed(t, s, account, tickler.TaskCreated)
		subscribed(t, s, other, tickler.TaskCreated)
		all, err := s.Subscriptions(t.Context(), account)
		noError(t, err)
		equal(t, []tickler.Subscription{sub}, all)
		sub.URL, sub.Headers, sub.State, sub.PausedAt, sub.PauseReason = "http://example.org", nil, tickler.SubscriptionStopped, noon, "Stopped."
		changed, err := s.ChangeSubscription(t.Context(), account, sub.ID, noon, func(tickler.Subscription) (tickler.Subscription, error) { return sub, nil })
		noError(t, err)
		equal(t, sub, changed)
		equal(t, sub, find(t, s, sub))
		_, err = s.ChangeSubscription(t.Context(), other, sub.ID, noon, func(tickler.Subscription) (tickler.Subscription, error) { return sub, nil })
		wantKind(t, err, tickler.KindUnknownEntity)
		wantKind(t, s.DeleteSubscription(t.Context(), other, sub.ID, noon), tickler.KindUnknownEntity)
		noError(t, s.DeleteSubscription(t.Context(), account, sub.ID, noon))
		_, found, err := s.Subscription(t.Context(), account, sub.ID)
		noError(t, err)
		equal(t, false, found)
		after, err := s.DirectoryVersion(t.Context())
		noError(t, err)
		equal(t, before+4, after)
	})
}

// The last place is asked for by all at once, on two nodes: one gets it, and another account is not in the way.
func TestAnAccountHas100SubscriptionsAtMost(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		nodes := twoNodes(t, location)
		account := newID()
		for range tickler.MaxSubscriptions - 1 {
			subscribed(t, nodes[0], account, tickler.TaskCreated)
		}
		outcomes := make(chan error, 8)
		for i := range cap(outcomes) {
			go func() {
				outcomes <- nodes[i%2].CreateSubscription(t.Context(), subscription(account, tickler.TaskCreated))
			}()
		}
		made := 0
		for range cap(outcomes) {
			if err := <-outcomes; err == nil {
				made++
			} else {
				wantKind(t, err, tickler.KindInvalid)
				equal(t, "The account has 100 webhooks, and can't have more. Delete one first.", err.Error())
			}
		}
		equal(t, 1, made)
		all, err := nodes[0].Subscriptions(t.Context(), account)
		noError(t, err)
		equal(t, tickler.MaxSubscriptions, len(all))
		subscribed(t, nodes[0], newID(), tickler.TaskCreated)
	})
}

// A create that is run twice, since its answer was lost, tells once, even when the first delivery has left already.
func TestACreateTellsOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		sub := subscribed(t, s, task.AccountID, tickler.TaskCreated)
		deliveries := heraldOf(sub).Deliveries(task.Created(), noon)
		for range 2 {
			_, err := s.CreateTask(t.Context(), task, nil, deliveries...)
			noError(t, err)
			for _, id := range handOvers(t, s, noon) {
				record(t, s, tickler.Delivery{ID: id, AccountID: task.AccountID}, tickler.DeliveryAttempt{At: noon})
			}
		}
		all := toldTo(t, s, sub)
		equal(t, 1, len(all))
		equal(t, tickler.DeliveryDone, all[0].State)
		equal(t, `{"EventType":"Task_Create"}`, string(all[0].Payload))
	})
}

// More than are written in one statement: though the first of them were all told before, those behind them are told.
func TestWhatWasToldBeforeHidesNothingBehindIt(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		sub := subscribed(t, s, account, tickler.TaskCreated)
		var all []tickler.Delivery
		for range 60 {
			task := plainTask(account)
			all = append(all, heraldOf(sub).Deliveries(task.Created(), noon)...)
		}
		noError(t, s.Announce(t.Context(), all[:50], noon))
		noError(t, s.Announce(t.Context(), all, noon))
		equal(t, 60, len(toldTo(t, s, sub)))
		equal(t, 60, waiting(t, s)[tickler.WebhookJob])
	})
}

// Changes of one task on two nodes, and the claims of what time causes: each is told once, and the jobs come in the order of
// the versions.
func TestEachEventIsToldOnceAndInOrder(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		const changes = 20
		nodes := twoNodes(t, location)
		task := armedTask(newID(), noon)
		update, reminder := subscribed(t, nodes[0], task.AccountID, tickler.TaskUpdated), subscribed(t, nodes[0], task.AccountID, tickler.TaskReminded)
		overdue := subscribed(t, nodes[0], task.AccountID, tickler.TaskOverdue)
		herald := heraldOf(update, reminder, overdue)
		_, err := nodes[0].CreateTask(t.Context(), task, nil)
		noError(t, err)
		var all sync.WaitGroup
		for i := range changes {
			all.Go(func() {
				_, _, err := nodes[i%2].ChangeTask(t.Context(), task.AccountID, task.ID, func(found tickler.Task) (tickler.Task, *tickler.Change, error) {
					by := tickler.Hand{UserID: found.OwnerID, Via: found.CreatedVia, Now: noon, Zone: time.UTC, Wants: herald.Wants()}
					after, change, err := found.Patch(tickler.TaskPatch{TaskDraft: tickler.TaskDraft{Name: fmt.Sprint(i)}}, tickler.PatchSetting{Hand: by})
					if change != nil {
						change.Deliveries = herald.Deliveries(change.Occurrence(found, after), noon)
					}
					return after, change, err
				})
				if err != nil {
					t.Error(err)
				}
			})
			all.Go(func() {
				if _, err := nodes[i%2].ClaimDue(t.Context(), noon.Add(2*time.Hour), 5, map[tickler.ID]*tickler.Herald{task.AccountID: herald}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for range 2 { // where all claims came before the last change
			_, err := nodes[0].ClaimDue(t.Context(), noon.Add(2*time.Hour), 5, map[tickler.ID]*tickler.Herald{task.AccountID: herald})
			noError(t, err)
		}
		equal(t, changes, len(toldTo(t, nodes[0], update)))
		equal(t, 1, len(toldTo(t, nodes[0], reminder)))
		equal(t, 1, len(toldTo(t, nodes[0], overdue)))
		equal(t, 1, len(notifications(t, nodes[0], task.AccountID)))
		before := 0
		for i := range changes { // one at a time, and in order
			var due []jobs.Job
			for _, job := range claimWebhooks(t, nodes[i%2]) {
				if d := delivery(t, nodes[0], task.AccountID, tickler.ID(job.ID)); d.SubscriptionID == update.ID {
					due = append(due, job)
				}
			}
			equal(t, 1, len(due))
			d := delivery(t, nodes[0], task.AccountID, tickler.ID(due[0].ID))
			version := slices.IndexFunc(changesOf(t, nodes[0], task), func(c tickler.Change) bool {
				return heraldOf(update).Deliveries(c.Occurrence(tickler.Task{}, versionOf(task, c.Version)), noon)[0].ID == d.ID
			})
			if version < before {
				t.Errorf("delivery %d is of change %d, after %d", i, version, before)
			}
			before = version
			record(t, nodes[0], d, tickler.DeliveryAttempt{At: noon})
		}
	})
}

// versionOf is as much of a task's version as its events' ids need.
func versionOf(task tickler.Task, version int) tickler.Task {
	task.Version = version
	return task
}

func changesOf(t *testing.T, s *store.Store, task tickler.Task) []tickler.Change {
	t.Helper()
	all, err := s.TaskChanges(t.Context(), task.AccountID, task.ID)
	noError(t, err)
	return all
}

func claimWebhooks(t *testing.T, s *store.Store) []jobs.Job {
	t.Helper()
	claimed, err := s.Jobs().Claim(t.Context(), tickler.WebhookJob, "runner", noon.Add(3*time.Hour), noon.Add(4*time.Hour), 1000)
	noError(t, err)
	return claimed
}

// Of an account that was not asked about, nothing is claimed: its subscriptions would not be told.
func TestOnlyKnownAccountsAreClaimed(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		known, unknown := arm(t, s, newID(), noon), arm(t, s, newID(), noon)
		accounts, err := s.DueAccounts(t.Context(), noon, 10)
		noError(t, err)
		equal(t, 2, len(accounts))
		claimed, err := s.ClaimDue(t.Context(), noon, 10, map[tickler.ID]*tickler.Herald{known.AccountID: nil})
		noError(t, err)
		equal(t, 1, claimed)
		accounts, err = s.DueAccounts(t.Context(), noon, 10)
		noError(t, err)
		equal(t, []tickler.ID{unknown.AccountID}, accounts)
	})
}

// A delivery whose subscription is not active waits with its job, and leaves when it is released; one whose subscription was
// removed is given up.
func TestADeliveryWaitsForItsSubscription(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		sub := subscribed(t, s, task.AccountID, tickler.TaskCreated)
		_, err := s.CreateTask(t.Context(), task, nil, heraldOf(sub).Deliveries(task.Created(), noon)...)
		noError(t, err)
		set := func(state tickler.SubscriptionState, url string) {
			_, err := s.ChangeSubscription(t.Context(), sub.AccountID, sub.ID, noon, func(s tickler.Subscription) (tickler.Subscription, error) {
				s.State, s.URL = state, url
				return s, nil
			})
			noError(t, err)
		}
		address := func() (tickler.Delivery, bool) {
			ids := handOvers(t, s, noon)
			equal(t, 1, len(ids))
			d, send, err := s.Address(t.Context(), delivery(t, s, sub.AccountID, ids[0]), jobs.Ref{Account: jobs.ID(sub.AccountID), ID: jobs.ID(ids[0])}, noon)
			noError(t, err)
			return d, send
		}
		set(tickler.SubscriptionPaused, "https://example.com/new")
		_, send := address()
		equal(t, false, send)
		equal(t, 0, len(handOvers(t, s, noon.Add(1000*time.Hour))))
		set(tickler.SubscriptionActive, "https://example.com/new")
		last, err := s.ReleaseDeliveries(t.Context(), sub.AccountID, sub.ID, tickler.ID{}, 10, noon)
		noError(t, err)
		equal(t, true, last.IsZero())
		d, send := address()
		equal(t, true, send)
		equal(t, "https://example.com/new", d.URL)
		noError(t, s.DeleteSubscription(t.Context(), sub.AccountID, sub.ID, noon))
		_, send, err = s.Address(t.Context(), d, jobs.Ref{Account: jobs.ID(sub.AccountID), ID: jobs.ID(d.ID)}, noon)
		noError(t, err)
		equal(t, false, send)
		gone := delivery(t, s, sub.AccountID, d.ID)
		equal(t, tickler.DeliveryFailed, gone.State)
		equal(t, "the webhook was removed", gone.LastError)
		forgotten, err := s.ForgetDeliveries(t.Context(), noon.Add(tickler.DeliveriesKept), 10)
		noError(t, err)
		equal(t, int64(0), forgotten)
		forgotten, err = s.ForgetDeliveries(t.Context(), noon.Add(tickler.DeliveriesKept+time.Second), 10)
		noError(t, err)
		equal(t, int64(1), forgotten)
		equal(t, 0, len(toldTo(t, s, sub)))
	})
}

// Each administrator who is there is mailed, once, when the receiver begins to fail, and once more when the subscription is
// paused; a success ends it.
func TestAdministratorsAreToldThatAReceiverFails(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		for i, role := range []tickler.Role{tickler.Administrator, tickler.Administrator, tickler.Administrator, tickler.SalesUser} {
			noError(t, s.CreateUser(t.Context(), tickler.User{
				ID: newID(), AccountID: task.AccountID, Email: fmt.Sprintf("%d-%s@example.com", i, task.AccountID), Role: role, Active: i > 0, CreatedAt: noon,
			}, ""))
		}
		sub := subscribed(t, s, task.AccountID, tickler.TaskCreated)
		_, err := s.CreateTask(t.Context(), task, nil, heraldOf(sub).Deliveries(task.Created(), noon)...)
		noError(t, err)
		d := toldTo(t, s, sub)[0]
		alarms := func() (count int) {
			claimed, err := s.Jobs().Claim(t.Context(), tickler.AlarmJob, "runner", noon.Add(100*time.Hour), noon.Add(101*time.Hour), 100)
			noError(t, err)
			for _, job := range claimed {
				got, _, alarm, found, err := s.AlarmOf(t.Context(), job)
				noError(t, err)
				equal(t, sub.ID, got.ID)
				equal(t, true, found && got.Holds(alarm))
				noError(t, s.Jobs().Finish(t.Context(), "runner", job.Ref))
			}
			return len(claimed)
		}
		for i := range 6 {
			record(t, s, d, tickler.DeliveryAttempt{At: noon.Add(time.Duration(i) * time.Minute), Error: "connection refused"})
		}
		equal(t, 2, alarms())
		record(t, s, d, tickler.DeliveryAttempt{At: noon.Add(72 * time.Hour), Error: "connection refused"})
		equal(t, 2, alarms())
		equal(t, tickler.SubscriptionPaused, find(t, s, sub).State)
		record(t, s, d, tickler.DeliveryAttempt{At: noon.Add(73 * time.Hour)})
		equal(t, true, find(t, s, sub).FailingSince.IsZero())
		equal(t, 0, alarms())
		_, err = s.ChangeSubscription(t.Context(), sub.AccountID, sub.ID, noon, func(sub tickler.Subscription) (tickler.Subscription, error) {
			return sub.Resumed(), nil
		})
		noError(t, err)
		record(t, s, d, tickler.DeliveryAttempt{At: noon.Add(74 * time.Hour), Status: 410, Error: "the receiver answered 410"}) // gone for good
		equal(t, 2, alarms())
		equal(t, tickler.SubscriptionPaused, find(t, s, sub).State)
	})
}

// What follows from a change is done at once, also while what follows from the change before is to be gone over a second time.
func TestWhatFollowsFromAChangeIsDueAtOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		sub := subscribed(t, s, newID(), tickler.TaskCreated)
		follow := func(now time.Time, want int) {
			t.Helper()
			done := 0
			for { // a series, so one at a time
				claimed, err := s.Jobs().Claim(t.Context(), tickler.SubscriptionJob, "runner", now, now.Add(lease), 10)
				noError(t, err)
				if len(claimed) == 0 {
					break
				}
				for _, job := range claimed {
					noError(t, s.Jobs().Finish(t.Context(), "runner", job.Ref))
					done++
				}
			}
			equal(t, want, done)
		}
		follow(noon, 1)
		for i, state := range []tickler.SubscriptionState{tickler.SubscriptionStopped, tickler.SubscriptionResuming, tickler.SubscriptionActive} {
			now := noon.Add(time.Duration(i) * time.Second)
			_, err := s.ChangeSubscription(t.Context(), sub.AccountID, sub.ID, now, func(s tickler.Subscription) (tickler.Subscription, error) {
				s.State = state
				return s, nil
			})
			noError(t, err)
			follow(now, 1)
		}
		follow(noon.Add(time.Minute), 4)
	})
}
