package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"tickler"
)

func TestAnAccountHasOneTurnAtATime(t *testing.T) {
	var turns turns
	var inside, most atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			giveBack, err := turns.take(t.Context(), tickler.ID{1})
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
	if most.Load() != 1 || len(turns.taken) > 0 {
		t.Errorf("%d had it at once, and %d have it still", most.Load(), len(turns.taken))
	}
}

func TestWhoWaitsForATurnMayLeave(t *testing.T) {
	var turns turns
	giveBack, err := turns.take(t.Context(), tickler.ID{1})
	if err != nil {
		t.Fatal(err)
	}
	other, err := turns.take(t.Context(), tickler.ID{2}) // another account does not wait
	if err != nil {
		t.Fatal(err)
	}
	other()
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := turns.take(ctx, tickler.ID{1}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	giveBack()
	again, err := turns.take(t.Context(), tickler.ID{1})
	if err != nil {
		t.Fatal(err)
	}
	again()
}
