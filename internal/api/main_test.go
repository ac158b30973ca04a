package api

import (
	"testing"
	_ "time/tzdata" // the tests need zones wherever they run

	"go.uber.org/goleak"
)

// No call may leave anything running behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
