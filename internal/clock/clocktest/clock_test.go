package clocktest_test

import (
	"testing"
	"time"

	"tickler/internal/clock/clocktest"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestStandsStillUntilMoved(t *testing.T) {
	clock := clocktest.New(start.In(time.FixedZone("CET", 3600)))
	if now := clock.Now(); now != start {
		t.Fatalf("Now() = %v, want %v", now, start)
	}
	clock.Advance(time.Hour)
	if now := clock.Now(); now != start.Add(time.Hour) {
		t.Errorf("after Advance(1h): Now() = %v", now)
	}
	clock.Set(start.Add(-time.Hour))
	if now := clock.Now(); now != start.Add(-time.Hour) {
		t.Errorf("after Set an hour back: Now() = %v", now)
	}
}

func TestFiresWhatIsDue(t *testing.T) {
	clock := clocktest.New(start)
	late, _ := clock.NewTimer(3 * time.Second)
	soon, _ := clock.NewTimer(time.Second)
	given, stop := clock.NewTimer(2 * time.Second)
	stop()
	stop() // a second time changes nothing

	clock.Advance(time.Second - 1)
	wantSilent(t, soon)
	clock.Advance(1)
	wantFired(t, soon, start.Add(time.Second))
	wantSilent(t, late)
	clock.Advance(time.Hour)
	wantFired(t, late, start.Add(3*time.Second))
	wantSilent(t, given)

	clock.Advance(time.Hour)
	wantSilent(t, soon) // once only
}

func TestTimerOfNothingFiresAtOnce(t *testing.T) {
	clock := clocktest.New(start)
	for _, d := range []time.Duration{0, -time.Second} {
		fired, stop := clock.NewTimer(d)
		wantFired(t, fired, start.Add(d))
		stop()
	}
}

func TestFiresInOrder(t *testing.T) {
	clock := clocktest.New(start)
	second, _ := clock.NewTimer(2 * time.Second)
	first, _ := clock.NewTimer(time.Second)
	order := make(chan string, 2)
	go func() { // sees the clock at or after the timer's instant
		due := <-first
		if clock.Now().Before(due) {
			t.Errorf("the clock stands at %v when the timer of %v fires", clock.Now(), due)
		}
		order <- "first"
		<-second
		order <- "second"
	}()
	clock.Advance(time.Second)
	if got := <-order; got != "first" {
		t.Fatalf("%s fired", got)
	}
	clock.Advance(time.Second)
	if got := <-order; got != "second" {
		t.Fatalf("%s fired", got)
	}
}

func TestBlockUntilWaiting(t *testing.T) {
	clock := clocktest.New(start)
	clock.BlockUntil(0)
	const rounds = 50
	done := make(chan struct{})
	for range 2 {
		go func() {
			for range rounds {
				fired, _ := clock.NewTimer(time.Minute)
				<-fired
			}
			done <- struct{}{}
		}()
	}
	for range rounds {
		clock.BlockUntil(2) // without it, Advance would run past a timer not yet started
		clock.Advance(time.Minute)
	}
	<-done
	<-done
}

func wantFired(t *testing.T, fired <-chan time.Time, at time.Time) {
	t.Helper()
	select {
	case got := <-fired:
		if got != at {
			t.Errorf("the timer gave %v, want %v", got, at)
		}
	default:
		t.Error("the timer has not fired")
	}
}

func wantSilent(t *testing.T, fired <-chan time.Time) {
	t.Helper()
	select {
	case <-fired:
		t.Error("the timer has fired")
	default:
	}
}
