package store

import (
	"context"
	"sync"

	"tickler"
)

// scanLimit runs one full scan per account at a time, that is, a read of all its leads or tasks,
// and over all accounts one fewer than there are connections for reading, so that a read of a
// single row never waits for a scan.
type scanLimit struct {
	places chan struct{} // one for each running scan
	mu     sync.Mutex
	taken  map[tickler.ID]chan struct{} // closed when the account's scan has ended
}

func newScanLimit(atOnce int) *scanLimit {
	return &scanLimit{places: make(chan struct{}, atOnce), taken: map[tickler.ID]chan struct{}{}}
}

// take waits for the account's turn and then for a place, until the context ends. The caller must
// call giveBack when the scan has ended.
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

// tryTurn starts the account's turn as mine, or returns as before the one that must end first.
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
