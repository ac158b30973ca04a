package tickler

import "time"

// WebhookSecrets are what an account's deliveries are signed with. They are kept as they are: a
// signature needs the secret itself.
type WebhookSecrets struct {
	Current       string // empty: none is made yet
	Previous      string // empty, or the one before
	PreviousUntil time.Time
}

// SecretOverlap is how long the secret before still signs, beside the new one, after a change.
const SecretOverlap = 24 * time.Hour

// SigningSecrets lists the secrets that sign at an instant, the current one first.
func (s WebhookSecrets) SigningSecrets(now time.Time) []string {
	if s.Previous != "" && now.Before(s.PreviousUntil) {
		return []string{s.Current, s.Previous}
	}
	return []string{s.Current}
}

// Rotated puts a new secret in the place of the current one, which still signs for a while.
func (s WebhookSecrets) Rotated(secret string, now time.Time) WebhookSecrets {
	if s.Current == "" {
		return WebhookSecrets{Current: secret}
	}
	return WebhookSecrets{Current: secret, Previous: s.Current, PreviousUntil: now.Add(SecretOverlap)}
}
