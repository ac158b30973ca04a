package httpio_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"tickler/internal/httpio"
)

func TestRootOf(t *testing.T) {
	for publicURL, want := range map[string]string{
		"https://example.com": "", "https://example.com/": "", "http://example.com:8080/tickler": "/tickler",
		"https://example.com/tickler/": "/tickler", "https://example.com/a/b//": "/a/b", "https://example.com/zo%C3%AB": "/zo%C3%AB", "": "",
	} {
		if got := httpio.RootOf(publicURL); got != want {
			t.Errorf("%s: %q, want %q", publicURL, got, want)
		}
	}
}

func TestBelow(t *testing.T) {
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.EscapedPath()) })
	for _, test := range []struct{ publicURL, path, want string }{
		{"https://example.com", "/a", "/a"},
		{"https://example.com/tickler", "/tickler/", "/"},
		{"https://example.com/tickler", "/tickler/a/b", "/a/b"},
		{"https://example.com/tickler", "/tickler//v2/a", "//v2/a"},
		{"https://example.com/tickler", "/tickler/a%2Fb", "/a%2Fb"},
		{"https://example.com/tickler", "/tickler/tickler/a", "/tickler/a"},
		{"https://example.com/tickler", "/healthz", "/healthz"},
		{"https://example.com/tickler", "/ticklers", "/ticklers"},
		{"https://example.com/zo%C3%AB", "/zo%C3%AB/a", "/a"},
		{"https://example.com/zo%C3%AB", "/zo%c3%ab/a", "/a"},
	} {
		answer := httptest.NewRecorder()
		httpio.Below(test.publicURL, serve).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, test.path, nil))
		if got := answer.Body.String(); got != test.want {
			t.Errorf("%s below %s: %s, want %s", test.path, test.publicURL, got, test.want)
		}
	}
	answer := httptest.NewRecorder()
	httpio.Below("https://example.com/tickler/", serve).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/tickler", nil))
	if got := answer.Header().Get("Location"); answer.Code != http.StatusPermanentRedirect || got != "/tickler/" {
		t.Errorf("the root itself answers %d to %q", answer.Code, got)
	}
}
