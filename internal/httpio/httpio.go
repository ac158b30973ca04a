// Package httpio holds what every HTTP surface of Tickler needs: the request's id and the caller's address.
package httpio

import (
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strings"
)

// RequestIDHeader carries the id by which a call is found in the log.
const RequestIDHeader = "X-Request-Id"

const maxRequestID = 64

// RequestID gives the id that the caller sent with the request if it is a decent one, else a new one.
func RequestID(r *http.Request) string {
	if id := r.Header.Get(RequestIDHeader); id != "" && len(id) <= maxRequestID && strings.Trim(id, idCharacters) == "" {
		return id
	}
	var random [16]byte
	for i := range random {
		random[i] = byte(rand.Uint32())
	}
	return hex.EncodeToString(random[:])
}

const idCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"

// Proxies are the networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
type Proxies []netip.Prefix

// ClientAddress gives the address a request comes from: the nearest one on the way that is not a trusted proxy.
func (p Proxies) ClientAddress(r *http.Request) netip.Addr {
	address := remoteAddress(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trust(address); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = hop.Unmap()
	}
	return address
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
	return addressAndPort.Addr().Unmap().WithZone("")
}
