package store

import (
	"bytes"
	"sync"

	"tickler/internal/jobs"
)

// turns remembers, by the kind of job, which account had its turn last, so that accounts take turns
// at what is claimed of them. The zero value is ready for use. What is due about tasks has a
// dueRound instead.
type turns struct {
	mu      sync.Mutex
	account map[string]jobs.ID
}

// next lists up to limit accounts, in the order of their ids and from the one on that follows the
// last one that had its turn. List returns the first accounts after one that have jobs of the kind.
func (t *turns) next(
	kind string, limit int, list func(after jobs.ID, limit int) ([]jobs.ID, error),
) ([]jobs.ID, error) {
	last := t.last(kind)
	accounts, err := list(last, limit)
	if err == nil && len(accounts) < limit && last != (jobs.ID{}) {
		var first []jobs.ID
		first, err = list(jobs.ID{}, limit-len(accounts))
		for _, account := range first {
			if bytes.Compare(account[:], last[:]) <= 0 {
				accounts = append(accounts, account)
			}
		}
	}
	if err == nil && len(accounts) > 0 {
		t.end(kind, accounts[len(accounts)-1])
	}
	return accounts, err
}

func (t *turns) last(kind string) jobs.ID {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.account[kind]
}

func (t *turns) end(kind string, account jobs.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.account == nil {
		t.account = map[string]jobs.ID{}
	}
	t.account[kind] = account
}
