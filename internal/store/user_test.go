package store_test

import (
	"testing"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestUsersComeBackAsCreatedOldestFirst(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		plain := plainUser(account, "asha@example.com")
		full := tickler.User{
			ID: newID(), AccountID: account, FirstName: "Ærø", LastName: "", Email: "Full@Example.com", Role: tickler.SalesUser,
			Active: false, ManagerID: plain.ID, Zone: zone("Pacific/Chatham"), CreatedAt: noon,
		}
		noError(t, s.CreateUser(t.Context(), full, ""))
		noError(t, s.CreateUser(t.Context(), plain, "$argon2id$"))
		noError(t, s.CreateUser(t.Context(), plainUser(newID(), "other@example.com"), ""))
		users, err := s.Users(t.Context(), account)
		noError(t, err)
		equal(t, []tickler.User{plain, full}, users)
	})
}

func TestEmailIsUniqueInAnAccount(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		noError(t, s.CreateUser(t.Context(), plainUser(account, "Asha@example.com"), ""))
		wantKind(t, s.CreateUser(t.Context(), plainUser(account, "ASHA@Example.com "), ""), tickler.KindDuplicate)
		noError(t, s.CreateUser(t.Context(), plainUser(newID(), "asha@example.com"), ""))
		users, err := s.Users(t.Context(), account)
		noError(t, err)
		equal(t, 1, len(users))
	})
}

func TestHasUserWithEmail(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		noError(t, s.CreateUser(t.Context(), plainUser(newID(), "asha@example.com"), ""))
		for email, want := range map[string]bool{"ASHA@Example.com": true, "asha@example.org": false, "": false} {
			got, err := s.HasUserWithEmail(t.Context(), email)
			noError(t, err)
			if got != want {
				t.Errorf("HasUserWithEmail(%q) = %t, want %t", email, got, want)
			}
		}
	})
}

func TestSetUserActive(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		u, colleague := plainUser(account, "asha@example.com"), plainUser(account, "ravi@example.com")
		noError(t, s.CreateUser(t.Context(), u, ""))
		noError(t, s.CreateUser(t.Context(), colleague, ""))
		for _, active := range []bool{false, true} {
			noError(t, s.SetUserActive(t.Context(), account, u.ID, active))
			users, err := s.Users(t.Context(), account)
			noError(t, err)
			u.Active = active
			equal(t, []tickler.User{u, colleague}, users)
		}
		wantKind(t, s.SetUserActive(t.Context(), newID(), u.ID, false), tickler.KindUnknownEntity)
		wantKind(t, s.SetUserActive(t.Context(), account, newID(), false), tickler.KindUnknownEntity)
	})
}
