// Package httpio holds what every HTTP surface of Tickler needs: the request's id, the caller's
// address, and helpers for headers and bodies.
package httpio

import (
	"crypto/rand"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// RequestIDHeader carries the id by which a call is found in the log.
const RequestIDHeader = "X-Request-Id"

const maxRequestID = 64

// RequestID returns the id that the caller sent with the request if it is well formed, else a new
// one.
func RequestID(r *http.Request) string {
	if id := r.Header.Get(RequestIDHeader); id != "" && len(id) <= maxRequestID &&
		strings.Trim(id, idCharacters) == "" {
		return id
	}
	return rand.Text()
}

const idCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"

// Proxies are the networks whose X-Forwarded-For is trusted.
type Proxies []netip.Prefix

// ClientAddress returns the address a request comes from: the nearest one on the way that is not a
// trusted proxy.
func (p Proxies) ClientAddress(r *http.Request) netip.Addr {
	address := remoteAddress(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trust(address); i-- {
		hop, ok := parseHop(strings.TrimSpace(hops[i]))
		if !ok {
			break
		}
		address = hop
	}
	return address
}

// parseHop reads an address; some proxies write the port behind it.
func parseHop(text string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(text)
	if withPort, portErr := netip.ParseAddrPort(text); portErr == nil {
		address, err = withPort.Addr(), nil
	}
	return plain(address), err == nil
}

func (p Proxies) trust(address netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

func remoteAddress(r *http.Request) netip.Addr {
	addressAndPort, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return plain(addressAndPort.Addr())
}

// plain returns an address in the form that networks contain: no IPv4 inside an IPv6 one, no zone.
func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

// WholeSeconds rounds up to whole seconds, at least 1, as Retry-After needs: waiting that long is
// always enough.
func WholeSeconds(d time.Duration) string {
	return strconv.Itoa(max(1, int((d+time.Second-1)/time.Second)))
}

// IsText reports whether both databases can store a text.
func IsText(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }
