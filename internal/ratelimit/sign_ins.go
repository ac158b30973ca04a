package ratelimit

import (
	"crypto/sha256"
	"net/netip"

	"tickler"
)

// SignIns limits how often passwords can be guessed: from one address, and at one person's. Each
// node counts for itself.
//
// A place is taken before a password is looked at and given back when it is right. So guesses that
// come all at once are counted too, and where the limit is reached a right password is refused as
// well: otherwise guessing would go on.
type SignIns struct {
	perAddress, perName tickler.RateLimit
	addresses, names    *table
}

// NewSignIns makes a counter that admits so many wrong passwords from one address, and so many for
// one name. At most 100,000 of each are remembered.
func NewSignIns(clock tickler.Clock, perAddress, perName tickler.RateLimit) *SignIns {
	return &SignIns{
		perAddress: perAddress, perName: perName,
		addresses: newTable(clock, maxAddresses), names: newTable(clock, maxAddresses),
	}
}

// Try asks for one password to be looked at. Names are compared by their bytes.
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

// Right says that the password of a try was right, so that it does not count.
func (s *SignIns) Right(addr netip.Addr, name string) {
	s.addresses.giveBack(network(addr))
	s.names.giveBack(nameOf(name))
}

func nameOf(name string) (who caller) {
	hash := sha256.Sum256([]byte(name))
	copy(who[:], hash[:])
	return who
}
