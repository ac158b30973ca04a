package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"tickler"
	"tickler/internal/app"
)

var webhookPath = regexp.MustCompile(`/webhooks/[0-9a-f-]{36}`)

func TestWebhooks(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("admin")
		b.get("/webhooks").want(http.StatusOK, "No webhooks yet.").want(http.StatusOK, "standardwebhooks.com")
		b.get("/webhooks/new").want(http.StatusOK, "URL of the receiver")
		b.post("/webhooks", "url", "ftp://example.com", "event", "", "headers", "nonsense").want(http.StatusUnprocessableEntity, "Choose an event.").
			want(http.StatusUnprocessableEntity, "Write a header as Name: value").want(http.StatusUnprocessableEntity, `value="ftp://example.com"`)
		b.post("/webhooks", "url", "ftp://example.com", "event", "7").want(http.StatusUnprocessableEntity, "Expected a URL like")
		b.post("/webhooks", "url", "https://example.com/?a=10%", "event", "7").want(http.StatusUnprocessableEntity, "each % begins an escape")
		b.post("/webhooks", "url", "https://example.com/", "event", "7", "headers", "X-Team: North\nX-Team : South").
			want(http.StatusUnprocessableEntity, "Give each header once")
		b.post("/webhooks", "url", "https://example.com/hook", "event", "7", "description", "Dispatch", "headers", "X-Team: North\r\nX-Key: classified", "notify", "on")
		list := b.get("/webhooks").want(http.StatusOK, "Task created").want(http.StatusOK, "https://example.com/hook").want(http.StatusOK, "none yet")
		list.want(http.StatusOK, `<a href="/settings" aria-current="page"`)
		here := webhookPath.FindString(list.body)
		b.get(here).want(http.StatusOK, "X-Team").want(http.StatusOK, "Nothing sent yet.").lacks("classified")
		b.get(here+"/edit").want(http.StatusOK, "X-Key: classified").want(http.StatusOK, `value="on" checked`)

		b.post(here, "url", "https://example.com/new?ort=Köln", "event", "19").leadsTo(here)
		b.get(here).want(http.StatusOK, "Webhook: Task overdue").want(http.StatusOK, "https://example.com/new?ort=K%C3%B6ln").want(http.StatusOK, "no e-mail until it is paused").lacks("X-Team")
		b.post(here + "/stop").leadsTo(here)
		b.get(here).want(http.StatusOK, "Stopped by").want(http.StatusOK, "Nothing is lost")
		b.post(here + "/try").leadsTo(here)
		shown := b.get(here).want(http.StatusOK, "Trial")
		replay := regexp.MustCompile(webhookPath.String() + `/deliveries/[0-9a-f-]{36}/replay`).FindString(shown.body)
		b.post(replay).leadsTo(here)
		b.post(here + "/resume").leadsTo(here)
		b.get(here).want(http.StatusOK, "It is being resumed")
		b.post(here + "/delete").leadsTo("/webhooks")
		b.post(here + "/delete").leadsTo("/webhooks") // by a double click
		b.get(here).want(http.StatusNotFound, "")
		b.get("/webhooks/nonsense").want(http.StatusNotFound, "")
	})
}

// What people write is composed, and an URL is what they typed.
func TestAWebhookWithAccentsApart(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		b := w.as("admin")
		b.post("/webhooks", "url", "https://example.com/cafe\u0301", "event", "7", "description", "Cafe\u0301")
		here := webhookPath.FindString(b.get("/webhooks").body)
		b.get(here).want(http.StatusOK, "Caf\u00e9").want(http.StatusOK, "https://example.com/cafe%CC%81")
	})
}

func TestWebhooksAreForAdministrators(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		caller, err := w.Operator(t.Context(), w.account)
		if err != nil {
			t.Fatal(err)
		}
		event, url := tickler.TaskCreated, "https://example.com/hook"
		s, err := w.CreateSubscription(t.Context(), caller, tickler.SubscriptionDraft{URL: &url, Event: &event}, app.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := w.as("marketer")
		b.get("/settings").lacks(`"/webhooks"`)
		here := "/webhooks/" + s.ID.String()
		for _, path := range []string{"/webhooks", "/webhooks/new", here, here + "/edit"} {
			b.get(path).want(http.StatusForbidden, "")
		}
		for _, path := range []string{"/webhooks", here, here + "/stop", here + "/resume", here + "/try", here + "/delete"} {
			b.post(path).want(http.StatusForbidden, "")
		}
	})
}
