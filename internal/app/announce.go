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

// herald makes the deliveries of an account; nil when nobody subscribes.
func (a *App) herald(account *directory.Account) *tickler.Herald {
	subscriptions := account.Subscriptions()
	if len(subscriptions) == 0 {
		return nil
	}
	return &tickler.Herald{
		Subscriptions: subscriptions,
		Spell:         func(o tickler.Occurrence) []byte { return a.events.Event(account, o) },
	}
}

// told adds to a rule that the account's subscriptions are told of what it changes, in the transaction of the change.
func (a *App) told(account *directory.Account, change rule) rule {
	herald := a.herald(account)
	if herald == nil {
		return change
	}
	return func(before tickler.Task, by tickler.Hand) (tickler.Task, *tickler.Change, error) {
		after, entry, err := change(before, by)
		if err == nil && entry != nil {
			entry.Deliveries = herald.Deliveries(entry.Occurrence(before, after), by.Now)
		}
		return after, entry, err
	}
}

// wakeDeliverer has what was just written for the account's subscriptions handed over at once.
func (a *App) wakeDeliverer(account *directory.Account) {
	if len(account.Subscriptions()) > 0 {
		a.wake(tickler.WebhookJob)
	}
}
