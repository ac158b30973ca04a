package frame

import "testing"

func TestDirectionsOfATextAreClosed(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"Call Ada":                 "Call Ada",
		"اتصل بآدا":                "اتصل بآدا", // it opens nothing
		"a\u202eb":                 "\u2068a\u202eb\u202c\u2069",
		"\u202e\u2066a":            "\u2068\u202e\u2066a\u2069\u202c\u2069",
		"\u202ea\u202cb":           "\u2068\u202ea\u202cb\u2069",
		"a\u2069\u202eb":           "\u2068a\u202eb\u202c\u2069", // it can't close what stands around it
		"\u2067a\u202cb\u2069":     "\u2068\u2067ab\u2069\u2069",
		"\u202d\u202a\u202b\u2068": "\u2068\u202d\u202a\u202b\u2068\u2069\u202c\u202c\u202c\u2069",
	} {
		if got := closed(text); got != want {
			t.Errorf("%+q became %+q, want %+q", text, got, want)
		}
	}
}
