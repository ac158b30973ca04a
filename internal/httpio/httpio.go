// Package httpio holds what every HTTP surface of Tickler needs: the request's id, the caller's address, and texts for headers
// and from bodies.
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

// RequestID gives the id that the caller sent with the request if it is a decent one, else a new one.
func RequestID(r *http.Request) string {
	if id := r.Header.Get(RequestIDHeader); id != "" && len(id) <= maxRequestID && strings.Trim(id, idCharacters) == "" {
		return id
	}
	return rand.Text()
}

const idCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"

// Proxies are the networks whose X-Forwarded-For are believed.
type Proxies []netip.Prefix

// ClientAddress gives the address a request comes from: the nearest one on the way that is not a trusted proxy.
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

// plain is an address as networks hold it: no IPv4 inside an IPv6 one, no zone.
func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

// WholeSeconds rounds up, and up to 1: after that long it is certainly time. So Retry-After has it.
func WholeSeconds(d time.Duration) string {
	return strconv.Itoa(max(1, int((d+time.Second-1)/time.Second)))
}

// IsText tells whether both databases can keep a text.
func IsText(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }
