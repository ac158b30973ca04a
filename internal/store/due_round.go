package store

import (
	"math"
	"sync"
	"time"

	"tickler"
)

// lookPairs is how many pairs a look at a crowd goes through. They take some milliseconds, and are
// more than the tasks of a claim.
const lookPairs = 1000

// duePair is an instant at which something is due about tasks of an account, however many these
// are.
type duePair struct {
	at      int64 // in Unix seconds
	account tickler.ID
}

// dueRound gives accounts turns where more is due than is claimed at once. It goes through all
// pairs in the order of time, over as many claims as it takes, and begins again after the last. In
// each round an account has one turn, in the look that finds its earliest pair: later looks find
// later ones, and of one account the oldest task comes first. What the turns of a claim leave goes
// to the oldest tasks of all.
//
// So every claim takes the round further by lookPairs pairs, or gives as many accounts a turn as it
// has room for: with P pairs of N accounts due, each has its turn within P/lookPairs + N/limit
// claims, each of the two rounded up. The zero value is ready for use.
type dueRound struct {
	mu    sync.Mutex
	last  duePair             // as far as the round has come
	taken map[tickler.ID]bool // who has had their turn in it; nil before it begins
}

// turns gives up to limit accounts their turn. Next lists the up to lookPairs next pairs after one.
func (r *dueRound) turns(limit int, next func(after duePair) ([]duePair, error)) ([]tickler.Turn, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.taken == nil {
		r.last, r.taken = duePair{at: math.MinInt64}, map[tickler.ID]bool{}
	}
	pairs, err := next(r.last)
	if err != nil {
		return nil, err
	}
	turns, looked := turnsOf(pairs, limit, r.taken)
	if looked < lookPairs && looked == len(pairs) {
		r.taken = nil // there are no more
		return turns, nil
	}
	r.last = pairs[looked-1]
	for _, turn := range turns {
		r.taken[turn.AccountID] = true
	}
	return turns, nil
}

// end ends the round, since there is no crowd.
func (r *dueRound) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken = nil
}

// turnsOf gives up to limit accounts their turn at some pairs, each with up to limit of its
// instants, and tells up to which pair the round has come: the one before the first of an account
// that has to wait.
func turnsOf(pairs []duePair, limit int, taken map[tickler.ID]bool) (turns []tickler.Turn, looked int) {
	places := map[tickler.ID]int{}
	for i, pair := range pairs {
		if taken[pair.account] {
			continue
		}
		place, found := places[pair.account]
		if !found {
			if len(turns) == limit {
				return turns, i
			}
			place = len(turns)
			places[pair.account] = place
			turns = append(turns, tickler.Turn{AccountID: pair.account})
		}
		if turn := &turns[place]; len(turn.Due) < limit { // each has a task at least
			turn.Due = append(turn.Due, time.Unix(pair.at, 0))
		}
	}
	return turns, len(pairs)
}
