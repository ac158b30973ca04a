package ratelimit

import (
	"context"

	"tickler"
)

// Local counts in this process's memory. It is for a service of one node; a restart forgets what
// was counted.
type Local struct{ table *table }

// NewLocal makes a Limiter that counts nothing yet. The clock should be one that is never set back,
// as the machine's monotonic reading is not.
func NewLocal(clock tickler.Clock) *Local {
	return &Local{table: newTable(clock, 0)} // no bound: accounts are not made by strangers
}

// Take admits or refuses a call of the account's now. It never fails.
func (l *Local) Take(_ context.Context, account tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error) {
	return l.table.take(caller(account), limit), nil
}
