package tickler

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"
)

// TaskEvent is something that happens to a task, of which a subscription can be told. The numbers
// are stored.
type TaskEvent int

// The events.
const (
	TaskCreated   TaskEvent = 7
	TaskReminded  TaskEvent = 8 // the moment of its reminder has come, whether or not anybody is mailed
	TaskCompleted TaskEvent = 16
	TaskUpdated   TaskEvent = 17 // or made open again
	TaskCancelled TaskEvent = 18
	TaskOverdue   TaskEvent = 19
	TaskDeleted   TaskEvent = 20
)

// TaskEvents lists every event.
var TaskEvents = []TaskEvent{
	TaskCreated, TaskReminded, TaskCompleted, TaskUpdated, TaskCancelled, TaskOverdue, TaskDeleted,
}

var taskEvents = map[TaskEvent]string{
	TaskCreated:   "Task Create",
	TaskReminded:  "Task Reminder",
	TaskCompleted: "Task Complete",
	TaskUpdated:   "Task Update",
	TaskCancelled: "Task Cancel",
	TaskOverdue:   "Task Overdue",
	TaskDeleted:   "Task Delete",
}

// String names the event for people.
func (e TaskEvent) String() string { return taskEvents[e] }

// Key is the event's stored name: deliveries keep it, and their ids are derived from it. It never
// changes.
func (e TaskEvent) Key() string { return strings.ReplaceAll(e.String(), " ", "_") }

// Wants says which events caused by time, not by a write, an account's subscriptions ask for.
type Wants struct{ Reminder, Overdue bool }

// WantsOf returns what some subscriptions want together.
func WantsOf(subscriptions []Subscription) Wants {
	var w Wants
	for _, s := range subscriptions {
		w.Reminder = w.Reminder || s.Event == TaskReminded
		w.Overdue = w.Overdue || s.Event == TaskOverdue
	}
	return w
}

// Occurrence is one event of one task. Before and After are the task on either side of it: nil
// where it did not exist, and the same where only time has passed.
type Occurrence struct {
	Event  TaskEvent
	At     time.Time
	Before *Task
	After  *Task
}

var eventOfChange = map[ChangeKind]TaskEvent{
	ChangeUpdated: TaskUpdated, ChangeCompleted: TaskCompleted, ChangeReopened: TaskUpdated,
	ChangeCancelled: TaskCancelled, ChangeDeleted: TaskDeleted,
	ChangeRestored: TaskCreated,
}

// task returns the task that it is about: as it is after the event, or else before.
func (o Occurrence) task() Task {
	if o.After != nil {
		return *o.After
	}
	return *o.Before
}

// place orders the events of a task: by version, and events of time after the change that they
// follow.
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

// Announcer makes the deliveries that tell an account's subscriptions of events. A nil Announcer
// makes none: nobody subscribes.
type Announcer struct {
	Subscriptions []Subscription
	// Spell returns an event as its receivers get it.
	Spell func(Occurrence) []byte
}

// WantsTimes reports whether its subscriptions want any event that time causes.
func (a *Announcer) WantsTimes() bool { return a.Wants() != Wants{} }

// Wants returns which events that time causes its subscriptions want.
func (a *Announcer) Wants() Wants {
	if a == nil {
		return Wants{}
	}
	return WantsOf(a.Subscriptions)
}

// Deliveries makes one delivery for each subscription that wants the event. For the same event it
// makes the same deliveries, with the same ids.
func (a *Announcer) Deliveries(o Occurrence, now time.Time) []Delivery {
	if a == nil {
		return nil
	}
	var all []Delivery
	var payload []byte
	for _, s := range a.Subscriptions {
		if s.Event != o.Event {
			continue
		}
		if payload == nil {
			payload = a.Spell(o)
		}
		all = append(all, Delivery{
			ID: o.deliveryID(s.ID), AccountID: s.AccountID, SubscriptionID: s.ID, TaskID: o.task().ID, Place: o.place(),
			Event: o.Event.Key(), Method: s.Method, URL: s.URL, ContentType: s.ContentType, Headers: s.Headers,
			Payload: payload, CreatedAt: now,
		})
	}
	return all
}

// deliveryID derives an id from the event and the subscription alone, so that nobody is told of one
// event twice. Like a notification, a reminder is one event per moment and owner, however often it
// is armed; anything else is one event per version of the task. The id is a UUIDv7 with a digest in
// place of randomness, so that ids sort by time.
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
	for _, part := range [][]byte{
		subscription[:], task.ID[:], []byte(o.Event.Key()), binary.BigEndian.AppendUint64(nil, uint64(milliseconds)),
		within,
	} {
		digest.Write(part)
	}
	var id ID
	binary.BigEndian.PutUint64(id[:], uint64(milliseconds)<<16)
	copy(id[6:], digest.Sum(nil))
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// Announced returns the outcome with the deliveries that tell of its events.
func (a *Announcer) Announced(o Outcome, now time.Time) Outcome {
	for _, event := range o.Events {
		o.Deliveries = append(o.Deliveries, a.Deliveries(event, now)...)
	}
	return o
}
