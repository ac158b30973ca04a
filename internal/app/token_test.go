package app_test

import (
	"strings"
	"testing"
	"time"

	"tickler/internal/app"
)

func TestTokensAreValidForTheirSubjectUntilTheyExpire(t *testing.T) {
	tokens := app.NewTokens([]byte("a key of this service"))
	for _, subject := range []string{"", "unsubscribe/1", strings.Repeat("ö", 100)} {
		token := tokens.Sign(subject, now.Add(time.Hour))
		if got, good := tokens.Subject(token, now.Add(time.Hour-time.Second)); !good || got != subject {
			t.Errorf("%q became %q, %t", subject, got, good)
		}
		if got, good := tokens.Subject(token, now.Add(time.Hour)); good || got != "" {
			t.Errorf("%q is good after its time: %q", subject, got)
		}
	}
}

func TestTokensOfOthersAreRefused(t *testing.T) {
	tokens := app.NewTokens([]byte("a key of this service"))
	token := tokens.Sign("task/1", now.Add(time.Hour))
	for i := range token { // whichever character differs
		other := "A"
		if token[i] == 'A' {
			other = "B"
		}
		if _, good := tokens.Subject(token[:i]+other+token[i+1:], now); good {
			t.Errorf("a token that differs at %d is good", i)
		}
	}
	for name, wrong := range map[string]string{
		"nothing":          "",
		"none":             "no token",
		"the half":         token[:len(token)/2],
		"more":             token + "AAAA",
		"by another's key": app.NewTokens([]byte("another key")).Sign("task/1", now.Add(time.Hour)),
		"by no key":        app.Tokens{}.Sign("task/1", now.Add(time.Hour)),
	} {
		if _, good := tokens.Subject(wrong, now); good {
			t.Errorf("%s is good", name)
		}
		if _, good := (app.Tokens{}).Subject(wrong, now); good {
			t.Errorf("%s is good without a key", name)
		}
	}
}
