package store_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// plainDelivery is an ordinary delivery for a bulk request.
func plainDelivery(account, request tickler.ID) tickler.Delivery {
	return tickler.Delivery{
		ID: newID(), AccountID: account, RequestID: request, Event: "Bulk Create Tasks", Method: "POST", URL: "https://example.com/hook",
		ContentType: "application/json", Payload: []byte(`{"Status":"Success"}`), CreatedAt: noon,
	}
}

// enqueued is such a delivery in the store.
func enqueued(t *testing.T, s *store.Store, account tickler.ID) tickler.Delivery {
	t.Helper()
	d := plainDelivery(account, newID())
	noError(t, s.EnqueueDelivery(t.Context(), d, "", 0, noon))
	return d
}

// delivery reads one, without its log.
func delivery(t *testing.T, s *store.Store, account, id tickler.ID) tickler.Delivery {
	t.Helper()
	d, found, err := s.Delivery(t.Context(), account, id)
	noError(t, err)
	equal(t, true, found)
	equal(t, d.Attempts, len(d.Log))
	d.Log = nil
	return d
}

// handOvers claims the hand-overs that are due and gives their deliveries' ids.
func handOvers(t *testing.T, s *store.Store, now time.Time) (ids []tickler.ID) {
	t.Helper()
	claimed, err := s.Jobs().Claim(t.Context(), tickler.WebhookJob, "runner", now, now.Add(lease), 1000)
	noError(t, err)
	for _, job := range claimed {
		ids = append(ids, tickler.ID(job.ID))
	}
	return ids
}

func record(t *testing.T, s *store.Store, d tickler.Delivery, attempt tickler.DeliveryAttempt) tickler.Delivery {
	t.Helper()
	d, err := s.RecordAttempt(t.Context(), d.AccountID, d.ID, attempt)
	noError(t, err)
	return d
}

var refused = tickler.DeliveryAttempt{At: noon, Took: 12 * time.Millisecond, Error: "connection refused", RetryAfter: 90 * time.Second}

func TestDeliveryIsKeptAsItIs(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			headers := rapid.MapOfN(texts(10), texts(10), 1, 3).Draw(r, "Headers")
			if rapid.Bool().Draw(r, "none") {
				headers = nil
			}
			want := tickler.Delivery{
				ID: newID(), AccountID: ids().Draw(r, "AccountID"), SubscriptionID: orZero(ids()).Draw(r, "SubscriptionID"),
				RequestID: orZero(ids()).Draw(r, "RequestID"), TaskID: orZero(ids()).Draw(r, "TaskID"),
				Event: texts(20).Draw(r, "Event"), Method: texts(5).Draw(r, "Method"), URL: texts(50).Draw(r, "URL"),
				ContentType: texts(20).Draw(r, "ContentType"), Headers: headers, Payload: rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(r, "Payload"),
				State:    rapid.SampledFrom(tickler.DeliveryStates()).Draw(r, "State"),
				Attempts: rapid.IntRange(0, 1<<31-1).Draw(r, "Attempts"), Replayed: rapid.IntRange(0, 1<<31-1).Draw(r, "Replayed"),
				LastStatus: rapid.IntRange(0, 999).Draw(r, "LastStatus"), LastError: texts(50).Draw(r, "LastError"),
				CreatedAt: instants().Draw(r, "CreatedAt"), SettledAt: orZero(instants()).Draw(r, "SettledAt"),
			}
			noError(r, s.EnqueueDelivery(t.Context(), want, texts(5).Draw(r, "key"), rapid.Int64().Draw(r, "order"), noon))
			got, found, err := s.Delivery(t.Context(), want.AccountID, want.ID)
			noError(r, err)
			equal(r, true, found)
			equal(r, want, got)
		})
	})
}

func TestDeliveryIsReachedThroughItsAccount(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		d, other := enqueued(t, s, newID()), newID()
		_, found, err := s.Delivery(t.Context(), other, d.ID)
		noError(t, err)
		equal(t, false, found)
		_, err = s.RecordAttempt(t.Context(), other, d.ID, refused)
		wantKind(t, err, tickler.KindUnknownEntity)
		_, err = s.ReplayDelivery(t.Context(), other, d.ID, noon)
		wantKind(t, err, tickler.KindUnknownEntity)
		list, err := s.DeliveriesOfRequest(t.Context(), other, d.RequestID, tickler.Page{Limit: 10})
		noError(t, err)
		equal(t, nil, list)
		equal(t, d, delivery(t, s, d.AccountID, d.ID))
	})
}

func TestDeliveryComesWithItsJob(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		d := enqueued(t, s, newID())
		claimed, err := s.Jobs().Claim(t.Context(), tickler.WebhookJob, "runner", noon, noon.Add(lease), 10)
		noError(t, err)
		want := jobs.Job{Ref: jobs.Ref{Account: jobs.ID(d.AccountID), ID: jobs.ID(d.ID)}, Kind: tickler.WebhookJob, Attempt: 1, CreatedAt: noon}
		equal(t, []jobs.Job{want}, claimed)

		again := d
		again.URL = "https://example.com/other" // of the same id: neither it nor a job is written
		if err := s.EnqueueDelivery(t.Context(), again, "", 0, noon); err == nil {
			t.Error("two deliveries of one id were taken")
		}
		equal(t, 1, jobCount(t, s))
		equal(t, d, delivery(t, s, d.AccountID, d.ID))
	})
}

func TestAttemptsAreKeptUntilADeliveryIsSettled(t *testing.T) {
	for _, want := range []tickler.DeliveryState{tickler.DeliveryDone, tickler.DeliveryFailed} {
		t.Run(want.String(), func(t *testing.T) {
			storetest.Run(t, func(t *testing.T, s *store.Store) {
				first := enqueued(t, s, newID())
				last := refused
				if want == tickler.DeliveryDone {
					last = tickler.DeliveryAttempt{At: noon.Add(time.Hour), Took: time.Second, Status: 200, Answer: "thank you\n\ufffd"}
				}
				d := first
				var log []tickler.DeliveryAttempt
				for i := range 11 {
					equal(t, 1, jobCount(t, s))
					attempt := refused
					if i == 10 {
						attempt = last
					}
					before := d
					d = record(t, s, d, attempt)
					var numbered tickler.DeliveryAttempt
					before, numbered = before.Attempted(attempt)
					equal(t, before, d)
					log = append(log, numbered)
				}
				equal(t, want, d.State)
				equal(t, 0, jobCount(t, s))
				equal(t, d, delivery(t, s, d.AccountID, d.ID))
				d.Log = log
				listed, err := s.DeliveriesOfRequest(t.Context(), d.AccountID, d.RequestID, tickler.Page{Limit: 10})
				noError(t, err)
				equal(t, []tickler.Delivery{d}, listed)
				one, _, err := s.Delivery(t.Context(), d.AccountID, d.ID)
				noError(t, err)
				equal(t, d, one)
			})
		})
	}
}

// Two nodes may hold a delivery for theirs when one has hung for long. Each attempt is kept.
func TestAttemptsAtOnceAreAllKept(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		const attempts = 8
		nodes := twoNodes(t, location)
		d := enqueued(t, nodes[0], newID())
		var all sync.WaitGroup
		for i := range attempts {
			all.Go(func() {
				if _, err := nodes[i%2].RecordAttempt(t.Context(), d.AccountID, d.ID, refused); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		listed, err := nodes[0].DeliveriesOfRequest(t.Context(), d.AccountID, d.RequestID, tickler.Page{Limit: 1})
		noError(t, err)
		equal(t, attempts, listed[0].Attempts)
		for i, attempt := range listed[0].Log {
			equal(t, i+1, attempt.Number)
		}
		equal(t, attempts, len(listed[0].Log))
	})
}

func TestReplay(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		later := noon.Add(time.Hour)
		replay := func(d tickler.Delivery) tickler.Delivery {
			t.Helper()
			replayed, err := s.ReplayDelivery(t.Context(), d.AccountID, d.ID, later)
			noError(t, err)
			equal(t, d.Replay(), replayed)
			equal(t, replayed, delivery(t, s, d.AccountID, d.ID))
			return replayed
		}
		// Settled: it gets a job again.
		done := record(t, s, enqueued(t, s, newID()), tickler.DeliveryAttempt{At: noon, Status: 200})
		equal(t, 0, jobCount(t, s))
		replay(done)
		equal(t, nil, handOvers(t, s, later.Add(-time.Millisecond)))
		equal(t, []tickler.ID{done.ID}, handOvers(t, s, later))
		// It runs: it goes on, and has no second job.
		replay(done)
		equal(t, nil, handOvers(t, s, later))
		equal(t, true, record(t, s, done, tickler.DeliveryAttempt{At: later, Status: 200}).SettledAt.Equal(later))
		equal(t, 0, jobCount(t, s))

		// It waits for its next attempt: it is due now.
		waiting := enqueued(t, s, newID())
		equal(t, []tickler.ID{waiting.ID}, handOvers(t, s, noon))
		waiting = record(t, s, waiting, refused)
		ref := jobs.Ref{Account: jobs.ID(waiting.AccountID), ID: jobs.ID(waiting.ID)}
		noError(t, s.Jobs().Retry(t.Context(), "runner", ref, later.Add(time.Hour), "connection refused"))
		equal(t, nil, handOvers(t, s, later))
		replay(waiting)
		equal(t, []tickler.ID{waiting.ID}, handOvers(t, s, later))
		equal(t, 1, jobCount(t, s))
	})
}

func TestDeliveriesAreListedLatestFirst(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account, subscription, request := newID(), newID(), newID()
		var of []tickler.Delivery
		for i := range 5 {
			d := plainDelivery(account, tickler.ID{})
			d.SubscriptionID, d.TaskID = subscription, newID()
			noError(t, s.EnqueueDelivery(t.Context(), d, "", 0, noon))
			for range i { // so that logs must not be mixed up
				d = record(t, s, d, refused)
			}
			of = append(of, d)
		}
		slices.Reverse(of)
		other := plainDelivery(account, request)
		noError(t, s.EnqueueDelivery(t.Context(), other, "", 0, noon))

		listed, err := s.DeliveriesOfSubscription(t.Context(), account, subscription, tickler.Page{Offset: 1, Limit: 3})
		noError(t, err)
		for i := range listed {
			equal(t, listed[i].Attempts, len(listed[i].Log))
			listed[i].Log = nil
		}
		equal(t, of[1:4], listed)
		listed, err = s.DeliveriesOfRequest(t.Context(), account, request, tickler.Page{Limit: 10})
		noError(t, err)
		equal(t, []tickler.Delivery{other}, listed)
		listed, err = s.DeliveriesOfRequest(t.Context(), account, subscription, tickler.Page{Limit: 10})
		noError(t, err)
		equal(t, nil, listed)
	})
}

func TestLastDeliveryOfEachSubscription(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account, other := newID(), newID()
		want := map[tickler.ID]tickler.Delivery{}
		for _, account := range []tickler.ID{account, account, other} {
			sub := subscribed(t, s, account, tickler.TaskCreated)
			for range 3 {
				d := plainDelivery(account, tickler.ID{})
				d.SubscriptionID, d.TaskID = sub.ID, newID()
				noError(t, s.EnqueueDelivery(t.Context(), d, "", 0, noon))
				if account != other {
					want[sub.ID] = d
				}
			}
		}
		subscribed(t, s, account, tickler.TaskDeleted) // which was told nothing
		enqueued(t, s, account)

		last, err := s.LastDeliveries(t.Context(), account)
		noError(t, err)
		equal(t, want, last)
	})
}

// The second version's node has a clock that is behind, so that its delivery has the lower id.
func TestDeliveriesOfASeriesLeaveInItsOrder(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		second, first := plainDelivery(account, newID()), plainDelivery(account, newID())
		noError(t, s.EnqueueDelivery(t.Context(), first, "task", 1, noon))
		noError(t, s.EnqueueDelivery(t.Context(), second, "task", 2, noon))
		equal(t, []tickler.ID{first.ID}, handOvers(t, s, noon))
		record(t, s, first, tickler.DeliveryAttempt{At: noon, Status: 200})
		_, err := s.ReplayDelivery(t.Context(), account, first.ID, noon) // into its old place
		noError(t, err)
		equal(t, []tickler.ID{first.ID}, handOvers(t, s, noon))
		record(t, s, first, tickler.DeliveryAttempt{At: noon, Status: 200})
		equal(t, []tickler.ID{second.ID}, handOvers(t, s, noon))
	})
}

func TestSettledDeliveryIsKeptWithoutItsJobOrNotAtAll(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		d := enqueued(t, s, newID())
		db := storetest.SQL(t, location)
		storetest.Exec(t, db, `ALTER TABLE job RENAME TO hidden`)
		if _, err := s.RecordAttempt(t.Context(), d.AccountID, d.ID, tickler.DeliveryAttempt{At: noon, Status: 200}); err == nil {
			t.Fatal(errors.New("it was recorded without the end of its job"))
		}
		storetest.Exec(t, db, `ALTER TABLE hidden RENAME TO job`)
		equal(t, d, delivery(t, s, d.AccountID, d.ID))
		equal(t, 1, jobCount(t, s))
	})
}

// changeSecrets changes an account's webhook secrets as a rule says.
func changeSecrets(
	t *testing.T, s *store.Store, account tickler.ID, rule func(tickler.WebhookSecrets) tickler.WebhookSecrets,
) (tickler.WebhookSecrets, error) {
	t.Helper()
	changed, err := s.ChangeAccount(t.Context(), account, func(a tickler.Account) (tickler.Account, error) {
		a.WebhookSecrets = rule(a.WebhookSecrets)
		return a, nil
	})
	return changed.WebhookSecrets, err
}

func TestWebhookSecretsAreChangedByARule(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		nodes := twoNodes(t, location)
		n := freshAccount()
		noError(t, nodes[0].CreateAccount(t.Context(), n))
		// Both make the first secret at once: they agree.
		made := make([]tickler.WebhookSecrets, 2)
		var all sync.WaitGroup
		for i, node := range nodes {
			all.Go(func() {
				var err error
				made[i], err = changeSecrets(t, node, n.Account.ID, func(s tickler.WebhookSecrets) tickler.WebhookSecrets {
					if s.Current == "" {
						s.Current = "whsec_" + string(rune('a'+i))
					}
					return s
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		equal(t, made[0], made[1])
		equal(t, false, made[0].Current == "")

		rotated, err := changeSecrets(t, nodes[0], n.Account.ID, func(s tickler.WebhookSecrets) tickler.WebhookSecrets {
			return s.Rotated("whsec_new", noon)
		})
		noError(t, err)
		want := n.Account
		want.WebhookSecrets = made[0].Rotated("whsec_new", noon)
		equal(t, want.WebhookSecrets, rotated)
		_, err = nodes[0].ChangeAccount(t.Context(), n.Account.ID, tickler.AccountPatch{Zone: n.Account.Zone}.Apply) // by who read it before
		noError(t, err)
		got, err := nodes[1].Account(t.Context(), n.Account.ID)
		noError(t, err)
		equal(t, want, got)

		_, err = changeSecrets(t, nodes[0], newID(), func(s tickler.WebhookSecrets) tickler.WebhookSecrets { return s })
		wantKind(t, err, tickler.KindUnknownEntity)
	})
}
