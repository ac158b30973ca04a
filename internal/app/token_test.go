package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tickler/internal/app"
)

func TestTokensAreValidForTheirSubjectUntilTheyExpire(t *testing.T) {
	tokens := app.NewTokens([]byte("a key of this service"))
	for _, subject := range []string{"", "unsubscribe/1", strings.Repeat("ö", 100)} {
		token := tokens.Sign(subject, now.Add(time.Hour))
		if got, err := tokens.Subject(token, now.Add(time.Hour-time.Second)); err != nil || got != subject {
			t.Errorf("%q became %q, %v", subject, got, err)
		}
		if got, err := tokens.Subject(token, now.Add(time.Hour)); !errors.Is(err, app.ErrTokenExpired) || got != "" {
			t.Errorf("%q after its time: %q, %v", subject, got, err)
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
		if _, err := tokens.Subject(token[:i]+other+token[i+1:], now); !errors.Is(err, app.ErrNoToken) {
			t.Errorf("a token that differs at %d: %v", i, err)
		}
	}
	for name, wrong := range map[string]string{
		"nothing":          "",
		"none":             "no token",
		"the half":         token[:len(token)/2],
		"more":             token + "AAAA",
		"another spelling": token[:8] + "\n" + token[8:],
		"another return":   token + "\r",
		"by another's key": app.NewTokens([]byte("another key")).Sign("task/1", now.Add(time.Hour)),
		"by no key":        app.Tokens{}.Sign("task/1", now.Add(time.Hour)),
	} {
		if _, err := tokens.Subject(wrong, now); !errors.Is(err, app.ErrNoToken) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := (app.Tokens{}).Subject(wrong, now); !errors.Is(err, app.ErrNoToken) {
			t.Errorf("%s without a key: %v", name, err)
		}
	}
}
