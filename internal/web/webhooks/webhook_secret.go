package web

import (
	"context"
	"time"
)

// webhookSecretPage is what the account's webhooks are signed with.
type webhookSecretPage struct {
	Secret string
	// PreviousUntil is until when the secret before signs too; zero when none does.
	PreviousUntil time.Time
}

func (web *Web) webhookSecret(ctx context.Context, p *page) (answer, error) {
	secrets, err := web.App.WebhookSecrets(ctx, p.caller)
	if err != nil {
		return answer{}, err
	}
	data := webhookSecretPage{Secret: secrets.Current}
	if len(secrets.SigningSecrets(p.now)) > 1 {
		data.PreviousUntil = secrets.PreviousUntil
	}
	return show("webhook_secret", "Webhook secret", data), nil
}

func (web *Web) rotateWebhookSecret(ctx context.Context, p *page) (answer, error) {
	if _, err := web.App.RotateWebhookSecret(ctx, p.caller); err != nil {
		return answer{}, err
	}
	p.confirm("There is a new webhook secret. The one before signs too, for a day.")
	return redirect("/settings/webhook-secret"), nil
}
