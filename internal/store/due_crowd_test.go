package store_test

import (
	"context"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// claimLimit is how much the watch claims at once.
const claimLimit = 200

// armAll puts tasks into the store whose owners are to be told, one at each of some moments.
func armAll(t *testing.T, s *store.Store, account tickler.ID, moments ...time.Time) {
	t.Helper()
	made := make([]tickler.Outcome, len(moments))
	for i, moment := range moments {
		made[i] = armedTask(account, moment).Made()
	}
	noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.Apply(ctx, made...) }))
}

// seconds are so many moments, a second or none apart.
func seconds(first time.Time, count int, apart time.Duration) (moments []time.Time) {
	for i := range count {
		moments = append(moments, first.Add(time.Duration(i)*apart))
	}
	return moments
}

// claimOnce claims what is due as the watch does, and returns the tasks.
func claimOnce(t *testing.T, s *store.Store, now time.Time) (tasks []tickler.Task) {
	t.Helper()
	turns, err := s.DueTurns(t.Context(), now, claimLimit)
	noError(t, err)
	noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		tasks, _, err = tx.DueTasks(ctx, now, claimLimit, turns)
		if err != nil {
			return err
		}
		outcomes := make([]tickler.Outcome, len(tasks))
		for i, task := range tasks {
			outcomes[i] = task.Wake(tickler.Wants{}, now)
		}
		return tx.Apply(ctx, outcomes...)
	}))
	return tasks
}

// countOf counts the tasks of an account.
func countOf(tasks []tickler.Task, account tickler.ID) (count int) {
	for _, task := range tasks {
		if task.AccountID == account {
			count++
		}
	}
	return count
}

// However many tasks are due at one moment, others' of the next second are in the first claim, and
// what they leave of their share is the crowd's.
func TestACrowdOfOneMomentIsLookedAtOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		crowd, other := newID(), newID()
		armAll(t, s, crowd, seconds(noon, 20_000, 0)...)
		armAll(t, s, other, noon.Add(time.Second))
		tasks := claimOnce(t, s, noon.Add(time.Second))
		equal(t, 1, countOf(tasks, other))
		equal(t, claimLimit-1, countOf(tasks, crowd))
	})
}

// A backlog of so many moments that no look sees them all keeps nobody waiting for longer than the
// looks at them take. Of each account the oldest task comes first, nothing is claimed twice, and
// nothing is left.
func TestABacklogKeepsNobodyElseWaitingForLong(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		const backlog, some = 5000, 300
		last := noon.Add((backlog - 1) * time.Second)
		crowd, between, other := newID(), newID(), newID()
		armAll(t, s, crowd, seconds(noon, backlog, time.Second)...)
		armAll(t, s, between, seconds(noon.Add(2800*time.Second), some, time.Second)...) // in two looks
		armAll(t, s, other, last)
		const pairs, accounts = backlog + some + 1, 3
		const bound = (pairs+store.LookPairs-1)/store.LookPairs + (accounts+claimLimit-1)/claimLimit
		waited, total := 0, 0
		claimed, latest := map[tickler.ID]bool{}, map[tickler.ID]time.Time{}
		for claims := 1; ; claims++ {
			tasks := claimOnce(t, s, last)
			if len(tasks) == 0 {
				break
			}
			if want := min(claimLimit, pairs-total); len(tasks) != want {
				t.Fatalf("claim %d is of %d tasks, want %d", claims, len(tasks), want)
			}
			total += len(tasks)
			before := map[tickler.ID]time.Time{}
			for _, task := range tasks {
				if claimed[task.ID] || task.WakeAt.Before(latest[task.AccountID]) {
					t.Fatalf("claim %d takes the task of %s after that of %s, or twice", claims, task.WakeAt, latest[task.AccountID])
				}
				claimed[task.ID] = true
				if task.WakeAt.After(before[task.AccountID]) {
					before[task.AccountID] = task.WakeAt
				}
				if task.AccountID == other {
					waited = claims
				}
			}
			for account, at := range before {
				latest[account] = at
			}
		}
		equal(t, pairs, total)
		if waited == 0 || waited > bound {
			t.Errorf("the other account's task is in claim %d, want it in the first %d", waited, bound)
		}
	})
}
