package app_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
	"tickler/internal/store/storetest"
)

// deliveryOf returns the delivery about a user's bulk request.
func (w *world) deliveryOf(name string) tickler.Delivery {
	w.t.Helper()
	r, err := w.SubmitBulk(w.t.Context(), w.as(name), app.BulkSubmission{
		Operation: tickler.BulkCreate, Body: []byte("{}"), Rows: 1, WebhookURL: "https://example.com/hook",
	})
	w.must(err)
	w.spoken = spoken{{Err: tickler.Refuse(tickler.FactNeededByTask, tickler.FieldName, nil)}} // only its end matters here
	_, _, err = w.RunBulk(w.t.Context(), w.account, r.ID, jobs.Ref{Account: jobs.ID(w.account), ID: jobs.ID(r.ID)})
	w.must(err)
	all, err := w.DeliveriesOfRequest(w.t.Context(), w.as(name), r.ID, tickler.Page{Limit: 10})
	w.must(err)
	if len(all) != 1 || all[0].URL != "https://example.com/hook" || string(all[0].Payload) != "Failure, 1 rows" {
		w.t.Fatalf("%+v", all)
	}
	return all[0]
}

// delivery reads one, without its log.
func (w *world) delivery(id tickler.ID) tickler.Delivery {
	w.t.Helper()
	d, found, err := w.store.Delivery(w.t.Context(), w.account, id)
	w.must(err)
	if !found || d.Attempts != len(d.Log) {
		w.t.Fatalf("found %t, %d attempts, of which %d are logged", found, d.Attempts, len(d.Log))
	}
	d.Log = nil
	return d
}

// record records an attempt at a delivery of the account.
func (w *world) record(d tickler.Delivery, attempt tickler.DeliveryAttempt) tickler.Delivery {
	w.t.Helper()
	d, err := w.RecordAttempt(w.t.Context(), w.account, d.ID, attempt)
	w.must(err)
	return d
}

// claim claims the due jobs of a kind, one at a time of a series.
func (w *world) claim(kind string, at time.Time) []jobs.Job {
	w.t.Helper()
	claimed, err := w.store.Jobs().Claim(w.t.Context(), kind, "runner", at, at.Add(10*time.Second), 1000)
	w.must(err)
	return claimed
}

// handOvers claims the webhook jobs that are due and returns their deliveries' ids.
func (w *world) handOvers(at time.Time) (ids []tickler.ID) {
	w.t.Helper()
	for _, job := range w.claim(tickler.WebhookJob, at) {
		ids = append(ids, tickler.ID(job.ID))
	}
	return ids
}

// jobCount counts the jobs of a kind, in any state.
func (w *world) jobCount(kind string) (n int) {
	w.t.Helper()
	counts, err := w.store.Jobs().Counts(w.t.Context())
	w.must(err)
	for _, c := range counts {
		if c.Kind == kind {
			n += c.Count
		}
	}
	return n
}

func jobOf(d tickler.Delivery) jobs.Ref {
	return jobs.Ref{Account: jobs.ID(d.AccountID), ID: jobs.ID(d.ID)}
}

var refused = tickler.DeliveryAttempt{At: now, Took: 12 * time.Millisecond, Error: "connection refused", RetryAfter: 90 * time.Second}

func TestDeliveriesAreSeenByWhoSeesTheRequest(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		d := w.deliveryOf("seller")
		for _, caller := range []app.Caller{w.as("seller"), w.as("admin")} {
			all, err := w.DeliveriesOfRequest(t.Context(), caller, d.RequestID, tickler.Page{Limit: 10})
			w.must(err)
			if len(all) != 1 || all[0].ID != d.ID {
				t.Errorf("%s sees %+v", caller.User.Email, all)
			}
		}
		for _, caller := range []app.Caller{w.as("boss"), w.as("marketer"), w.stranger()} {
			_, err := w.DeliveriesOfRequest(t.Context(), caller, d.RequestID, tickler.Page{Limit: 10})
			wantKind(t, err, tickler.KindUnknownEntity)
			_, err = w.ReplayDelivery(t.Context(), caller, d.ID, app.Options{})
			wantKind(t, err, tickler.KindUnknownEntity)
		}
	})
}

func TestReplayOfADelivery(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		d := w.deliveryOf("seller")
		d, err := w.RecordAttempt(t.Context(), w.account, d.ID, tickler.DeliveryAttempt{At: now, Status: 200})
		w.must(err)
		var woken []string
		w.OnJob(func(kind string) { woken = append(woken, kind) })
		w.clock.Advance(time.Hour)
		replayed, err := w.ReplayDelivery(t.Context(), w.as("seller"), d.ID, app.Options{})
		w.must(err)
		if replayed.State != tickler.DeliveryPending || !slices.Equal(woken, []string{tickler.WebhookJob}) {
			t.Errorf("%+v, woken %v", replayed, woken)
		}
		claimed, err := w.store.Jobs().Claim(t.Context(), tickler.WebhookJob, "runner", w.clock.Now(), w.clock.Now().Add(time.Second), 10)
		w.must(err)
		if len(claimed) != 1 || tickler.ID(claimed[0].ID) != d.ID {
			t.Errorf("claimed %+v", claimed)
		}
		unknown := newID()
		_, err = w.ReplayDelivery(t.Context(), w.as("admin"), unknown, app.Options{})
		wantError(t, err, tickler.Refuse(tickler.FactNoDelivery, "", unknown))
	})
}

func TestADeliveryIsReachedThroughItsAccount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		d := w.deliveryOf("seller")
		d.Log = nil
		_, err := w.RecordAttempt(t.Context(), w.other, d.ID, refused)
		wantKind(t, err, tickler.KindUnknownEntity)
		_, err = w.ReplayDelivery(t.Context(), w.stranger(), d.ID, app.Options{})
		wantKind(t, err, tickler.KindUnknownEntity)
		equal(t, d, w.delivery(d.ID))
	})
}

func TestAttemptsAreKeptUntilADeliveryIsSettled(t *testing.T) {
	for _, want := range []tickler.DeliveryState{tickler.DeliveryDone, tickler.DeliveryFailed} {
		t.Run(want.String(), func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, w *world) {
				d := w.deliveryOf("seller")
				last := refused
				if want == tickler.DeliveryDone {
					last = tickler.DeliveryAttempt{At: now.Add(time.Hour), Took: time.Second, Status: 200, Answer: "thank you\n\ufffd"}
				}
				var log []tickler.DeliveryAttempt
				for i := range 11 {
					equal(t, 1, w.jobCount(tickler.WebhookJob))
					attempt := refused
					if i == 10 {
						attempt = last
					}
					before := d
					d = w.record(d, attempt)
					var numbered tickler.DeliveryAttempt
					before, numbered = before.Attempted(attempt)
					equal(t, before, d)
					log = append(log, numbered)
				}
				equal(t, want, d.State)
				equal(t, 0, w.jobCount(tickler.WebhookJob))
				equal(t, d, w.delivery(d.ID))
				d.Log = log
				listed, err := w.store.DeliveriesOfRequest(t.Context(), d.AccountID, d.RequestID, tickler.Page{Limit: 10})
				w.must(err)
				equal(t, []tickler.Delivery{d}, listed)
				one, _, err := w.store.Delivery(t.Context(), d.AccountID, d.ID)
				w.must(err)
				equal(t, d, one)
			})
		})
	}
}

// onTwoNodes runs a test in a world on each engine, with the use cases of a second node, which on
// Postgres has its own connections.
func onTwoNodes(t *testing.T, test func(t *testing.T, w *world, nodes [2]*app.App)) {
	t.Helper()
	storetest.RunAt(t, func(t *testing.T, location string) {
		w := newWorld(t, storetest.Open(t, location))
		second := w.store
		if second.Shared() {
			second = storetest.OpenAsIs(t, location)
		}
		test(t, w, [2]*app.App{w.App, w.appOver(second)})
	})
}

// Two nodes may both believe that a delivery is theirs when one has hung for long. Each attempt is
// kept.
func TestAttemptsAtOnceAreAllKept(t *testing.T) {
	onTwoNodes(t, func(t *testing.T, w *world, nodes [2]*app.App) {
		const attempts = 8
		d := w.deliveryOf("seller")
		var all sync.WaitGroup
		for i := range attempts {
			all.Go(func() {
				if _, err := nodes[i%2].RecordAttempt(t.Context(), d.AccountID, d.ID, refused); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		listed, err := w.store.DeliveriesOfRequest(t.Context(), d.AccountID, d.RequestID, tickler.Page{Limit: 1})
		w.must(err)
		equal(t, attempts, listed[0].Attempts)
		for i, attempt := range listed[0].Log {
			equal(t, i+1, attempt.Number)
		}
		equal(t, attempts, len(listed[0].Log))
	})
}

func TestReplay(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		done, waiting := w.deliveryOf("seller"), w.deliveryOf("seller")
		w.clock.Advance(time.Hour)
		later := w.clock.Now()
		replay := func(d tickler.Delivery) {
			t.Helper()
			replayed, err := w.ReplayDelivery(t.Context(), w.as("seller"), d.ID, app.Options{})
			w.must(err)
			equal(t, d.Replay(), replayed)
			equal(t, replayed, w.delivery(d.ID))
		}
		equal(t, []tickler.ID{done.ID, waiting.ID}, w.handOvers(now))
		waiting = w.record(waiting, refused)
		w.must(w.store.Jobs().Retry(t.Context(), "runner", jobOf(waiting), later.Add(time.Hour), "connection refused"))
		// Once settled, it gets a job again.
		done = w.record(done, tickler.DeliveryAttempt{At: now, Status: 200})
		equal(t, 1, w.jobCount(tickler.WebhookJob))
		replay(done)
		equal(t, nil, w.handOvers(later.Add(-time.Millisecond)))
		equal(t, []tickler.ID{done.ID}, w.handOvers(later))
		// While it runs, it goes on without a second job.
		replay(done)
		equal(t, nil, w.handOvers(later))
		equal(t, true, w.record(done, tickler.DeliveryAttempt{At: later, Status: 200}).SettledAt.Equal(later))
		equal(t, 1, w.jobCount(tickler.WebhookJob))

		// While it waits for its next attempt, it becomes due now.
		equal(t, nil, w.handOvers(later))
		replay(waiting)
		equal(t, []tickler.ID{waiting.ID}, w.handOvers(later))
		equal(t, 1, w.jobCount(tickler.WebhookJob))
	})
}

func TestSettledDeliveryIsKeptWithoutItsJobOrNotAtAll(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		w := newWorld(t, storetest.Open(t, location))
		d := w.deliveryOf("seller")
		d.Log = nil
		db := storetest.SQL(t, location)
		storetest.Exec(t, db, `ALTER TABLE job RENAME TO hidden`)
		if _, err := w.RecordAttempt(t.Context(), d.AccountID, d.ID, tickler.DeliveryAttempt{At: now, Status: 200}); err == nil {
			t.Fatal("it was recorded without the end of its job")
		}
		storetest.Exec(t, db, `ALTER TABLE hidden RENAME TO job`)
		equal(t, d, w.delivery(d.ID))
		equal(t, 1, w.jobCount(tickler.WebhookJob))
	})
}
