package mail

import (
	"crypto/x509"
	"testing"
	"time"

	"tickler"
)

// ErrClosed is the error of a closed sender.
var ErrClosed = errClosed

// Limits are the limits of a sender under test; zero means the default.
type Limits struct {
	Connections         int
	Message, Idle, Quit time.Duration
	Roots               *x509.CertPool
}

// NewWith is New with limits of the test's choice.
func NewWith(tb testing.TB, rawURL, from string, clock tickler.Clock, l Limits) *Sender {
	tb.Helper()
	s, err := New(rawURL, from, clock)
	if err != nil {
		tb.Fatal(err)
	}
	for _, limit := range []struct {
		wanted time.Duration
		own    *time.Duration
	}{{l.Message, &s.limits.message}, {l.Idle, &s.limits.idle}, {l.Quit, &s.limits.quit}} {
		if limit.wanted != 0 {
			*limit.own = limit.wanted
		}
	}
	if l.Connections != 0 {
		s.limits.connections = l.Connections
		s.slots = make(chan struct{}, l.Connections)
	}
	s.server.roots = l.Roots
	tb.Cleanup(s.Close)
	return s
}

// Data is the message as it goes over the wire after DATA.
func Data(m Message, from string, now time.Time) ([]byte, error) {
	address, err := parseFrom(from)
	if err != nil {
		return nil, err
	}
	e, err := compose(m, address, now)
	return e.data, err
}

// EndByDot makes content ready to follow DATA.
var EndByDot = endByDot
