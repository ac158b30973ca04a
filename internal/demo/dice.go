package demo

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"tickler"
)

// dice is what chance decides, the same in every run with the same seed.
type dice struct{ *rand.Rand }

func newDice(seed uint64) *dice {
	return &dice{rand.New(rand.NewPCG(seed, seed))} //nolint:gosec // G404: it is to be foreseeable
}

// between returns a whole number from one to another.
func (d *dice) between(from, to int) int { return from + d.IntN(to-from+1) }

// percent reports true so many times out of a hundred.
func (d *dice) percent(n int) bool { return d.IntN(100) < n }

func pick[T any](d *dice, all []T) T { return all[d.IntN(len(all))] }

// id returns an id as the service makes them (UUIDv7), of an instant.
func (d *dice) id(at time.Time) (id tickler.ID) {
	binary.BigEndian.PutUint64(id[:], uint64(at.UnixMilli())<<16|d.Uint64()>>48)
	binary.BigEndian.PutUint64(id[8:], d.Uint64())
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// digits fills in the digits of a pattern that has # for them.
func (d *dice) digits(pattern string) string {
	text := []byte(pattern)
	for i, c := range text {
		if c == '#' {
			text[i] = byte('0' + d.IntN(10))
		}
	}
	return string(text)
}
