package store_test

import (
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestFreshAccountComesWithAllItStartsWith(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		n := freshAccount()
		noError(t, s.CreateAccount(t.Context(), n))

		account, err := s.Account(t.Context(), n.Account.ID)
		noError(t, err)
		equal(t, n.Account, account)
		users, err := s.Users(t.Context(), n.Account.ID)
		noError(t, err)
		equal(t, []tickler.User{n.Admin}, users)
		key, err := s.AccessKey(t.Context(), n.Key.Key)
		noError(t, err)
		equal(t, n.Key, key)
		types, err := s.TaskTypes(t.Context(), n.Account.ID)
		noError(t, err)
		equal(t, n.TaskTypes, types)
	})
}

func TestFreshAccountIsKeptWholeOrNotAtAll(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		n := freshAccount()
		n.TaskTypes[5].Name = n.TaskTypes[0].Name // the last insert fails
		if err := s.CreateAccount(t.Context(), n); err == nil {
			t.Fatal("two task types of one name were accepted")
		}

		accounts, err := s.Accounts(t.Context())
		noError(t, err)
		equal(t, nil, accounts)
		users, err := s.Users(t.Context(), n.Account.ID)
		noError(t, err)
		equal(t, nil, users)
		key, err := s.AccessKey(t.Context(), n.Key.Key)
		noError(t, err)
		equal(t, tickler.AccessKey{}, key)
		types, err := s.TaskTypes(t.Context(), n.Account.ID)
		noError(t, err)
		equal(t, nil, types)
	})
}

func TestAccountsAreListedOldestFirst(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		first, second := freshAccount(), freshAccount()
		noError(t, s.CreateAccount(t.Context(), second))
		noError(t, s.CreateAccount(t.Context(), first))
		accounts, err := s.Accounts(t.Context())
		noError(t, err)
		equal(t, []tickler.Account{first.Account, second.Account}, accounts)
	})
}

func TestChangeAccount(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		n, other := freshAccount(), freshAccount()
		noError(t, s.CreateAccount(t.Context(), n))
		noError(t, s.CreateAccount(t.Context(), other))
		want := n.Account
		want.Zone = zone("America/St_Johns")
		want.RateLimit = tickler.RateLimit{Calls: 7, Window: time.Minute}
		want.LegacyErrorStatus = true
		changed, err := s.ChangeAccount(t.Context(), want.ID, accountAs(want))
		noError(t, err)
		equal(t, want, changed)

		got, err := s.Account(t.Context(), n.Account.ID)
		noError(t, err)
		equal(t, want, got)
		got, err = s.Account(t.Context(), other.Account.ID)
		noError(t, err)
		equal(t, other.Account, got)
	})
}

// accountAs is a rule that makes an account what is wanted.
func accountAs(want tickler.Account) func(tickler.Account) (tickler.Account, error) {
	return func(tickler.Account) (tickler.Account, error) { return want, nil }
}

func TestUnknownAccount(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		_, err := s.Account(t.Context(), newID())
		wantKind(t, err, tickler.KindUnknownEntity)
		_, err = s.ChangeAccount(t.Context(), newID(), accountAs(freshAccount().Account))
		wantKind(t, err, tickler.KindUnknownEntity)
	})
}
