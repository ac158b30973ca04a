package app

import (
	"time"

	"tickler"
	"tickler/internal/directory"
)

// EventWire spells events for those who subscribe to them.
type EventWire interface {
	Event(account Account, o tickler.Occurrence) []byte
	// Trial returns what a subscription's receiver is sent to test it.
	Trial(s tickler.Subscription, now time.Time) []byte
}

// announcer returns the account's Announcer; nil when nobody subscribes.
func (a *core) announcer(account *directory.Account) *tickler.Announcer {
	subscriptions := account.Subscriptions()
	if len(subscriptions) == 0 {
		return nil
	}
	return &tickler.Announcer{
		Subscriptions: subscriptions,
		Spell:         func(o tickler.Occurrence) []byte { return a.wire.Events.Event(account, o) },
	}
}

// announced returns the outcome with the deliveries that tell the account's subscriptions of it.
func (a *core) announced(caller Caller, o tickler.Outcome) tickler.Outcome {
	return a.announcer(caller.Account).Announced(o, caller.Now)
}

// wakeDeliverer has what was just written for the account's subscriptions delivered at once.
func (a *core) wakeDeliverer(account *directory.Account) {
	if len(account.Subscriptions()) > 0 {
		a.wake(tickler.WebhookJob)
	}
}
