package webhook_test

import (
	"strings"
	"testing"

	"tickler/internal/webhook"
)

func TestPrintable(t *testing.T) {
	for body, want := range map[string]string{
		"":                                     "",
		"ok\r\nthere\r\n":                      "ok\nthere",
		"a\tb\nc":                              "a\tb\nc",
		"a\x00b\x1b[31mc\u202ed\u0085":         "a\ufffdb\ufffd[31mc\ufffdd\ufffd",
		"a\xff\xfeb":                           "a\ufffd\ufffdb",
		strings.Repeat("é", 1000):              strings.Repeat("é", 1000),
		strings.Repeat("é", 1001):              strings.Repeat("é", 1000),
		strings.Repeat("x", 999) + "\xc3\xa9z": strings.Repeat("x", 999) + "é",
	} {
		if got := webhook.Printable([]byte(body)); got != want {
			t.Errorf("%q became %q, want %q", body, got, want)
		}
	}
}
