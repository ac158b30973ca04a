package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestPingAndNow(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		noError(t, s.Ping(t.Context()))
		now, err := s.Now(t.Context())
		noError(t, err)
		equal(t, "UTC", now.Location().String())
		if off := time.Since(now).Abs(); off > time.Hour { // a wrong unit or zone, not a slow machine
			t.Errorf("the database's time is off by %v", off)
		}
	})
}

func TestSharedIsWhatSeveralNodesCanOpen(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		equal(t, filepath.IsAbs(location), !storetest.Open(t, location).Shared())
	})
}

func TestStoreIsStillThereWhenOpenedAgain(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		task := plainTask(newID())
		s, err := store.Open(t.Context(), location)
		noError(t, err)
		_, err = s.Migrate(t.Context())
		noError(t, err)
		noError(t, s.CreateTask(t.Context(), task))
		noError(t, s.Close())
		equal(t, []tickler.Task{task}, tasksOf(t, storetest.OpenAsIs(t, location), task.AccountID), exceptTaskAutoID)
	})
}

func TestSQLiteFileMayHaveAnyName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a b.db", "50%.db", "%41.db", "what?mode=memory", "c#.db", "é.db", "a&b=c.db", ":memory:"} {
		location := filepath.Join(t.TempDir(), name)
		_, err := storetest.OpenAsIs(t, location).Migrate(t.Context())
		noError(t, err)
		if info, err := os.Stat(location); err != nil || info.Size() == 0 {
			t.Errorf("%q did not become the file's name: %v, %v", name, info, err)
		}
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, location := range []string{
		filepath.Join(t.TempDir(), "no such folder", "tickler.db"),
		"postgres://nobody@127.0.0.1:1/tickler?connect_timeout=5",
		"postgres://127.0.0.1:port/tickler",
	} {
		if s, err := store.Open(t.Context(), location); err == nil {
			t.Errorf("opened %s", location)
			_ = s.Close()
		}
	}
}

func TestWriteWhoseCallerHasGoneIsNotRun(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		task := plainTask(newID())
		if err := s.CreateTask(ctx, task); !errors.Is(err, ctx.Err()) {
			t.Errorf("got %v, want %v", err, ctx.Err())
		}
		noError(t, s.CreateLead(t.Context(), plainLead(task.AccountID, "", ""))) // its turn comes after the task's
		equal(t, nil, tasksOf(t, s, task.AccountID))
	})
}
