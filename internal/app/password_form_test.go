package app_test

import (
	"testing"

	"github.com/alexedwards/argon2id"

	"tickler"
)

// An é is the same as one character and as an e with an accent behind it: whichever a keyboard makes, it is the password.
func TestAPasswordIsTheSameHoweverItIsTyped(t *testing.T) {
	const composed, decomposed = "caf\u00e9-cr\u00e8me", "cafe\u0301-cre\u0300me"
	onEachEngine(t, func(t *testing.T, w *world) {
		seller := w.users["seller"]
		signIn := func(password string, want tickler.Kind) {
			t.Helper()
			_, err := w.SignIn(t.Context(), seller.Email, password)
			wantKind(t, err, want)
		}
		w.must(w.SetPassword(t.Context(), w.as("admin"), seller, decomposed))
		signIn(composed, 0)
		signIn(decomposed, 0)
		signIn("cafe-creme", tickler.KindUnauthenticated)

		// A hash from before is of what was typed then. It stays good, and is renewed by the first sign-in.
		old, err := argon2id.CreateHash(decomposed, argon2id.DefaultParams)
		w.must(err)
		w.must(w.store.SetPassword(t.Context(), w.account, seller.ID, old))
		signIn(composed, tickler.KindUnauthenticated)
		signIn(decomposed, 0)
		signIn(composed, 0)

		wantKind(t, w.SetPassword(t.Context(), w.as("admin"), seller, "with a \x07 bell"), tickler.KindInvalid)
		wantKind(t, w.SetPassword(t.Context(), w.as("admin"), seller, "e\u0301e\u0301e\u0301e\u0301"), tickler.KindInvalid) // four characters
	})
}
