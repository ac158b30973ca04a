// Package ratelimit says how many calls are too many: so many in any window of time, counted
// exactly.
//
// A window is half-open: a call at t is admitted if and only if fewer than Calls admitted calls lie
// in (t-Window, t]. A refused call spends nothing, so a caller who knocks without pause gets his
// full rate.
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
	// Take asks for one call now. An error says that nobody knows; a refusal is no error. The limit
	// may differ from that of the call before: a change takes hold at once, over the calls that are
	// still remembered. Calls that left the old window may be forgotten, so that a longer window
	// counts exactly only once it has passed. It never counts too many.
	Take(ctx context.Context, account tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error)
}

var (
	_ Limiter = (*Local)(nil)
	_ Limiter = (*Shared)(nil)
)
