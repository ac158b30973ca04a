package address

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"tickler"
)

// MaxURL is the greatest length of a webhook's URL in bytes, as it is sent.
const MaxURL = 2000

// ParseURL reads the URL of a webhook: an absolute http or https URL without user, password and
// fragment. It returns the URL as it goes over the wire: characters that can't stand in a URL are
// escaped, like %C3%B6, the host is in ASCII, and scheme and host are in lower case, so that one
// receiver has one URL. Where the host leads is checked when it is called. An error is of
// KindInvalid and names the field.
func ParseURL(field tickler.Field, text string) (string, error) {
	text = strings.TrimSpace(text)
	if len(text) > MaxURL {
		return "", tickler.Refuse(tickler.FactURLTooLong, field, text, MaxURL)
	}
	parsed, err := url.Parse(text)
	switch {
	case hasLooseEscape(text):
		return "", tickler.Refuse(tickler.FactLooseEscape, field, text)
	case err != nil, parsed.Scheme != "http" && parsed.Scheme != "https", !isPort(parsed.Port()), !isLegible(text):
		return "", tickler.Refuse(tickler.FactNotWebhookURL, field, text)
	case parsed.User != nil:
		return "", tickler.Refuse(tickler.FactURLWithPassword, field, parsed.Redacted())
	case strings.Contains(text, "#"):
		return "", tickler.Refuse(tickler.FactURLWithFragment, field, text)
	}
	host, ok := sentHost(parsed)
	if !ok {
		return "", tickler.Refuse(tickler.FactNotWebhookURL, field, text)
	}
	if parsed.Port() != "" {
		host += ":" + parsed.Port()
	}
	_, rest, _ := strings.Cut(text, "//")
	path := ""
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		path = rest[end:]
	}
	sent := parsed.Scheme + "://" + strings.ToLower(host) + Escape(path)
	if len(sent) > MaxURL {
		return "", tickler.Refuse(tickler.FactURLTooLong, field, text, MaxURL)
	}
	return sent, nil
}

// Readable returns a URL of ParseURL as people write one: with the host in its own script, and what is
// escaped as characters. It need not lead to the same place.
func Readable(sent string) string {
	scheme, rest, _ := strings.Cut(sent, "://")
	end := strings.IndexAny(rest+"/", ":/?")
	host, path := rest[:end], rest[end:]
	if unicodeHost, err := idna.Lookup.ToUnicode(host); err == nil {
		host = unicodeHost
	}
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	return scheme + "://" + host + path
}

// sentHost returns a URL's host as it is sent, without its port, and reports whether it is valid.
func sentHost(u *url.URL) (host string, ok bool) {
	name := u.Hostname()
	if !strings.HasPrefix(u.Host, "[") {
		return Domain(name)
	}
	ip, err := netip.ParseAddr(name)
	return "[" + name + "]", err == nil && ip.Is6() && ip.Zone() == "" // a zone is a matter of one machine
}

// Escape percent-encodes everything that can't stand in a URL, and leaves the rest, including
// existing escapes, alone.
func Escape(text string) string {
	const hex = "0123456789ABCDEF"
	var escaped strings.Builder
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			escaped.Write([]byte{'%', hex[c>>4], hex[c&0xf]})
		} else {
			escaped.WriteByte(c)
		}
	}
	return escaped.String()
}

// hasLooseEscape reports whether a % is not followed by two hexadecimal digits.
func hasLooseEscape(text string) bool {
	parts := strings.Split(text, "%")
	for _, after := range parts[1:] {
		if len(after) < 2 || !isHex(after[0]) || !isHex(after[1]) {
			return true
		}
	}
	return false
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

// isLegible reports whether the text is made of characters, none of which controls how the others
// are shown.
func isLegible(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// isPort reports whether the text is a port's number, or empty for the scheme's own.
func isPort(text string) bool {
	if text == "" {
		return true
	}
	n, err := strconv.Atoi(text)
	return err == nil && n > 0 && n < 1<<16
}
