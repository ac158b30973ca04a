package store_test

import (
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/pgtest"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// The oracle keeps every admitted instant. Time passes in steps much longer than the test itself:
// the log in the database is moved into the past.
func TestTakeCallIsAnExactSlidingWindow(t *testing.T) {
	t.Parallel()
	location := pgtest.URL(t)
	nodes := []*store.Store{storetest.Open(t, location), storetest.Open(t, location)}
	behind := storetest.SQL(t, location)
	const step, window = 10 * time.Minute, time.Hour

	rapid.Check(t, func(r *rapid.T) {
		account := newID()
		var ages []time.Duration // of the admitted calls, the oldest first
		r.Repeat(map[string]func(*rapid.T){
			"call": func(r *rapid.T) {
				limit := tickler.RateLimit{Calls: rapid.IntRange(1, 6).Draw(r, "limit"), Window: window}
				inWindow := ages
				for len(inWindow) > 0 && inWindow[0] >= window {
					inWindow = inWindow[1:]
				}
				node := rapid.SampledFrom(nodes).Draw(r, "node")
				verdict, err := node.TakeCall(t.Context(), account, limit)
				noError(r, err)
				equal(r, len(inWindow) < limit.Calls, verdict.Admitted)
				// If there was no call before, this one is the oldest; a refused call waits until
				// all but limit-1 have left.
				oldest := time.Duration(0)
				switch {
				case verdict.Admitted:
					ages = append(ages, 0)
					equal(r, limit.Calls-len(inWindow)-1, verdict.Remaining)
					if len(inWindow) > 0 {
						oldest = inWindow[0]
					}
				default:
					equal(r, 0, verdict.Remaining)
					oldest = inWindow[len(inWindow)-limit.Calls]
				}
				if latest := window - oldest; verdict.Reset > latest || verdict.Reset <= latest-step {
					r.Fatalf("reset in %v, want at most %v and hardly less", verdict.Reset, latest)
				}
			},
			"wait": func(r *rapid.T) {
				waited := step * time.Duration(rapid.IntRange(1, 7).Draw(r, "steps"))
				for i := range ages {
					ages[i] += waited
				}
				_, err := behind.ExecContext(t.Context(),
					`UPDATE rate_log SET calls = ARRAY(SELECT c - $1 FROM unnest(calls) WITH ORDINALITY AS u (c, n) ORDER BY n) WHERE account_id = $2`,
					waited.Microseconds(), account.String())
				noError(r, err)
			},
		})
	})
}

// Many calls at once through two nodes, with a short window and the limit changed from phase to
// phase. A trigger records what is admitted and when, in the order of the row's lock.
func TestNoWindowHoldsMoreCallsThanItsLimit(t *testing.T) {
	t.Parallel()
	location := pgtest.URL(t)
	nodes := []*store.Store{storetest.Open(t, location), storetest.Open(t, location)}
	behind := storetest.SQL(t, location)
	for _, statement := range []string{
		`CREATE TABLE admitted (n bigserial, at bigint)`,
		`CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
			'BEGIN INSERT INTO admitted (at) VALUES (NEW.calls[cardinality(NEW.calls)]); RETURN NULL; END'`,
		`CREATE TRIGGER note AFTER INSERT OR UPDATE ON rate_log FOR EACH ROW EXECUTE FUNCTION note()`,
	} {
		storetest.Exec(t, behind, statement)
	}

	const window = 50 * time.Millisecond
	account := newID()
	var limits []int // of each admitted call
	for _, calls := range []int{5, 12, 3, 5, 1, 8} {
		limit := tickler.RateLimit{Calls: calls, Window: window}
		var callers sync.WaitGroup
		var mu sync.Mutex
		end := len(limits) + 2*calls + 2 // so that the window goes round
		more := func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(limits) < end
		}
		for i := range 8 {
			callers.Go(func() {
				for more() {
					verdict, err := nodes[i%2].TakeCall(t.Context(), account, limit)
					if err != nil {
						t.Error(err)
						return
					}
					if verdict.Reset <= 0 || verdict.Reset > window {
						t.Errorf("reset in %v, want more than 0 and at most the window", verdict.Reset)
					}
					if verdict.Remaining < 0 || verdict.Remaining >= calls || (!verdict.Admitted && verdict.Remaining > 0) {
						t.Errorf("%d remaining of %d, admitted %t", verdict.Remaining, calls, verdict.Admitted)
					}
					if verdict.Admitted {
						mu.Lock()
						limits = append(limits, calls)
						mu.Unlock()
					}
				}
			})
		}
		callers.Wait()
	}

	rows, err := behind.QueryContext(t.Context(), `SELECT at FROM admitted ORDER BY n`)
	noError(t, err)
	defer rows.Close()
	var at []int64 // microseconds
	for rows.Next() {
		var instant int64
		noError(t, rows.Scan(&instant))
		at = append(at, instant)
	}
	noError(t, rows.Err())
	equal(t, len(limits), len(at))
	for i, limit := range limits { // phases follow one another, so the order within one does not matter
		if before := i - limit; before >= 0 && at[i]-at[before] < window.Microseconds() {
			t.Errorf("call %d came %dµs after the one %d calls before: more than %d in a window", i, at[i]-at[before], limit, limit)
		}
	}
}

func TestAccountsHaveLimitsOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, pgtest.URL(t))
	limit := tickler.RateLimit{Calls: 1, Window: time.Hour}
	for range 2 {
		account := newID()
		for _, want := range []bool{true, false} {
			verdict, err := s.TakeCall(t.Context(), account, limit)
			noError(t, err)
			equal(t, want, verdict.Admitted)
		}
	}
}
