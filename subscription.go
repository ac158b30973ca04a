package tickler

import (
	"slices"
	"time"

	"tickler/internal/civil"
)

// Subscription tells one URL of one event of an account's tasks (docs/contract.md section 7).
type Subscription struct {
	ID          ID
	AccountID   ID
	Description string
	URL         string
	Method      string // POST
	ContentType string
	Event       TaskEvent
	// NotifyOnFailure says that administrators are mailed when its receiver begins to fail.
	NotifyOnFailure bool
	Headers         map[string]string // the account's own, besides those that every delivery has

	State       SubscriptionState
	PausedAt    time.Time // zero while it is active
	PauseReason string    // empty while it is active
	// FailingSince is when the first attempt after the last success failed; zero when the last one
	// succeeded.
	FailingSince time.Time
	// WarnedAt is when administrators were told that it fails; zero if they were not since the last
	// success.
	WarnedAt time.Time

	CreatedAt  time.Time
	CreatedBy  ID
	ModifiedAt time.Time
	ModifiedBy ID
}

// SubscriptionState is where a subscription stands. The numbers are stored. In every state events
// are kept for it and none is lost; they are sent only while it is active.
type SubscriptionState int

// The states.
const (
	SubscriptionActive   SubscriptionState = 0
	SubscriptionStopped  SubscriptionState = 1 // by a person
	SubscriptionPaused   SubscriptionState = 2 // its receiver failed for days
	SubscriptionResuming SubscriptionState = 3 // undelivered events are being requeued in their original order
)

var subscriptionStates = [...]string{"active", "stopped", "paused", "resuming"}

// String names the state.
func (s SubscriptionState) String() string { return subscriptionStates[s] }

// WebhookMethods are the HTTP methods of deliveries.
var WebhookMethods = []string{"POST"}

// ContentTypes are the content types that a subscription's deliveries can have. The body is JSON
// under each.
var ContentTypes = []string{"application/json", "text/plain"}

// Limits of a subscription.
const (
	MaxSubscriptions           = 100 // of an account
	MaxSubscriptionDescription = 1_000
)

// Validate checks everything that the subscription alone can tell. Its URL must come from
// address.ParseURL.
func (s Subscription) Validate() error {
	if s.URL == "" {
		return Refuse(FactNeededByWebhook, FieldURL, nil)
	}
	if taskEvents[s.Event] == "" {
		return Refuse(FactNeededByWebhook, FieldEvent, nil)
	}
	if !slices.Contains(WebhookMethods, s.Method) {
		return Refuse(FactNotOneOf, FieldMethod, s.Method, OneOf(WebhookMethods))
	}
	if !slices.Contains(ContentTypes, s.ContentType) {
		return Refuse(FactNotOneOf, FieldContentType, s.ContentType, OneOf(ContentTypes))
	}
	if err := checkVisible(FieldDescription, s.Description, MaxSubscriptionDescription); err != nil {
		return err
	}
	return CheckWebhookHeaders(s.Headers)
}

// When a failing receiver is reported, and when it is no longer tried.
const (
	// WarnAfterFailures is how often a delivery must have failed, over some ten minutes, before
	// NotifyOnFailure tells the administrators.
	WarnAfterFailures = 4
	// PauseAfter is how long a receiver may take nothing before its subscription is paused.
	PauseAfter = 3 * 24 * time.Hour
)

// Alarm is a problem with a subscription of which its account's administrators are mailed.
type Alarm string

// The alarms.
const (
	NoAlarm     Alarm = ""
	AlarmFails  Alarm = "fails"
	AlarmPaused Alarm = "paused"
)

// Holds reports whether an alarm is still true.
func (s Subscription) Holds(alarm Alarm) bool {
	switch alarm {
	case AlarmPaused:
		return s.State == SubscriptionPaused
	case AlarmFails:
		return !s.FailingSince.IsZero()
	default:
		return false
	}
}

// AfterAttempt returns the subscription after an attempt at one of its deliveries, and the alarm to
// raise, if any. A receiver that says that it is gone for good is not tried again until a person
// resumes the subscription.
func (s Subscription) AfterAttempt(d Delivery, a DeliveryAttempt) (Subscription, Alarm) {
	if a.Error == "" {
		s.FailingSince, s.WarnedAt = time.Time{}, time.Time{}
		return s, NoAlarm
	}
	if s.FailingSince.IsZero() {
		s.FailingSince = a.At
	}
	switch {
	case s.State == SubscriptionActive && a.Status == statusGone:
		reason := "The receiver says that it is gone for good and wants no more deliveries (410)."
		return s.paused(a.At, reason), AlarmPaused
	case s.State == SubscriptionActive && a.At.Sub(s.FailingSince) >= PauseAfter:
		since := civil.FormatInstant(s.FailingSince)
		return s.paused(a.At, "No delivery was taken since "+since+" UTC. The last failure: "+a.Error), AlarmPaused
	case s.NotifyOnFailure && s.WarnedAt.IsZero() && d.failures() >= WarnAfterFailures:
		s.WarnedAt = a.At
		return s, AlarmFails
	}
	return s, NoAlarm
}

func (s Subscription) paused(at time.Time, reason string) Subscription {
	s.State, s.PausedAt, s.PauseReason = SubscriptionPaused, at, reason
	return s
}

// Stop returns the subscription as stopped by a person. Events are still kept for it.
func (s Subscription) Stop(by User, now time.Time) Subscription {
	if s.State != SubscriptionStopped {
		s.State, s.PausedAt, s.PauseReason = SubscriptionStopped, now, "Stopped by "+by.Name()+"."
	}
	return s
}

// Resume returns the subscription as resumed by a person. It becomes active once its undelivered
// events are back in their places: see Resumed.
func (s Subscription) Resume() Subscription {
	if s.State != SubscriptionActive {
		s.State = SubscriptionResuming
	}
	return s
}

// Resumed returns the subscription as active again, once everything that was kept for it can leave.
// Its receiver gets a new chance.
func (s Subscription) Resumed() Subscription {
	s.State, s.PausedAt, s.PauseReason = SubscriptionActive, time.Time{}, ""
	s.FailingSince, s.WarnedAt = time.Time{}, time.Time{}
	return s
}
