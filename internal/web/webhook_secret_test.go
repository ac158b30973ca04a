package web_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"
)

func TestWebhookSecret(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("admin")
		shown := func() string {
			t.Helper()
			r := b.get("/settings/webhook-secret").want(http.StatusOK, "Show the secret")
			found := regexp.MustCompile(`class="secret">([^<]{20,})</code>`).FindStringSubmatch(r.body)
			if found == nil {
				t.Fatalf("no secret in %s", r.body)
			}
			return found[1]
		}
		first := shown()
		if again := shown(); again != first {
			t.Errorf("it became %s", again)
		}
		b.get("/settings/webhook-secret").lacks("The previous secret is still valid")

		b.post("/settings/webhook-secret").leadsTo("/settings/webhook-secret")
		b.get("/settings/webhook-secret").want(http.StatusOK, "There is a new webhook secret.").want(http.StatusOK, "2026-03-02 12:00").lacks(first)
		if shown() == first {
			t.Error("it stays the same")
		}
		w.clock.Advance(24 * time.Hour)
		b.get("/settings/webhook-secret").lacks("The previous secret is still valid")
	})
}

func TestWebhookSecretIsForAdministrators(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("marketer")
		b.get("/settings").lacks("/settings/webhook-secret")
		b.get("/settings/webhook-secret").want(http.StatusForbidden, "")
		b.post("/settings/webhook-secret").want(http.StatusForbidden, "")
	})
}
