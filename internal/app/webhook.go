package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"tickler"
)

type webhookStore interface {
	Delivery(ctx context.Context, account, id tickler.ID) (tickler.Delivery, bool, error)
	DeliveriesOfRequest(ctx context.Context, account, request tickler.ID, page tickler.Page) ([]tickler.Delivery, error)
	DeliveriesOfSubscription(ctx context.Context, account, subscription tickler.ID, page tickler.Page) ([]tickler.Delivery, error)
	LastDeliveries(ctx context.Context, account tickler.ID) (map[tickler.ID]tickler.Delivery, error)
	ReplayDelivery(ctx context.Context, account, id tickler.ID, now time.Time) (tickler.Delivery, error)
}

// WebhookSecrets gives what the account's webhooks are signed with, to administrators only. The secret is made when it is
// first asked for.
func (a *App) WebhookSecrets(ctx context.Context, caller Caller) (tickler.WebhookSecrets, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return tickler.WebhookSecrets{}, err
	}
	return a.webhookSecrets(ctx, caller.Account.Settings())
}

// RotateWebhookSecret makes a new secret, for administrators only. The one before signs too, for a day.
func (a *App) RotateWebhookSecret(ctx context.Context, caller Caller) (tickler.WebhookSecrets, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return tickler.WebhookSecrets{}, err
	}
	return a.changeWebhookSecrets(ctx, caller.Account.ID, func(s tickler.WebhookSecrets) tickler.WebhookSecrets {
		return s.Rotated(newWebhookSecret(), a.now())
	})
}

// SigningSecrets gives the secrets that sign an account's webhooks now, for background work.
func (a *App) SigningSecrets(ctx context.Context, account tickler.ID) ([]string, error) {
	entry, err := a.directory.Account(ctx, account)
	if err != nil {
		return nil, err
	}
	secrets, err := a.webhookSecrets(ctx, entry.Settings())
	if err != nil {
		return nil, err
	}
	return secrets.SigningSecrets(a.now()), nil
}

// webhookSecrets gives an account's secrets, made if there are none. Of several nodes that make them at once, one does.
func (a *App) webhookSecrets(ctx context.Context, account tickler.Account) (tickler.WebhookSecrets, error) {
	if account.WebhookSecrets.Current != "" {
		return account.WebhookSecrets, nil
	}
	return a.changeWebhookSecrets(ctx, account.ID, func(s tickler.WebhookSecrets) tickler.WebhookSecrets {
		if s.Current != "" {
			return s
		}
		return s.Rotated(newWebhookSecret(), a.now())
	})
}

func (a *App) changeWebhookSecrets(
	ctx context.Context, account tickler.ID, rule func(tickler.WebhookSecrets) tickler.WebhookSecrets,
) (tickler.WebhookSecrets, error) {
	changed, err := a.store.ChangeAccount(ctx, account, func(before tickler.Account) (tickler.Account, error) {
		before.WebhookSecrets = rule(before.WebhookSecrets)
		return before, nil
	})
	if err != nil {
		return tickler.WebhookSecrets{}, err
	}
	a.refresh(ctx)
	return changed.WebhookSecrets, nil
}

// newWebhookSecret makes a secret of 256 random bits in the form of Standard Webhooks.
func newWebhookSecret() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(key)
}

// DeliveriesOfRequest lists the webhooks that told of a bulk request's end, with every attempt, the latest first. Who may see
// the request may see them.
func (a *App) DeliveriesOfRequest(ctx context.Context, caller Caller, request tickler.ID, page tickler.Page) ([]tickler.Delivery, error) {
	if _, err := a.visibleBulkRequest(ctx, caller, request); err != nil {
		return nil, err
	}
	return a.store.DeliveriesOfRequest(ctx, caller.Account.ID, request, page)
}

// DeliveriesOfSubscription lists what a subscription was told, with every attempt, the latest first: to administrators only.
func (a *App) DeliveriesOfSubscription(ctx context.Context, caller Caller, subscription tickler.ID, page tickler.Page) ([]tickler.Delivery, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return nil, err
	}
	return a.store.DeliveriesOfSubscription(ctx, caller.Account.ID, subscription, page)
}

// LastDeliveries gives the last that each of the account's subscriptions was told, or is to be, by the subscription's id and
// without the attempts: to administrators only.
func (a *App) LastDeliveries(ctx context.Context, caller Caller) (map[tickler.ID]tickler.Delivery, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return nil, err
	}
	return a.store.LastDeliveries(ctx, caller.Account.ID)
}

// ReplayDelivery has a delivery handed over at once, whether it was taken, has failed or waits for its next attempt. Who may see
// it may do so; what the caller may not see does not exist for him.
func (a *App) ReplayDelivery(ctx context.Context, caller Caller, id tickler.ID) (tickler.Delivery, error) {
	d, found, err := a.store.Delivery(ctx, caller.Account.ID, id)
	if err == nil && !found {
		err = tickler.UnknownEntity("", "Delivery Id", id.String())
	}
	if err != nil {
		return d, err
	}
	if !d.RequestID.IsZero() {
		_, err = a.visibleBulkRequest(ctx, caller, d.RequestID)
	} else {
		err = MayManageWebhooks(caller)
	}
	if err != nil {
		return d, err
	}
	d, err = a.store.ReplayDelivery(ctx, caller.Account.ID, id, a.now())
	a.wake(tickler.WebhookJob)
	return d, err
}

// MayManageWebhooks gives an error of KindForbidden unless the caller may see and change the account's webhooks and their secret.
func MayManageWebhooks(caller Caller) error {
	return needAdministrator(caller, "Only an administrator of the account may see and change its webhooks.")
}
