package store

import (
	"bytes"
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tickler"
)

// In each round every account has one turn, which begins with its earliest pair, and a round takes
// no more looks than it promises.
func TestEveryAccountHasOneTurnInARound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pairs := drawPairs(t)
		limit := rapid.IntRange(1, 60).Draw(t, "limit")
		earliest := map[tickler.ID]int64{}
		for _, p := range slices.Backward(pairs) {
			earliest[p.account] = p.at
		}
		bound := len(pairs)/lookPairs + len(earliest)/limit + 1
		var round dueRound
		for range 2 {
			had := map[tickler.ID]bool{}
			for looks := 1; ; looks++ {
				turns, err := round.turns(limit, func(after duePair) ([]duePair, error) { return pairsAfter(pairs, after), nil })
				if err != nil || len(turns) > limit || looks > bound {
					t.Fatalf("look %d of at most %d gives %d accounts a turn, %v", looks, bound, len(turns), err)
				}
				for _, turn := range turns {
					if had[turn.AccountID] || len(turn.Due) == 0 || turn.Due[0].Unix() != earliest[turn.AccountID] {
						t.Fatalf("look %d gives %s a turn at %v, before: %t", looks, turn.AccountID, turn.Due, had[turn.AccountID])
					}
					had[turn.AccountID] = true
				}
				if round.taken == nil {
					break
				}
			}
			if len(had) != len(earliest) {
				t.Fatalf("%d of %d accounts had a turn", len(had), len(earliest))
			}
		}
	})
}

// drawPairs gives some accounts some pairs, in the order of the index.
func drawPairs(t *rapid.T) (pairs []duePair) {
	for n := range rapid.IntRange(0, 60).Draw(t, "accounts") {
		var account tickler.ID
		account[0] = byte(n)
		first := rapid.Int64Range(-10, 4000).Draw(t, "first")
		for i := range rapid.SampledFrom([]int64{1, 1, 2, 5, 100, 1500}).Draw(t, "pairs") {
			pairs = append(pairs, duePair{first + i, account})
		}
	}
	slices.SortFunc(pairs, comparePairs)
	return pairs
}

func comparePairs(a, b duePair) int {
	return cmp.Or(cmp.Compare(a.at, b.at), bytes.Compare(a.account[:], b.account[:]))
}

// pairsAfter is what the database lists.
func pairsAfter(pairs []duePair, after duePair) []duePair {
	i, found := slices.BinarySearchFunc(pairs, after, comparePairs)
	if found {
		i++
	}
	return pairs[i:min(i+lookPairs, len(pairs))]
}
