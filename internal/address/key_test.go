package address_test

import (
	"slices"
	"strings"
	"testing"

	"tickler"
	"tickler/internal/address"
)

// long is a domain that is none, and that would be long to decode.
var long = "xn--" + strings.Repeat("exmple-cua", 100)

func TestEmailKeyIsOneForAllSpellings(t *testing.T) {
	for key, spellings := range map[string][]string{
		"jörg@exämple.com": {
			"jörg@exämple.com", " JÖRG@EXÄMPLE.COM ", "jo\u0308rg@exa\u0308mple.com", "jörg@xn--exmple-cua.com", "Jörg@XN--EXMPLE-CUA.com", "jörg@exämple．com",
		},
		"ada+crm@example.com": {"ada+crm@example.com", "Ada+CRM@Example.COM"},
		"a@xn--a":             {"a@xn--a"}, // no domain of another script: it stays
		"":                    {"", " "},
		"ä":                   {"a\u0308"},
		"ä@" + long:           {"a\u0308@" + long},
	} {
		for _, spelling := range spellings {
			if got := address.EmailKey(spelling); got != key {
				t.Errorf("%q has the key %q, want %q", spelling, got, key)
			}
		}
	}
}

func TestEmailKeysFindWhatWasStoredBefore(t *testing.T) {
	stored := []string{"jörg@exämple.com", "jörg@xn--exmple-cua.com", "jo\u0308rg@exa\u0308mple.com"}
	for _, spelling := range append(stored, " JÖRG@EXÄMPLE.COM ", "Jörg@XN--EXMPLE-CUA.com") {
		keys := address.EmailKeys(spelling)
		for _, key := range append(stored, tickler.Fold(spelling)) {
			if !slices.Contains(keys[:], key) {
				t.Errorf("%q is not looked for as %q, but as %q", spelling, key, keys)
			}
		}
		if keys[0] != address.EmailKey(spelling) {
			t.Errorf("the first key of %q is %q", spelling, keys[0])
		}
	}
	for _, text := range []string{"", "ada@example.com", "a@xn--a", "@", "ä", "a@" + long} {
		if keys := address.EmailKeys(text); keys[0] != text {
			t.Errorf("%q has the keys %q", text, keys)
		}
	}
}
