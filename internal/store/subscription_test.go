package store_test

import (
	"context"
	"errors"
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
	put(t, s, sub)
	return sub
}

// inTx returns what a verb returns in a transaction of its own.
func inTx[T any](t *testing.T, s *store.Store, verb func(ctx context.Context, tx *store.Tx) (T, error)) (said T) {
	t.Helper()
	noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		said, err = verb(ctx, tx)
		return err
	}))
	return said
}

func put(t *testing.T, s *store.Store, sub tickler.Subscription) {
	t.Helper()
	noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.PutSubscription(ctx, sub) }))
}

func announcerOf(subscriptions ...tickler.Subscription) *tickler.Announcer {
	return &tickler.Announcer{Subscriptions: subscriptions, Spell: func(o tickler.Occurrence) []byte {
		return fmt.Appendf(nil, `{"EventType":%q}`, o.Event.Key())
	}}
}

func toldTo(t *testing.T, s *store.Store, sub tickler.Subscription) []tickler.Delivery {
	t.Helper()
	all, err := s.DeliveriesOfSubscription(t.Context(), sub.AccountID, sub.ID, tickler.Page{Limit: 1000})
	noError(t, err)
	return all
}

func TestSubscriptionsAreKept(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account, other := newID(), newID()
		wantKept := func(want ...tickler.Subscription) {
			t.Helper()
			all, err := s.Subscriptions(t.Context(), account)
			noError(t, err)
			equal(t, want, all)
			for _, sub := range want {
				found, ok, err := s.Subscription(t.Context(), account, sub.ID)
				noError(t, err)
				equal(t, true, ok)
				equal(t, sub, found)
			}
		}
		sub := subscribed(t, s, account, tickler.TaskCreated)
		subscribed(t, s, other, tickler.TaskCreated)
		wantKept(sub)
		sub.URL, sub.Headers, sub.State, sub.PausedAt, sub.PauseReason = "http://example.org", nil, tickler.SubscriptionStopped, noon, "Stopped."
		sub.Description, sub.Method, sub.ContentType, sub.Event, sub.NotifyOnFailure = "", "PUT", "text/plain", tickler.TaskDeleted, false
		sub.FailingSince, sub.WarnedAt, sub.ModifiedAt, sub.ModifiedBy = noon, noon.Add(time.Minute), noon.Add(time.Hour), newID()
		put(t, s, sub)
		wantKept(sub)
		equal(t, 1, inTx(t, s, func(ctx context.Context, tx *store.Tx) (int, error) { return tx.SubscriptionCount(ctx, account) }))
		equal(t, []tickler.ID{sub.ID}, inTx(t, s, func(ctx context.Context, tx *store.Tx) ([]tickler.ID, error) {
			return tx.SubscriptionIDs(ctx, account)
		}))
		for _, through := range []tickler.ID{other, account} {
			equal(t, through == account, inTx(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) {
				_, found, err := tx.Subscription(ctx, through, sub.ID)
				return found, errors.Join(err, tx.EndFailure(ctx, through, sub.ID))
			}))
			if through == account {
				sub.FailingSince, sub.WarnedAt = time.Time{}, time.Time{}
			}
			wantKept(sub)
		}
		elsewhere, beside := subscription(account, tickler.TaskCreated), subscription(account, tickler.TaskUpdated)
		elsewhere.URL, beside.URL, beside.State = "http://example.org/b", sub.URL, tickler.SubscriptionPaused
		put(t, s, elsewhere)
		put(t, s, beside)
		for through, want := range map[tickler.ID][]tickler.Subscription{account: {sub, beside}, other: nil} {
			same, err := s.SameReceiver(t.Context(), through, sub.ID)
			noError(t, err)
			equal(t, want, same)
		}
		for _, one := range []tickler.Subscription{elsewhere, beside} {
			equal(t, true, inTx(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) {
				return tx.RemoveSubscription(ctx, account, one.ID)
			}))
		}
		for _, through := range []tickler.ID{other, account} {
			equal(t, through == account, inTx(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) {
				return tx.RemoveSubscription(ctx, through, sub.ID)
			}))
		}
		wantKept()
		_, found, err := s.Subscription(t.Context(), account, sub.ID)
		noError(t, err)
		equal(t, false, found)
	})
}

// A create that runs twice, because its answer was lost, makes one delivery, even if the first has
// already been sent.
func TestACreateTellsOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		sub := subscribed(t, s, task.AccountID, tickler.TaskCreated)
		made := announcerOf(sub).Announced(task.Made(), noon)
		for range 2 {
			_, err := s.MakeTask(t.Context(), made, nil)
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

// There are more deliveries than one statement writes: even if the first statement's are all
// duplicates, the rest are written.
func TestDuplicateDeliveriesHideNoneBehindThem(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		sub := subscribed(t, s, account, tickler.TaskCreated)
		var all []tickler.Delivery
		for range 60 {
			task := plainTask(account)
			all = append(all, announcerOf(sub).Announced(task.Made(), noon).Deliveries...)
		}
		announce(t, s, all[:50]...)
		announce(t, s, all...)
		equal(t, 60, len(toldTo(t, s, sub)))
		equal(t, 60, waiting(t, s)[tickler.WebhookJob])
	})
}

// Changes of one task on two nodes and timed events: each is delivered once, and the jobs come in
// the order of the versions.
func TestEachEventIsToldOnceAndInOrder(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		const changes = 20
		nodes := twoNodes(t, location)
		task := armedTask(newID(), noon)
		update, reminder := subscribed(t, nodes[0], task.AccountID, tickler.TaskUpdated), subscribed(t, nodes[0], task.AccountID, tickler.TaskReminded)
		overdue := subscribed(t, nodes[0], task.AccountID, tickler.TaskOverdue)
		announcer := announcerOf(update, reminder, overdue)
		err := nodes[0].CreateTask(t.Context(), task)
		noError(t, err)
		var all sync.WaitGroup
		for i := range changes {
			all.Go(func() {
				_, _, err := nodes[i%2].ChangeTask(t.Context(), task.AccountID, task.ID, func(found tickler.Task) (tickler.Outcome, error) {
					by := tickler.Actor{UserID: found.OwnerID, Via: found.CreatedVia, Now: noon, Zone: time.UTC, Wants: announcer.Wants()}
					outcome, err := found.Patch(tickler.TaskPatch{Name: tickler.Of(fmt.Sprint(i))}, tickler.PatchSetting{Actor: by})
					return announcer.Announced(outcome, noon), err
				})
				if err != nil {
					t.Error(err)
				}
			})
			all.Go(func() {
				if _, err := nodes[i%2].ClaimDue(t.Context(), noon.Add(2*time.Hour), 5, map[tickler.ID]*tickler.Announcer{task.AccountID: announcer}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for range 2 { // where all claims came before the last change
			_, err := nodes[0].ClaimDue(t.Context(), noon.Add(2*time.Hour), 5, map[tickler.ID]*tickler.Announcer{task.AccountID: announcer})
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
				event := tickler.Occurrence{Event: tickler.TaskUpdated, At: c.At, Before: c.Before, After: versionOf(task, c.Version)}
				return announcerOf(update).Deliveries(event, noon)[0].ID == d.ID
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
func versionOf(task tickler.Task, version int) *tickler.Task {
	task.Version = version
	return &task
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

// Nothing is claimed from an account that is not in the list: its subscriptions would not be told.
func TestOnlyKnownAccountsAreClaimed(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		known, unknown := arm(t, s, newID(), noon), arm(t, s, newID(), noon)
		equal(t, 2, len(dueAccounts(t, s, noon, 10)))
		claimed, err := s.ClaimDue(t.Context(), noon, 10, map[tickler.ID]*tickler.Announcer{known.AccountID: nil})
		noError(t, err)
		equal(t, 1, claimed)
		equal(t, []tickler.ID{unknown.AccountID}, dueAccounts(t, s, noon, 10))
	})
}
