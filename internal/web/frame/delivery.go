package web

import (
	"time"

	"tickler"
)

// deliveryView is a webhook on its way, with every attempt: what the template "delivery" shows.
type deliveryView struct {
	tickler.Delivery
	Replay string // where the form that sends it again goes
	page   *page
}

func (p *page) delivery(d tickler.Delivery, replay string) deliveryView {
	return deliveryView{Delivery: d, Replay: replay, page: p}
}

// At gives an instant to the template "instant".
func (d deliveryView) At(t time.Time) instant { return d.page.at(t) }

// What says in plain words what a delivery tells of.
func (d deliveryView) What() string {
	for _, e := range tickler.TaskEvents {
		if e.Code() == d.Event {
			return eventWords(e)
		}
	}
	return d.Event
}

// Next is when a pending delivery is tried again at the earliest; the zero instant for others.
func (d deliveryView) Next() instant {
	if d.State != tickler.DeliveryPending {
		return instant{}
	}
	return d.At(d.DueAt())
}
