package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tickler"
)

// The page of a request shows what happened to its webhook: each attempt with its status, the
// answer or the reason for none, when it is retried, and that it was given up.
func TestEveryAttemptOfAWebhookIsShown(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.work(w.submit("admin", strings.Replace(mixed, `{"TaskList"`, `{"StatusWebhookURL":"https://example.com/done","TaskList"`, 1)))
		admin, path := w.as("admin"), "/requests/"+r.ID.String()
		deliveries, err := w.store.DeliveriesOfRequest(t.Context(), w.account, r.ID, tickler.Page{Limit: 1})
		w.must(err)
		record := func(a tickler.DeliveryAttempt) {
			a.At, a.Took = w.clock.Now(), 12*time.Millisecond
			_, err := w.RecordAttempt(t.Context(), w.account, deliveries[0].ID, a)
			w.must(err)
		}
		admin.get(path).want(http.StatusOK, "https://example.com/done").want(http.StatusOK, `hx-trigger="every 1s"`)

		for _, a := range []tickler.DeliveryAttempt{
			{Error: "connection refused"},
			{Status: http.StatusInternalServerError, Error: "the receiver answered 500", Answer: "<b>out of order</b>"},
			{Error: "no answer within 10 s"},
			{Status: http.StatusFound, Error: "the receiver redirects to https://example.com/elsewhere"},
			{Error: "the address 169.254.169.254 is private and refused"},
			{Error: "the address ::1 is private and refused"},
		} {
			record(a)
			page := admin.get(path).want(http.StatusOK, a.Error).want(http.StatusOK, "tried again at").lacks("<b>out of order")
			if a.Status != 0 {
				page.want(http.StatusOK, `>500</td>`).want(http.StatusOK, "&lt;b&gt;out of order&lt;/b&gt;")
			}
		}
		for range 11 - 6 {
			record(tickler.DeliveryAttempt{Error: "connection refused"})
		}
		admin.get(path).want(http.StatusOK, `data-status="failed"`).lacks("tried again at").want(http.StatusOK, "Send it again")

		replay := path + "/deliveries/" + deliveries[0].ID.String() + "/replay"
		admin.post(replay).leadsTo(path)
		record(tickler.DeliveryAttempt{Status: http.StatusOK, Answer: "thank you"})
		admin.get(path).want(http.StatusOK, `data-status="done"`).want(http.StatusOK, "12 (by hand)").want(http.StatusOK, "thank you")
		w.as("boss").post(replay).want(http.StatusNotFound, "There is no such request")
	})
}
