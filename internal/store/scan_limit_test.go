package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"tickler"
)

func TestAnAccountScansOnceAtATime(t *testing.T) {
	limit := newScanLimit(8)
	var inside, most atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			giveBack, err := limit.take(t.Context(), tickler.ID{1})
			if err != nil {
				t.Error(err)
				return
			}
			most.Store(max(most.Load(), inside.Add(1)))
			inside.Add(-1)
			giveBack()
		})
	}
	all.Wait()
	if most.Load() != 1 || len(limit.taken) > 0 {
		t.Errorf("%d had it at once, and %d have it still", most.Load(), len(limit.taken))
	}
}

func TestWhoWaitsForAScanMayLeave(t *testing.T) {
	limit := newScanLimit(8)
	giveBack, err := limit.take(t.Context(), tickler.ID{1})
	if err != nil {
		t.Fatal(err)
	}
	other, err := limit.take(t.Context(), tickler.ID{2}) // another account does not wait
	if err != nil {
		t.Fatal(err)
	}
	other()
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := limit.take(ctx, tickler.ID{1}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	giveBack()
	again, err := limit.take(t.Context(), tickler.ID{1})
	if err != nil {
		t.Fatal(err)
	}
	again()
}

// However many accounts scan at once, one connection is left for other reads.
func TestAllAccountsTogetherHaveALimitOfScans(t *testing.T) {
	limit := newScanLimit(2)
	var giveBack []func()
	for n := range byte(2) {
		end, err := limit.take(t.Context(), tickler.ID{n})
		if err != nil {
			t.Fatal(err)
		}
		giveBack = append(giveBack, end)
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := limit.take(ctx, tickler.ID{2}); !errors.Is(err, context.Canceled) {
		t.Errorf("a third scan: %v", err)
	}
	giveBack[0]()
	third, err := limit.take(t.Context(), tickler.ID{2}) // a caller who left holds no turn
	if err != nil {
		t.Fatal(err)
	}
	third()
	giveBack[1]()
	if len(limit.places) > 0 || len(limit.taken) > 0 {
		t.Errorf("%d places and %d turns are taken still", len(limit.places), len(limit.taken))
	}
}
