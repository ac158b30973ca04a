// Package eventually lets a test wait for what another process does in its own time. A test that
// can be notified waits for that instead.
package eventually

import (
	"testing"
	"time"
)

const (
	// pause leaves the processor to what is waited for.
	pause = 10 * time.Millisecond
	// patience is far beyond what anything takes on a busy machine: it passes only when a test
	// fails.
	patience = 5 * time.Minute
)

// Holds returns as soon as the condition holds. If it never does, it fails the test and says what
// was waited for.
func Holds(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); <-time.After(pause) {
		if time.Now().After(end) {
			t.Fatalf("after %v it still does not hold: %s", patience, what)
		}
	}
}
