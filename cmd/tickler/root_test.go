package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tickler/client"
	"tickler/internal/api/apitest"
)

// A service below a path uses that path everywhere: in every link, form, asset, poll, cookie,
// redirect and call.
func TestServedBelowAPath(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		s := at.serve(t, "--public-url=http://tasks.example.com/tickler/")
		s.keys = shown(t, s.stdout.String())
		s.likeABrowser()
		location := func(r apitest.Reply) string { return r.Header.Get("Location") }

		if got := location(s.visit("/tickler/", nil)); got != "/tickler/sign-in" {
			t.Errorf("a stranger is sent to %q", got)
		}
		if got := location(s.visit("/tickler/settings?a=b", nil)); got != "/tickler/sign-in?next=%2Fsettings%3Fa%3Db" {
			t.Errorf("a stranger is sent to %q", got)
		}
		wantBelow(t, s, "/tickler/sign-in", http.StatusOK)
		password := regexp.MustCompile(`Password     (\S+)\n`).FindStringSubmatch(s.stdout.String())[1]
		in := s.visit("/tickler/sign-in", url.Values{"email": {"admin@example.com"}, "password": {password}, "next": {"/settings"}})
		if got := location(in); got != "/tickler/settings" {
			t.Errorf("the sign-in leads to %q\n%s", got, in.Body)
		}
		for _, cookie := range (&http.Response{Header: in.Header}).Cookies() {
			if want := map[string]string{"tickler_session": "/tickler/", "tickler_device": "/tickler/sign-in"}[cookie.Name]; cookie.Path != want {
				t.Errorf("the cookie %s is for %s, want %s", cookie.Name, cookie.Path, want)
			}
		}

		root := s.url
		s.url += "/tickler" // of the API, too
		task := s.create(client.TaskDraft{Name: "Call Ada back"}).String()
		if r := s.call(http.MethodGet, apitest.WhoAmIPath, ""); !strings.Contains(r.Body, `"api":"http://tasks.example.com/tickler/v2/"`) {
			t.Errorf("answered %s", r.Body)
		}
		if r := s.visit("/openapi.yaml", nil); !strings.Contains(r.Body, "\nservers:\n  - url: /tickler\n") {
			t.Errorf("the document begins %.2000s", r.Body)
		}
		request := regexp.MustCompile(`"Id":"([^"]+)"`).FindStringSubmatch(s.call(http.MethodPost, "/v2/Task.svc/Bulk/Create", `{"TaskList":[{"Name":"n"}]}`).Body)[1]
		s.url = root

		for _, path := range []string{
			"/", "/requests", "/requests/" + request, "/settings", "/settings/keys", "/settings/account", "/settings/webhook-secret", "/webhooks", "/webhooks/new",
			"/tasks", "/tasks/" + task, "/tasks/" + task + "/edit", "/docs",
		} {
			wantBelow(t, s, "/tickler"+path, http.StatusOK)
		}
		wantBelow(t, s, "/tickler/no/such/page", http.StatusNotFound)
		if got := location(s.visit("/tickler/tasks/act", url.Values{"do": {"complete:" + task}, "back": {"/tasks/" + task}})); got != "/tickler/tasks/"+task {
			t.Errorf("the form leads to %q", got)
		}
		if got := location(s.visit("/tickler//settings", nil)); got != "/tickler/settings" {
			t.Errorf("a doubled slash leads to %q", got)
		}
		for _, path := range []string{"/healthz", "/readyz", "/metrics"} { // for local callers, and for those outside
			for _, from := range []string{"", "/tickler"} {
				if r := s.visit(from+path, nil); r.Status != http.StatusOK || strings.HasPrefix(r.Body, "<") {
					t.Errorf("%s answers %d %.100s", from+path, r.Status, r.Body)
				}
			}
		}
	})
}

var paths = regexp.MustCompile(`(?:href|src|action|hx-get|data-document)="(/[^"]*)"`)

// wantBelow checks that everything a page links to is below /tickler, and that its assets exist.
func wantBelow(t *testing.T, s *server, page string, status int) {
	t.Helper()
	r := s.visit(page, nil)
	if r.Status != status {
		t.Errorf("%s answers %d", page, r.Status)
	}
	found := paths.FindAllStringSubmatch(r.Body, -1)
	if len(found) == 0 {
		t.Errorf("%s leads nowhere: %s", page, r.Body)
	}
	for _, path := range found {
		if !strings.HasPrefix(path[1], "/tickler/") {
			t.Errorf("%s leads to %s", page, path[1])
		}
		if strings.Contains(path[1], "/static/") && s.visit(path[1], nil).Status != http.StatusOK {
			t.Errorf("%s has the asset %s, which is not there", page, path[1])
		}
	}
}

func TestPublicURLThatCanNotBeFollowed(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{
		"tasks.example.com", "ftp://example.com", "https://", "https://example.com/?a=b", "https://example.com/#a", "https://me@example.com",
		"https://example.com//t", "https://example.com/../t", "https://example.com/%zz", "https://example..com",
	} {
		want := `--public-url: "` + wrong + `" is not a URL like https://example.com/tickler`
		if got := folder(t).refused(t, "--public-url="+wrong); got != want {
			t.Errorf("%s: %s\nwant: %s", wrong, got, want)
		}
	}
}

// Links carry the public URL as it goes over the wire, however people typed it.
func TestPublicURLAsItIsWrittenInLinks(t *testing.T) {
	t.Parallel()
	for typed, written := range map[string]string{
		"https://example.com":         "https://example.com",
		"HTTPS://example.com:8443//":  "https://example.com:8443",
		" https://exämple.com/":       "https://xn--exmple-cua.com",
		"https://example.com/a b/ü/":  "https://example.com/a%20b/%C3%BC",
		"https://example.com/a%20b":   "https://example.com/a%20b",
		"http://[::1]:8080/tickler//": "http://[::1]:8080/tickler",
		"":                            "",
	} {
		if got, err := readPublicURL(typed); err != nil || got != written {
			t.Errorf("%q is written %q (%v), want %q", typed, got, err, written)
		}
	}
}
