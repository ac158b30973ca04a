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
	// TakeCall admits a call of the account if fewer than limit.Calls were admitted in the window
	// that ends now. A refusal's Reset counts from some instant during the call.
	TakeCall(ctx context.Context, account tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error)
}

// Shared counts the calls of all nodes together. The node remembers a refusal until it ends, so
// that calls over the limit cost the database nothing.
type Shared struct {
	calls CallLog
	clock tickler.Clock

	mu       sync.Mutex
	refusals map[refusal]time.Time // their ends
	sweepAt  time.Time
}

// refusal identifies a remembered refusal. Under another limit the same account must ask again.
type refusal struct {
	account tickler.ID
	limit   tickler.RateLimit
}

// sweepEvery is how long an expired refusal can stay in memory while others call.
const sweepEvery = 10 * time.Second

// NewShared returns a Limiter over the calls of all nodes. The clock must be the node's own, not
// one that follows the database's: a correction could prolong a refusal.
func NewShared(calls CallLog, clock tickler.Clock) *Shared {
	return &Shared{calls: calls, clock: clock, refusals: make(map[refusal]time.Time)}
}

// Take admits or refuses a call of the account. An error is the CallLog's. It refuses no call that
// the CallLog would have admitted.
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
		// Reset counts from an instant that this node can't know, but that is after sending.
		// Counted from sending, the refusal may end a little too early, but never too late.
		s.remember(key, sent.Add(verdict.Reset))
	}
	return verdict, err
}

// rest returns how much longer a remembered refusal holds; not positive if there is none.
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

// remember stores a refusal's end. Answers may overtake each other. Each is valid until its own
// end, since admitted calls are never taken back, so the latest end is right.
func (s *Shared) remember(key refusal, end time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if end.After(s.refusals[key]) {
		s.refusals[key] = end
	}
}
