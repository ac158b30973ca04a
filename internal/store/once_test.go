package store_test

import (
	"context"
	"crypto/sha256"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// firstCall is the memory of a call that makes a task.
func firstCall(task tickler.Task, key string) tickler.Once {
	return tickler.Once{
		AccountID: task.AccountID, UserID: task.AccountID, Operation: "Task.Create", Key: key,
		BodyHash: sha256.Sum256([]byte(task.Name)), Answer: []byte("\x00answer " + task.ID.String()), At: noon,
	}
}

func askedAt(once tickler.Once, at time.Time) tickler.Once {
	once.At = at
	return once
}

func TestFirstCallUnderAKeyWins(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		once := firstCall(task, "key")
		first, err := s.MakeTask(t.Context(), task.Made(), &once)
		noError(t, err)
		equal(t, nil, first)
		kept, err := s.Once(t.Context(), askedAt(once, noon))
		noError(t, err)
		equal(t, &once, kept)

		for _, body := range []string{task.Name, "another"} {
			again := plainTask(task.AccountID)
			again.Name = body
			repeat := firstCall(again, "key")
			repeat.At = noon.Add(time.Minute)
			first, err := s.MakeTask(t.Context(), again.Made(), &repeat)
			noError(t, err)
			equal(t, &once, first)
			equal(t, body == task.Name, first.Repeats(repeat))
		}
		equal(t, []tickler.Task{task}, tasksOf(t, s, task.AccountID), exceptTaskAutoID)
	})
}

func TestKeysAreAUsersAndAnOperationsOwn(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		once := firstCall(task, "key")
		_, err := s.MakeTask(t.Context(), task.Made(), &once)
		noError(t, err)

		others := once
		others.AccountID = newID()
		anotherUser := once
		anotherUser.UserID = newID()
		thatKey := anotherUser // as far as one can send it
		thatKey.Key = once.UserID.String() + " " + once.Key
		anotherOperation := once
		anotherOperation.Operation = "Task.Bulk/Create"
		anotherKey := once
		anotherKey.Key = "KEY"
		for _, other := range []tickler.Once{others, anotherUser, thatKey, anotherOperation, anotherKey} {
			kept, err := s.Once(t.Context(), askedAt(other, noon))
			noError(t, err)
			equal(t, nil, kept)
			task := plainTask(other.AccountID)
			first, err := s.MakeTask(t.Context(), task.Made(), &other)
			noError(t, err)
			equal(t, nil, first)
		}
	})
}

// What was kept before keys were each user's own answers whoever repeats the call.
func TestAKeyOfBeforeIsFound(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		task := plainTask(newID())
		once := firstCall(task, "key")
		_, err := s.MakeTask(t.Context(), task.Made(), &once)
		noError(t, err)
		storetest.Exec(t, storetest.SQL(t, location), `UPDATE idempotency_key SET key = 'key'`)
		kept, err := s.Once(t.Context(), once)
		noError(t, err)
		equal(t, &once, kept)
	})
}

func TestKeyIsFreeAgainAfterADay(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		once := firstCall(task, "key")
		_, err := s.MakeTask(t.Context(), task.Made(), &once)
		noError(t, err)

		for _, test := range []struct {
			at   time.Time
			kept bool
		}{{noon.Add(tickler.IdempotencyKept - time.Second), true}, {noon.Add(tickler.IdempotencyKept), false}} {
			kept, err := s.Once(t.Context(), askedAt(once, test.at))
			noError(t, err)
			equal(t, test.kept, kept != nil)

			later := plainTask(task.AccountID)
			again := firstCall(later, "key")
			again.At = test.at
			first, err := s.MakeTask(t.Context(), later.Made(), &again)
			noError(t, err)
			if test.kept {
				equal(t, &once, first)
				continue
			}
			equal(t, nil, first)
			kept, err = s.Once(t.Context(), askedAt(once, test.at))
			noError(t, err)
			equal(t, &again, kept)
		}
		equal(t, 2, len(tasksOf(t, s, task.AccountID)))
	})
}

func TestOneOfManyCallsUnderAKeyAtOnceMakesATask(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		type call struct {
			task  tickler.Task
			once  tickler.Once
			first *tickler.Once
			err   error
		}
		calls := make([]call, 16)
		var all sync.WaitGroup
		for i := range calls {
			c := &calls[i]
			c.task = plainTask(account)
			c.once = firstCall(c.task, "key")
			all.Go(func() { c.first, c.err = s.MakeTask(t.Context(), c.task.Made(), &c.once) })
		}
		all.Wait()

		tasks := tasksOf(t, s, account)
		equal(t, 1, len(tasks))
		for _, c := range calls {
			noError(t, c.err)
			answer := c.once.Answer
			if c.first != nil {
				answer = c.first.Answer
			}
			if !strings.HasSuffix(string(answer), tasks[0].ID.String()) {
				t.Errorf("a call was answered %q, want the id of the one task, %s", answer, tasks[0].ID)
			}
		}
	})
}

func TestFailedCallLeavesItsKeyFree(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		storetest.Exec(t, storetest.SQL(t, location), `CREATE UNIQUE INDEX in_the_way ON task (name)`)
		account := newID()
		noError(t, s.CreateTask(t.Context(), plainTask(account)))

		task := plainTask(account) // of the same name
		once := firstCall(task, "key")
		first, err := s.MakeTask(t.Context(), task.Made(), &once)
		if first != nil || err == nil {
			t.Fatalf("got %v and %v, want an error", first, err)
		}
		kept, err := s.Once(t.Context(), askedAt(once, noon))
		noError(t, err)
		equal(t, nil, kept)

		task.Name = "Another"
		first, err = s.MakeTask(t.Context(), task.Made(), &once)
		noError(t, err)
		equal(t, nil, first)
	})
}

func TestForgetIdempotencyKeys(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		for age, key := range []string{"now", "an hour ago", "two hours ago", "three hours ago"} {
			task := plainTask(account)
			once := firstCall(task, key)
			once.At = noon.Add(-time.Duration(age) * time.Hour)
			_, err := s.MakeTask(t.Context(), task.Made(), &once)
			noError(t, err)
		}
		forget := func(limit int, wantForgotten int64, wantKept ...string) {
			t.Helper()
			forgotten, err := s.ForgetOnces(t.Context(), noon.Add(tickler.IdempotencyKept-time.Hour), limit)
			noError(t, err)
			equal(t, wantForgotten, forgotten)
			var kept []string
			for _, key := range []string{"now", "an hour ago", "two hours ago", "three hours ago"} {
				once, err := s.Once(t.Context(), firstCall(tickler.Task{AccountID: account}, key))
				noError(t, err)
				if once != nil {
					kept = append(kept, key)
				}
			}
			equal(t, wantKept, kept)
		}
		forget(1, 1, "now", "an hour ago", "two hours ago") // the oldest first
		forget(10, 2, "now")
		forget(10, 0, "now")
		equal(t, 4, len(tasksOf(t, s, account)))
	})
}

// The caller's context ends while their task is being written. The writer must not touch what the
// caller has afterwards (the race detector would tell).
func TestCallerThatLeavesIsNotWrittenTo(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		once := firstCall(task, "key")
		_, err := s.MakeTask(t.Context(), task.Made(), &once)
		noError(t, err)
		for range 20 {
			ctx := &goneOnceSeen{Context: t.Context(), done: make(chan struct{})}
			first, err := s.MakeTask(ctx, plainTask(task.AccountID).Made(), &once)
			if err != nil && first != nil {
				t.Fatalf("got both %v and %v", first, err)
			}
			forgotten, err := s.ForgetOnces(&goneOnceSeen{Context: t.Context(), done: make(chan struct{})}, noon, 10)
			if err != nil && forgotten != 0 {
				t.Fatalf("got both %d and %v", forgotten, err)
			}
		}
	})
}

// goneOnceSeen is a context that ends right after Err first returned nil.
type goneOnceSeen struct {
	context.Context
	done chan struct{}
	once sync.Once
}

func (c *goneOnceSeen) Done() <-chan struct{} { return c.done }

func (c *goneOnceSeen) Err() (err error) {
	select {
	case <-c.done:
		return context.Canceled
	default:
		c.once.Do(func() { close(c.done) })
		return nil
	}
}
