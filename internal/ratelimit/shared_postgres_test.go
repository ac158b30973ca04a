package ratelimit_test

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of history's own connections

	"tickler"
	"tickler/internal/clock"
	"tickler/internal/pgtest"
	"tickler/internal/ratelimit"
	"tickler/internal/store"
)

// Two nodes on one database, under a load of many times the limit, over several windows. All
// instants are the database's, so nothing depends on the speed of this machine.
func TestSharedOnPostgres(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	limit := tickler.RateLimit{Calls: 20, Window: time.Second}
	nodes := []ratelimit.Limiter{openNode(t, url, true), openNode(t, url, false)}
	history := openHistory(t, url)
	account := tickler.ID{15: 1}

	const goroutines = 12
	const meanGap = 15 * time.Millisecond // 800 calls a second, if the database answers at once
	var admitted, refused atomic.Int64
	enough := func() bool { return int(admitted.Load()) > 3*limit.Calls && int(refused.Load()) > limit.Calls }
	patience, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	calls := make([][]call, goroutines)
	var all sync.WaitGroup
	for g := range goroutines {
		all.Go(func() {
			for !enough() && patience.Err() == nil {
				<-time.After(time.Duration(rand.ExpFloat64() * float64(meanGap))) // the load: arrivals at random
				one, err := history.watch(t.Context(), nodes[g%len(nodes)], account, limit)
				if err != nil {
					t.Error(err)
					return
				}
				calls[g] = append(calls[g], one)
				if one.verdict.Admitted {
					admitted.Add(1)
				} else {
					refused.Add(1)
				}
			}
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}

	made := slices.Concat(calls...)
	recorded := history.admitted(t, account)
	t.Logf("%d of %d calls were admitted", len(recorded), len(made))
	if !enough() {
		t.Error("the load was too small for the limit: nothing was tested")
	}
	checkAdmitted(t, made, recorded)
	checkNoWindowOverfull(t, recorded, limit)
	checkNoneRefusedNeedlessly(t, made, recorded, limit)
}

// call is one call's verdict, and the database's time before and after it in Unix microseconds.
type call struct {
	before, after int64
	verdict       tickler.RateVerdict
}

func openNode(t *testing.T, url string, migrate bool) ratelimit.Limiter {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if migrate {
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return ratelimit.NewShared(s, clock.System{})
}

// history keeps every admitted instant, recorded by a trigger, not only the last few.
type history struct{ db *sql.DB }

func openHistory(t *testing.T, url string) history {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(12)
	db.SetMaxIdleConns(12)
	if _, err := db.ExecContext(t.Context(), `
		CREATE TABLE history (n bigint GENERATED ALWAYS AS IDENTITY, account_id uuid, call bigint);
		CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			INSERT INTO history (account_id, call) VALUES (NEW.account_id, NEW.calls[cardinality(NEW.calls)]);
			RETURN NULL;
		END $$;
		CREATE TRIGGER keep_history AFTER INSERT OR UPDATE ON rate_log FOR EACH ROW EXECUTE FUNCTION keep_history()`); err != nil {
		t.Fatal(err)
	}
	return history{db}
}

// watch makes a call between two readings of the database's clock.
func (h history) watch(
	ctx context.Context, node ratelimit.Limiter, account tickler.ID, limit tickler.RateLimit,
) (one call, err error) {
	if one.before, err = h.now(ctx); err != nil {
		return one, err
	}
	if one.verdict, err = node.Take(ctx, account, limit); err != nil {
		return one, err
	}
	one.after, err = h.now(ctx)
	return one, err
}

func (h history) now(ctx context.Context) (microseconds int64, err error) {
	err = h.db.QueryRowContext(ctx, `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint`).Scan(&microseconds)
	return microseconds, err
}

// admitted returns the instants of all admitted calls, in the order in which they were counted.
func (h history) admitted(t *testing.T, account tickler.ID) (instants []int64) {
	t.Helper()
	rows, err := h.db.QueryContext(t.Context(), `SELECT call FROM history WHERE account_id = $1 ORDER BY n`, account.String())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var instant int64
		if err := rows.Scan(&instant); err != nil {
			t.Fatal(err)
		}
		instants = append(instants, instant)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return instants
}

// checkAdmitted wants each admitted call counted once, and in order.
func checkAdmitted(t *testing.T, made []call, admitted []int64) {
	t.Helper()
	n := 0
	for _, one := range made {
		if one.verdict.Admitted {
			n++
		}
	}
	if n != len(admitted) {
		t.Errorf("%d calls were admitted, %d are in the database", n, len(admitted))
	}
	if !slices.IsSorted(admitted) {
		t.Error("the calls were not counted in the order of their instants")
	}
}

func checkNoWindowOverfull(t *testing.T, admitted []int64, limit tickler.RateLimit) {
	t.Helper()
	for i := limit.Calls; i < len(admitted); i++ {
		if length := admitted[i] - admitted[i-limit.Calls]; length < limit.Window.Microseconds() {
			t.Errorf("calls %d to %d were admitted within %d µs under %v", i-limit.Calls+1, i+1, length, limit)
		}
	}
}

// checkNoneRefusedNeedlessly wants for each refused call, remembered or not, an instant during it
// at which the window was full by the database's own record.
func checkNoneRefusedNeedlessly(t *testing.T, made []call, admitted []int64, limit tickler.RateLimit) {
	t.Helper()
	for _, one := range made {
		if one.verdict.Admitted {
			continue
		}
		full := false
		for i := limit.Calls - 1; i < len(admitted) && !full; i++ {
			soonest := max(one.before, admitted[i]) // the full window's last call may have been admitted meanwhile
			full = soonest <= one.after && admitted[i-limit.Calls+1] > soonest-limit.Window.Microseconds()
		}
		if !full {
			t.Errorf("a call between %d and %d was refused, and the window was not full", one.before, one.after)
		}
	}
}
