package ratelimit

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"tickler"
	"tickler/internal/clock/clocktest"
)

func TestAddressesCountNetworks(t *testing.T) {
	limit := tickler.RateLimit{Calls: 1, Window: time.Minute}
	for _, test := range []struct {
		name, first, second string
		same                bool
	}{
		{"one IPv4 address", "192.0.2.1", "192.0.2.1", true},
		{"two IPv4 addresses", "192.0.2.1", "192.0.2.2", false},
		{"IPv4 mapped into IPv6", "192.0.2.1", "::ffff:192.0.2.1", true},
		{"two mapped addresses", "::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
		{"one IPv6 network", "2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true},
		{"two IPv6 networks", "2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"two zones of one link", "fe80::1%eth0", "fe80::2%eth1", true},
		{"the lowest of both families", "0.0.0.0", "::1", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			addresses := NewAddresses(clocktest.New(start), limit)
			if got := addresses.Fail(netip.MustParseAddr(test.first)); !got.Admitted {
				t.Fatalf("the first wrong key: %+v", got)
			}
			if got := addresses.Fail(netip.MustParseAddr(test.second)); got.Admitted == test.same {
				t.Errorf("the second wrong key: %+v", got)
			}
		})
	}
}

func TestAddressesSlide(t *testing.T) {
	clock := clocktest.New(start)
	addresses := NewAddresses(clock, tickler.RateLimit{Calls: 1, Window: time.Minute})
	unknown := netip.Addr{} // counts like any other
	mustEqual(t, addresses.Fail(unknown), tickler.RateVerdict{Admitted: true, Reset: time.Minute}, "first")
	clock.Advance(time.Second)
	mustEqual(t, addresses.Fail(unknown), tickler.RateVerdict{Reset: 59 * time.Second}, "second")
	clock.Advance(59 * time.Second)
	mustEqual(t, addresses.Fail(unknown), tickler.RateVerdict{Admitted: true, Reset: time.Minute}, "third")
}

func TestAddressesWithoutALimit(t *testing.T) {
	addresses := NewAddresses(clocktest.New(start), tickler.RateLimit{})
	for range 100 {
		mustEqual(t, addresses.Fail(netip.Addr{}), tickler.RateVerdict{Admitted: true}, "off")
	}
}

func TestAddressesAreBounded(t *testing.T) {
	clock := clocktest.New(start)
	addresses := NewAddresses(clock, tickler.RateLimit{Calls: 5, Window: time.Hour})
	for i := range uint32(maxAddresses + maxAddresses/2) {
		addresses.Fail(netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, i))))
	}
	if n := addresses.table.held(); n > maxAddresses || n < maxAddresses*9/10 {
		t.Errorf("%d addresses are held", n)
	}
}
