package store

import (
	"context"
	"sync"

	"tickler"
)

// turns lets an account do one at a time of what reads all that it has: a few at once would hold every connection, and others
// would wait for them.
type turns struct {
	mu    sync.Mutex
	taken map[tickler.ID]chan struct{} // closed when the turn is over
}

// take waits for the account's turn, as long as the context lasts. Whoever has got it gives it back.
func (t *turns) take(ctx context.Context, account tickler.ID) (giveBack func(), err error) {
	for {
		before, mine := t.tryTake(account)
		if before == nil {
			return func() { t.end(account, mine) }, nil
		}
		select {
		case <-before:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tryTake gives the turn of the account that must be over before, or else a new one.
func (t *turns) tryTake(account tickler.ID) (before, mine chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if before = t.taken[account]; before != nil {
		return before, nil
	}
	if t.taken == nil {
		t.taken = map[tickler.ID]chan struct{}{}
	}
	mine = make(chan struct{})
	t.taken[account] = mine
	return nil, mine
}

func (t *turns) end(account tickler.ID, mine chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.taken, account)
	close(mine)
}
