package frame

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
)

// ask gets a public page that is made by a handler.
func ask(t *testing.T, handle Handler) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var log bytes.Buffer
	frame := New(
		Config{App: app.New[app.Tx](nil, nil, clocktest.New(time.Now()), app.Wire{}), Log: slog.New(slog.NewTextHandler(&log, nil))},
		Area{Routes: []Route{Get("/test", Everybody, nil, handle)}},
	)
	request, recorder := httptest.NewRequest(http.MethodGet, "/test?secret=1", nil), httptest.NewRecorder()
	request.Header.Set("X-Request-Id", "the-id-of-this-one")
	frame.ServeHTTP(recorder, request)
	return recorder, log.String()
}

func TestFaultsEndInAPage(t *testing.T) {
	for name, test := range map[string]struct {
		handle       Handler
		status       int
		text, logged string
	}{
		"a panic": {
			func(context.Context, *Page) (Answer, error) { panic("boom") },
			http.StatusInternalServerError, "Quote the request id the-id-of-this-one", "panic=boom",
		},
		"an error of ours": {
			func(context.Context, *Page) (Answer, error) { return Answer{}, errors.New("internals") },
			http.StatusInternalServerError, "Quote the request id the-id-of-this-one", "error=internals",
		},
		"a template that fails halfway": {
			func(context.Context, *Page) (Answer, error) {
				return Show("error", "t", struct{ Heading string }{"half a page"}), nil
			},
			http.StatusInternalServerError, "<h1>Something went wrong</h1>", "a page failed",
		},
		"an unavailable store": {
			func(context.Context, *Page) (Answer, error) {
				return Answer{}, tickler.Unavailable(1500*time.Millisecond, errors.New("gone"))
			},
			http.StatusServiceUnavailable, "The service can&#39;t answer right now.", "gone",
		},
		"too much that waits": {
			func(context.Context, *Page) (Answer, error) { return Answer{}, tickler.TooManyBulkRequests() },
			http.StatusServiceUnavailable, "1000 bulk requests of the account are queued or running: no more are taken until some have ended.", "too many bulk requests are waiting",
		},
		"a caller's mistake": {
			func(context.Context, *Page) (Answer, error) {
				return Answer{}, tickler.Refuse(tickler.FactNeededByTask, tickler.FieldName, nil)
			},
			http.StatusBadRequest, "A task needs a name.", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, log := ask(t, test.handle)
			if got.Code != test.status || !strings.Contains(got.Body.String(), test.text) || !strings.HasPrefix(got.Body.String(), "<!DOCTYPE html>") {
				t.Errorf("got %d, want %d with %q in\n%s", got.Code, test.status, test.text, got.Body)
			}
			for _, hidden := range []string{"boom", "internals", "half a page", "gone"} {
				if strings.Contains(got.Body.String(), hidden) {
					t.Errorf("%q is in %s", hidden, got.Body)
				}
			}
			if (log != "") != (test.logged != "") || !strings.Contains(log, test.logged) || strings.Contains(log, "secret") {
				t.Errorf("logged %q, want %q", log, test.logged)
			}
			if test.logged != "" && !strings.Contains(log, "the-id-of-this-one") {
				t.Errorf("the id is not in %s", log)
			}
			wantRetry := map[string]string{"an unavailable store": "2", "too much that waits": "10"}[name]
			if retry := got.Header().Get("Retry-After"); retry != wantRetry {
				t.Errorf("Retry-After is %q", retry)
			}
		})
	}
}
