package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestEveryAnswerIsGuarded(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		for _, r := range []reply{
			b.get("/settings"), b.get("/"), b.get("/no/such/page"), b.get("/settings/account"), b.get("/settings/password"),
			b.post("/settings/time-zone", "zone", "Mars"), w.stranger().get("/sign-in"), w.stranger().get("/settings"),
		} {
			for name, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
					"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
				"X-Content-Type-Options": "nosniff",
				"Referrer-Policy":        "same-origin",
				"Cache-Control":          "no-store",

				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Permissions-Policy":           "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
				"Strict-Transport-Security":    "", // by plain http
			} {
				if got := r.header.Get(name); got != want {
					t.Errorf("%d has %s: %q", r.status, name, got)
				}
			}
			if len(r.header.Get("X-Request-Id")) < 20 {
				t.Errorf("%d has the request id %q", r.status, r.header.Get("X-Request-Id"))
			}
			r.lacks(" style=").lacks("<script>").lacks(" onclick")
		}
	})
}

func TestErrorPages(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		b.get("/no/such/page").want(http.StatusNotFound, "<h1>Not found</h1>").want(http.StatusNotFound, `href="/settings"`)
		for path, allowed := range map[string]string{"/settings/password": "POST", "/settings": "GET, HEAD", "/settings/keys": "GET, POST, HEAD"} {
			r := b.do(http.MethodDelete, path, "", "Sec-Fetch-Site", "same-origin").want(http.StatusMethodNotAllowed, "This can&#39;t be opened")
			if got := r.header.Get("Allow"); got != allowed {
				t.Errorf("%s allows %q, want %q", path, got, allowed)
			}
		}
		b.do(http.MethodHead, "/settings", "").want(http.StatusOK, "")
		b.post("/settings/time-zone", "zone", strings.Repeat("x", 300<<10)).want(http.StatusRequestEntityTooLarge, "larger than 256 KiB")
		b.post("/settings/time-zone", "zone", "a\x00b").want(http.StatusBadRequest, "could not be read")
		b.post("/settings/time-zone", "zone", "\xff").want(http.StatusBadRequest, "could not be read")
	})
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		form := []string{"Content-Type", "application/x-www-form-urlencoded"}
		for _, header := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"},
			{"Origin", "null"},
		} {
			b.do(http.MethodPost, "/settings/sign-out-everywhere", "", append(form, header...)...).want(http.StatusForbidden, "This came from another site")
			b.do(http.MethodPost, "/sign-in", "email=seller@example.com&password=x", append(form, header...)...).want(http.StatusForbidden, "")
		}
		b.get("/settings").want(http.StatusOK, "seller@example.com") // still signed in
		// A proxy may not forward the Host that the browser asked for.
		b.do(http.MethodPost, "/settings/sign-out-everywhere", "", append(form, "Sec-Fetch-Site", "same-origin", "Origin", "http://tasks.example.com")...).
			leadsTo("/sign-in?signed-out")
	})
}

// Each section has a letter of its own.
func TestLettersOfSectionsDiffer(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		seen := map[string]bool{}
		for _, match := range regexp.MustCompile(`data-key="(g .)"`).FindAllStringSubmatch(w.as("admin").get("/").body, -1) {
			if seen[match[1]] {
				t.Errorf("two sections have %s", match[1])
			}
			seen[match[1]] = true
		}
		if len(seen) < 5 {
			t.Errorf("only %d sections have one", len(seen))
		}
	})
}
