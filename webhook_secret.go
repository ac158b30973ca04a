package tickler

import "time"

// WebhookSecrets are the secrets that sign an account's deliveries. They are stored in the clear:
// signing needs the secret itself.
type WebhookSecrets struct {
	Current       string // empty: none is made yet
	Previous      string // empty, or the one before
	PreviousUntil time.Time
}

// SecretOverlap is how long the previous secret still signs, beside the new one, after a change.
const SecretOverlap = 24 * time.Hour

// SigningSecrets lists the secrets that sign at an instant, the current one first.
func (s WebhookSecrets) SigningSecrets(now time.Time) []string {
	if s.Previous != "" && now.Before(s.PreviousUntil) {
		return []string{s.Current, s.Previous}
	}
	return []string{s.Current}
}

// Rotated returns the secrets with a new current one. The one that it replaces still signs for
// SecretOverlap.
func (s WebhookSecrets) Rotated(secret string, now time.Time) WebhookSecrets {
	if s.Current == "" {
		return WebhookSecrets{Current: secret}
	}
	return WebhookSecrets{Current: secret, Previous: s.Current, PreviousUntil: now.Add(SecretOverlap)}
}
