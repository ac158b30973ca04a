package frame

import (
	"time"

	"tickler"
)

// Delivery is a webhook on its way, with every attempt: what the template "delivery" shows.
type Delivery struct {
	tickler.Delivery
	Replay string // where the form that sends it again goes
	page   *Page
}

// Delivery shows a delivery on the page; replay is the path of the form that sends it again.
func (p *Page) Delivery(d tickler.Delivery, replay string) Delivery {
	return Delivery{Delivery: d, Replay: replay, page: p}
}

// At returns an instant to the template "instant".
func (d Delivery) At(t time.Time) Instant { return d.page.At(t) }

// What says in plain words what a delivery tells of.
func (d Delivery) What() string {
	for _, e := range tickler.TaskEvents {
		if e.Key() == d.Event {
			return EventWords(e)
		}
	}
	return d.Event
}

// Next is when a pending delivery is tried again at the earliest; the zero instant for others.
func (d Delivery) Next() Instant {
	if d.State != tickler.DeliveryPending {
		return Instant{}
	}
	return d.At(d.DueAt())
}

// eventWords say what has happened; the events' own names are those that programs know.
var eventWords = map[tickler.TaskEvent]string{
	tickler.TaskCreated: "Task created", tickler.TaskReminded: "Reminder due", tickler.TaskCompleted: "Task completed",
	tickler.TaskUpdated: "Task changed", tickler.TaskCancelled: "Task cancelled", tickler.TaskOverdue: "Task overdue",
	tickler.TaskDeleted: "Task deleted",
}

// EventWords says in plain words what an event is.
func EventWords(e tickler.TaskEvent) string { return eventWords[e] }
