package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"

	"code.dny.dev/ssrf"

	"tickler"
)

var (
	errTimeLimit = errors.New("the time limit has passed")
	errBadSecret = errors.New(
		"the account's webhook secret can't be used: make a new one with 'tickler webhook-secret rotate'")
)

// guard knows which addresses are the public's. Any port will do: receivers stand on all sorts.
var guard = ssrf.New(ssrf.WithAnyPort())

// refusePrivate is asked right before each connection, when the name has become an address.
func refusePrivate(network, address string, conn syscall.RawConn) error {
	err := guard.Safe(network, address, conn)
	if err == nil {
		return nil
	}
	refused := privateError{address: address, cause: err}
	if to, err := netip.ParseAddrPort(address); err == nil {
		refused.address = to.Addr().String()
	}
	return refused
}

// privateError says that a webhook leads where none may.
type privateError struct {
	address string
	cause   error
}

func (e privateError) Error() string {
	return "the address " + e.address + " is private and refused; an operator allows it with --allow-private-webhooks"
}

func (e privateError) Unwrap() error { return e.cause }

// explained puts what went wrong before there was an answer into plain words.
func explained(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errTimeLimit) {
		return fmt.Errorf("no answer within %v", timeLimit)
	}
	if refused, ok := errors.AsType[privateError](err); ok {
		return refused
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		if name.IsNotFound {
			return fmt.Errorf("the name %s can't be resolved: there is none like it", quoted(name.Name))
		}
		return fmt.Errorf("the name %s can't be resolved now", quoted(name.Name))
	}
	if untrusted, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return fmt.Errorf("the receiver's certificate is not trusted: %w", untrusted.Err)
	}
	_, isPlain := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case isPlain, errors.Is(err, http.ErrSchemeMismatch):
		return errors.New("the receiver does not speak https there")
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("connection refused")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the receiver closed the connection without an answer")
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return errors.New("there is no way to the receiver's address")
	}
	return err
}

// unsendable is the error of a request that can't be made, without the URL that net/http puts into
// it.
func unsendable(err error) error {
	if inURL, ok := errors.AsType[*url.Error](err); ok {
		err = inURL.Err
	}
	return fmt.Errorf("the webhook can't be sent: %w", err)
}

// withoutQuery leaves out the parts of a URL in which secrets are.
func withoutQuery(text string) string {
	location, err := url.Parse(text)
	if err != nil {
		return "somewhere unreadable"
	}
	return (&url.URL{Scheme: location.Scheme, Host: location.Host, Path: location.Path}).String()
}

// quoted makes what a stranger sent fit for a message.
func quoted(text string) string { return tickler.Cut(Printable([]byte(text))) }
