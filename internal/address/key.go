package address

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"tickler"
)

// EmailKey returns the form in which e-mail addresses are compared and found: without regard to
// case, outer blanks, how accents are typed, and whether the domain is written in its own script or
// as DNS knows it, as browsers send what is typed into a field for addresses.
func EmailKey(email string) string {
	key := tickler.Fold(email)
	if isASCII(key) && !strings.Contains(key, "xn--") {
		return key
	}
	key = norm.NFC.String(key)
	at := strings.LastIndexByte(key, '@')
	if domain, err := idna.Lookup.ToUnicode(key[at+1:]); err == nil {
		return key[:at+1] + domain
	}
	return key
}
