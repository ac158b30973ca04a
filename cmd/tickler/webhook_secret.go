package main

import (
	"context"
	"io"

	"tickler"
	"tickler/internal/app"
)

type webhookSecretCommands struct {
	Show   webhookSecretShowCommand   `cmd:"" help:"Show the secret that webhooks are signed with."`
	Rotate webhookSecretRotateCommand `cmd:"" help:"Make a new secret. The previous one stays valid for a day."`
}

// webhookSecretShowCommand shows an account's webhook secret.
type webhookSecretShowCommand struct {
	accountFlags `embed:""`
}

// Run prints the secret, made if there is none yet.
func (c webhookSecretShowCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		secrets, err := s.WebhookSecrets(ctx, s.caller)
		if err != nil {
			return err
		}
		return printSecrets(env.stdout, c.JSON, secrets, env.clock)
	})
}

// webhookSecretRotateCommand changes an account's webhook secret.
type webhookSecretRotateCommand struct {
	accountFlags `embed:""`
}

// Run prints the new secret, and until when the previous one stays valid.
func (c webhookSecretRotateCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		secrets, err := s.RotateWebhookSecret(ctx, s.caller, app.Options{})
		if err != nil {
			return err
		}
		return printSecrets(env.stdout, c.JSON, secrets, env.clock)
	})
}

func printSecrets(w io.Writer, asJSON bool, secrets tickler.WebhookSecrets, clock tickler.Clock) error {
	sentence, facts := "Webhook secret   "+secrets.Current, []fact{{"secret", secrets.Current}}
	if len(secrets.SigningSecrets(clock.Now())) > 1 {
		until := secrets.PreviousUntil
		sentence += "\nPrevious         " + secrets.Previous + "\nIt stays valid until " + cellText(until) + " UTC."
		facts = append(facts, fact{"previousSecret", secrets.Previous}, fact{"previousUntil", until})
	}
	return printFacts(w, asJSON, sentence, facts...)
}
