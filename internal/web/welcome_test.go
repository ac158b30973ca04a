package web_test

import (
	"net/http"
	"testing"

	"tickler"
)

const welcomeTitle = "Welcome to Tickler"

func TestANewAccountHasFirstSteps(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin, seller := w.as("admin"), w.as("seller")
		page := admin.get("/").want(http.StatusOK, welcomeTitle).want(http.StatusOK, "1 of 4 done").want(http.StatusOK, "Add a colleague<span").lacks("--")
		inOrder(t, page.body, `href="/add"`, `href="/set-up#mail"`, `href="/settings/keys"`)
		seller.get("/").want(http.StatusOK, welcomeTitle).want(http.StatusOK, "Add your first task").lacks("e-mail.").lacks("colleague").lacks("/settings/keys").lacks(" of 1 done")
		seller.get("/set-up").want(http.StatusForbidden, "")
		admin.get("/set-up").want(http.StatusOK, "No mail server is set up yet").want(http.StatusOK, "tickler mail test --to admin@example.com")
		admin.get("/?of=" + w.users["seller"].ID.String()).lacks(welcomeTitle)

		w.task("seller", "seller", onDay("n", 0))
		admin.get("/").want(http.StatusOK, "2 of 4 done")
		seller.get("/").lacks(welcomeTitle)

		w.must(w.store.NoteKeyUses(t.Context(), []tickler.KeyUse{{Key: "KEYOFADMIN", At: now}}))
		admin.get("/").want(http.StatusOK, "3 of 4 done").lacks("nothing to do")

		admin.post("/welcome/hide").leadsTo("/")
		admin.get("/").want(http.StatusOK, "The list is hidden.").lacks(welcomeTitle)
	})
}
