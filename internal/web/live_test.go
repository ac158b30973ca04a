package web_test

import (
	"bufio"
	"net/http"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// A page that follows is told of what anybody writes of its account's tasks.
func TestAPageFollowsWhatChanges(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.live.Start(t.Context())
		t.Cleanup(w.live.Stop)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+"/live", nil)
		w.must(err)
		response, err := w.as("seller").client.Do(request)
		w.must(err)
		t.Cleanup(func() { _ = response.Body.Close() })
		if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != "text/event-stream" {
			t.Fatalf("%d %s", response.StatusCode, got)
		}
		lines := make(chan string, 100)
		go func() {
			defer close(lines)
			for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
				lines <- scanner.Text()
			}
		}()
		next := func() string {
			for {
				w.clock.BlockUntil(2) // the hub and the page wait
				w.clock.Advance(100 * time.Millisecond)
				select {
				case line := <-lines:
					return line
				default:
				}
			}
		}
		_, err = w.CreateTask(t.Context(), w.caller("admin"), tickler.TaskDraft{Name: "Call"}, app.Options{})
		w.must(err)
		if got := next(); got != "event: changed" {
			t.Errorf("%q", got)
		}
	})
}

func TestWhoMayFollow(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		w.stranger().get("/live").want(http.StatusSeeOther, "")
	})
}
