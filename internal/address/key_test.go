package address_test

import (
	"testing"

	"tickler/internal/address"
)

func TestEmailKeyIsOneForAllSpellings(t *testing.T) {
	for key, spellings := range map[string][]string{
		"jörg@exämple.com": {
			"jörg@exämple.com", " JÖRG@EXÄMPLE.COM ", "jo\u0308rg@exa\u0308mple.com", "jörg@xn--exmple-cua.com", "Jörg@XN--EXMPLE-CUA.com", "jörg@exämple．com",
		},
		"ada+crm@example.com": {"ada+crm@example.com", "Ada+CRM@Example.COM"},
		"a@xn--a":             {"a@xn--a"}, // no domain of another script: it stays
		"":                    {"", " "},
		"ä":                   {"a\u0308"},
	} {
		for _, spelling := range spellings {
			if got := address.EmailKey(spelling); got != key {
				t.Errorf("%q has the key %q, want %q", spelling, got, key)
			}
		}
	}
}
