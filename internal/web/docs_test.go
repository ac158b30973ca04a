package web_test

import (
	"net/http"
	"strings"
	"testing"

	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// The page with the API's document has the same policy as all pages. Without scripts it links to
// the document. A stranger signs in first.
func TestUsersCanReadTheDocs(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		page := w.as("seller").get("/docs").want(http.StatusOK, `<a href="/openapi.yaml">`)
		if policy := page.header.Get("Content-Security-Policy"); policy == "" || strings.Contains(policy, "unsafe") {
			t.Errorf("the policy is %q", policy)
		}
		w.stranger().get("/docs").leadsTo("/sign-in?next=%2Fdocs")
	})
}
