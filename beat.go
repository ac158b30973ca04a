package tickler

import "time"

// Beat says when the tasks of an account were last written: to the millisecond, a moment after it.
type Beat struct {
	AccountID ID
	At        time.Time
}
