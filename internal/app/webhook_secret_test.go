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
)

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
		after, err := w.RotateWebhookSecret(t.Context(), w.as("admin"), app.Options{})
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
			wantError(t, err, tickler.Refuse(tickler.FactMayNotManageWebhooks, "", nil))
			_, err = w.RotateWebhookSecret(t.Context(), w.as(name), app.Options{})
			wantError(t, err, tickler.Refuse(tickler.FactMayNotManageWebhooks, "", nil))
			_, err = w.DeliveriesOfSubscription(t.Context(), w.as(name), newID(), tickler.Page{Limit: 10})
			wantError(t, err, tickler.Refuse(tickler.FactMayNotManageWebhooks, "", nil))
			_, err = w.LastDeliveries(t.Context(), w.as(name))
			wantError(t, err, tickler.Refuse(tickler.FactMayNotManageWebhooks, "", nil))
		}
		none, err := w.DeliveriesOfSubscription(t.Context(), w.as("admin"), newID(), tickler.Page{Limit: 10})
		if err != nil || len(none) > 0 {
			t.Errorf("%+v, %v", none, err)
		}
	})
}
