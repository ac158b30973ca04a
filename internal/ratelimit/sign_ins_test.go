package ratelimit_test

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tickler"
	"tickler/internal/clock/clocktest"
	"tickler/internal/ratelimit"
)

var (
	here  = netip.MustParseAddr("192.0.2.1")
	there = netip.MustParseAddr("192.0.2.2")
)

// newSignIns admits 5 wrong passwords from an address and 2 for a name, each in a minute.
func newSignIns() (*ratelimit.SignIns, *clocktest.Clock) {
	clock := clocktest.New(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	return ratelimit.NewSignIns(clock, tickler.RateLimit{Calls: 5, Window: time.Minute}, tickler.RateLimit{Calls: 2, Window: time.Minute}), clock
}

func wantTry(t *testing.T, s *ratelimit.SignIns, addr netip.Addr, name string, want bool) tickler.RateVerdict {
	t.Helper()
	verdict := s.Try(addr, name)
	if verdict.Admitted != want {
		t.Errorf("%s from %s: %+v, want %t", name, addr, verdict, want)
	}
	return verdict
}

func TestWrongPasswordsForAName(t *testing.T) {
	s, clock := newSignIns()
	wantTry(t, s, here, "asha", true)
	clock.Advance(20 * time.Second)
	wantTry(t, s, there, "asha", true)
	if verdict := wantTry(t, s, here, "asha", false); verdict.Reset != 40*time.Second {
		t.Errorf("it has to wait %s", verdict.Reset)
	}
	wantTry(t, s, here, "ravi", true)
	clock.Advance(40 * time.Second)
	wantTry(t, s, here, "asha", true)
	wantTry(t, s, here, "asha", false)
}

func TestWrongPasswordsFromAnAddress(t *testing.T) {
	s, clock := newSignIns()
	for _, name := range []string{"a", "b", "c", "a", "a", "a", "d"} { // the third and fourth for a are refused, and don't count
		s.Try(here, name)
	}
	wantTry(t, s, here, "e", false)
	wantTry(t, s, there, "e", true)
	clock.Advance(time.Minute)
	wantTry(t, s, here, "e", true)
}

func TestRightPasswordsDoNotCount(t *testing.T) {
	s, _ := newSignIns()
	wantTry(t, s, here, "asha", true) // wrong
	for range 20 {
		wantTry(t, s, here, "asha", true)
		s.Right(here, "asha")
	}
	wantTry(t, s, here, "asha", true) // wrong
	wantTry(t, s, here, "asha", false)
	s.Right(there, "nobody") // which was not tried
}

// However many guesses come at once, only as many as the limit are checked.
func TestGuessesAtOnceAreCounted(t *testing.T) {
	s, _ := newSignIns()
	var admitted atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if s.Try(here, "asha").Admitted {
				admitted.Add(1)
			}
		})
	}
	all.Wait()
	if n := admitted.Load(); n != 2 {
		t.Errorf("%d were admitted, want 2", n)
	}
}
