package store

import (
	"bytes"
	"sync"
)

// turns remembers, by the kind of work, which account had its turn last, so that accounts take
// turns at what is claimed of them. The zero value is ready for use.
type turns struct {
	mu      sync.Mutex
	account map[string][16]byte
}

// inTurn lists up to limit accounts, in the order of their ids and from the one on that follows the
// last one that had its turn. List returns the first accounts after one that have work of the kind.
func inTurn[ID ~[16]byte](
	t *turns, kind string, limit int, list func(after ID, limit int) ([]ID, error),
) ([]ID, error) {
	last := ID(t.last(kind))
	accounts, err := list(last, limit)
	if err == nil && len(accounts) < limit && last != (ID{}) {
		var first []ID
		first, err = list(ID{}, limit-len(accounts))
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

func (t *turns) last(kind string) [16]byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.account[kind]
}

func (t *turns) end(kind string, account [16]byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.account == nil {
		t.account = map[string][16]byte{}
	}
	t.account[kind] = account
}
