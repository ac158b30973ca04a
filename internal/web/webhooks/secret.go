package webhooks

import (
	"context"
	"time"

	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// secretPage is what the account's webhooks are signed with.
type secretPage struct {
	Secret string
	// PreviousUntil is until when the previous secret stays valid; zero when there is none.
	PreviousUntil time.Time
}

func (a area) secret(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	secrets, err := a.app.WebhookSecrets(ctx, p.Caller)
	if err != nil {
		return frame.Answer{}, err
	}
	data := secretPage{Secret: secrets.Current}
	if len(secrets.SigningSecrets(p.Now)) > 1 {
		data.PreviousUntil = secrets.PreviousUntil
	}
	return frame.Show("secret", "Webhook secret", data).WithSecret(), nil
}

func (a area) rotate(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	_, err := a.app.RotateWebhookSecret(ctx, p.Caller, app.Options{Once: p.Once(secretPath)})
	return p.Done(err, "There is a new webhook secret. The previous one stays valid for a day.", secretPath)
}
