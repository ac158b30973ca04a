package tickler

import "time"

// Turn is an account's part in a claim of what is due about tasks.
type Turn struct {
	AccountID ID
	// Due are instants at which something has been due about its tasks, the earliest first, where
	// it has its turn in the claim: a like share of the tasks. Without any its tasks are claimed as
	// far as they are the oldest.
	Due []time.Time
}
