package webhook

import (
	"strings"
	"unicode"
)

// maxShown is how much of a receiver's answer is kept, in code points.
const maxShown = 1000

// Printable returns the first part of a receiver's answer as text that can be stored and shown:
// what is no character, or controls a terminal, becomes U+FFFD.
func Printable(body []byte) string {
	var text strings.Builder
	count := 0
	for _, r := range strings.ReplaceAll(string(body), "\r\n", "\n") {
		if count++; count > maxShown {
			break
		}
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			r = unicode.ReplacementChar
		}
		text.WriteRune(r)
	}
	return strings.TrimSpace(text.String())
}
