package tickler

import "time"

// Clock tells the time and wakes who waits for it. It is handed to everything that reads the time
// or waits, so that a test moves hours in no time.
type Clock interface {
	// Now is the current instant, UTC.
	Now() time.Time
	// NewTimer returns a channel that receives once when the duration has passed, and a function
	// that gives the timer up.
	NewTimer(d time.Duration) (fired <-chan time.Time, stop func())
}
