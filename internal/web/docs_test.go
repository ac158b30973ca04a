package web_test

import (
	"net/http"
	"strings"
	"testing"

	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// The document is for everybody, and so is the page that shows it, under the same policy as all pages. Where there are no
// scripts, or none were built, it links to the document.
func TestAnybodyCanReadTheDocs(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		for _, b := range []*browser{w.stranger(), w.as("seller")} {
			page := b.get("/docs").want(http.StatusOK, `<a href="/openapi.yaml">`)
			if policy := page.header.Get("Content-Security-Policy"); policy == "" || strings.Contains(policy, "unsafe") {
				t.Errorf("the policy is %q", policy)
			}
		}
	})
}
