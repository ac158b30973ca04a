package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tickler"
)

func TestAStrangerSeesNothingButTheSignInPage(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.stranger()
		for path, want := range map[string]string{
			"/":                     "/sign-in",
			"/settings":             "/sign-in?next=%2Fsettings",
			"/settings?a=b&c=d":     "/sign-in?next=%2Fsettings%3Fa%3Db%26c%3Dd",
			"/no/such/page":         "/sign-in?next=%2Fno%2Fsuch%2Fpage",
			"/settings/password":    "/sign-in?next=%2Fsettings%2Fpassword", // takes a form only
			"/sign-in/and/whatever": "/sign-in?next=%2Fsign-in%2Fand%2Fwhatever",
		} {
			b.get(path).leadsTo(want)
		}
		b.do(http.MethodHead, "/settings", "").leadsTo("/sign-in")
		b.do(http.MethodDelete, "/sign-in", "").leadsTo("/sign-in")
		b.post("/settings/password", "old", password, "new", "another password").leadsTo("/sign-in")
		b.get("/sign-in").want(http.StatusOK, "<h1>Sign in</h1>").lacks("Settings")
		b.do(http.MethodHead, "/sign-in", "").want(http.StatusOK, "")
	})
}

func TestSignInAndOut(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.stranger()
		b.post("/sign-in", "email", " Admin@Example.com ", "password", password).leadsTo("/")
		b.get("/").want(http.StatusOK, "<h1>Today")
		b.get("/settings").want(http.StatusOK, "admin@example.com").lacks("You are signed out")
		b.get("/sign-in?next=/settings").leadsTo("/settings") // they are signed in already
		b.post("/sign-out").leadsTo("/sign-in?signed-out")
		b.get("/settings").leadsTo("/sign-in?next=%2Fsettings")
		b.get("/sign-in?signed-out").want(http.StatusOK, "You are signed out.")
	})
}

// A form that is sent twice, as by a double click, ends where the first one did.
func TestSigningInAndOutTwice(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		b := w.stranger()
		for range 2 {
			b.post("/sign-in", "email", "boss@example.com", "password", password, "next", "/settings").leadsTo("/settings")
		}
		b.get("/settings").want(http.StatusOK, "boss@example.com")
		session := b.cookie()
		b.post("/sign-out").leadsTo("/sign-in?signed-out")
		b.post("/sign-out").leadsTo("/sign-in?signed-out")
		w.with(session).post("/sign-out").leadsTo("/sign-in?signed-out")
	})
}

func TestTheCookie(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for publicURL, secure := range map[string]bool{"http://tasks.example.com": false, "https://tasks.example.com": true} {
			name, strict := "tickler_session", ""
			if secure {
				name, strict = "__Host-tickler_session", "max-age=31536000"
			}
			w.server = w.serve(publicURL)
			r := w.stranger().post("/sign-in", "email", "boss@example.com", "password", password)
			if got := r.header.Get("Strict-Transport-Security"); got != strict {
				t.Errorf("%s has Strict-Transport-Security: %q", publicURL, got)
			}
			cookies := (&http.Response{Header: r.header}).Cookies()
			if len(cookies) != 2 {
				t.Fatalf("got the cookies %v", cookies)
			}
			c, device := cookies[0], cookies[1]
			if device.Name != "tickler_device" || !device.HttpOnly || device.SameSite != http.SameSiteLaxMode || device.Path != "/sign-in" ||
				device.Secure != secure || device.Domain != "" || device.MaxAge != 365*24*60*60 {
				t.Errorf("got the cookie %v", device)
			}
			if c.Name != name || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure != secure || c.Domain != "" {
				t.Errorf("got the cookie %v", c)
			}
			if c.MaxAge != 30*24*60*60 || !c.Expires.Equal(now.Add(30*24*time.Hour)) {
				t.Errorf("it lasts %d seconds, until %s", c.MaxAge, c.Expires)
			}
		}
	})
}

func TestASessionEnds30DaysAfterTheSignIn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("boss")
		w.clock.Advance(30*24*time.Hour - time.Second)
		b.get("/settings").want(http.StatusOK, "")
		w.clock.Advance(time.Second)
		b.get("/settings").leadsTo("/sign-in?next=%2Fsettings")
	})
}

// Whatever is wrong, a stranger learns only that something is.
func TestWrongPasswords(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for _, test := range [][2]string{
			{"boss@example.com", "wrong"},
			{"boss@example.com", ""},
			{"nobody@example.com", password},
			{"gone@example.com", password},
			{"keyless@example.com", ""},
			{"", ""},
		} {
			w.server = w.serve("http://tasks.example.com") // which has not counted any
			b := w.stranger()
			r := b.post("/sign-in", "email", test[0], "password", test[1], "next", "/settings")
			r.want(http.StatusUnprocessableEntity, "The e-mail address or the password is wrong.")
			r.want(http.StatusUnprocessableEntity, `name="email" value="`+test[0]+`"`).want(http.StatusUnprocessableEntity, `name="next" value="/settings"`)
			if test[1] != "" {
				r.lacks(test[1] + `"`)
			}
			if r.header.Get("Set-Cookie") != "" {
				t.Errorf("%q got a cookie", test)
			}
		}
	})
}

func TestGuessingIsStoppedForAPerson(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for range 5 { // right ones don't count
			w.as("boss")
		}
		b := w.stranger()
		for _, email := range []string{"boss@example.com", "BOSS@example.com", " boss@example.com "} {
			b.post("/sign-in", "email", email, "password", "wrong").want(http.StatusUnprocessableEntity, "is wrong")
		}
		w.clock.Advance(time.Minute)
		r := b.post("/sign-in", "email", "boss@example.com", "password", password)
		r.want(http.StatusTooManyRequests, "Too many sign-ins have failed. Wait 14 minutes and try again; until then the right password is refused too.")
		if got := r.header.Get("Retry-After"); got != "840" {
			t.Errorf("Retry-After is %q", got)
		}
		w.as("seller") // others are not touched
		w.clock.Advance(14 * time.Minute)
		w.as("boss")
	})
}

// An address has one count of wrong passwords, whichever of its spellings they come for, and on whatever page.
func TestGuessingIsStoppedForAllSpellingsOfAnAddress(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		_, err := w.AddUser(t.Context(), w.caller("admin"), tickler.User{Email: "joerg@exämple.com", Role: tickler.SalesUser}, password)
		w.must(err)
		his, stranger := w.stranger(), w.stranger()
		his.post("/sign-in", "email", "joerg@xn--exmple-cua.com", "password", password).leadsTo("/")
		his.post("/settings/password", "old", "wrong", "new", "another password").want(http.StatusUnprocessableEntity, "")
		for _, email := range []string{"joerg@xn--exmple-cua.com", "JOERG@exa\u0308mple.com"} {
			stranger.post("/sign-in", "email", email, "password", "wrong").want(http.StatusUnprocessableEntity, "is wrong")
		}
		stranger.post("/sign-in", "email", "joerg@exämple.com", "password", password).want(http.StatusTooManyRequests, "")
	})
}

// Where somebody has signed in before, strangers who guess at him don't keep him out; nor does it
// help them to show his address in a browser of their own.
func TestWhoHasSignedInBeforeIsNotKeptOutByOthers(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		bosss, sellers, stranger := w.as("boss"), w.as("seller"), w.stranger()
		signIn := func(b *browser, password string) reply {
			return b.post("/sign-in", "email", "boss@example.com", "password", password)
		}
		bosss.post("/sign-out")
		sellers.post("/sign-out")
		for range 3 {
			signIn(stranger, "wrong").want(http.StatusUnprocessableEntity, "is wrong")
		}
		signIn(stranger, password).want(http.StatusTooManyRequests, "")
		signIn(sellers, password).want(http.StatusTooManyRequests, "") // somebody else's browser
		signIn(bosss, password).leadsTo("/")
		bosss.post("/sign-out")

		for range 3 { // guesses in the user's own browser are counted too
			signIn(bosss, "wrong").want(http.StatusUnprocessableEntity, "is wrong")
		}
		signIn(bosss, password).want(http.StatusTooManyRequests, "")
	})
}

func TestGuessingIsStoppedForAnAddress(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.stranger()
		for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
			b.post("/sign-in", "email", name+"@example.com", "password", "wrong").want(http.StatusUnprocessableEntity, "is wrong")
		}
		b.post("/sign-in", "email", "boss@example.com", "password", password).want(http.StatusTooManyRequests, "Wait 60 minutes")
	})
}

func TestSignInLeadsToPagesOfOursOnly(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for next, want := range map[string]string{
			"/settings":                 "/settings",
			"/tasks/1?a=b%20c":          "/tasks/1?a=b%20c",
			"":                          "/",
			"settings":                  "/",
			"/sign-in":                  "/",
			"//evil.example":            "/",
			"///evil.example":           "/",
			`/\evil.example`:            "/",
			`\\evil.example`:            "/",
			"/\t/evil.example":          "/",
			"https://evil.example/":     "/",
			"javascript:alert(1)":       "/",
			"/%0d%0aSet-Cookie:a=b":     "/%0d%0aSet-Cookie:a=b",
			"/a\r\nSet-Cookie: a=b":     "/",
			"http:evil.example":         "/",
			"/settings#//evil.example":  "/settings",
			"https:/\\evil.example/a":   "/",
			"/@evil.example":            "/@evil.example",
			"/settings?next=//evil.com": "/settings?next=//evil.com",
		} {
			b := w.stranger()
			b.post("/sign-in", "email", "boss@example.com", "password", password, "next", next).leadsTo(want)
			b.get("/sign-in?next=" + url.QueryEscape(next)).leadsTo(want)
		}
	})
}

func TestSignOutEverywhere(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		here, there, colleague := w.as("boss"), w.as("boss"), w.as("seller")
		here.post("/settings/sign-out-everywhere").leadsTo("/sign-in?signed-out")
		here.get("/settings").leadsTo("/sign-in?next=%2Fsettings")
		there.get("/settings").leadsTo("/sign-in?next=%2Fsettings")
		colleague.get("/settings").want(http.StatusOK, "seller@example.com")
	})
}

func TestADeactivatedUserIsOut(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		w.must(w.DeactivateUser(t.Context(), w.caller("admin"), w.users["seller"]))
		r := b.get("/settings").leadsTo("/sign-in?next=%2Fsettings")
		if !strings.HasPrefix(r.header.Get("Set-Cookie"), "tickler_session=;") {
			t.Errorf("the cookie stays: %s", r.header)
		}
	})
}

// A session that has ended is not restored by a page that was still in progress.
func TestAnEndedSessionStaysEnded(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		token, session, err := w.BeginSession(t.Context(), w.users["boss"])
		w.must(err)
		w.must(w.SignOutEverywhere(t.Context(), w.caller("boss")))
		w.must(w.KeepMessages(t.Context(), session, nil, []tickler.Message{{Text: "Saved."}}))
		if _, found, err := w.Session(t.Context(), token); found || err != nil {
			t.Errorf("it is back (%v)", err)
		}
	})
}
