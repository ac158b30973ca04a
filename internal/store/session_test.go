package store_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func plainSession(user tickler.User, token string) tickler.Session {
	return tickler.Session{
		TokenHash: tickler.HashSecret(token), AccountID: user.AccountID, UserID: user.ID, Messages: []tickler.Message{
			{Text: "Saved."},
			{Text: "\"quoted\" ö", Label: "Undo", Path: "/undo"},
			{Text: "Done.", LinkLabel: "What is next?", LinkPath: "/next"},
		},
		CreatedAt: noon, ExpiresAt: noon.Add(time.Hour),
	}
}

// sessionOf reads the session of a token just before noon and an hour; the zero Session when there
// is none.
func sessionOf(t *testing.T, s *store.Store, token string) tickler.Session {
	t.Helper()
	session, found, err := s.Session(t.Context(), tickler.HashSecret(token), noon.Add(time.Hour-time.Second))
	noError(t, err)
	equal(t, found, session.AccountID != tickler.ID{})
	return session
}

func TestSessionLastsUntilItsEnd(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		session := plainSession(plainUser(newID(), "asha@example.com"), "token")
		noError(t, s.CreateSession(t.Context(), session))
		equal(t, session, sessionOf(t, s, "token"))
		equal(t, tickler.Session{}, sessionOf(t, s, "another"))
		_, found, err := s.Session(t.Context(), session.TokenHash, session.ExpiresAt)
		noError(t, err)
		equal(t, false, found)
	})
}

func TestChangeMessages(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		session := plainSession(plainUser(newID(), "asha@example.com"), "token")
		noError(t, s.CreateSession(t.Context(), session))
		for _, want := range [][]tickler.Message{{{Text: "Other."}}, nil} {
			noError(t, s.ChangeMessages(t.Context(), session.TokenHash, func(waiting []tickler.Message) []tickler.Message {
				equal(t, session.Messages, waiting)
				return want
			}))
			session.Messages = want
			equal(t, session, sessionOf(t, s, "token"))
		}
		noError(t, s.EndSession(t.Context(), session.TokenHash))
		noError(t, s.ChangeMessages(t.Context(), session.TokenHash, func([]tickler.Message) []tickler.Message { return []tickler.Message{{Text: "It is back."}} }))
		equal(t, tickler.Session{}, sessionOf(t, s, "token")) // it is not
		noError(t, s.EndSession(t.Context(), session.TokenHash))
	})
}

// Two pages of one browser at once lose no message.
func TestMessagesFromTwoPagesAtOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		session := plainSession(plainUser(newID(), "asha@example.com"), "token")
		session.Messages = nil
		noError(t, s.CreateSession(t.Context(), session))
		var both sync.WaitGroup
		for _, news := range []string{"a", "b", "c", "d"} {
			both.Go(func() {
				noError(t, s.ChangeMessages(t.Context(), session.TokenHash, func(waiting []tickler.Message) []tickler.Message { return append(waiting, tickler.Message{Text: news}) }))
			})
		}
		both.Wait()
		var kept []string
		for _, m := range sessionOf(t, s, "token").Messages {
			kept = append(kept, m.Text)
		}
		slices.Sort(kept)
		equal(t, []string{"a", "b", "c", "d"}, kept)
	})
}

// A half-done sign-in may or may not know its user.
func TestAHalfDoneSignInIsKept(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		known := plainSession(plainUser(newID(), "asha@example.com"), "token")
		known.Pending = "a second factor"
		noError(t, s.CreateSession(t.Context(), known))
		equal(t, known, sessionOf(t, s, "token"))
		nobody := tickler.Session{TokenHash: tickler.HashSecret("other"), Pending: "a state", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
		noError(t, s.CreateSession(t.Context(), nobody))
		got, found, err := s.Session(t.Context(), nobody.TokenHash, noon)
		noError(t, err)
		equal(t, true, found)
		equal(t, nobody, got)
	})
}

func TestEndSessionsOfAUser(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		asha := plainUser(newID(), "asha@example.com")
		ravi := plainUser(asha.AccountID, "ravi@example.com")
		for token, user := range map[string]tickler.User{"phone": asha, "desk": asha, "other": ravi} {
			noError(t, s.CreateSession(t.Context(), plainSession(user, token)))
		}
		noError(t, s.EndSessions(t.Context(), newID(), asha.ID))
		equal(t, plainSession(asha, "phone"), sessionOf(t, s, "phone"))
		noError(t, s.EndSessions(t.Context(), asha.AccountID, asha.ID))
		equal(t, tickler.Session{}, sessionOf(t, s, "phone"))
		equal(t, tickler.Session{}, sessionOf(t, s, "desk"))
		equal(t, plainSession(ravi, "other"), sessionOf(t, s, "other"))
	})
}

func TestSetPasswordEndsSessions(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		asha := plainUser(newID(), "Asha@example.com")
		noError(t, s.CreateUser(t.Context(), asha, "old hash"))
		noError(t, s.CreateSession(t.Context(), plainSession(asha, "token")))
		wantKind(t, s.SetPassword(t.Context(), newID(), asha.ID, "new hash"), tickler.KindUnknownEntity)
		equal(t, plainSession(asha, "token"), sessionOf(t, s, "token"))

		noError(t, s.SetPassword(t.Context(), asha.AccountID, asha.ID, "new hash"))
		equal(t, tickler.Session{}, sessionOf(t, s, "token"))
		hash, err := s.PasswordHash(t.Context(), asha.AccountID, asha.ID)
		noError(t, err)
		equal(t, "new hash", hash)
		_, err = s.PasswordHash(t.Context(), newID(), asha.ID)
		wantKind(t, err, tickler.KindUnknownEntity)
	})
}

func TestChangePassword(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		asha := plainUser(newID(), "Asha@example.com")
		noError(t, s.CreateUser(t.Context(), asha, "old hash"))
		noError(t, s.CreateSession(t.Context(), plainSession(asha, "token")))
		for _, test := range []struct {
			account tickler.ID
			old     string
			want    bool
		}{{newID(), "old hash", false}, {asha.AccountID, "older hash", false}, {asha.AccountID, "old hash", true}, {asha.AccountID, "old hash", false}} {
			if test.want {
				equal(t, plainSession(asha, "token"), sessionOf(t, s, "token"))
			}
			changed, err := s.ChangePassword(t.Context(), test.account, asha.ID, test.old, "new hash")
			noError(t, err)
			equal(t, test.want, changed)
		}
		equal(t, tickler.Session{}, sessionOf(t, s, "token"))
		hash, err := s.PasswordHash(t.Context(), asha.AccountID, asha.ID)
		noError(t, err)
		equal(t, "new hash", hash)
	})
}

// Browsers send the domain as DNS knows it, whatever was typed into a field for e-mail addresses.
func TestSignInByAnotherSpellingOfTheDomain(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		for _, email := range []string{"joerg@exämple.com", "asha@xn--exmple-cua.com"} {
			name, _, _ := strings.Cut(email, "@")
			user := plainUser(newID(), email)
			noError(t, s.CreateUser(t.Context(), user, "hash"))
			// as it was before all spellings had one key
			storetest.Exec(t, storetest.SQL(t, location), `UPDATE app_user SET email_key = '`+email+`' WHERE email = '`+email+`'`)
			for _, domain := range []string{"exämple.com", "xn--exmple-cua.com", "EXA\u0308mple.com"} {
				found, hash, err := s.SignInUser(t.Context(), name+"@"+domain)
				noError(t, err)
				equal(t, user, found)
				equal(t, "hash", hash)
				wantKind(t, s.CreateUser(t.Context(), plainUser(newID(), name+"@"+domain), ""), tickler.KindDuplicate)
			}
		}
	})
}

func TestSignInUser(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		asha, twin := plainUser(newID(), "Asha@example.com"), plainUser(newID(), "twin@example.com")
		noError(t, s.CreateUser(t.Context(), twin, "hash of the twin"))
		noError(t, s.CreateUser(t.Context(), asha, "hash"))
		// As two nodes could leave it in older releases.
		storetest.Exec(t, storetest.SQL(t, location), `UPDATE app_user SET email_key = 'asha@example.com' WHERE email_key = 'twin@example.com'`)
		for email, want := range map[string]tickler.User{"ASHA@example.com": asha, "ravi@example.com": {}, "": {}} {
			user, hash, err := s.SignInUser(t.Context(), email)
			noError(t, err)
			equal(t, want, user)
			equal(t, want.ID != tickler.ID{}, hash == "hash")
		}
	})
}

func TestForgetSessions(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		user := plainUser(newID(), "asha@example.com")
		for _, token := range []string{"a", "b", "c"} {
			noError(t, s.CreateSession(t.Context(), plainSession(user, token)))
		}
		for _, want := range []struct {
			now       time.Time
			forgotten int64
		}{{noon.Add(time.Hour - time.Second), 0}, {noon.Add(time.Hour), 2}, {noon.Add(time.Hour), 1}, {noon.Add(time.Hour), 0}} {
			forgotten, err := s.ForgetSessions(t.Context(), want.now, 2)
			noError(t, err)
			equal(t, want.forgotten, forgotten)
		}
	})
}

func TestSetUserZone(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		u := plainUser(newID(), "asha@example.com")
		noError(t, s.CreateUser(t.Context(), u, ""))
		for _, u.Zone = range []*time.Location{zone("Asia/Kolkata"), nil} {
			noError(t, s.SetUserZone(t.Context(), u.AccountID, u.ID, u.Zone))
			users, err := s.Users(t.Context(), u.AccountID)
			noError(t, err)
			equal(t, []tickler.User{u}, users)
		}
		wantKind(t, s.SetUserZone(t.Context(), newID(), u.ID, nil), tickler.KindUnknownEntity)
	})
}

func TestSetUserPreferences(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		u := plainUser(newID(), "asha@example.com")
		noError(t, s.CreateUser(t.Context(), u, ""))
		for _, u.Preferences = range []tickler.Preferences{
			{Clock: tickler.Clock12, DateOrder: tickler.MonthFirst, WeekStart: tickler.WeekOnSunday}, {},
		} {
			noError(t, s.SetUserPreferences(t.Context(), u.AccountID, u.ID, u.Preferences))
			users, err := s.Users(t.Context(), u.AccountID)
			noError(t, err)
			equal(t, []tickler.User{u}, users)
		}
		wantKind(t, s.SetUserPreferences(t.Context(), newID(), u.ID, u.Preferences), tickler.KindUnknownEntity)
	})
}
