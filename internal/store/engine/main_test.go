package engine

import (
	"testing"

	"go.uber.org/goleak"
)

// No test may leave a writer, a pool or a caller behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
