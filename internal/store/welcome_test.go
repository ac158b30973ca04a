package store_test

import (
	"context"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestEndWelcome(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		u := plainUser(newID(), "asha@example.com")
		noError(t, s.CreateUser(t.Context(), u, ""))
		noError(t, s.EndWelcome(t.Context(), u.AccountID, u.ID))
		u.WelcomeOver = true
		users, err := s.Users(t.Context(), u.AccountID)
		noError(t, err)
		equal(t, []tickler.User{u}, users)
		wantKind(t, s.EndWelcome(t.Context(), newID(), u.ID), tickler.KindUnknownEntity)

		joins := plainUser(u.AccountID, "mia@example.com")
		joins.WelcomeOver = true
		noError(t, s.CreateUser(t.Context(), joins, ""))
		users, err = s.Users(t.Context(), u.AccountID)
		noError(t, err)
		equal(t, []tickler.User{u, joins}, users)
	})
}

func TestHasKeyAfter(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		has := func() bool {
			has, err := s.HasKeyAfter(t.Context(), account, noon)
			noError(t, err)
			return has
		}
		makeKey := func(account tickler.ID, key string, at time.Time) {
			noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return tx.CreateAccessKey(ctx, tickler.AccessKey{ID: newID(), AccountID: account, UserID: newID(), Key: key, CreatedAt: at})
			}))
		}
		makeKey(account, "FIRST", noon)
		makeKey(newID(), "OTHERS", noon.Add(time.Second))
		equal(t, false, has())
		noError(t, s.NoteKeyUses(t.Context(), []tickler.KeyUse{{Key: "FIRST", At: noon}}))
		equal(t, true, has())
		account = newID()
		makeKey(account, "SECOND", noon.Add(time.Second))
		equal(t, true, has())
	})
}
