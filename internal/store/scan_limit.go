package store

import (
	"context"
	"sync"

	"tickler"
)

// scanLimit lets an account run one full scan at a time, what reads all the leads or tasks that it
// has, and all accounts together one fewer than there are connections to read by: whoever reads a
// single row never waits for a scan to end.
type scanLimit struct {
	places chan struct{} // one for each scan that runs
	mu     sync.Mutex
	taken  map[tickler.ID]chan struct{} // closed when the account's scan has ended
}

func newScanLimit(atOnce int) *scanLimit {
	return &scanLimit{places: make(chan struct{}, atOnce), taken: map[tickler.ID]chan struct{}{}}
}

// take waits for the account's turn and then for a place, as long as the context lasts. Whoever has
// got it gives it back.
func (l *scanLimit) take(ctx context.Context, account tickler.ID) (giveBack func(), err error) {
	mine, err := l.takeTurn(ctx, account)
	if err != nil {
		return nil, err
	}
	select {
	case l.places <- struct{}{}:
	case <-ctx.Done():
		l.endTurn(account, mine)
		return nil, ctx.Err()
	}
	return func() {
		<-l.places
		l.endTurn(account, mine)
	}, nil
}

func (l *scanLimit) takeTurn(ctx context.Context, account tickler.ID) (mine chan struct{}, err error) {
	for {
		before, mine := l.tryTurn(account)
		if before == nil {
			return mine, nil
		}
		select {
		case <-before:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// tryTurn returns the turn of the account that must be over before, or else a new one.
func (l *scanLimit) tryTurn(account tickler.ID) (before, mine chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if before = l.taken[account]; before != nil {
		return before, nil
	}
	mine = make(chan struct{})
	l.taken[account] = mine
	return nil, mine
}

func (l *scanLimit) endTurn(account tickler.ID, mine chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.taken, account)
	close(mine)
}
