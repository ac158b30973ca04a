package app_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/directory"
)

// hireWithPassword adds a user who can sign in.
func (w *world) hireWithPassword(name, password string) {
	w.t.Helper()
	hash, err := argon2id.CreateHash(password, &app.Hashing)
	w.must(err)
	user := tickler.User{ID: newID(), AccountID: w.account, Email: name + "@example.com", Role: tickler.SalesUser, Active: true, CreatedAt: now}
	w.must(w.store.CreateUser(w.t.Context(), user, hash))
	w.users[name] = user
}

func TestSignIn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.hireWithPassword("mia", "correct horse")
		user, err := w.SignIn(t.Context(), " MIA@example.com", "correct horse")
		w.must(err)
		if user.ID != w.users["mia"].ID {
			t.Errorf("got %+v", user)
		}
		w.must(w.store.DeactivateUser(t.Context(), w.account, w.users["mia"]))
		for _, test := range [][2]string{
			{"mia@example.com", "correct horse"},
			{"mia@example.com", "wrong"},
			{"boss@example.com", ""}, // has no password
			{"nobody@example.com", "correct horse"},
			{"", ""},
		} {
			_, err := w.SignIn(t.Context(), test[0], test[1])
			wantError(t, err, tickler.Refuse(tickler.FactWrongPassword, "", nil))
		}
	})
}

// A user whom another process has just added gets a session at once, although the directory was
// read before.
func TestANewUserStaysSignedIn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		_, err := w.SignedIn(t.Context(), tickler.Session{AccountID: w.account, UserID: w.users["seller"].ID})
		w.must(err)
		w.hireWithPassword("mia", "correct horse")
		session := tickler.Session{AccountID: w.account, UserID: w.users["mia"].ID}
		_, err = w.SignedIn(t.Context(), session)
		wantKind(t, err, tickler.KindUnauthenticated)
		_, err = w.SignIn(t.Context(), "mia@example.com", "correct horse")
		w.must(err)
		caller, err := w.SignedIn(t.Context(), session)
		w.must(err)
		if caller.User != w.users["mia"] {
			t.Errorf("got %+v", caller.User)
		}
	})
}

// Hashing takes memory, so sign-ins take turns; a caller who gives up waiting is told to try again.
func TestSignInThatIsGivenUp(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now())
		defer cancel()
		_, err := w.SignIn(ctx, "boss@example.com", "")
		wantKind(t, err, tickler.KindUnavailable)
	})
}

func TestSessionsOfInactiveUsers(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		caller, err := w.SignedIn(t.Context(), tickler.Session{AccountID: w.account, UserID: w.users["seller"].ID})
		w.must(err)
		if caller.User.ID != w.users["seller"].ID || caller.Account.ID != w.account || caller.Via != (tickler.Origin{Kind: tickler.ViaPage}) {
			t.Errorf("got %+v", caller)
		}
		for _, session := range []tickler.Session{
			{AccountID: w.account, UserID: w.users["gone"].ID},
			{AccountID: w.other, UserID: w.users["seller"].ID},
			{AccountID: w.account, UserID: newID()},
			{AccountID: w.account, UserID: w.users["seller"].ID, Pending: "a second factor"},
			{Pending: "who it is"},
		} {
			_, err := w.SignedIn(t.Context(), session)
			wantKind(t, err, tickler.KindUnauthenticated)
		}
	})
}

func TestChangePassword(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.hireWithPassword("mia", "correct horse")
		mia := w.as("mia")
		err := w.ChangePassword(t.Context(), mia, "wrong", "battery staple")
		wantError(t, err, tickler.Refuse(tickler.FactNotYourPassword, tickler.FieldOldPassword, nil))
		err = w.ChangePassword(t.Context(), mia, "correct horse", "7 chars")
		wantError(t, err, tickler.Refuse(tickler.FactPasswordTooShort, tickler.FieldPassword, nil, 8))
		w.must(w.ChangePassword(t.Context(), mia, "correct horse", "battery staple"))
		_, err = w.SignIn(t.Context(), mia.User.Email, "correct horse")
		wantKind(t, err, tickler.KindUnauthenticated)
		_, err = w.SignIn(t.Context(), mia.User.Email, "battery staple")
		w.must(err)
	})
}

func TestSetPassword(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		wantKind(t, w.SetPassword(t.Context(), w.as("boss"), w.users["seller"], "battery staple"), tickler.KindForbidden)
		wantKind(t, w.SetPassword(t.Context(), w.as("admin"), w.users["seller"], "7 chars"), tickler.KindInvalid)
		wantKind(t, w.SetPassword(t.Context(), w.stranger(), w.users["seller"], "battery staple"), tickler.KindUnknownEntity)
		w.must(w.SetPassword(t.Context(), w.as("admin"), w.users["seller"], "battery staple"))
		_, err := w.SignIn(t.Context(), "seller@example.com", "battery staple")
		w.must(err)
	})
}

func TestKeysOfOthersAreForAdministrators(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		own, _, err := w.CreateAccessKey(t.Context(), w.as("seller"), w.users["seller"], app.Options{})
		w.must(err)
		_, _, err = w.CreateAccessKey(t.Context(), w.as("boss"), w.users["seller"], app.Options{})
		wantKind(t, err, tickler.KindForbidden)
		wantKind(t, w.RevokeAccessKey(t.Context(), w.as("boss"), own.Key), tickler.KindForbidden)
		wantKind(t, w.RevokeAccessKey(t.Context(), w.stranger(), own.Key), tickler.KindUnknownEntity)

		keys, err := w.OwnAccessKeys(t.Context(), w.as("seller"))
		w.must(err)
		if len(keys) != 1 || keys[0].ID != own.ID || !keys[0].RevokedAt.IsZero() {
			t.Errorf("got %+v", keys)
		}
		w.must(w.RevokeAccessKey(t.Context(), w.as("seller"), own.Key))
		others, _, err := w.CreateAccessKey(t.Context(), w.as("admin"), w.users["seller"], app.Options{})
		w.must(err)
		w.must(w.RevokeAccessKey(t.Context(), w.as("admin"), others.Key))
	})
}

func TestTheAccountIsForAdministrators(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		limit := tickler.RateLimit{Calls: 7, Window: time.Minute}
		_, err := w.ChangeAccount(t.Context(), w.as("marketer"), tickler.AccountPatch{RateLimit: &limit})
		wantKind(t, err, tickler.KindForbidden)
		_, err = w.ChangeAccount(t.Context(), w.stranger(), tickler.AccountPatch{RateLimit: &limit})
		w.must(err)
		if ours := w.as("admin").Account; ours.RateLimit == limit {
			t.Error("a stranger changes our account")
		}
	})
}

func TestKeyUsesAreWrittenToTheMinute(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		use := func() {
			t.Helper()
			_, err := w.Authenticate(t.Context(), w.keys[w.account], w.secrets[w.account])
			w.must(err)
		}
		wantUse := func(want time.Time) {
			t.Helper()
			keys, err := w.AccessKeys(t.Context(), w.as("admin"))
			w.must(err)
			if got := keys[0].LastUsedAt; !got.Equal(want) {
				t.Errorf("last used %s, want %s", got, want)
			}
		}
		w.clock.Advance(59 * time.Second)
		use()
		wantUse(time.Time{})
		w.must(w.WriteKeyUses(t.Context()))
		wantUse(now)
		w.clock.Advance(5*time.Minute + time.Second)
		use()
		w.must(w.WriteKeyUses(t.Context()))
		wantUse(now.Add(6 * time.Minute))
		_, err := w.Authenticate(t.Context(), w.keys[w.other], "wrong")
		wantKind(t, err, tickler.KindUnauthenticated)
		w.must(w.WriteKeyUses(t.Context()))
		others, err := w.AccessKeys(t.Context(), w.stranger())
		w.must(err)
		if !others[0].LastUsedAt.IsZero() {
			t.Errorf("a wrong secret counts: %+v", others[0])
		}
	})
}

// hanging is a database that does not answer.
type hanging struct{ directory.Store }

func (hanging) DirectoryVersion(context.Context) (int64, error) { return 0, errors.New("it hangs") }

// Once the directory is stale, a page does not wait for the database.
func TestSessionsAreNotLookedForWhileTheDatabaseHangs(t *testing.T) {
	clock := clocktest.New(now)
	old := directory.New(hanging{}, clock, slog.New(slog.DiscardHandler))
	for old.Fresh() == nil {
		_ = old.Refresh(t.Context()) // which fails
	}
	_, _, err := app.New[app.Tx](nil, old, clock, app.Wire{}).Session(t.Context(), "token") // there is no store to ask
	wantKind(t, err, tickler.KindUnavailable)
}
