package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"

	"tickler"
)

// NewWith is NewSender with trusted authorities of the test's choice.
func NewWith(clock tickler.Clock, roots *x509.CertPool) *Sender {
	s := NewSender("1.2.3", true, clock)
	s.transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return s
}

// HasProxy reports whether a proxy would be asked.
func (s *Sender) HasProxy() bool { return s.transport.Proxy != nil }

// Explained is explained, outside a try.
func Explained(err error) error { return explained(context.Background(), err) }
