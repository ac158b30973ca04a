package store_test

import (
	"context"
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

// announced puts such a delivery into the store.
func announced(t *testing.T, s *store.Store, account tickler.ID) tickler.Delivery {
	t.Helper()
	d := plainDelivery(account, newID())
	announce(t, s, d)
	return d
}

func announce(t failer, s *store.Store, all ...tickler.Delivery) {
	t.Helper()
	noError(t, s.Write(ctxOf(t), func(ctx context.Context, tx *store.Tx) error { return tx.Announce(ctx, all, noon) }))
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

// handOvers claims the webhook jobs that are due and returns their deliveries' ids.
func handOvers(t *testing.T, s *store.Store, now time.Time) (ids []tickler.ID) {
	t.Helper()
	claimed, err := s.Jobs().Claim(t.Context(), tickler.WebhookJob, "runner", now, now.Add(lease), 1000)
	noError(t, err)
	for _, job := range claimed {
		ids = append(ids, tickler.ID(job.ID))
	}
	return ids
}

// record records an attempt at a delivery, and ends its job if that settles it.
func record(t *testing.T, s *store.Store, d tickler.Delivery, attempt tickler.DeliveryAttempt) tickler.Delivery {
	t.Helper()
	return changed(t, s, d, func(ctx context.Context, tx *store.Tx, d tickler.Delivery) (tickler.Delivery, error) {
		d, attempt := d.Attempted(attempt)
		if err := tx.AddAttempt(ctx, d.AccountID, d.ID, attempt); err != nil || d.State == tickler.DeliveryPending {
			return d, err
		}
		return d, tx.EndJob(ctx, jobs.Ref{Account: jobs.ID(d.AccountID), ID: jobs.ID(d.ID)})
	})
}

// replay sends a delivery again.
func replay(t *testing.T, s *store.Store, d tickler.Delivery, now time.Time) {
	t.Helper()
	changed(t, s, d, func(ctx context.Context, tx *store.Tx, d tickler.Delivery) (tickler.Delivery, error) {
		return d.Replay(), tx.HandOver(ctx, d.AccountID, d.ID, now)
	})
}

// changed changes a delivery by a rule in a transaction, and returns it.
func changed(
	t *testing.T, s *store.Store, of tickler.Delivery, rule func(context.Context, *store.Tx, tickler.Delivery) (tickler.Delivery, error),
) tickler.Delivery {
	t.Helper()
	return inTx(t, s, func(ctx context.Context, tx *store.Tx) (tickler.Delivery, error) {
		d, found, err := tx.Delivery(ctx, of.AccountID, of.ID)
		if err != nil || !found {
			return d, errors.Join(err, errors.New("there is no such delivery"))
		}
		if d, err = rule(ctx, tx, d); err != nil {
			return d, err
		}
		return d, tx.PutDelivery(ctx, d)
	})
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
				Place: rapid.Int64().Draw(r, "Place"),
			}
			announce(t, s, want)
			want.Place = 0 // it is written only
			got, found, err := s.Delivery(t.Context(), want.AccountID, want.ID)
			noError(r, err)
			equal(r, true, found)
			equal(r, want, got)
		})
	})
}

func TestDeliveryIsReachedThroughItsAccount(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		d, other := announced(t, s, newID()), newID()
		_, found, err := s.Delivery(t.Context(), other, d.ID)
		noError(t, err)
		equal(t, false, found)
		equal(t, false, inTx(t, s, func(ctx context.Context, tx *store.Tx) (bool, error) {
			_, found, err := tx.Delivery(ctx, other, d.ID)
			theirs := d.GivenUp("by a stranger", noon)
			theirs.AccountID = other
			return found, errors.Join(err, tx.PutDelivery(ctx, theirs), tx.HandOver(ctx, other, d.ID, noon.Add(time.Hour)))
		}))
		list, err := s.DeliveriesOfRequest(t.Context(), other, d.RequestID, tickler.Page{Limit: 10})
		noError(t, err)
		equal(t, nil, list)
		equal(t, d, delivery(t, s, d.AccountID, d.ID))
		equal(t, 1, jobCount(t, s))
	})
}

func TestDeliveryComesWithItsJob(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		d := announced(t, s, newID())
		claimed, err := s.Jobs().Claim(t.Context(), tickler.WebhookJob, "runner", noon, noon.Add(lease), 10)
		noError(t, err)
		want := jobs.Job{Ref: jobs.Ref{Account: jobs.ID(d.AccountID), ID: jobs.ID(d.ID)}, Kind: tickler.WebhookJob, Attempt: 1, CreatedAt: noon}
		equal(t, []jobs.Job{want}, claimed)

		again := d
		again.URL = "https://example.com/other" // of the same id: neither it nor a job is written
		announce(t, s, again)
		equal(t, 1, jobCount(t, s))
		equal(t, d, delivery(t, s, d.AccountID, d.ID))
	})
}

func TestDeliveriesAreListedLatestFirst(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account, subscription, request := newID(), newID(), newID()
		var of []tickler.Delivery
		for i := range 5 {
			d := plainDelivery(account, tickler.ID{})
			d.SubscriptionID, d.TaskID = subscription, newID()
			announce(t, s, d)
			for range i { // so that logs must not be mixed up
				d = record(t, s, d, refused)
			}
			of = append(of, d)
		}
		slices.Reverse(of)
		other := plainDelivery(account, request)
		announce(t, s, other)

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
				announce(t, s, d)
				if account != other {
					want[sub.ID] = d
				}
			}
		}
		subscribed(t, s, account, tickler.TaskDeleted) // which was told nothing
		announced(t, s, account)

		last, err := s.LastDeliveries(t.Context(), account)
		noError(t, err)
		equal(t, want, last)
	})
}

// The clock of the second version's node is behind, so its delivery has the lower id.
func TestDeliveriesOfASeriesLeaveInItsOrder(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account, subscription, task := newID(), newID(), newID()
		second, first := plainDelivery(account, tickler.ID{}), plainDelivery(account, tickler.ID{})
		first.SubscriptionID, first.TaskID, first.Place = subscription, task, 1
		second.SubscriptionID, second.TaskID, second.Place = subscription, task, 2
		announce(t, s, first, second)
		equal(t, []tickler.ID{first.ID}, handOvers(t, s, noon))
		record(t, s, first, tickler.DeliveryAttempt{At: noon, Status: 200})
		replay(t, s, first, noon) // into its old place
		equal(t, []tickler.ID{first.ID}, handOvers(t, s, noon))
		record(t, s, first, tickler.DeliveryAttempt{At: noon, Status: 200})
		equal(t, []tickler.ID{second.ID}, handOvers(t, s, noon))
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
