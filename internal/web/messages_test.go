package web_test

import (
	"crypto/sha256"
	"net/http"
	"testing"

	"tickler"
)

// A message may have a button, which knows where to go back to. A page that looks again for a part
// of itself leaves messages waiting, unless it says that it shows them.
func TestAMessageMayHaveAButton(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		session := tickler.Session{TokenHash: sha256.Sum256([]byte(b.cookie()))}
		tell := func() {
			w.must(w.KeepMessages(t.Context(), session, nil, []tickler.Message{{Text: "3 tasks <done>.", Label: "Undo", Path: "/undo"}}))
		}
		const message = `<div class="message"><p>3 tasks &lt;done&gt;.</p>
<form method="post" action="/undo"><input type="hidden" name="back" value="/settings?a=b&amp;c"><button type="submit" data-key="u">Undo</button></form>`
		tell()
		b.do(http.MethodGet, "/settings?a=b&c", "", "HX-Request", "true").want(http.StatusOK, "").lacks("3 tasks")
		b.get("/settings?a=b&c").want(http.StatusOK, message)
		b.get("/settings?a=b&c").lacks("3 tasks") // shown once
		tell()
		b.do(http.MethodGet, "/settings?a=b&c", "", "HX-Request", "true", "Tickler-Messages", "shown").want(http.StatusOK, message)
		b.get("/settings").lacks("3 tasks")
	})
}
