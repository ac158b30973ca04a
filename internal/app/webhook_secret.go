package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"tickler"
)

// WebhookSecrets returns the secrets that sign the account's webhooks, to administrators only. They
// are made on first use.
func (a *Hooks) WebhookSecrets(ctx context.Context, caller Caller) (tickler.WebhookSecrets, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return tickler.WebhookSecrets{}, err
	}
	return a.webhookSecrets(ctx, caller.Account.Settings())
}

// RotateWebhookSecret makes a new secret, for administrators only. The previous one keeps signing
// beside it for a day.
func (a *Hooks) RotateWebhookSecret(
	ctx context.Context, caller Caller, options Options,
) (tickler.WebhookSecrets, error) {
	if err := MayManageWebhooks(caller); err != nil {
		return tickler.WebhookSecrets{}, err
	}
	changed, err := once(ctx, a.write, caller, options, func(ctx context.Context, tx Tx) (tickler.Account, error) {
		return tx.ChangeAccount(ctx, caller.Account.ID, func(before tickler.Account) (tickler.Account, error) {
			before.WebhookSecrets = before.WebhookSecrets.Rotated(newWebhookSecret(), caller.Now)
			return before, nil
		})
	})
	if err != nil {
		return tickler.WebhookSecrets{}, err
	}
	a.refresh(ctx)
	return changed.WebhookSecrets, nil
}

// SigningSecrets returns the secrets that sign an account's webhooks now, for background work.
func (a *Hooks) SigningSecrets(ctx context.Context, account tickler.ID) ([]string, error) {
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

// webhookSecrets returns an account's secrets, and makes them if there are none. If several nodes
// try at once, one of them makes them.
func (a *Hooks) webhookSecrets(ctx context.Context, account tickler.Account) (tickler.WebhookSecrets, error) {
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

func (a *Hooks) changeWebhookSecrets(
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

// MayManageWebhooks returns an error of KindForbidden unless the caller may see and change the
// account's webhooks and their secret.
func MayManageWebhooks(caller Caller) error {
	return needAdministrator(caller, tickler.FactMayNotManageWebhooks)
}
