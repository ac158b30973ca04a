package store_test

import (
	"testing"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// Whether the ids are all that there are is told up to the last one.
func TestTaskIDsUpToTheMost(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		for range 5 {
			task := plainTask(account)
			task.Name = "Call Ada"
			noError(t, s.CreateTask(t.Context(), task))
		}
		indexAll(t, s)
		for name, filter := range map[string]tickler.TaskFilter{
			"all": {AccountID: account}, "words": {AccountID: account, Text: "call"},
		} {
			for most, want := range map[int]struct {
				ids   int
				isAll bool
			}{4: {4, false}, 5: {5, true}, 6: {5, true}} {
				ids, isAll, err := s.TaskIDs(t.Context(), filter, most)
				noError(t, err)
				if len(ids) != want.ids || isAll != want.isAll {
					t.Errorf("%s, at most %d: %d, all of them: %t", name, most, len(ids), isAll)
				}
			}
		}
		ids, isAll, err := s.TaskIDs(t.Context(), tickler.TaskFilter{AccountID: newID()}, 4)
		noError(t, err)
		equal(t, true, isAll && len(ids) == 0)
	})
}
