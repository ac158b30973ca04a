package ratelimit

import (
	"context"
	"maps"
	"sync"
	"time"

	"tickler"
)

// CallLog counts the calls of all nodes in one place.
type CallLog interface {
	// TakeCall admits a call of the account's if fewer than limit.Calls were admitted in the window
	// that ends now. A refusal's Reset counts from an instant while it was being asked.
	TakeCall(ctx context.Context, account tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error)
}

// Shared counts the calls of all nodes together. This node remembers a refusal until it ends, so
// that the calls of an account beyond its limit cost the database nothing.
type Shared struct {
	calls CallLog
	clock tickler.Clock

	mu       sync.Mutex
	refusals map[refusal]time.Time // their ends
	sweepAt  time.Time
}

// refusal is what a refusal holds for. Under another limit the same account must ask anew.
type refusal struct {
	account tickler.ID
	limit   tickler.RateLimit
}

// sweepEvery is how long a refusal that is over and asked for no more can stay in memory while
// others call.
const sweepEvery = 10 * time.Second

// NewShared makes a Limiter over the calls of all nodes. The clock is the node's own, not one that
// follows the database's: a clock that is corrected in between could draw a refusal out.
func NewShared(calls CallLog, clock tickler.Clock) *Shared {
	return &Shared{calls: calls, clock: clock, refusals: make(map[refusal]time.Time)}
}

// Take admits or refuses a call of the account's now. An error is the CallLog's. No call is refused
// that the CallLog would have admitted.
func (s *Shared) Take(ctx context.Context, account tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error) {
	if limit.IsOff() {
		return tickler.RateVerdict{Admitted: true}, nil
	}
	key := refusal{account, limit}
	sent := s.clock.Now()
	if rest := s.rest(key, sent); rest > 0 {
		return tickler.RateVerdict{Reset: rest}, nil
	}
	verdict, err := s.calls.TakeCall(ctx, account, limit)
	if err == nil && !verdict.Admitted {
		// Reset counts from an instant that this node can't know but that lies after the sending:
		// counted from there, the refusal ends too early by the way to the database, and never too
		// late.
		s.remember(key, sent.Add(verdict.Reset))
	}
	return verdict, err
}

// rest is how much longer a remembered refusal holds; not positive if there is none.
func (s *Shared) rest(key refusal, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !now.Before(s.sweepAt) {
		maps.DeleteFunc(s.refusals, func(_ refusal, end time.Time) bool { return !end.After(now) })
		s.sweepAt = now.Add(sweepEvery)
	}
	end, known := s.refusals[key]
	if !known {
		return 0
	}
	return end.Sub(now)
}

// remember keeps a refusal's end. Answers may overtake each other; each of them holds until its own
// end, since no admitted call is ever taken back, so the latest end is right.
func (s *Shared) remember(key refusal, end time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if end.After(s.refusals[key]) {
		s.refusals[key] = end
	}
}
