package tickler

import "time"

// Clock tells the time and wakes those who wait for it. Everything that reads the time or waits is
// given one, so that a test can move hours in no time.
type Clock interface {
	// Now is the current instant, UTC.
	Now() time.Time
	// NewTimer returns a channel that receives once when the duration has passed, and a function
	// that stops the timer.
	NewTimer(d time.Duration) (fired <-chan time.Time, stop func())
}
