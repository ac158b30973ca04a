package ratelimit

import (
	"context"

	"tickler"
)

// Local counts in this process's memory, for a service of one node. A restart forgets what was
// counted.
type Local struct{ table *table }

// NewLocal returns an empty Limiter. The clock should never be set back, like the machine's
// monotonic clock.
func NewLocal(clock tickler.Clock) *Local {
	return &Local{table: newTable(clock, 0)} // no bound: accounts are not made by strangers
}

// Take admits or refuses a call of the account. It never fails.
func (l *Local) Take(_ context.Context, account tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error) {
	return l.table.take(caller(account), limit), nil
}
