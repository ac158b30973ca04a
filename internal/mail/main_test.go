package mail_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No test may leave a connection or a reaper behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
