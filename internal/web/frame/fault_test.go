package web

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

// ask asks for a page that strangers may see, made by a handler.
func ask(t *testing.T, handle func(*Web, context.Context, *page) (answer, error)) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var log bytes.Buffer
	web := New(Config{App: app.New[app.Tx](nil, nil, clocktest.New(time.Now()), nil), Log: slog.New(slog.NewTextHandler(&log, nil))})
	web.mux.HandleFunc("/test", func(w http.ResponseWriter, r *http.Request) {
		web.serve(w, r, methods{get: route{access: everybody, handle: handle}})
	})
	request, recorder := httptest.NewRequest(http.MethodGet, "/test?secret=1", nil), httptest.NewRecorder()
	request.Header.Set("X-Request-Id", "the-id-of-this-one")
	web.ServeHTTP(recorder, request)
	return recorder, log.String()
}

func TestFaultsEndInAPage(t *testing.T) {
	for name, test := range map[string]struct {
		handle       func(*Web, context.Context, *page) (answer, error)
		status       int
		text, logged string
	}{
		"a panic": {
			func(*Web, context.Context, *page) (answer, error) { panic("boom") },
			http.StatusInternalServerError, "Quote the request id the-id-of-this-one", "panic=boom",
		},
		"an error of ours": {
			func(*Web, context.Context, *page) (answer, error) { return answer{}, errors.New("internals") },
			http.StatusInternalServerError, "Quote the request id the-id-of-this-one", "error=internals",
		},
		"a template that fails halfway": {
			func(*Web, context.Context, *page) (answer, error) {
				return show("error", "t", struct{ Heading string }{"half a page"}), nil
			},
			http.StatusInternalServerError, "<h1>This failed</h1>", "a page failed",
		},
		"an unavailable store": {
			func(*Web, context.Context, *page) (answer, error) {
				return answer{}, tickler.Unavailable(1500*time.Millisecond, errors.New("gone"))
			},
			http.StatusServiceUnavailable, "The service can&#39;t answer right now.", "gone",
		},
		"too much that waits": {
			func(*Web, context.Context, *page) (answer, error) { return answer{}, tickler.TooManyBulkRequests() },
			http.StatusServiceUnavailable, "1000 bulk requests of the account are queued or running: no more are taken until some have ended.", "1000 bulk",
		},
		"a caller's mistake": {
			func(*Web, context.Context, *page) (answer, error) { return answer{}, tickler.Missing("Name", "this") },
			http.StatusBadRequest, "&#39;Name&#39; is mandatory for this", "",
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
