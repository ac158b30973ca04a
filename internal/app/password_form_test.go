package app_test

import (
	"testing"

	"github.com/alexedwards/argon2id"

	"tickler"
	"tickler/internal/app"
)

// An é may be one character, or an e and a combining accent, depending on the keyboard: the
// password is the same.
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

		// An older hash is of what was typed then. It stays valid, and the first sign-in renews it.
		old, err := argon2id.CreateHash(decomposed, &app.Hashing)
		w.must(err)
		w.must(w.store.SetPassword(t.Context(), w.account, seller.ID, old))
		signIn(composed, tickler.KindUnauthenticated)
		signIn(decomposed, 0)
		signIn(composed, 0)

		// One of other parameters is renewed too.
		other := app.Hashing
		other.Memory *= 2
		old, err = argon2id.CreateHash(composed, &other)
		w.must(err)
		w.must(w.store.SetPassword(t.Context(), w.account, seller.ID, old))
		signIn(composed, 0)
		renewed, err := w.store.PasswordHash(t.Context(), w.account, seller.ID)
		w.must(err)
		if _, params, err := argon2id.CheckHash(composed, renewed); err != nil || *params != app.Hashing {
			t.Errorf("the hash is %s: %v", renewed, err)
		}
		signIn(composed, 0)

		wantKind(t, w.SetPassword(t.Context(), w.as("admin"), seller, "with a \x07 bell"), tickler.KindInvalid)
		wantKind(t, w.SetPassword(t.Context(), w.as("admin"), seller, "e\u0301e\u0301e\u0301e\u0301"), tickler.KindInvalid) // four characters
	})
}
