package composed_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"tickler/internal/composed"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"Rene\u0301":         "Ren\u00e9",
		"Ren\u00e9":          "Ren\u00e9",
		"\u212bngstrom":      "\u00c5ngstrom",
		"\u1112\u1161\u11ab": "\ud55c", // Hangul of parts
		"\u1ea1\u0302":       "\u1ead", // marks in another order
		"":                   "",
		"\xff":               "\xff",
		"\ufb01":             "\ufb01", // looks another way, and stays
	} {
		if got := composed.Text(text); got != want {
			t.Errorf("%+q became %+q, want %+q", text, got, want)
		}
	}
}

// Composing changes nothing about a text but its form, and what is composed stays as it is.
func FuzzText(f *testing.F) {
	for _, text := range []string{"Rene\u0301", "\u1112\u1161\u11ab", "a\u0323\u0302", "\xff", "e\u0301\u034f\u0301", "\u0958", strings.Repeat("\u0301", 40), "\u00e9" + strings.Repeat("\u0323\u0301", 50)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := composed.Text(text)
		if again := composed.Text(once); again != once {
			t.Errorf("%+q became %+q, and then %+q", text, once, again)
		}
		if apart := composed.Text(norm.NFD.String(text)); apart != once {
			t.Errorf("%+q became %+q, and %+q when it is taken apart before", text, once, apart)
		}
	})
}
