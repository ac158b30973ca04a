package ratelimit

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/clock"
	"tickler/internal/clock/clocktest"
)

func TestLocalTellsWhenAPlaceComesFree(t *testing.T) {
	clock := clocktest.New(start)
	local := NewLocal(clock)
	limit := tickler.RateLimit{Calls: 2, Window: 5 * time.Second}
	steps := []struct {
		at   time.Duration
		want tickler.RateVerdict
	}{
		{0, tickler.RateVerdict{Admitted: true, Remaining: 1, Reset: 5 * time.Second}},
		{2 * time.Second, tickler.RateVerdict{Admitted: true, Remaining: 0, Reset: 3 * time.Second}},
		{3 * time.Second, tickler.RateVerdict{Reset: 2 * time.Second}},
		{5*time.Second - 1, tickler.RateVerdict{Reset: 1}},
		{5 * time.Second, tickler.RateVerdict{Admitted: true, Remaining: 0, Reset: 2 * time.Second}}, // half-open: the first has left
		{6 * time.Second, tickler.RateVerdict{Reset: time.Second}},
		{10 * time.Second, tickler.RateVerdict{Admitted: true, Remaining: 1, Reset: 5 * time.Second}},
	}
	for _, step := range steps {
		clock.Set(start.Add(step.at))
		mustEqual(t, mustTake(t, local, accountNumber(1), limit), step.want, "after %v", step.at)
	}
}

// For any arrivals of several accounts, every verdict is the oracle's, so no call is refused
// needlessly, and no window of an account holds more than the limit.
func TestLocalIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := clocktest.New(start)
		local := NewLocal(clock)
		limit := drawLimit(t)
		oracles := make([]oracle, rapid.IntRange(1, 3).Draw(t, "accounts"))
		var last tickler.RateVerdict
		for i := range rapid.IntRange(1, 150).Draw(t, "arrivals") {
			clock.Advance(drawGap(t, last, limit))
			account := rapid.IntRange(0, len(oracles)-1).Draw(t, "account")
			want := oracles[account].take(clock.Now(), limit)
			last = mustTake(t, local, accountNumber(account), limit)
			mustEqual(t, last, want, "arrival %d, account %d", i, account)
		}
		for _, o := range oracles {
			o.check(t, limit)
		}
	})
}

// With one window, raising and lowering the number of calls is exact from the first call.
func TestLocalIsExactWhenCallsChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := clocktest.New(start)
		local := NewLocal(clock)
		limit := drawLimit(t)
		var o oracle
		var last tickler.RateVerdict
		for i := range rapid.IntRange(1, 150).Draw(t, "arrivals") {
			if rapid.IntRange(0, 9).Draw(t, "dice") == 0 {
				limit.Calls = drawLimit(t).Calls
			}
			clock.Advance(drawGap(t, last, limit))
			want := o.take(clock.Now(), limit)
			last = mustTake(t, local, accountNumber(1), limit)
			mustEqual(t, last, want, "arrival %d under %v", i, limit)
		}
	})
}

// When windows change too, no call is refused that the whole past would admit, and none is admitted
// that the calls since the last change would refuse.
func TestLocalWhenWindowsChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := clocktest.New(start)
		local := NewLocal(clock)
		limit := drawLimit(t)
		var whole, sinceChange oracle
		var last tickler.RateVerdict
		for i := range rapid.IntRange(1, 150).Draw(t, "arrivals") {
			if rapid.IntRange(0, 9).Draw(t, "dice") == 0 {
				limit = drawLimit(t)
				sinceChange = oracle{}
			}
			clock.Advance(drawGap(t, last, limit))
			now := clock.Now()
			strictest, laxest := whole.foretell(now, limit), sinceChange.foretell(now, limit)
			last = mustTake(t, local, accountNumber(1), limit)
			if last.Admitted {
				whole.admitted = append(whole.admitted, now)
				sinceChange.admitted = append(sinceChange.admitted, now)
			}
			if strictest.Admitted && !last.Admitted {
				t.Fatalf("arrival %d refused needlessly under %v: %+v", i, limit, last)
			}
			if last.Admitted && !laxest.Admitted {
				t.Fatalf("arrival %d admitted beyond %v: %+v", i, limit, last)
			}
			if last.Reset <= 0 || last.Reset > limit.Window || last.Remaining < 0 || last.Remaining >= limit.Calls {
				t.Fatalf("arrival %d under %v: %+v", i, limit, last)
			}
		}
		sinceChange.check(t, limit)
	})
}

// A refused call is admitted after Reset, also when rounded up to the whole seconds of a
// Retry-After header, at least 1.
func TestLocalAdmitsAfterReset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := clocktest.New(start)
		local := NewLocal(clock)
		limit := drawLimit(t)
		verdict := tickler.RateVerdict{Admitted: true}
		for verdict.Admitted {
			clock.Advance(drawGap(t, verdict, limit) % (limit.Window / time.Duration(limit.Calls)))
			verdict = mustTake(t, local, accountNumber(1), limit)
		}
		wait := verdict.Reset
		if rapid.Bool().Draw(t, "header") {
			wait = max((wait+time.Second-1)/time.Second, 1) * time.Second
		} else {
			clock.Advance(wait - 1)
			wait = 1
			if early := mustTake(t, local, accountNumber(1), limit); early.Admitted {
				t.Fatalf("admitted before its Reset of %v", verdict.Reset)
			}
		}
		clock.Advance(wait)
		if again := mustTake(t, local, accountNumber(1), limit); !again.Admitted {
			t.Fatalf("refused for %v and again after it: %+v", verdict.Reset, again)
		}
	})
}

func TestLocalWithoutALimitKeepsNothing(t *testing.T) {
	local := NewLocal(clocktest.New(start))
	for range 100 {
		mustEqual(t, mustTake(t, local, accountNumber(1), tickler.RateLimit{}), tickler.RateVerdict{Admitted: true}, "off")
	}
	if n := local.table.held(); n != 0 {
		t.Errorf("%d accounts are held", n)
	}
}

// If the clock is set back, calls stay counted until it is where it was.
func TestLocalWhenTheClockIsSetBack(t *testing.T) {
	clock := clocktest.New(start)
	local := NewLocal(clock)
	limit := tickler.RateLimit{Calls: 2, Window: time.Second}
	mustTake(t, local, accountNumber(1), limit)
	clock.Advance(-time.Minute)
	if got := mustTake(t, local, accountNumber(1), limit); !got.Admitted {
		t.Errorf("second of two calls: %+v", got)
	}
	want := tickler.RateVerdict{Reset: time.Minute + time.Second}
	mustEqual(t, mustTake(t, local, accountNumber(1), limit), want, "third of two calls")
	clock.Set(start.Add(limit.Window - 1))
	want = tickler.RateVerdict{Reset: 1}
	mustEqual(t, mustTake(t, local, accountNumber(1), limit), want, "just before Reset")
	clock.Advance(1)
	if got := mustTake(t, local, accountNumber(1), limit); !got.Admitted || got.Remaining != 1 {
		t.Errorf("after Reset: %+v", got)
	}
}

func TestLocalConcurrently(t *testing.T) {
	limit := tickler.RateLimit{Calls: 100, Window: time.Second}
	checkConcurrently(t, []Limiter{NewLocal(clocktest.New(start))}, 5, limit)
}

// The largest limit takes one ring, no longer than the limit.
func TestLocalOfTheLargestLimit(t *testing.T) {
	clock := clocktest.New(start)
	local := NewLocal(clock)
	limit := tickler.RateLimit{Calls: tickler.MaxRateLimitCalls, Window: tickler.MaxRateLimitWindow}
	for i := range 3 * limit.Calls {
		if got := mustTake(t, local, accountNumber(1), limit); got.Admitted != (i < limit.Calls) {
			t.Fatalf("call %d: %+v", i+1, got)
		}
	}
	if n := cap(local.table.logOf(accountNumber(1)).ring); n != limit.Calls {
		t.Errorf("the ring has %d places, want %d", n, limit.Calls)
	}
}

func BenchmarkLocalTake(b *testing.B) {
	for _, bench := range []struct {
		name     string
		accounts int
		limit    tickler.RateLimit
	}{
		{"mostly-admitted/10000-accounts", 10_000, tickler.RateLimit{Calls: 1000, Window: time.Second}},
		{"refused/10000-accounts", 10_000, tickler.RateLimit{Calls: 1, Window: time.Hour}},
		{"refused/1-account", 1, tickler.RateLimit{Calls: 1, Window: time.Hour}}, // all wait for one lock
	} {
		b.Run(bench.name, func(b *testing.B) {
			local := NewLocal(clock.System{})
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for i := rand.IntN(bench.accounts); pb.Next(); i++ {
					_, _ = local.Take(context.Background(), accountNumber(i%bench.accounts), bench.limit)
				}
			})
		})
	}
}
