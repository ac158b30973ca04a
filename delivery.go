package tickler

import "time"

// Delivery is one signed message to one URL, retried until the receiver accepts it
// (docs/contract.md section 3). It belongs either to a bulk request or to a subscription.
type Delivery struct {
	ID             ID // also the Standard Webhooks message id, by which a receiver recognizes a second copy
	AccountID      ID
	SubscriptionID ID // zero: it belongs to a bulk request
	RequestID      ID // the bulk request; zero: it belongs to a subscription
	TaskID         ID // zero: it is about no single task
	// Place is where a subscription's delivery stands among those about its task: they leave in
	// this order. Written only.
	Place int64
	// Event is the key of the event that it tells of, or the name of the bulk operation.
	Event       string
	Method      string
	URL         string
	ContentType string
	Headers     map[string]string // the receiver's own, beside those that every delivery has
	Payload     []byte
	State       DeliveryState
	Attempts    int // all that were made
	// Replayed is how many attempts had been made when a person last asked for it again, which
	// starts the retry table over; 0 if nobody did.
	Replayed   int
	LastStatus int    // the HTTP status of the last attempt; 0: there was none
	LastError  string // why the last attempt failed, or empty
	CreatedAt  time.Time
	SettledAt  time.Time         // when it last left DeliveryPending; zero while it is
	Log        []DeliveryAttempt // the first one first
}

// IsOfTask reports whether the delivery tells a subscription of a task: it is not a trial, nor a
// bulk request's.
func (d Delivery) IsOfTask() bool { return !d.SubscriptionID.IsZero() && !d.TaskID.IsZero() }

// DeliveryState is what has become of a delivery. The numbers are stored.
type DeliveryState int

// The states.
const (
	DeliveryPending DeliveryState = 0
	DeliveryDone    DeliveryState = 1 // the receiver took it
	DeliveryFailed  DeliveryState = 2 // the receiver did not take it in all attempts; a person may send it again
)

var deliveryStates = [...]string{"pending", "done", "failed"}

// String names the state.
func (s DeliveryState) String() string { return deliveryStates[s] }

// DeliveryStates lists every state.
func DeliveryStates() []DeliveryState {
	return []DeliveryState{DeliveryPending, DeliveryDone, DeliveryFailed}
}

// DeliveryAttempt is one attempt to hand a delivery over.
type DeliveryAttempt struct {
	Number int // 1 is the first
	At     time.Time
	Took   time.Duration
	Status int    // of HTTP; 0: there was no answer
	Answer string // the first part of the answer, printable
	Error  string // why it failed, in plain words; empty if the receiver took it
	ByHand bool   // a person asked for it
	// RetryAfter is how long the receiver asked to be left alone; 0 if it did not ask.
	RetryAfter time.Duration
}

// MaxRetryAfter is the longest that a receiver is left alone at its own request.
const MaxRetryAfter = 24 * time.Hour

// statusGone is HTTP's: the receiver is gone for good and wants nothing more.
const statusGone = 410

// DeliveryBackoff is how long to wait after the first, second, ... failed attempt: eleven attempts
// in all (docs/contract.md section 3).
var DeliveryBackoff = [...]time.Duration{
	30 * time.Second, 2 * time.Minute, 7 * time.Minute, 15 * time.Minute, 30 * time.Minute, 45 * time.Minute, time.Hour,
	90 * time.Minute, 2 * time.Hour, 3 * time.Hour,
}

// Attempted returns the delivery as it stands after an attempt, and the attempt with its number.
// When two nodes attempt the same delivery, the second may finish after it is settled: a delivery
// that was taken stays taken.
func (d Delivery) Attempted(a DeliveryAttempt) (Delivery, DeliveryAttempt) {
	a.ByHand = d.IsByHand()
	d.Attempts++
	a.Number = d.Attempts
	if d.State == DeliveryDone {
		return d, a
	}
	d.LastStatus, d.LastError = a.Status, a.Error
	ended := a.At.Add(a.Took).Truncate(time.Second)
	switch {
	case a.Error == "":
		d.State, d.SettledAt = DeliveryDone, ended
	case d.State == DeliveryPending && d.failures() > len(DeliveryBackoff):
		d.State, d.SettledAt = DeliveryFailed, ended
	}
	return d, a
}

// IsByHand reports whether the next attempt is one that a person asked for.
func (d Delivery) IsByHand() bool { return d.Replayed > 0 && d.Attempts == d.Replayed }

// failures returns how many attempts the retry table has counted.
func (d Delivery) failures() int { return d.Attempts - d.Replayed }

// Wait returns how long a pending delivery waits after its last attempt: as the retry table says,
// or longer if the receiver asked for it, up to a day; 0 if a person has asked for the next
// attempt.
func (d Delivery) Wait(last DeliveryAttempt) time.Duration {
	n := d.failures()
	if n == 0 {
		return 0
	}
	return max(DeliveryBackoff[min(n, len(DeliveryBackoff))-1], min(last.RetryAfter, MaxRetryAfter))
}

// DueAt returns the earliest instant of a pending delivery's next attempt, by its log; zero if it
// may be attempted at once.
func (d Delivery) DueAt() time.Time {
	if len(d.Log) == 0 || d.failures() == 0 {
		return time.Time{}
	}
	last := d.Log[len(d.Log)-1]
	return last.At.Add(last.Took + d.Wait(last))
}

// Replay returns the delivery as it stands when a person has asked for it again: pending, with all
// attempts of the retry table before it.
func (d Delivery) Replay() Delivery {
	d.State, d.SettledAt, d.Replayed = DeliveryPending, time.Time{}, d.Attempts
	return d
}
