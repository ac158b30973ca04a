package tickler

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler/internal/civil"
)

// Subscription is an account's wish to be told of one event of its tasks at a URL (contract section 7, Webhook.svc).
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
	// FailingSince is when the first attempt failed of those since the last that succeeded; zero when the last one did.
	FailingSince time.Time
	// WarnedAt is when the administrators were told that it fails; zero when they were not since the last success.
	WarnedAt time.Time

	CreatedAt  time.Time
	CreatedBy  ID
	ModifiedAt time.Time
	ModifiedBy ID
}

// SubscriptionState is where a subscription stands. The numbers are stored; but for SubscriptionResuming they are the
// wire's StatusCode. Whatever it is, events are kept for it, and none is lost: but only an active one's are sent.
type SubscriptionState int

// The states.
const (
	SubscriptionActive   SubscriptionState = 0
	SubscriptionStopped  SubscriptionState = 1 // by a person
	SubscriptionPaused   SubscriptionState = 2 // its receiver failed for days
	SubscriptionResuming SubscriptionState = 3 // what its receiver did not take is being put in its old place, to be sent again
)

var subscriptionStates = [...]string{"active", "stopped", "paused", "resuming"}

// String names the state.
func (s SubscriptionState) String() string { return subscriptionStates[s] }

// TaskEvent is something that happens to a task and that a subscription can be told of. The numbers are the wire's
// WebhookEvent and are stored.
type TaskEvent int

// The events.
const (
	TaskCreated   TaskEvent = 7
	TaskReminded  TaskEvent = 8 // the moment of its reminder has come, whoever is told of it
	TaskCompleted TaskEvent = 16
	TaskUpdated   TaskEvent = 17 // or made open again
	TaskCancelled TaskEvent = 18
	TaskOverdue   TaskEvent = 19
	TaskDeleted   TaskEvent = 20
)

// TaskEvents lists every event.
var TaskEvents = []TaskEvent{TaskCreated, TaskReminded, TaskCompleted, TaskUpdated, TaskCancelled, TaskOverdue, TaskDeleted}

var taskEvents = map[TaskEvent]struct{ code, name string }{
	TaskCreated:   {"Task_Create", "Task Create"},
	TaskReminded:  {"Task_Reminder", "Task Reminder"},
	TaskCompleted: {"Task_Complete", "Task Complete"},
	TaskUpdated:   {"Task_Update", "Task Update"},
	TaskCancelled: {"Task_Cancel", "Task Cancel"},
	TaskOverdue:   {"Task_Overdue", "Task Overdue"},
	TaskDeleted:   {"Task_Delete", "Task Delete"},
}

// Code is the event's name on the wire.
func (e TaskEvent) Code() string { return taskEvents[e].code }

// String names the event for people.
func (e TaskEvent) String() string { return taskEvents[e].name }

// ParseTaskEvent reads an event's number, code or name, in any case.
func ParseTaskEvent(attribute, text string) (TaskEvent, error) {
	allowed := make([]string, len(TaskEvents))
	for i, e := range TaskEvents {
		folded := Fold(text)
		if folded == strconv.Itoa(int(e)) || folded == Fold(e.Code()) || folded == Fold(e.String()) {
			return e, nil
		}
		allowed[i] = fmt.Sprintf("%d (%s)", e, e.Code())
	}
	return 0, Invalid(attribute, text, "one of "+strings.Join(allowed, ", "))
}

// WebhookMethods are the HTTP methods of deliveries.
var WebhookMethods = []string{"POST"}

// ContentTypes are what a subscription's deliveries can call themselves. What they hold is JSON under each.
var ContentTypes = []string{"application/json", "text/plain"}

// Limits of a subscription.
const (
	MaxSubscriptions           = 100 // of an account
	MaxSubscriptionDescription = 1_000
)

// Validate checks all that can be told from the subscription alone. Its URL was read by ParseWebhookURL.
func (s Subscription) Validate() error {
	if s.URL == "" {
		return Missing("URL", "a webhook")
	}
	if taskEvents[s.Event].code == "" {
		return Missing("WebhookEvent", "a webhook")
	}
	if !slices.Contains(WebhookMethods, s.Method) {
		return Invalid("Method", s.Method, strings.Join(WebhookMethods, " or "))
	}
	if !slices.Contains(ContentTypes, s.ContentType) {
		return Invalid("ContentType", s.ContentType, strings.Join(ContentTypes, " or "))
	}
	if err := checkLength("Description", s.Description, MaxSubscriptionDescription); err != nil {
		return err
	}
	return CheckWebhookHeaders("CustomHeaders", s.Headers)
}

// When a receiver that fails is made known, and when it is not tried any more.
const (
	// WarnAfterFailures is how often a delivery has failed, over some ten minutes, when NotifyOnFailure has the administrators told.
	WarnAfterFailures = 4
	// PauseAfter is for how long a receiver takes nothing before its subscription is paused.
	PauseAfter = 3 * 24 * time.Hour
	// DeliveriesKept is for how long a subscription's deliveries are kept when they are settled.
	DeliveriesKept = 30 * 24 * time.Hour
)

// EndedKept is for how long what has ended is kept otherwise: bulk requests with all that belongs to them, notifications and dead
// jobs.
const EndedKept = 90 * 24 * time.Hour

// Alarm is something about a subscription that its account's administrators are told of by e-mail.
type Alarm string

// The alarms.
const (
	NoAlarm     Alarm = ""
	AlarmFails  Alarm = "fails"
	AlarmPaused Alarm = "paused"
)

// Holds tells whether an alarm is still true.
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

// AfterAttempt gives the subscription as it stands after an attempt of one of its deliveries, and what is to be told of it.
func (s Subscription) AfterAttempt(d Delivery, a DeliveryAttempt) (Subscription, Alarm) {
	if a.Error == "" {
		s.FailingSince, s.WarnedAt = time.Time{}, time.Time{}
		return s, NoAlarm
	}
	if s.FailingSince.IsZero() {
		s.FailingSince = a.At
	}
	switch {
	case s.State == SubscriptionActive && a.At.Sub(s.FailingSince) >= PauseAfter:
		s.State, s.PausedAt = SubscriptionPaused, a.At
		s.PauseReason = "No delivery was taken since " + civil.FormatInstant(s.FailingSince) + " UTC. The last failure: " + a.Error
		return s, AlarmPaused
	case s.NotifyOnFailure && s.WarnedAt.IsZero() && d.failures() >= WarnAfterFailures:
		s.WarnedAt = a.At
		return s, AlarmFails
	}
	return s, NoAlarm
}

// Stop gives the subscription as it stands when a person has stopped it. What happens is kept for it.
func (s Subscription) Stop(by User, now time.Time) Subscription {
	if s.State != SubscriptionStopped {
		s.State, s.PausedAt, s.PauseReason = SubscriptionStopped, now, "Stopped by "+by.Name()+"."
	}
	return s
}

// Resume gives the subscription as it stands when a person wants its deliveries sent again. It becomes active when what its
// receiver did not take is back in its place: see Resumed.
func (s Subscription) Resume() Subscription {
	if s.State != SubscriptionActive {
		s.State = SubscriptionResuming
	}
	return s
}

// Resumed gives the subscription as it stands when all that was kept for it can leave. Its receiver has a new chance.
func (s Subscription) Resumed() Subscription {
	s.State, s.PausedAt, s.PauseReason = SubscriptionActive, time.Time{}, ""
	s.FailingSince, s.WarnedAt = time.Time{}, time.Time{}
	return s
}

// Wants is what an account's subscriptions want to be told of that no write causes, but time.
type Wants struct{ Reminder, Overdue bool }

// WantsOf says what subscriptions want together.
func WantsOf(subscriptions []Subscription) Wants {
	var w Wants
	for _, s := range subscriptions {
		w.Reminder = w.Reminder || s.Event == TaskReminded
		w.Overdue = w.Overdue || s.Event == TaskOverdue
	}
	return w
}

// Occurrence is one event of one task. Its Before and After are the task around it: nil where there was none or is none any
// more, and the same where nothing but time has passed.
type Occurrence struct {
	Event  TaskEvent
	At     time.Time
	Before *Task
	After  *Task
}

// Created is that a task was made.
func (t Task) Created() Occurrence { return Occurrence{Event: TaskCreated, At: t.CreatedAt, After: &t} }

var eventOfChange = map[ChangeKind]TaskEvent{
	Updated: TaskUpdated, Finished: TaskCompleted, Reopened: TaskUpdated, CalledOff: TaskCancelled, Deleted: TaskDeleted,
}

// Occurrence is that a task was changed from what it was before to what it is after.
func (c Change) Occurrence(before, after Task) Occurrence {
	o := Occurrence{Event: eventOfChange[c.Kind], At: c.At, Before: &before, After: &after}
	if c.Kind == Deleted {
		o.After = nil
	}
	return o
}

// Due lists what has happened to a task whose WakeAt has come. No event is older than the version of the task that it tells of.
func (t Task) Due() []Occurrence {
	_, reminder, overdue := t.Wake(Wants{})
	at := t.WakeAt
	if t.ModifiedAt.After(at) {
		at = t.ModifiedAt
	}
	var all []Occurrence
	if reminder {
		all = append(all, Occurrence{Event: TaskReminded, At: at, Before: &t, After: &t})
	}
	if overdue {
		all = append(all, Occurrence{Event: TaskOverdue, At: at, Before: &t, After: &t})
	}
	return all
}

// task is the one that it is about, as it stands after it or else before.
func (o Occurrence) task() Task {
	if o.After != nil {
		return *o.After
	}
	return *o.Before
}

// place is where it belongs among all that happens to its task: those of one version in the order of time.
func (o Occurrence) place() int64 {
	version := int64(o.task().Version)
	switch o.Event {
	case TaskReminded, TaskOverdue:
		return 2*version + 1
	case TaskDeleted:
		return 2 * (version + 1)
	default:
		return 2 * version
	}
}

// Herald makes the deliveries of what happens to an account's tasks. A nil Herald makes none: nobody subscribes.
type Herald struct {
	Subscriptions []Subscription
	// Spell writes an event as its receivers get it.
	Spell func(Occurrence) []byte
}

// WantsTimes tells whether its subscriptions want to be told of anything that time causes.
func (h *Herald) WantsTimes() bool { return h.Wants() != Wants{} }

// Wants says what its subscriptions want to be told of that time causes.
func (h *Herald) Wants() Wants {
	if h == nil {
		return Wants{}
	}
	return WantsOf(h.Subscriptions)
}

// Deliveries makes one delivery for each subscription that wants the event. Of the same event it makes the same ones, with
// the same ids.
func (h *Herald) Deliveries(o Occurrence, now time.Time) []Delivery {
	if h == nil {
		return nil
	}
	var all []Delivery
	var payload []byte
	for _, s := range h.Subscriptions {
		if s.Event != o.Event {
			continue
		}
		if payload == nil {
			payload = h.Spell(o)
		}
		all = append(all, Delivery{
			ID: o.deliveryID(s.ID), AccountID: s.AccountID, SubscriptionID: s.ID, TaskID: o.task().ID, Place: o.place(),
			Event: o.Event.Code(), Method: s.Method, URL: s.URL, ContentType: s.ContentType, Headers: s.Headers,
			Payload: payload, CreatedAt: now,
		})
	}
	return all
}

// deliveryID gives an id that follows from the event and the subscription alone, so that nobody is told of one event twice:
// a reminder is one event for each moment and owner, however often it is armed, as a notification is; anything else is one
// for each version of the task. It is a UUIDv7 with a digest in place of chance, so that ids are in the order of time.
func (o Occurrence) deliveryID(subscription ID) ID {
	task := o.task()
	at, place := task.ModifiedAt, o.place()
	within := binary.BigEndian.AppendUint64(nil, uint64(place))
	switch o.Event { //nolint:exhaustive // of all others the version says when
	case TaskReminded:
		at, place, within = task.RemindAt, 0, task.OwnerID[:]
	case TaskOverdue:
		at = task.overdueAt()
	case TaskDeleted:
		at = o.At
	}
	const thousand = 1000 // milliseconds: the events of one second are told apart by their place
	milliseconds := max(0, at.Unix()*thousand+place%thousand)
	digest := sha256.New()
	for _, part := range [][]byte{subscription[:], task.ID[:], []byte(o.Event.Code()), binary.BigEndian.AppendUint64(nil, uint64(milliseconds)), within} {
		digest.Write(part)
	}
	var id ID
	binary.BigEndian.PutUint64(id[:], uint64(milliseconds)<<16)
	copy(id[6:], digest.Sum(nil))
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}
