package ratelimit

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/clock/clocktest"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// oracle decides by the definition: it keeps every admitted call and counts each time.
type oracle struct{ admitted []time.Time }

func (o *oracle) take(now time.Time, limit tickler.RateLimit) tickler.RateVerdict {
	var inWindow []time.Time
	for _, call := range o.admitted {
		if call.After(now.Add(-limit.Window)) {
			inWindow = append(inWindow, call)
		}
	}
	if full := len(inWindow) - limit.Calls; full >= 0 {
		return tickler.RateVerdict{Reset: inWindow[full].Add(limit.Window).Sub(now)}
	}
	o.admitted = append(o.admitted, now)
	inWindow = append(inWindow, now)
	return tickler.RateVerdict{
		Admitted:  true,
		Remaining: limit.Calls - len(inWindow),
		Reset:     inWindow[0].Add(limit.Window).Sub(now),
	}
}

// foretell returns the verdict that take would return, without counting the call.
func (o *oracle) foretell(now time.Time, limit tickler.RateLimit) tickler.RateVerdict {
	return (&oracle{slices.Clone(o.admitted)}).take(now, limit)
}

// check finds a window that holds more calls than the limit.
func (o *oracle) check(t rapid.TB, limit tickler.RateLimit) {
	t.Helper()
	for i := limit.Calls; i < len(o.admitted); i++ {
		if length := o.admitted[i].Sub(o.admitted[i-limit.Calls]); length < limit.Window {
			t.Fatalf("%d calls admitted within %v under %v", limit.Calls+1, length, limit)
		}
	}
}

// database is a CallLog with the node's time and some latency. It counts how often it is asked.
type database struct {
	clock *clocktest.Clock
	way   func() time.Duration // nil: no latency
	err   error

	mu    sync.Mutex
	log   oracle
	asked int
}

func (d *database) TakeCall(_ context.Context, _ tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error) {
	d.travel()
	defer d.travel()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked++
	if d.err != nil {
		return tickler.RateVerdict{}, d.err
	}
	return d.log.take(d.clock.Now(), limit), nil
}

func (d *database) travel() {
	if d.way != nil {
		d.clock.Advance(d.way())
	}
}

func accountNumber(n int) tickler.ID { return tickler.ID{15: byte(n), 14: byte(n >> 8)} }

func mustTake(t rapid.TB, l Limiter, account tickler.ID, limit tickler.RateLimit) tickler.RateVerdict {
	t.Helper()
	verdict, err := l.Take(context.Background(), account, limit)
	if err != nil {
		t.Fatal(err)
	}
	return verdict
}

// drawLimit prefers small limits, which reach the edges often.
func drawLimit(t *rapid.T) tickler.RateLimit {
	limit := tickler.RateLimit{
		Calls:  rapid.OneOf(rapid.IntRange(1, 12), rapid.IntRange(1, 60)).Draw(t, "calls"),
		Window: time.Duration(rapid.IntRange(1, 10).Draw(t, "seconds")) * time.Second,
	}
	if err := limit.Validate(); err != nil {
		t.Fatal(err)
	}
	return limit
}

// drawGap is the time until the next arrival: in bursts, at the edges of windows and of resets, and
// anywhere.
func drawGap(t *rapid.T, last tickler.RateVerdict, limit tickler.RateLimit) time.Duration {
	edges := []time.Duration{0, 0, 0, 1, limit.Window - 1, limit.Window, limit.Window + 1}
	if last.Reset > 0 {
		edges = append(edges, last.Reset-1, last.Reset, last.Reset+1)
	}
	evenly := limit.Window / time.Duration(limit.Calls)
	return rapid.OneOf(
		rapid.SampledFrom(edges),
		rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.Int64Range(0, 2*int64(evenly)).Draw(t, "gap"))
		}),
	).Draw(t, "gap")
}

// checkConcurrently takes many calls at one frozen instant and wants exactly the limit admitted.
func checkConcurrently(t *testing.T, nodes []Limiter, accounts int, limit tickler.RateLimit) {
	t.Helper()
	const goroutines = 16
	admitted := make([]atomic.Int64, accounts)
	var all sync.WaitGroup
	for g := range goroutines {
		all.Go(func() {
			for i := range accounts * limit.Calls / goroutines * 4 { // four times too many
				verdict, err := nodes[g%len(nodes)].Take(context.Background(), accountNumber(i%accounts), limit)
				if err != nil {
					t.Error(err)
				}
				if verdict.Admitted {
					admitted[i%accounts].Add(1)
				}
			}
		})
	}
	all.Wait()
	for account := range accounts {
		if n := admitted[account].Load(); n != int64(limit.Calls) {
			t.Errorf("account %d: %d calls admitted at one instant, want %d", account, n, limit.Calls)
		}
	}
}

func mustEqual(t rapid.TB, got, want tickler.RateVerdict, format string, args ...any) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %+v, want %+v", fmt.Sprintf(format, args...), got, want)
	}
}
