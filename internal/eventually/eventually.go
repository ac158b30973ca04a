// Package eventually lets a test wait for what happens by itself a moment later: what a running program does, or another
// process. A test that can be told of it waits for that instead.
package eventually

import (
	"testing"
	"time"
)

const (
	// pause leaves the machine to what is waited for: who looks without one takes its processor away.
	pause = 10 * time.Millisecond
	// patience is far beyond what anything takes on a busy machine. Only what never happens is waited for so long.
	patience = 5 * time.Minute
)

// Holds returns as soon as something holds. It fails the test if that never does, and says what was waited for.
func Holds(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); <-time.After(pause) {
		if time.Now().After(end) {
			t.Fatalf("after %v it still does not hold: %s", patience, what)
		}
	}
}
