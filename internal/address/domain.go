// Package address writes addresses as they can go over the wire: the URLs that webhooks are sent
// to, and the domains of mail. HTTP and SMTP carry ASCII only; people write what they read.
package address

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// The longest that DNS knows (RFC 1035 section 2.3.4), in bytes.
const (
	maxDomain = 253
	maxLabel  = 63
)

// Domain returns a domain, or the name of a host, in ASCII: one in other scripts becomes what DNS
// knows it by, like xn--kln-sna.example. It reports whether there can be such a domain.
func Domain(name string) (ascii string, ok bool) {
	ascii = name
	if !isASCII(name) {
		var err error
		if ascii, err = idna.Lookup.ToASCII(name); err != nil {
			return "", false
		}
	}
	absolute := strings.TrimSuffix(ascii, ".")
	if len(absolute) > maxDomain {
		return "", false
	}
	for label := range strings.SplitSeq(absolute, ".") {
		if label == "" || len(label) > maxLabel || strings.ContainsFunc(label, isNotInLabel) {
			return "", false
		}
	}
	return ascii, true
}

// isNotInLabel reports whether no part of a domain has the character. An underscore has no place in
// the name of a host, but networks of containers give such names.
func isNotInLabel(r rune) bool {
	isAlphanumeric := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !isAlphanumeric && r != '-' && r != '_'
}

// Email returns a bare e-mail address with its domain in ASCII. One whose part before the @ is not
// ASCII needs a mail server that takes such addresses (RFC 6531) and goes as it is. It reports
// whether there can be such a domain.
func Email(text string) (ascii string, ok bool) {
	at := strings.LastIndexByte(text, '@')
	if isASCII(text) || !isASCII(text[:at+1]) {
		return text, true
	}
	domain, ok := Domain(text[at+1:])
	return text[:at+1] + domain, ok
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] > unicode.MaxASCII {
			return false
		}
	}
	return true
}
