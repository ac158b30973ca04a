package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tickler/internal/api/apitest"
	"tickler/internal/eventually"
)

// visit gets a page as a browser does, or posts the form if there is one.
func (s *server) visit(path string, form url.Values) apitest.Reply {
	s.t.Helper()
	method, body := http.MethodGet, ""
	if form != nil {
		method, body = http.MethodPost, form.Encode()
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return apitest.Reply{Status: response.StatusCode, Header: response.Header, Body: string(content)}
}

// likeABrowser makes the server's client keep cookies and follow no redirects.
func (s *server) likeABrowser() {
	s.client.Jar, _ = cookiejar.New(nil) // it never fails
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
}

// What a first start prints is enough to use both the pages and the API.
func TestServeAnswersPeopleAndPrograms(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		s := at.serve(t)
		s.keys = shown(t, s.stdout.String())
		s.likeABrowser()
		if r := s.visit("/", nil); r.Status != http.StatusSeeOther || r.Header.Get("Location") != "/sign-in" {
			t.Errorf("/ answers %d %s", r.Status, r.Header)
		}
		for path, status := range map[string]int{apitest.WhoAmIPath: 200, "/v2/no/such/call": 404, "/v2": 404, "/Task.svc/Create": 404, "//V2//x": 404} {
			if r := s.call(http.MethodGet, path, ""); r.Status != status || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
				t.Errorf("%s answers %d %s", path, r.Status, r.Body)
			}
		}

		printed := regexp.MustCompile(`Sign in      (\S+) at (\S+)/\n  Password     (\S+)\n`).FindStringSubmatch(s.stdout.String())
		if printed == nil || printed[2] != s.url {
			t.Fatalf("it prints %s", s.stdout)
		}
		if r := s.visit("/sign-in", url.Values{"email": {printed[1]}, "password": {printed[3]}}); r.Status != http.StatusSeeOther {
			t.Fatalf("the sign-in answers %d %s", r.Status, r.Body)
		}
		if r := s.visit("/settings", nil); r.Status != http.StatusOK || !strings.Contains(r.Body, "admin@example.com") {
			t.Errorf("/settings answers %d %s", r.Status, r.Body)
		}
	})
}

func TestTheLastUseOfAKeyIsRecorded(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		s := at.serve(t)
		s.keys = shown(t, s.stdout.String())
		if keys := at.rows(t, "key list"); keys[0]["lastUsedOn"] != "" {
			t.Errorf("before any call: %v", keys)
		}
		s.clock.Advance(90 * time.Second)
		s.call(http.MethodGet, apitest.WhoAmIPath, "")
		s.stop()
		if keys := at.rows(t, "key list"); keys[0]["lastUsedOn"] != "2026-03-01T12:01:00Z" {
			t.Errorf("after a call: %v", keys)
		}
	})
}

func TestANewPasswordLetsInAndSignsOut(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		at.setUp(t)
		at.do(t, "user add mia@example.com")
		s := at.serve(t)
		s.likeABrowser()
		signIn := func(password string) int {
			return s.visit("/sign-in", url.Values{"email": {"mia@example.com"}, "password": {password}}).Status
		}
		if signIn("") != http.StatusUnprocessableEntity {
			t.Error("they are in without a password")
		}
		if signIn(at.facts(t, "user password mia@example.com")["password"]) != http.StatusSeeOther {
			t.Error("the made-up password does not let them in")
		}
		want := "Set the password of mia@example.com.\n"
		if printed := at.do(t, "user password mia@example.com --password=long-enough"); printed != want {
			t.Errorf("it prints %s", printed)
		}
		if r := s.visit("/settings", nil); r.Status != http.StatusSeeOther {
			t.Errorf("they are still signed in: %d", r.Status)
		}
		if signIn("long-enough") != http.StatusSeeOther {
			t.Error("the new password does not let them in")
		}
	})
}

func TestADeactivatedUserIsSignedOut(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		at.setUp(t)
		at.do(t, "user add mia@example.com --password=long-enough")
		s := at.serve(t)
		s.likeABrowser()
		if r := s.visit("/sign-in", url.Values{"email": {"mia@example.com"}, "password": {"long-enough"}}); r.Status != http.StatusSeeOther {
			t.Fatalf("the sign-in answers %d %s", r.Status, r.Body)
		}
		if r := s.visit("/settings", nil); r.Status != http.StatusOK {
			t.Fatalf("/settings answers %d %s", r.Status, r.Body)
		}
		at.do(t, "user deactivate mia@example.com") // another process
		eventually.Holds(t, "they are signed out", func() bool {
			s.clock.Advance(500 * time.Millisecond) // until the directory has looked
			return s.visit("/settings", nil).Status == http.StatusSeeOther
		})
	})
}
