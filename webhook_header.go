package tickler

import (
	"maps"
	"slices"
	"strings"
)

// Limits of the headers that an account adds to its webhooks.
const (
	MaxHeaders     = 20
	MaxHeaderName  = 200  // characters
	MaxHeaderValue = 1000 // characters
)

// CheckWebhookHeaders refuses headers that a delivery can't carry.
func CheckWebhookHeaders(headers map[string]string) error {
	if len(headers) > MaxHeaders {
		return Refuse(FactTooManyHeaders, FieldHeaders, len(headers), MaxHeaders)
	}
	given := make(map[string]bool, len(headers))
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		value, folded := headers[name], strings.ToLower(name)
		switch {
		case !isToken(name), len(name) > MaxHeaderName:
			return Refuse(FactNotHeaderName, FieldHeaders, name)
		case IsReservedHeader(name):
			return Refuse(FactReservedHeader, FieldHeaders, name)
		case len(value) > MaxHeaderValue || strings.ContainsFunc(value, func(r rune) bool {
			return r < ' ' && r != '\t' || r > '~'
		}):
			return Refuse(FactNotHeaderValue, FieldHeaders, value, MaxHeaderValue)
		case given[folded]: // which of the two values would be sent?
			return Refuse(FactHeaderTwice, FieldHeaders, name)
		}
		given[folded] = true
	}
	return nil
}

// IsReservedHeader reports whether a header, in any case, is ours to set or the connection's: the
// signature's, the body's, the host's and those that hold from hop to hop (RFC 9110 section 7.6.1).
func IsReservedHeader(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "host", "content-length", "content-type", "content-encoding", "connection", "keep-alive", "te", "trailer",
		"transfer-encoding", "upgrade", "expect":
		return true
	}
	return strings.HasPrefix(name, "webhook-") || strings.HasPrefix(name, "proxy-")
}

// isToken reports whether the text is a token of RFC 9110 section 5.6.2, as names of headers are.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		isAlphanumeric := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !isAlphanumeric && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}
