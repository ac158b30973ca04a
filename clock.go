package tickler

import "time"

// Clock tells the time and wakes who waits for it. It is handed to everything that reads the time or waits, so that
// a test moves hours in no time.
type Clock interface {
	// Now is the current instant, UTC.
	Now() time.Time
	// NewTimer gives a channel that receives once when the duration has passed, and a function that gives the timer up.
	NewTimer(d time.Duration) (fired <-chan time.Time, stop func())
}

// SystemClock is the machine's own clock.
type SystemClock struct{}

// Now is the machine's current time in UTC.
func (SystemClock) Now() time.Time { return time.Now().UTC() }

// NewTimer starts a timer of the runtime.
func (SystemClock) NewTimer(d time.Duration) (<-chan time.Time, func()) {
	timer := time.NewTimer(d)
	return timer.C, func() { timer.Stop() }
}
