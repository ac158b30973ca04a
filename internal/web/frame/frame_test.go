package frame

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// frameOf is a frame around routes, at noon.
func frameOf(c Config, routes ...Route) *Frame {
	c.App, c.Log = app.New[app.Tx](nil, nil, clocktest.New(noon), app.Wire{}), slog.New(slog.DiscardHandler)
	return New(c, Area{Routes: routes})
}

func answerOf(f *Frame, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	f.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

// tokensOf is where a frame finds its tokens.
func tokensOf(key string) func(context.Context) (app.Tokens, error) {
	return func(context.Context) (app.Tokens, error) { return app.NewTokens([]byte(key)), nil }
}

// The holder of a signed link needs no session, but only for the link's subject and until it
// expires.
func TestLinkHoldersNeedNoSession(t *testing.T) {
	tokens := app.NewTokens([]byte("a key"))
	subject := ""
	f := frameOf(Config{Tokens: tokensOf("a key")}, Get("/mail/{token}", LinkHolders, nil, func(_ context.Context, p *Page) (Answer, error) {
		subject = p.Link.Subject
		return ErrorPage(http.StatusOK, "Come in", ""), nil
	}))
	ask := func(token string) *httptest.ResponseRecorder {
		subject = ""
		return answerOf(f, http.MethodGet, "/mail/"+token)
	}
	if r := ask(tokens.Sign("complete/1", noon.Add(time.Second))); r.Code != http.StatusOK || subject != "complete/1" {
		t.Errorf("a good link answers %d for %q", r.Code, subject)
	}
	for name, refused := range map[string]struct {
		token  string
		status int
		text   string
	}{
		"a wrong":       {"x", http.StatusForbidden, "This link doesn&#39;t work"},
		"an expired":    {tokens.Sign("complete/1", noon), http.StatusGone, "This link has expired"},
		"another key's": {app.NewTokens([]byte("another")).Sign("complete/1", noon.Add(time.Hour)), http.StatusForbidden, "This link doesn&#39;t work"},
	} {
		r := ask(refused.token)
		if r.Code != refused.status || !strings.Contains(r.Body.String(), refused.text) || subject != "" {
			t.Errorf("%s answers %d for %q: %s", name, r.Code, subject, r.Body)
		}
		wantUnfollowed(t, r)
	}
	broken := errors.New("the database is away")
	f = frameOf(Config{Tokens: func(context.Context) (app.Tokens, error) { return app.Tokens{}, broken }}, Get("/mail/{token}", LinkHolders, nil, nil))
	if r := answerOf(f, http.MethodGet, "/mail/x"); r.Code != http.StatusInternalServerError {
		t.Errorf("without a key it answers %d", r.Code)
	}
}

// Mail programs send the form of a signed link, from wherever they are.
func TestASignedLinkIsSentFromAnywhere(t *testing.T) {
	done := 0
	f := frameOf(Config{Tokens: tokensOf("a key")}, Post("/mail/{token}", LinkHolders, nil, func(_ context.Context, _ *Page) (Answer, error) {
		done++
		return ErrorPage(http.StatusOK, "Done", ""), nil
	}))
	r := httptest.NewRequest(http.MethodPost, "/mail/"+app.NewTokens([]byte("a key")).Sign("off/1", noon.Add(time.Hour)), nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", "null")
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	if w.Code != http.StatusOK || done != 1 {
		t.Errorf("it is answered %d and done %d times", w.Code, done)
	}
	wantUnfollowed(t, w)
	if w := answerOf(f, http.MethodGet, "/mail/x"); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("it is opened with %d", w.Code)
	}
}

// A link lets whoever reads it in, so no log has one.
func TestSignedLinksAreNotLogged(t *testing.T) {
	f := frameOf(Config{Tokens: tokensOf("a key")}, Get("/mail/{token}", LinkHolders, nil, func(context.Context, *Page) (Answer, error) {
		return Answer{}, errors.New("the database is away")
	}))
	var log strings.Builder
	f.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	token := app.NewTokens([]byte("a key")).Sign("done/1", noon.Add(time.Hour))
	answerOf(f, http.MethodGet, "/mail/"+token)
	if strings.Contains(log.String(), token) || !strings.Contains(log.String(), "/mail/{token}") {
		t.Errorf("logged %s", log.String())
	}
}

// wantUnfollowed checks that no page, index or cache gets to know a link.
func wantUnfollowed(t *testing.T, r *httptest.ResponseRecorder) {
	t.Helper()
	for name, want := range map[string]string{
		"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store",
	} {
		if got := r.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// A file is never held in memory as a whole: it is sent as it is written.
func TestAnswersMayWriteThemselves(t *testing.T) {
	broken := errors.New("the disk is gone")
	file := func(parts int, err error) Route {
		return Get("/file", Everybody, nil, func(context.Context, *Page) (Answer, error) {
			return File("all.csv", "text/csv", func(w io.Writer) error {
				for range parts {
					if _, err := io.WriteString(w, "a part\n"); err != nil {
						return err
					}
				}
				return err
			}), nil
		})
	}
	r := answerOf(frameOf(Config{}, file(2, nil)), http.MethodGet, "/file")
	if r.Code != http.StatusOK || r.Body.String() != "a part\na part\n" || r.Header().Get("Content-Type") != "text/csv" ||
		r.Header().Get("Content-Disposition") != `attachment; filename="all.csv"` || r.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got %d %v %q", r.Code, r.Header(), r.Body)
	}
	if r := answerOf(frameOf(Config{}, file(2, nil)), http.MethodHead, "/file"); r.Code != http.StatusOK || r.Body.Len() > 0 {
		t.Errorf("HEAD got %d %q", r.Code, r.Body)
	}
	r = answerOf(frameOf(Config{}, file(0, broken)), http.MethodGet, "/file")
	if r.Code != http.StatusInternalServerError || r.Header().Get("Content-Disposition") != "" || r.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("one that fails at once got %d %v %q", r.Code, r.Header(), r.Body)
	}
	defer func() {
		if got, _ := recover().(error); !errors.Is(got, http.ErrAbortHandler) {
			t.Errorf("one that fails halfway ends in %v", got)
		}
	}()
	answerOf(frameOf(Config{}, file(1, broken)), http.MethodGet, "/file")
}

// A panic while a file is written is an error like any other.
func TestAFileThatPanics(t *testing.T) {
	f := frameOf(Config{}, Get("/file", Everybody, nil, func(context.Context, *Page) (Answer, error) {
		return File("all.csv", "text/csv", func(io.Writer) error { panic("boom") }), nil
	}))
	if r := answerOf(f, http.MethodGet, "/file"); r.Code != http.StatusInternalServerError || !strings.Contains(r.Body.String(), "Something went wrong") {
		t.Errorf("got %d %q", r.Code, r.Body)
	}
}
