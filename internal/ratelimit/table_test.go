package ratelimit

import (
	"testing"
	"time"

	"tickler"
	"tickler/internal/clock/clocktest"
)

// held is how many callers are in memory.
func (t *table) held() int {
	n := 0
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		n += len(s.callers)
		if s.byCall.Len() != len(s.callers) {
			panic("the list and the map of a shard hold different callers")
		}
		s.mu.Unlock()
	}
	return n
}

// logOf finds a caller's log, or nil.
func (t *table) logOf(who tickler.ID) *slidingLog {
	for i := range t.shards {
		if element, known := t.shards[i].callers[caller(who)]; known {
			return &element.Value.(*entry).log
		}
	}
	return nil
}

func TestIdleCallersAreForgotten(t *testing.T) {
	clock := clocktest.New(start)
	table := newTable(clock, 0)
	limit := tickler.RateLimit{Calls: 3, Window: time.Minute}
	const crowd = 10_000
	for i := range crowd {
		table.take(caller(accountNumber(i)), limit)
	}
	if n := table.held(); n != crowd {
		t.Fatalf("%d callers held, want %d", n, crowd)
	}
	clock.Advance(limit.Window - 1)
	for i := range 10 {
		table.take(caller(accountNumber(i)), limit)
	}
	if n := table.held(); n != crowd {
		t.Fatalf("%d callers held before their windows have passed, want %d", n, crowd)
	}
	clock.Advance(1)
	const busy = 2000 // enough to meet every shard
	for range 20 {    // and often enough to clear all of it, at two callers per call
		for i := range busy {
			table.take(caller(accountNumber(i)), limit)
		}
	}
	if n := table.held(); n != busy {
		t.Errorf("%d callers held after the windows have passed, want %d", n, busy)
	}
}

func TestBoundedTableDropsTheOldest(t *testing.T) {
	clock := clocktest.New(start)
	const perShard = 2
	table := newTable(clock, perShard*shardCount)
	limit := tickler.RateLimit{Calls: 1, Window: time.Hour}
	const crowd = 5000
	for i := range crowd {
		if got := table.take(caller(accountNumber(i)), limit); !got.Admitted {
			t.Fatalf("first call of caller %d: %+v", i, got)
		}
		clock.Advance(1)
	}
	if n := table.held(); n != perShard*shardCount {
		t.Errorf("%d callers held, want %d", n, perShard*shardCount)
	}
	if got := table.take(caller(accountNumber(crowd-1)), limit); got.Admitted {
		t.Error("the newest caller was forgotten")
	}
	if got := table.take(caller(accountNumber(0)), limit); !got.Admitted {
		t.Error("the oldest caller was not forgotten")
	}
}

func TestRingsGrowAsTheyFill(t *testing.T) {
	clock := clocktest.New(start)
	table := newTable(clock, 0)
	who := accountNumber(1)
	limit := tickler.RateLimit{Calls: 25, Window: time.Second}
	lengths := []int{}
	for range limit.Calls {
		table.take(caller(who), limit)
		if n := len(table.logOf(who).ring); len(lengths) == 0 || lengths[len(lengths)-1] != n {
			lengths = append(lengths, n)
		}
	}
	want := []int{4, 8, 16, 25}
	for i, n := range want {
		if len(lengths) != len(want) || lengths[i] != n {
			t.Fatalf("the ring's lengths were %v, want %v", lengths, want)
		}
	}
}
