package address

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"tickler"
)

// longestSpelling is longer than any spelling of an address that can be stored, in bytes.
const longestSpelling = 2 * tickler.MaxEmail

// EmailKey returns the form in which e-mail addresses are compared and found: without regard to
// case, outer blanks, how accents are typed, and whether the domain is written in its own script or
// as DNS knows it, as browsers send what is typed into a field for addresses.
func EmailKey(email string) string {
	key := tickler.Fold(email)
	if isASCII(key) && !strings.Contains(key, "xn--") {
		return key
	}
	key = norm.NFC.String(key)
	if len(key) > longestSpelling { // nobody's, and long to decode
		return key
	}
	at := strings.LastIndexByte(key, '@')
	if domain, err := idna.Lookup.ToUnicode(key[at+1:]); err == nil {
		return key[:at+1] + domain
	}
	return key
}

// EmailKeys returns the keys under which an e-mail address can be stored: its own as the first, the
// text as it is spelled, and what it was before all spellings had one key, with the domain as DNS
// knows it and with accents apart. To look for all of them is simpler than to write the stored keys
// anew: that would take a migration in Go, which would have to decide for one of two leads that have
// the same address in two spellings.
func EmailKeys(email string) [4]string {
	key := EmailKey(email)
	keys := [4]string{key, tickler.Fold(email), key, norm.NFD.String(key)}
	at := strings.LastIndexByte(key, '@')
	if len(key) > longestSpelling {
		return keys
	}
	if domain, ok := Domain(key[at+1:]); ok {
		keys[2] = key[:at+1] + domain
	}
	return keys
}
