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

// The holder of a signed link needs no session, but only for the link's subject and until it
// expires.
func TestLinkHoldersNeedNoSession(t *testing.T) {
	tokens := app.NewTokens([]byte("a key"))
	subject := ""
	f := frameOf(Config{Tokens: tokens}, Get("/mail/act", LinkHolders, nil, func(_ context.Context, p *Page) (Answer, error) {
		subject = p.Subject
		return ErrorPage(http.StatusOK, "Come in", ""), nil
	}))
	ask := func(token string) *httptest.ResponseRecorder {
		subject = ""
		return answerOf(f, http.MethodGet, "/mail/act?token="+token)
	}
	if r := ask(tokens.Sign("complete/1", noon.Add(time.Second))); r.Code != http.StatusOK || subject != "complete/1" {
		t.Errorf("a good link answers %d for %q", r.Code, subject)
	}
	for name, token := range map[string]string{
		"no token":      "",
		"an expired":    tokens.Sign("complete/1", noon),
		"another key's": app.NewTokens([]byte("another")).Sign("complete/1", noon.Add(time.Hour)),
	} {
		if r := ask(token); r.Code != http.StatusForbidden || !strings.Contains(r.Body.String(), "This link doesn&#39;t work") || subject != "" {
			t.Errorf("%s answers %d for %q: %s", name, r.Code, subject, r.Body)
		}
	}
	if r := answerOf(frameOf(Config{}, Get("/mail/act", LinkHolders, nil, nil)), http.MethodGet, "/mail/act?token=x"); r.Code != http.StatusForbidden {
		t.Errorf("without a key it answers %d", r.Code)
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
