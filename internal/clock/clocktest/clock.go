// Package clocktest gives tests a clock that stands still until it is told to move.
package clocktest

import (
	"slices"
	"sync"
	"time"

	"tickler"
)

// Clock is a tickler.Clock that moves only by Advance and Set. It is safe for use by many
// goroutines.
type Clock struct {
	mu      sync.Mutex
	started *sync.Cond // signalled whenever a timer begins to wait
	now     time.Time
	timers  []*timer // those that wait, in the order in which they are due
}

var _ tickler.Clock = (*Clock)(nil)

type timer struct {
	due   time.Time
	fired chan time.Time
}

// New returns a clock that stands at start.
func New(start time.Time) *Clock {
	c := &Clock{now: start.UTC()}
	c.started = sync.NewCond(&c.mu)
	return c
}

// Now is where the clock stands, UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock by d and fires every timer due by then, as Set does.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(c.now.Add(d))
}

// Set moves the clock to t, back too, and fires every timer due by then in the order of their
// instants; those of one instant in the order of their start. Each receives its own instant, and
// whoever it wakes sees the clock at t. A timer that one of them starts then counts from t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(t.UTC())
}

func (c *Clock) set(t time.Time) {
	c.now = t
	due := 0
	for ; due < len(c.timers) && !c.timers[due].due.After(t); due++ {
		c.timers[due].fired <- c.timers[due].due
	}
	c.timers = slices.Delete(c.timers, 0, due)
}

// NewTimer starts a timer that fires when the clock has moved on by d; at once if d is not
// positive.
func (c *Clock) NewTimer(d time.Duration) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := &timer{due: c.now.Add(d), fired: make(chan time.Time, 1)} // a place of its own, so that firing never waits
	if d <= 0 {
		one.fired <- one.due
		return one.fired, func() {}
	}
	c.timers = append(c.timers, one)
	slices.SortStableFunc(c.timers, func(a, b *timer) int { return a.due.Compare(b.due) })
	c.started.Broadcast()
	return one.fired, func() { c.stop(one) }
}

func (c *Clock) stop(one *timer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.timers, one); i >= 0 {
		c.timers = slices.Delete(c.timers, i, i+1)
	}
}

// BlockUntil returns once at least n timers wait, that is, have neither fired nor been given up:
// whoever is to be woken by the next Advance is then really waiting.
func (c *Clock) BlockUntil(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.timers) < n {
		c.started.Wait()
	}
}
