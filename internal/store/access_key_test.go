package store_test

import (
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestAccessKeysAreListedByAccountOldestFirst(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		older, younger, others := plainKey(account, newID()), plainKey(account, newID()), plainKey(newID(), newID()) // in one second
		older.Key, younger.Key = "b", "a"
		for _, k := range []tickler.AccessKey{younger, others, older} {
			noError(t, s.CreateAccessKey(t.Context(), k))
		}
		keys, err := s.AccessKeys(t.Context(), account)
		noError(t, err)
		equal(t, []tickler.AccessKey{older, younger}, keys)
	})
}

func TestRevokeAccessKey(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		k := plainKey(newID(), newID())
		noError(t, s.CreateAccessKey(t.Context(), k))

		wantKind(t, s.RevokeAccessKey(t.Context(), newID(), k.Key, noon), tickler.KindUnknownEntity) // another account's
		got, err := s.AccessKey(t.Context(), k.Key)
		noError(t, err)
		equal(t, k, got)

		revoked := k
		revoked.RevokedAt = noon.Add(time.Hour)
		noError(t, s.RevokeAccessKey(t.Context(), k.AccountID, k.Key, revoked.RevokedAt))
		noError(t, s.RevokeAccessKey(t.Context(), k.AccountID, k.Key, noon)) // the first time stays
		got, err = s.AccessKey(t.Context(), k.Key)
		noError(t, err)
		equal(t, revoked, got)
	})
}

func TestUnknownAccessKey(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		key, err := s.AccessKey(t.Context(), "no such key")
		noError(t, err)
		equal(t, tickler.AccessKey{}, key)
		wantKind(t, s.RevokeAccessKey(t.Context(), newID(), "no such key", noon), tickler.KindUnknownEntity)
	})
}

func TestNoteKeyUses(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		a, b, unused := plainKey(newID(), newID()), plainKey(newID(), newID()), plainKey(newID(), newID())
		for _, k := range []tickler.AccessKey{a, b, unused} {
			noError(t, s.CreateAccessKey(t.Context(), k))
		}
		version, err := s.DirectoryVersion(t.Context())
		noError(t, err)
		a.LastUsedAt, b.LastUsedAt = noon.Add(time.Hour), noon
		noError(t, s.NoteKeyUses(t.Context(), []tickler.KeyUse{{Key: a.Key, At: a.LastUsedAt}, {Key: b.Key, At: b.LastUsedAt}, {Key: "gone", At: noon}}))
		noError(t, s.NoteKeyUses(t.Context(), []tickler.KeyUse{{Key: a.Key, At: noon}})) // from another node, and older
		noError(t, s.NoteKeyUses(t.Context(), nil))
		for _, want := range []tickler.AccessKey{a, b, unused} {
			got, err := s.AccessKey(t.Context(), want.Key)
			noError(t, err)
			equal(t, want, got)
		}
		after, err := s.DirectoryVersion(t.Context())
		noError(t, err)
		equal(t, version, after)
	})
}
