package api

import (
	"testing"
	_ "time/tzdata" // the tests need time zones on every machine

	"go.uber.org/goleak"
)

// No call may leave a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
