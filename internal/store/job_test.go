package store_test

import (
	"sync"
	"testing"
	"time"

	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// enqueuer puts jobs of the kind "work" into the table, in the order of their ids.
type enqueuer func(due time.Time, serialKey any) jobs.Ref

// runQueue runs a test with an empty queue on each engine.
func runQueue(t *testing.T, test func(t *testing.T, q store.Queue, enqueue enqueuer)) {
	t.Helper()
	storetest.RunAt(t, func(t *testing.T, location string) {
		q := storetest.Open(t, location).Jobs()
		test(t, q, enqueueAt(t, location))
	})
}

func enqueueAt(t *testing.T, location string) enqueuer {
	t.Helper()
	db := storetest.SQL(t, location)
	account := newID()
	return func(due time.Time, serialKey any) jobs.Ref {
		id := newID()
		storetest.Exec(t, db, `
			INSERT INTO job (account_id, id, kind, payload, serial_key, state, next_at, runner, attempts, last_error, created_at)
			VALUES ($1, $2, 'work', 'payload', $3, 0, $4, '', 0, '', $5)`, account[:], id[:], serialKey, due.UnixMilli(), noon.Unix())
		return jobs.Ref{Account: jobs.ID(account), ID: jobs.ID(id)}
	}
}

const lease = 10 * time.Second

// claim claims what is due and returns it as a set.
func claim(t *testing.T, q store.Queue, runner string, now time.Time, limit int) map[jobs.Ref]int {
	t.Helper()
	claimed, err := q.Claim(t.Context(), "work", runner, now, now.Add(lease), limit)
	noError(t, err)
	attempts := map[jobs.Ref]int{}
	for _, job := range claimed {
		equal(t, "work payload", job.Kind+" "+job.Payload)
		equal(t, noon, job.CreatedAt)
		attempts[job.Ref] = job.Attempt
	}
	equal(t, len(claimed), len(attempts))
	return attempts
}

func counts(t *testing.T, q store.Queue) map[string]int {
	t.Helper()
	list, err := q.Counts(t.Context())
	noError(t, err)
	found := map[string]int{}
	for _, c := range list {
		found[c.Kind+" "+c.State] = c.Count
	}
	return found
}

func TestJobsOfExceptedAccountsAreLeft(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		q := storetest.Open(t, location).Jobs()
		first, second := enqueueAt(t, location)(noon.Add(-time.Minute), nil), enqueueAt(t, location)(noon.Add(-time.Second), nil)
		third := enqueueAt(t, location)(noon, nil)
		claimed, err := q.Claim(t.Context(), "work", "a", noon, noon.Add(lease), 10, first.Account, second.Account)
		noError(t, err)
		equal(t, 1, len(claimed))
		equal(t, third, claimed[0].Ref)
		equal(t, map[jobs.Ref]int{first: 1, second: 1}, claim(t, q, "b", noon, 10))
	})
}

func TestDueJobsAreClaimedOldestFirst(t *testing.T) {
	runQueue(t, func(t *testing.T, q store.Queue, enqueue enqueuer) {
		second := enqueue(noon.Add(-time.Second), nil)
		first := enqueue(noon.Add(-time.Minute), nil)
		third := enqueue(noon, nil)
		enqueue(noon.Add(time.Millisecond), nil)
		none, err := q.Claim(t.Context(), "another kind", "a", noon, noon.Add(lease), 10)
		noError(t, err)
		equal(t, 0, len(none))
		equal(t, map[jobs.Ref]int{first: 1}, claim(t, q, "a", noon, 1))
		equal(t, map[jobs.Ref]int{second: 1, third: 1}, claim(t, q, "b", noon, 10))
		equal(t, map[jobs.Ref]int{}, claim(t, q, "a", noon, 10))
		equal(t, map[string]int{"work running": 3, "work waiting": 1}, counts(t, q))
	})
}

func TestLostRunIsClaimedByAnotherRunner(t *testing.T) {
	runQueue(t, func(t *testing.T, q store.Queue, enqueue enqueuer) {
		kept, lost := enqueue(noon, nil), enqueue(noon, nil)
		both := []jobs.Ref{kept, lost}
		claim(t, q, "a", noon, 10)
		own, err := q.Renew(t.Context(), "a", both[:1], noon.Add(2*lease))
		noError(t, err)
		equal(t, both[:1], own)

		equal(t, map[jobs.Ref]int{}, claim(t, q, "b", noon.Add(lease-time.Millisecond), 10))
		equal(t, map[jobs.Ref]int{lost: 2}, claim(t, q, "b", noon.Add(lease), 10))
		own, err = q.Renew(t.Context(), "a", both, noon.Add(2*lease))
		noError(t, err)
		equal(t, both[:1], own)
		own, err = q.Renew(t.Context(), "a", nil, noon.Add(2*lease))
		noError(t, err)
		equal(t, 0, len(own))

		// What the first runner still reports about the lost job is ignored.
		noError(t, q.Finish(t.Context(), "a", lost))
		noError(t, q.Retry(t.Context(), "a", lost, noon, ""))
		noError(t, q.Bury(t.Context(), "a", lost, ""))
		equal(t, map[string]int{"work running": 2}, counts(t, q))
		noError(t, q.Finish(t.Context(), "b", lost))
		equal(t, map[string]int{"work running": 1}, counts(t, q))
	})
}

func TestOutcomesOfAJob(t *testing.T) {
	runQueue(t, func(t *testing.T, q store.Queue, enqueue enqueuer) {
		done, failed, dead := enqueue(noon, nil), enqueue(noon, nil), enqueue(noon, nil)
		claim(t, q, "a", noon, 10)
		noError(t, q.Finish(t.Context(), "a", done))
		noError(t, q.Retry(t.Context(), "a", failed, noon.Add(time.Minute), "try again"))
		noError(t, q.Bury(t.Context(), "a", dead, "never"))
		equal(t, map[string]int{"work waiting": 1, "work dead": 1}, counts(t, q))
		equal(t, map[jobs.Ref]int{}, claim(t, q, "a", noon.Add(time.Minute-time.Millisecond), 10))
		equal(t, map[jobs.Ref]int{failed: 2}, claim(t, q, "a", noon.Add(time.Minute), 10))
	})
}

func TestSeriesRunsOneByOneInItsOrder(t *testing.T) {
	runQueue(t, func(t *testing.T, q store.Queue, enqueue enqueuer) {
		first := enqueue(noon.Add(time.Minute), "series") // due later than the second
		second := enqueue(noon, "series")
		third := enqueue(noon, "series")
		other, alone := enqueue(noon, "another series"), enqueue(noon, nil)

		equal(t, map[jobs.Ref]int{other: 1, alone: 1}, claim(t, q, "a", noon, 10))
		now := noon.Add(time.Minute)
		noError(t, q.Finish(t.Context(), "a", other))
		noError(t, q.Finish(t.Context(), "a", alone))
		equal(t, map[jobs.Ref]int{first: 1}, claim(t, q, "a", now, 10))
		equal(t, map[jobs.Ref]int{}, claim(t, q, "b", now, 10))
		noError(t, q.Retry(t.Context(), "a", first, now.Add(time.Minute), "try again"))
		equal(t, map[jobs.Ref]int{}, claim(t, q, "b", now, 10)) // the others wait with it
		now = now.Add(time.Minute)
		equal(t, map[jobs.Ref]int{first: 2}, claim(t, q, "a", now, 10))
		noError(t, q.Bury(t.Context(), "a", first, "never"))
		equal(t, map[jobs.Ref]int{second: 1}, claim(t, q, "a", now, 10)) // a dead job delays no other
		noError(t, q.Finish(t.Context(), "a", second))
		equal(t, map[jobs.Ref]int{third: 1}, claim(t, q, "a", now, 10))
	})
}

func TestReleaseAll(t *testing.T) {
	runQueue(t, func(t *testing.T, q store.Queue, enqueue enqueuer) {
		running, dead := enqueue(noon, nil), enqueue(noon, nil)
		claim(t, q, "a", noon, 10)
		noError(t, q.Bury(t.Context(), "a", dead, "never"))
		later := enqueue(noon.Add(time.Hour), nil)
		noError(t, q.ReleaseAll(t.Context(), noon))
		equal(t, map[string]int{"work waiting": 2, "work dead": 1}, counts(t, q))
		equal(t, map[jobs.Ref]int{running: 2}, claim(t, q, "b", noon, 10))
		noError(t, q.Finish(t.Context(), "b", running))
		equal(t, map[jobs.Ref]int{later: 1}, claim(t, q, "b", noon.Add(time.Hour), 10))
	})
}

func TestRunnersClaimEachJobOnce(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		nodes := []*store.Store{storetest.Open(t, location)}
		if nodes[0].Shared() {
			nodes = append(nodes, storetest.Open(t, location))
		}
		enqueue := enqueueAt(t, location)
		const waiting = 60
		for range waiting {
			enqueue(noon, nil)
		}
		var mu sync.Mutex
		runs := map[jobs.Ref]int{}
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				for {
					claimed, err := nodes[i%len(nodes)].Jobs().Claim(t.Context(), "work", string(rune('a'+i)), noon, noon.Add(lease), 7)
					if err != nil {
						t.Error(err)
					}
					if len(claimed) == 0 { // others hold the rest
						return
					}
					mu.Lock()
					for _, job := range claimed {
						runs[job.Ref]++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		equal(t, waiting, len(runs))
		for ref, n := range runs {
			if n != 1 {
				t.Errorf("%v was claimed %d times", ref, n)
			}
		}
	})
}

// Two accounts with many older jobs don't delay another account's only job: accounts take turns.
func TestAccountsTakeTurns(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		q := storetest.Open(t, location).Jobs()
		crowds := map[jobs.ID]bool{}
		for range 2 {
			enqueue := enqueueAt(t, location)
			for range 50 {
				crowds[enqueue(noon.Add(-time.Hour), nil).Account] = true
			}
		}
		late := enqueueAt(t, location)(noon, nil)
		claimed, err := q.Claim(t.Context(), "work", "a", noon, noon.Add(lease), 8)
		noError(t, err)
		of := map[jobs.ID]int{}
		for _, job := range claimed {
			of[job.Account]++
		}
		equal(t, 1, of[late.Account])
		for crowd := range crowds {
			equal(t, 2, of[crowd])
		}
		again := enqueueAt(t, location)(noon, nil)
		for range 3 { // one slot at a time
			claimed, err = q.Claim(t.Context(), "work", "a", noon, noon.Add(lease), 1)
			noError(t, err)
			of[claimed[0].Account]++
		}
		equal(t, 1, of[again.Account])
	})
}
