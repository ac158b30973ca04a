// Package ratelimit limits how many calls are admitted in any window of time, counted exactly.
//
// A window is half-open: a call at t is admitted if and only if fewer than Calls admitted calls lie
// in (t-Window, t]. A refused call does not count, so a caller who retries without pause still gets
// the full rate.
//
// Local counts in memory, for a node that is alone. Shared counts in the database, for all nodes
// together. Addresses counts wrong keys, on each node by itself.
package ratelimit

import (
	"context"

	"tickler"
)

// Limiter admits or refuses the calls of accounts.
type Limiter interface {
	// Take asks to admit one call now. A refusal is no error; an error means that the limiter could
	// not decide. The limit may differ from the previous call's: a change takes effect at once,
	// over the calls still remembered. Calls that left the old window may be forgotten, so that a
	// longer window counts exactly only once it has passed; until then it counts too few, never too
	// many.
	Take(ctx context.Context, account tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error)
}

var (
	_ Limiter = (*Local)(nil)
	_ Limiter = (*Shared)(nil)
)
