package app

import (
	"time"

	"tickler"
	"tickler/internal/directory"
)

// EventWire is how events are spelled for those who subscribe to them.
type EventWire interface {
	Event(account Account, o tickler.Occurrence) []byte
	// Trial is what the receiver of a subscription is sent to see whether it listens.
	Trial(s tickler.Subscription, now time.Time) []byte
}

// announcer makes the deliveries of an account; nil when nobody subscribes.
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

// announced adds to an outcome what tells the account's subscriptions of it.
func (a *core) announced(caller Caller, o tickler.Outcome) tickler.Outcome {
	return a.announcer(caller.Account).Announced(o, caller.Now)
}

// wakeDeliverer has what was just written for the account's subscriptions handed over at once.
func (a *core) wakeDeliverer(account *directory.Account) {
	if len(account.Subscriptions()) > 0 {
		a.wake(tickler.WebhookJob)
	}
}
