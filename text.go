package tickler

import (
	"net/mail"
	"strconv"
	"strings"
)

// Fold gives the form in which names and e-mail addresses are compared: without regard to case or outer blanks.
func Fold(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// isEmail tells whether the text is one bare address (RFC 5322 addr-spec).
func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && len(text) <= MaxEmail
}

// parseNumber reads what people take for a number: no NaN, no Infinity, nothing hexadecimal.
func parseNumber(text string) (float64, bool) {
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil && strings.Trim(text, "0123456789+-.eE") == ""
}

// valueOr gives what p points to, or another value where p is nil.
func valueOr[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
