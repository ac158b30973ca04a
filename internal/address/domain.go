// Package address turns addresses as people write them into the ASCII that HTTP and SMTP carry: the
// URLs of webhooks, and the domains of mail.
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

// Domain returns a domain or host name in ASCII: one in another script takes its DNS form, like
// xn--kln-sna.example. It reports whether the name is valid.
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

// isNotInLabel reports whether a character may not stand in a label of a domain. Underscores are
// not allowed in host names, but networks of containers use them.
func isNotInLabel(r rune) bool {
	isAlphanumeric := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !isAlphanumeric && r != '-' && r != '_'
}

// Email returns a bare e-mail address with its domain in ASCII. An address whose local part is not
// ASCII stays as it is, and needs a mail server that takes it (RFC 6531). It reports whether the
// domain is valid.
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
