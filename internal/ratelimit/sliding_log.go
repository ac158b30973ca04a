package ratelimit

import (
	"time"

	"tickler"
)

// slidingLog is a ring of the instants of one caller's admitted calls that are still in the window.
// Instants are durations since table.start.
type slidingLog struct {
	ring   []time.Duration
	oldest int // its place in the ring
	held   int
}

// firstRing is the length of a new ring: few callers come near their limit, so rings grow as they
// are filled.
const firstRing = 4

// take admits a call at now, or says when one will be. The limit must not be off.
func (l *slidingLog) take(now time.Duration, limit tickler.RateLimit) tickler.RateVerdict {
	l.forget(now - limit.Window)
	if l.held >= limit.Calls {
		// After a limit was lowered, more calls may be held than the limit. A call is admitted
		// again when fewer than limit.Calls remain in the window, not when the oldest leaves.
		return tickler.RateVerdict{Reset: l.at(l.held-limit.Calls) + limit.Window - now}
	}
	l.add(now, limit.Calls)
	return tickler.RateVerdict{
		Admitted:  true,
		Remaining: limit.Calls - l.held,
		Reset:     l.at(0) + limit.Window - now,
	}
}

// forget drops the calls up to and including an instant.
func (l *slidingLog) forget(until time.Duration) {
	for l.held > 0 && l.at(0) <= until {
		l.oldest = (l.oldest + 1) % len(l.ring)
		l.held--
	}
}

// add appends a call. At most limit calls are ever held, so the ring need not be longer.
func (l *slidingLog) add(now time.Duration, limit int) {
	if l.held == len(l.ring) {
		longer := make([]time.Duration, min(max(2*l.held, firstRing), limit))
		n := copy(longer, l.ring[l.oldest:])
		copy(longer[n:], l.ring[:l.oldest])
		l.ring, l.oldest = longer, 0
	}
	if l.held > 0 {
		now = max(now, l.newest()) // stays in order should the clock be set back
	}
	l.ring[(l.oldest+l.held)%len(l.ring)] = now
	l.held++
}

// dropNewest takes back the last call, if there is one.
func (l *slidingLog) dropNewest() { l.held = max(0, l.held-1) }

// newest returns the last call's instant. There must be one.
func (l *slidingLog) newest() time.Duration { return l.at(l.held - 1) }

// at returns the instant of the i-th call, 0 being the oldest.
func (l *slidingLog) at(i int) time.Duration { return l.ring[(l.oldest+i)%len(l.ring)] }
