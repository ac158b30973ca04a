package app_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
)

const noWebhooks = "Only an administrator of the account may see and change its webhooks."

// toldBulk is the wire of a bulk request whose rows nobody can read: what counts here is its end.
type toldBulk struct{ spoken }

func (toldBulk) Orders(tickler.BulkOperation, []byte) ([]app.BulkOrder, error) {
	return []app.BulkOrder{{Err: tickler.Missing("Name", "creating a task")}}, nil
}

func (toldBulk) Status(tickler.BulkRequest, []tickler.BulkRow) []byte {
	return []byte(`{"Status":"Failure"}`)
}

// deliveryOf gives the delivery that tells of a bulk request of a user's.
func (w *world) deliveryOf(name string) tickler.Delivery {
	w.t.Helper()
	r, err := w.SubmitBulk(w.t.Context(), w.as(name), app.BulkSubmission{
		Operation: tickler.BulkCreate, Body: []byte("{}"), Rows: 1, WebhookURL: "https://example.com/hook",
	})
	w.must(err)
	_, _, err = w.RunBulk(w.t.Context(), w.account, r.ID, jobs.Ref{Account: jobs.ID(w.account), ID: jobs.ID(r.ID)}, toldBulk{})
	w.must(err)
	all, err := w.DeliveriesOfRequest(w.t.Context(), w.as(name), r.ID, tickler.Page{Limit: 10})
	w.must(err)
	if len(all) != 1 || all[0].URL != "https://example.com/hook" || string(all[0].Payload) != `{"Status":"Failure"}` {
		w.t.Fatalf("%+v", all)
	}
	return all[0]
}

func TestWebhookSecretIsMadeOnFirstUse(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		nodes := []*app.App{w.App, w.appOver(w.store)}
		first := make([]string, 2)
		var all sync.WaitGroup
		for i, node := range nodes {
			all.Go(func() {
				secrets, err := node.SigningSecrets(t.Context(), w.account)
				if err != nil || len(secrets) != 1 {
					t.Errorf("%d secrets, %v", len(secrets), err)
					return
				}
				first[i] = secrets[0]
			})
		}
		all.Wait()
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(first[0], "whsec_"))
		if first[0] != first[1] || err != nil || len(key) < 24 || !strings.HasPrefix(first[0], "whsec_") {
			t.Errorf("the nodes sign with %q", first)
		}
		shown, err := w.WebhookSecrets(t.Context(), w.as("admin"))
		w.must(err)
		if shown != (tickler.WebhookSecrets{Current: first[0]}) {
			t.Errorf("shown %+v", shown)
		}
		others, err := w.SigningSecrets(t.Context(), w.other)
		w.must(err)
		if others[0] == first[0] {
			t.Error("two accounts have one secret")
		}
	})
}

func TestRotatedSecretOverlaps(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		before, err := w.WebhookSecrets(t.Context(), w.as("admin"))
		w.must(err)
		after, err := w.RotateWebhookSecret(t.Context(), w.as("admin"))
		w.must(err)
		if after.Current == before.Current || after.Previous != before.Current || after.PreviousUntil != now.Add(24*time.Hour) {
			t.Errorf("%+v became %+v", before, after)
		}
		for _, test := range []struct {
			wait time.Duration
			want []string
		}{
			{0, []string{after.Current, before.Current}},
			{24*time.Hour - time.Second, []string{after.Current, before.Current}},
			{time.Second, []string{after.Current}},
		} {
			w.clock.Advance(test.wait)
			got, err := w.SigningSecrets(t.Context(), w.account)
			w.must(err)
			if !slices.Equal(test.want, got) {
				t.Errorf("%v later: signs with %q, want %q", test.wait, got, test.want)
			}
		}
	})
}

func TestWebhooksAreAdministratorsOnly(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for _, name := range []string{"marketer", "seller"} {
			_, err := w.WebhookSecrets(t.Context(), w.as(name))
			wantError(t, err, tickler.KindForbidden, "", noWebhooks)
			_, err = w.RotateWebhookSecret(t.Context(), w.as(name))
			wantError(t, err, tickler.KindForbidden, "", noWebhooks)
			_, err = w.DeliveriesOfSubscription(t.Context(), w.as(name), newID(), tickler.Page{Limit: 10})
			wantError(t, err, tickler.KindForbidden, "", noWebhooks)
			_, err = w.LastDeliveries(t.Context(), w.as(name))
			wantError(t, err, tickler.KindForbidden, "", noWebhooks)
		}
		none, err := w.DeliveriesOfSubscription(t.Context(), w.as("admin"), newID(), tickler.Page{Limit: 10})
		if err != nil || len(none) > 0 {
			t.Errorf("%+v, %v", none, err)
		}
	})
}

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
			_, err = w.ReplayDelivery(t.Context(), caller, d.ID)
			wantKind(t, err, tickler.KindUnknownEntity)
		}
	})
}

func TestReplayOfADelivery(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		d := w.deliveryOf("seller")
		d, err := w.store.RecordAttempt(t.Context(), w.account, d.ID, tickler.DeliveryAttempt{At: now, Status: 200})
		w.must(err)
		var woken []string
		w.OnJob(func(kind string) { woken = append(woken, kind) })
		w.clock.Advance(time.Hour)
		replayed, err := w.ReplayDelivery(t.Context(), w.as("seller"), d.ID)
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
		_, err = w.ReplayDelivery(t.Context(), w.as("admin"), unknown)
		wantError(t, err, tickler.KindUnknownEntity, "", "The Delivery Id '"+unknown.String()+"' does not exist in the system")
	})
}
