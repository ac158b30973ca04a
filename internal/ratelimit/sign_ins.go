package ratelimit

import (
	"crypto/sha256"
	"net/netip"

	"tickler"
)

// SignIns limits how often passwords can be guessed, per client address and per name. Each node
// counts for itself.
//
// A try is counted before the password is checked, and given back when it is right. So concurrent
// guesses are counted too, and once the limit is reached even the right password is refused:
// otherwise guessing would go on.
type SignIns struct {
	perAddress, perName tickler.RateLimit
	addresses, names    *table
}

// NewSignIns returns a counter that limits wrong passwords per address and per name. It remembers
// at most 100,000 of each.
func NewSignIns(clock tickler.Clock, perAddress, perName tickler.RateLimit) *SignIns {
	return &SignIns{
		perAddress: perAddress, perName: perName,
		addresses: newTable(clock, maxAddresses), names: newTable(clock, maxAddresses),
	}
}

// Try asks to check one password. Names are compared by their bytes.
func (s *SignIns) Try(addr netip.Addr, name string) tickler.RateVerdict {
	verdict := s.addresses.take(network(addr), s.perAddress)
	if !verdict.Admitted {
		return verdict
	}
	verdict = s.names.take(nameOf(name), s.perName)
	if !verdict.Admitted {
		s.addresses.giveBack(network(addr))
	}
	return verdict
}

// Right records that the password of a try was right, so that the try does not count.
func (s *SignIns) Right(addr netip.Addr, name string) {
	s.addresses.giveBack(network(addr))
	s.names.giveBack(nameOf(name))
}

func nameOf(name string) (who caller) {
	hash := sha256.Sum256([]byte(name))
	copy(who[:], hash[:])
	return who
}
