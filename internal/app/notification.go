package app

import (
	"context"
	"time"

	"tickler"
)

type notificationStore interface {
	Notifications(ctx context.Context, account tickler.ID, states []tickler.NotificationState, page tickler.Page) ([]tickler.Notification, error)
	ResendNotification(ctx context.Context, account, id tickler.ID, now, deadline time.Time) error
}

// Notifications lists what became of the account's reminders, the latest moment first; in all states when none is named.
func (a *App) Notifications(ctx context.Context, caller Caller, states []tickler.NotificationState, page tickler.Page) ([]tickler.Notification, error) {
	return a.store.Notifications(ctx, caller.Account.ID, states, page)
}

// ResendNotification has a settled notification sent once more, if its task still wants it by then.
func (a *App) ResendNotification(ctx context.Context, caller Caller, id tickler.ID) error {
	now := a.now()
	return a.store.ResendNotification(ctx, caller.Account.ID, id, now, now.Add(tickler.ResendKept))
}
