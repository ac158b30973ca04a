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

// Users and accounts with one address are made by all at once, on two nodes: one is, and nothing of the others.
func TestEmailIsUniqueInAllAccounts(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		nodes := twoNodes(t, location)
		noError(t, nodes[0].CreateUser(t.Context(), plainUser(newID(), "ravi@example.com"), ""))
		outcomes := make(chan error, 8)
		for i := range cap(outcomes) {
			go func() {
				if i < 4 {
					outcomes <- nodes[i%2].CreateUser(t.Context(), plainUser(newID(), "Asha@example.com"), "")
					return
				}
				fresh := freshAccount()
				fresh.Admin.Email = "ASHA@Example.com "
				outcomes <- nodes[i%2].CreateAccount(t.Context(), fresh)
			}()
		}
		made := 0
		for range cap(outcomes) {
			if err := <-outcomes; err == nil {
				made++
			} else {
				wantKind(t, err, tickler.KindDuplicate)
			}
		}
		equal(t, 1, made)
		accounts, err := nodes[0].Accounts(t.Context())
		noError(t, err)
		if len(accounts) > 1 {
			t.Errorf("%d accounts were made", len(accounts))
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
