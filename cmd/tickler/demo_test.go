package main

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tickler/internal/clock/clocktest"
)

// What a demo prints lets people in, and it is there again when its folder is served. A folder that
// has data is left alone.
func TestDemo(t *testing.T) {
	t.Parallel()
	at := noFolder(t)
	clock := clocktest.New(now)
	s, err := at.startAs(t, "demo", clock, &environment{clock: clock, fixedClock: true})
	if err != nil {
		t.Fatalf("%v\n%s", err, s.stderr)
	}
	printed := regexp.MustCompile(`Sign in      (\S+) at (\S+)/\n  Password     (\S+)\n`).FindStringSubmatch(s.stdout.String())
	if printed == nil || printed[2] != s.url || !strings.Contains(s.stdout.String(), "3000 tasks") {
		t.Fatalf("it prints %s", s.stdout)
	}
	s.likeABrowser()
	if r := s.visit("/sign-in", url.Values{"email": {printed[1]}, "password": {printed[3]}}); r.Status != http.StatusSeeOther {
		t.Fatalf("the sign-in answers %d %s", r.Status, r.Body)
	}
	if r := s.visit("/requests", nil); r.Status != http.StatusOK || !strings.Contains(r.Body, "Partial Success") {
		t.Errorf("Request History answers %d %s", r.Status, r.Body)
	}
	s.followLinks(200)
	s.stop()
	if got := at.rows(t, "outbox list --state pending"); len(got) > 0 {
		t.Errorf("mails wait: %v", got)
	}

	again := command(t, append([]string{"demo"}, at...)...)
	if again.err == nil || !strings.Contains(again.err.Error(), "there is data in "+at[1]+" already") {
		t.Errorf("a second demo gives %v", again.err)
	}
	if got := len(at.rows(t, "user list")); got != 12 {
		t.Errorf("then there are %d people", got)
	}
}

// followLinks looks at so many pages, from the first one on, by their links: each must be there.
func (s *server) followLinks(most int) {
	s.t.Helper()
	link := regexp.MustCompile(`href="(/[^"#]*)`)
	seen, ahead := map[string]bool{"/": true}, []string{"/"}
	for i := 0; i < len(ahead) && i < most; i++ {
		r := s.visit(ahead[i], nil)
		if r.Status != http.StatusOK && r.Status != http.StatusSeeOther {
			s.t.Errorf("%s answers %d", ahead[i], r.Status)
		}
		for _, found := range link.FindAllStringSubmatch(r.Body, -1) {
			if path := html.UnescapeString(found[1]); !seen[path] {
				seen[path] = true
				ahead = append(ahead, path)
			}
		}
	}
	if len(ahead) < most {
		s.t.Errorf("there are only %d pages", len(ahead))
	}
}

// A demo that can't be served makes nothing.
func TestDemoWhereSomebodyListens(t *testing.T) {
	t.Parallel()
	s := folder(t).serve(t)
	at := noFolder(t)
	r := command(t, append([]string{"demo", "--listen", strings.TrimPrefix(s.url, "http://")}, at...)...)
	if r.err == nil || !strings.Contains(r.err.Error(), "could not listen") {
		t.Errorf("it gives %v", r.err)
	}
	if r := command(t, append([]string{"account", "list", "--json"}, at...)...); strings.TrimSpace(r.stdout) != "[]" {
		t.Errorf("there is an account: %s", r.stdout)
	}
	_ = os.RemoveAll(filepath.Clean(at[1]))
}
