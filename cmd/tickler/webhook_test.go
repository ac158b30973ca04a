package main

import (
	"regexp"
	"testing"
)

var anyWebhookSecret = regexp.MustCompile(`whsec_[A-Za-z0-9+/]{43}=`)

func TestWebhookSecret(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		at.facts(t, "init")
		shown := at.facts(t, "webhook-secret show")
		if len(shown) != 1 || !anyWebhookSecret.MatchString(shown["secret"]) {
			t.Fatalf("shown %v", shown)
		}
		if again := at.facts(t, "webhook-secret show"); again["secret"] != shown["secret"] {
			t.Errorf("shown %v and %v", shown, again)
		}
		rotated := at.facts(t, "webhook-secret rotate")
		if rotated["secret"] == shown["secret"] || rotated["previousSecret"] != shown["secret"] || rotated["previousUntil"] == "" {
			t.Errorf("%v became %v", shown, rotated)
		}
		r := command(t, append([]string{"webhook-secret", "show"}, at...)...)
		if r.err != nil {
			t.Fatal(r.err)
		}
		wantText(t, `
Webhook secret   <secret>
The one before   <secret>
It signs too until `+rotated["previousUntil"]+` UTC.
`, anyWebhookSecret.ReplaceAllString(r.stdout, "<secret>"))
	})
}
