package store_test

import (
	"fmt"
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
			Preferences: tickler.Preferences{Clock: tickler.Clock24, DateOrder: tickler.YearFirst, WeekStart: tickler.WeekOnSaturday},
		}
		noError(t, s.CreateUser(t.Context(), full, ""))
		noError(t, s.CreateUser(t.Context(), plain, "$argon2id$"))
		noError(t, s.CreateUser(t.Context(), plainUser(newID(), "other@example.com"), ""))
		users, err := s.Users(t.Context(), account)
		noError(t, err)
		equal(t, []tickler.User{plain, full}, users)
	})
}

// Many create users and accounts with one address at once, on two nodes: one succeeds, and nothing
// of the others remains.
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

func TestDeactivateUser(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		u, colleague, seller := plainUser(account, "asha@example.com"), plainUser(account, "ravi@example.com"), plainUser(account, "uma@example.com")
		seller.Role = tickler.SalesUser
		stranger := plainUser(newID(), "stranger@example.com")
		for _, user := range []tickler.User{u, colleague, seller, stranger} {
			noError(t, s.CreateUser(t.Context(), user, ""))
		}
		noError(t, s.DeactivateUser(t.Context(), account, u))
		users, err := s.Users(t.Context(), account)
		noError(t, err)
		u.Active = false
		equal(t, []tickler.User{u, colleague, seller}, users)

		wantKind(t, s.DeactivateUser(t.Context(), account, colleague), tickler.KindForbidden) // none of the others counts
		noError(t, s.DeactivateUser(t.Context(), account, u))
		wantKind(t, s.DeactivateUser(t.Context(), account, plainUser(account, "")), tickler.KindUnknownEntity)
		wantKind(t, s.DeactivateUser(t.Context(), stranger.AccountID, seller), tickler.KindUnknownEntity)
	})
}

// All administrators of an account are deactivated at once, on two nodes: one stays.
func TestAnAdministratorStays(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		nodes, account := twoNodes(t, location), newID()
		administrators := make([]tickler.User, 8)
		for i := range administrators {
			administrators[i] = plainUser(account, fmt.Sprintf("admin%d@example.com", i))
			noError(t, nodes[0].CreateUser(t.Context(), administrators[i], ""))
		}
		outcomes := make(chan error, len(administrators))
		for i, administrator := range administrators {
			go func() { outcomes <- nodes[i%2].DeactivateUser(t.Context(), account, administrator) }()
		}
		refused := 0
		for range administrators {
			if err := <-outcomes; err != nil {
				refused++
				wantKind(t, err, tickler.KindForbidden)
			}
		}
		equal(t, 1, refused)
	})
}
