package tickler

import (
	"slices"
	"time"

	"tickler/internal/civil"
)

// Subscription is an account's wish to be told of one event of its tasks at a URL (contract section
// 7).
type Subscription struct {
	ID          ID
	AccountID   ID
	Description string
	URL         string
	Method      string // POST
	ContentType string
	Event       TaskEvent
	// NotifyOnFailure has the administrators told by e-mail when its receiver begins to fail.
	NotifyOnFailure bool
	Headers         map[string]string // of the account's choice, beside those that every delivery has

	State       SubscriptionState
	PausedAt    time.Time // zero while it is active
	PauseReason string    // empty while it is active
	// FailingSince is when the first attempt failed of those since the last that succeeded; zero
	// when the last one did.
	FailingSince time.Time
	// WarnedAt is when the administrators were told that it fails; zero when they were not since
	// the last success.
	WarnedAt time.Time

	CreatedAt  time.Time
	CreatedBy  ID
	ModifiedAt time.Time
	ModifiedBy ID
}

// SubscriptionState is where a subscription stands. The numbers are stored. Whatever it is, events
// are kept for it, and none is lost: but only an active one's are sent.
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

// ContentTypes are what a subscription's deliveries can call themselves. What they hold is JSON
// under each.
var ContentTypes = []string{"application/json", "text/plain"}

// Limits of a subscription.
const (
	MaxSubscriptions           = 100 // of an account
	MaxSubscriptionDescription = 1_000
)

// Validate checks all that can be told from the subscription alone. Its URL was read by
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
	if err := checkLength(FieldDescription, s.Description, MaxSubscriptionDescription); err != nil {
		return err
	}
	return CheckWebhookHeaders(s.Headers)
}

// When a receiver that fails is made known, and when it is not tried any more.
const (
	// WarnAfterFailures is how often a delivery has failed, over some ten minutes, when
	// NotifyOnFailure has the administrators told.
	WarnAfterFailures = 4
	// PauseAfter is for how long a receiver takes nothing before its subscription is paused.
	PauseAfter = 3 * 24 * time.Hour
)

// Alarm is something about a subscription that its account's administrators are told of by e-mail.
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

// AfterAttempt returns the subscription as it stands after an attempt of one of its deliveries, and
// what is to be told of it. A receiver that says that it is gone for good is not asked again until
// a person resumes the subscription.
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

// Stop returns the subscription as it stands when a person has stopped it. What happens is kept for
// it.
func (s Subscription) Stop(by User, now time.Time) Subscription {
	if s.State != SubscriptionStopped {
		s.State, s.PausedAt, s.PauseReason = SubscriptionStopped, now, "Stopped by "+by.Name()+"."
	}
	return s
}

// Resume returns the subscription as it stands when a person wants its deliveries sent again. It
// becomes active when what its receiver did not take is back in its place: see Resumed.
func (s Subscription) Resume() Subscription {
	if s.State != SubscriptionActive {
		s.State = SubscriptionResuming
	}
	return s
}

// Resumed returns the subscription as it stands when all that was kept for it can leave. Its
// receiver has a new chance.
func (s Subscription) Resumed() Subscription {
	s.State, s.PausedAt, s.PauseReason = SubscriptionActive, time.Time{}, ""
	s.FailingSince, s.WarnedAt = time.Time{}, time.Time{}
	return s
}
