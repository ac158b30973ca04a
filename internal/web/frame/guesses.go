package frame

import (
	"net/netip"
	"time"

	"tickler"
	"tickler/internal/httpio"
)

// SignIns says when too many passwords were wrong: those from an address, and those for a name. A
// place is taken before a password is looked at, and given back when it is right.
type SignIns interface {
	Try(address netip.Addr, name string) tickler.RateVerdict
	Right(address netip.Addr, name string)
}

// Guesses counts the wrong passwords that come by pages.
type Guesses struct {
	SignIns SignIns
	Proxies httpio.Proxies
}

// Try takes a place for a password that a page brings for a name.
func (g Guesses) Try(p *Page, name string) tickler.RateVerdict {
	return g.SignIns.Try(g.Proxies.ClientAddress(p.Request), name)
}

// Right gives the place back: the password was right.
func (g Guesses) Right(p *Page, name string) {
	g.SignIns.Right(g.Proxies.ClientAddress(p.Request), name)
}

// WaitText says how long to wait, rounded up: after that long it is certainly time.
func WaitText(d time.Duration) string {
	n, unit := int((d+time.Second-1)/time.Second), "second"
	if d > time.Minute {
		n, unit = int((d+time.Minute-1)/time.Minute), "minute"
	}
	return Counted(max(1, n), unit)
}
