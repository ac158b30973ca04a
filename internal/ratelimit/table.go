package ratelimit

import (
	"container/list"
	"hash/maphash"
	"sync"
	"time"

	"tickler"
)

// table holds a sliding log for each caller with calls in their window. Callers are spread over
// shards by a seeded hash, which outsiders can't predict, so that they seldom wait for each other.
type table struct {
	clock tickler.Clock
	start time.Time // instants count from here; by the monotonic clock if the clock has one
	seed  maphash.Seed
	// perShard is the most callers that a shard holds; 0 for any number.
	perShard int
	shards   [shardCount]shard
}

const shardCount = 64

// caller is an account's id, a client's address, or a digest of a person's name.
type caller [16]byte

type shard struct {
	mu      sync.Mutex
	callers map[caller]*list.Element // of byCall
	byCall  list.List                // of *entry; the last admitted is at the back
	_       [64]byte                 // keeps neighbours' locks off one cache line
}

type entry struct {
	caller caller
	log    slidingLog
	idleAt time.Duration // when the last call leaves the window
}

// newTable returns a table of at most the given number of callers; 0 for any number.
func newTable(clock tickler.Clock, most int) *table {
	t := &table{clock: clock, start: clock.Now(), seed: maphash.MakeSeed(), perShard: most / shardCount}
	for i := range t.shards {
		t.shards[i].callers = make(map[caller]*list.Element)
	}
	return t
}

// take admits or refuses one call of the caller.
func (t *table) take(who caller, limit tickler.RateLimit) tickler.RateVerdict {
	if limit.IsOff() {
		return tickler.RateVerdict{Admitted: true}
	}
	s := &t.shards[maphash.Comparable(t.seed, who)%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()
	now := t.clock.Now().Sub(t.start) // with the lock held, so that calls are counted in the order of their instants
	s.dropIdle(now)
	element := s.entry(who, t.perShard)
	one := element.Value.(*entry)
	verdict := one.log.take(now, limit)
	if verdict.Admitted {
		one.idleAt = one.log.newest() + limit.Window
		s.byCall.MoveToBack(element)
	}
	return verdict
}

// giveBack takes the caller's last admitted call out of the count.
func (t *table) giveBack(who caller) {
	s := &t.shards[maphash.Comparable(t.seed, who)%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()
	if element, known := s.callers[who]; known {
		element.Value.(*entry).log.dropNewest()
	}
}

// entry finds or makes the caller's entry. The caller whose last admitted call is the oldest makes
// room.
func (s *shard) entry(who caller, most int) *list.Element {
	element, known := s.callers[who]
	if !known {
		if most > 0 && len(s.callers) >= most {
			s.drop(s.byCall.Front())
		}
		element = s.byCall.PushBack(&entry{caller: who})
		s.callers[who] = element
	}
	return element
}

// dropIdle frees up to two callers' memory. A call makes at most one entry, so two are enough to
// keep up, and no call pays for a long sweep. One with a long window holds up those behind it, for
// MaxRateLimitWindow at most.
func (s *shard) dropIdle(now time.Duration) {
	for range 2 {
		front := s.byCall.Front()
		if front == nil || front.Value.(*entry).idleAt > now {
			return
		}
		s.drop(front)
	}
}

func (s *shard) drop(element *list.Element) {
	delete(s.callers, element.Value.(*entry).caller)
	s.byCall.Remove(element)
}
