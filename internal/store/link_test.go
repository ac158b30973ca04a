package store_test

import (
	"context"
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// However many nodes start at once, they all get one key.
func TestNodesAgreeOnTheKeyOfLinks(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		key, err := s.LinkKey(t.Context())
		noError(t, err)
		equal(t, []byte(nil), key)
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() { noError(t, s.AddLinkKey(t.Context(), []byte{byte(i)}, noon)) })
		}
		all.Wait()
		first, err := s.LinkKey(t.Context())
		noError(t, err)
		noError(t, s.AddLinkKey(t.Context(), []byte("late"), noon))
		again, err := s.LinkKey(t.Context())
		noError(t, err)
		equal(t, 1, len(first))
		equal(t, first, again)

		noError(t, s.ReplaceLinkKey(t.Context(), []byte("another"), noon))
		replaced, err := s.LinkKey(t.Context())
		noError(t, err)
		equal(t, []byte("another"), replaced)
	})
}

// use uses a link of an account, and reports whether it had not been used before.
func use(t *testing.T, s *store.Store, account tickler.ID, token string, at time.Time) (first bool) {
	t.Helper()
	noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		first, err = tx.UseLink(ctx, tickler.UsedLink{
			AccountID: account, TokenHash: sha256.Sum256([]byte(token)), At: at, ExpiresAt: at.Add(time.Hour),
		})
		return err
	}))
	return first
}

func TestALinkIsUsedOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		hash := sha256.Sum256([]byte("a"))
		_, used, err := s.UsedLink(t.Context(), account, hash)
		noError(t, err)
		equal(t, false, used)
		equal(t, true, use(t, s, account, "a", noon))
		equal(t, false, use(t, s, account, "a", noon.Add(time.Minute)))
		equal(t, true, use(t, s, account, "b", noon))
		equal(t, true, use(t, s, newID(), "a", noon)) // another account's
		at, used, err := s.UsedLink(t.Context(), account, hash)
		noError(t, err)
		equal(t, true, used)
		equal(t, noon, at)
		noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			at, used, err = tx.UsedLink(ctx, account, hash)
			return err
		}))
		equal(t, true, used && at.Equal(noon))

		wantForgotten(t, s.ForgetUsedLinks, noon.Add(time.Hour-time.Second), 0)
		wantForgotten(t, s.ForgetUsedLinks, noon.Add(time.Hour), 3)
		equal(t, true, use(t, s, account, "a", noon))
	})
}

func TestSetRemindersOff(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		u := plainUser(newID(), "asha@example.com")
		noError(t, s.CreateUser(t.Context(), u, ""))
		for _, u.RemindersOff = range []bool{true, false} {
			noError(t, s.SetRemindersOff(t.Context(), u.AccountID, u.ID, u.RemindersOff))
			users, err := s.Users(t.Context(), u.AccountID)
			noError(t, err)
			equal(t, []tickler.User{u}, users)
		}
		wantKind(t, s.SetRemindersOff(t.Context(), newID(), u.ID, true), tickler.KindUnknownEntity)
	})
}
