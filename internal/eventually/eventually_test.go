package eventually_test

import (
	"testing"

	"tickler/internal/eventually"
)

func TestHoldsLooksUntilItDoes(t *testing.T) {
	t.Parallel()
	looks := 0
	eventually.Holds(t, "three looks", func() bool {
		looks++
		return looks == 3
	})
	if looks != 3 {
		t.Errorf("it looked %d times, want 3", looks)
	}
}
