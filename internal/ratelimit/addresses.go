package ratelimit

import (
	"net/netip"

	"tickler"
)

// maxAddresses bounds the memory that strangers can take: a few hundred bytes each.
const maxAddresses = 100_000

// Addresses counts calls with wrong keys by the client's address, so that keys can't be guessed in
// bulk. Each node counts for itself.
type Addresses struct {
	limit tickler.RateLimit
	table *table
}

// NewAddresses returns a counter that admits as many wrong keys from one address as the limit says.
// It remembers at most 100,000 addresses: one of those longest without an admitted wrong key makes
// room for another.
func NewAddresses(clock tickler.Clock, limit tickler.RateLimit) *Addresses {
	return &Addresses{limit: limit, table: newTable(clock, maxAddresses)}
}

// Fail counts one call with wrong keys. It is admitted if the address may be told that the keys are
// wrong, and refused if it must be told to wait. Calls with right keys are not counted here, so
// they are never refused for their address. IPv6 addresses count by their /64, which is what one
// client has at least; the zero Addr stands for all unknown ones.
func (a *Addresses) Fail(addr netip.Addr) tickler.RateVerdict {
	return a.table.take(network(addr), a.limit)
}

// network returns the 16 bytes of an IPv4 address mapped into IPv6, or of an IPv6 network. They
// can't be confused: the latter ends in eight zeros.
func network(addr netip.Addr) caller {
	addr = addr.Unmap()
	bytes := addr.As16()
	if addr.Is6() {
		clear(bytes[8:])
	}
	return bytes
}
