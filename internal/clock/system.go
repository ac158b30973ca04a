// Package clock has the clocks that the program runs on: the machine's own, and the database's, on
// which all nodes agree, so that a node with a wrong clock mails nobody early. Package clocktest
// has the one for tests.
package clock

import (
	"time"

	"tickler"
)

// System is the machine's own clock.
type System struct{}

var _ tickler.Clock = System{}

// Now is the machine's current time in UTC.
func (System) Now() time.Time { return time.Now().UTC() }

// NewTimer starts a timer of the runtime.
func (System) NewTimer(d time.Duration) (<-chan time.Time, func()) {
	timer := time.NewTimer(d)
	return timer.C, func() { timer.Stop() }
}
