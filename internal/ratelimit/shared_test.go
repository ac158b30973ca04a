package ratelimit

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/clock/clocktest"
)

func TestSharedRemembersARefusalUntilItsEnd(t *testing.T) {
	clock := clocktest.New(start)
	db := &database{clock: clock, way: func() time.Duration { return 100 * time.Millisecond }}
	shared := NewShared(db, clock)
	limit := tickler.RateLimit{Calls: 1, Window: 5 * time.Second}
	account := accountNumber(1)

	got := mustTake(t, shared, account, limit) // counted at 0.1 s, answered at 0.2 s
	mustEqual(t, got, tickler.RateVerdict{Admitted: true, Reset: 5 * time.Second}, "first")
	got = mustTake(t, shared, account, limit) // sent at 0.2 s, refused at 0.3 s until 5.1 s, answered at 0.4 s
	mustEqual(t, got, tickler.RateVerdict{Reset: 4800 * time.Millisecond}, "second")

	// All the node knows for certain is that it lasts until 0.2 s + 4.8 s = 5 s.
	got = mustTake(t, shared, account, limit)
	mustEqual(t, got, tickler.RateVerdict{Reset: 4600 * time.Millisecond}, "remembered")
	clock.Advance(4600*time.Millisecond - 1)
	got = mustTake(t, shared, account, limit)
	mustEqual(t, got, tickler.RateVerdict{Reset: 1}, "at the end")
	if db.asked != 2 {
		t.Errorf("the database was asked %d times, want 2", db.asked)
	}
	clock.Advance(1)
	got = mustTake(t, shared, account, limit) // sent at 5 s, there at 5.1 s
	mustEqual(t, got, tickler.RateVerdict{Admitted: true, Reset: 5 * time.Second}, "after the end")
	if db.asked != 3 {
		t.Errorf("the database was asked %d times, want 3", db.asked)
	}
}

func TestSharedAsksAnewUnderAnotherLimit(t *testing.T) {
	clock := clocktest.New(start)
	db := &database{clock: clock}
	shared := NewShared(db, clock)
	low, high := tickler.RateLimit{Calls: 1, Window: time.Hour}, tickler.RateLimit{Calls: 2, Window: time.Hour}
	mustTake(t, shared, accountNumber(1), low)
	if got := mustTake(t, shared, accountNumber(1), low); got.Admitted {
		t.Fatalf("second of one: %+v", got)
	}
	if got := mustTake(t, shared, accountNumber(1), high); !got.Admitted {
		t.Errorf("second of two: %+v", got)
	}
	if got := mustTake(t, shared, accountNumber(1), tickler.RateLimit{}); got != (tickler.RateVerdict{Admitted: true}) {
		t.Errorf("without a limit: %+v", got)
	}
	if db.asked != 3 {
		t.Errorf("the database was asked %d times, want 3", db.asked)
	}
}

func TestSharedHandsErrorsOn(t *testing.T) {
	clock := clocktest.New(start)
	db := &database{clock: clock, err: errors.New("the network is down")}
	shared := NewShared(db, clock)
	limit := tickler.RateLimit{Calls: 1, Window: time.Hour}
	if got, err := shared.Take(context.Background(), accountNumber(1), limit); !errors.Is(err, db.err) || got.Admitted {
		t.Errorf("Take gave %+v, %v", got, err)
	}
	db.err = nil
	if got := mustTake(t, shared, accountNumber(1), limit); !got.Admitted {
		t.Errorf("after an error: %+v", got)
	}
}

// Of two answers that overtake each other, the one that holds longer counts.
func TestSharedKeepsTheLaterEnd(t *testing.T) {
	clock := clocktest.New(start)
	shared := NewShared(&database{clock: clock}, clock)
	key := refusal{accountNumber(1), tickler.DefaultRateLimit}
	shared.remember(key, start.Add(3*time.Second))
	shared.remember(key, start.Add(2*time.Second))
	if rest := shared.rest(key, start); rest != 3*time.Second {
		t.Errorf("%v are left, want 3s", rest)
	}
}

func TestSharedForgetsExpiredRefusals(t *testing.T) {
	clock := clocktest.New(start)
	shared := NewShared(&database{clock: clock}, clock)
	limit := tickler.RateLimit{Calls: 1, Window: time.Second}
	for range 2 {
		for i := range 1000 {
			mustTake(t, shared, accountNumber(i), limit)
			mustTake(t, shared, accountNumber(i), limit)
		}
		clock.Advance(sweepEvery)
	}
	mustTake(t, shared, accountNumber(1), limit)
	if n := len(shared.refusals); n != 0 {
		t.Errorf("%d refusals are remembered, want 0", n)
	}
}

// With two nodes, any arrivals and any latencies, no window holds more than the limit, and no call
// is refused that the database would have admitted at that instant.
func TestSharedNeverRefusesNeedlessly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := clocktest.New(start)
		way := rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(3*time.Second)).Draw(t, "nanoseconds")) /
				rapid.SampledFrom([]time.Duration{1, 1000}).Draw(t, "of")
		})
		db := &database{clock: clock, way: func() time.Duration { return way.Draw(t, "way") }}
		nodes := []*Shared{NewShared(db, clock), NewShared(db, clock)}
		limit := drawLimit(t)
		var last tickler.RateVerdict
		for i := range rapid.IntRange(1, 100).Draw(t, "arrivals") {
			clock.Advance(drawGap(t, last, limit))
			asked := db.asked
			truth := db.log.foretell(clock.Now(), limit)
			last = mustTake(t, rapid.SampledFrom(nodes).Draw(t, "node"), accountNumber(1), limit)
			remembered := db.asked == asked
			if remembered && (truth.Admitted || last.Admitted || last.Remaining != 0) {
				t.Fatalf("arrival %d: answered %+v without asking, the truth is %+v", i, last, truth)
			}
			if remembered && (last.Reset <= 0 || last.Reset > truth.Reset) {
				t.Fatalf("arrival %d: refused for %v, the truth is %v", i, last.Reset, truth.Reset)
			}
		}
		db.log.check(t, limit)
	})
}

func TestSharedConcurrently(t *testing.T) {
	clock := clocktest.New(start)
	db := &database{clock: clock}
	limit := tickler.RateLimit{Calls: 100, Window: time.Second}
	checkConcurrently(t, []Limiter{NewShared(db, clock), NewShared(db, clock)}, 1, limit)
}
