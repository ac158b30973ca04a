package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
)

// failure says what a mail server did not do, or why a message could not even be written.
type failure struct {
	server string // host and port; empty if none was asked
	what   string
	cause  error
	// permanent says that this message will not be taken however often it is sent.
	permanent bool
	// lost says that the connection ended before anything of the message was handed over.
	lost bool
}

// Error is one line, with the server's reply if there was one.
func (f *failure) Error() string {
	text := f.what + ": " + f.cause.Error()
	if f.server != "" {
		text = "mail server " + f.server + " " + text
	}
	return text
}

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.cause }

// IsPermanent reports whether Send's error will stay, because the server refused this very message
// or recipient, or because its parts can't be made into a message. All others may pass: the server
// is away, busy or slow, it asks to try again, or it refuses us whatever we send, which the
// operator can mend.
func IsPermanent(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.permanent
}

// unwritable says that no message can be made, now or later.
func unwritable(what string, cause error) *failure {
	return &failure{what: what, cause: cause, permanent: true}
}

// failed says what the server, or the way to it, did not do for any message.
func (s *server) failed(what string, cause error) *failure {
	if reply, ok := replyOf(cause); ok {
		cause = reply.without(s.redact)
	} else if op, ok := errors.AsType[*net.OpError](cause); ok {
		cause = op.Err // without the address, which is told already
	}
	return &failure{server: s.address(), what: what, cause: cause}
}

// refused says that the server did not take a command of the message.
func (s *server) refused(what string, cause error) *failure {
	reply, ok := replyOf(cause)
	if !ok {
		return s.failed("ended the connection", cause)
	}
	f := s.failed(what, cause)
	f.permanent = reply.code >= 500 && !slices.Contains(wantsLogin, reply.code)
	return f
}

// wantsLogin are the replies by which servers ask for a login or TLS first, or say that we talk out
// of turn: all of them speak of the connection and not of the message (RFC 4954 section 6, RFC 5321
// section 4.2.2).
var wantsLogin = []int{502, 503, 530, 534, 535, 538}

// endedBy says why nobody waits any longer: the caller's reason or our own limit.
func (s *server) endedBy(ctx context.Context) *failure {
	return s.failed("was given up", context.Cause(ctx))
}

// serviceClosing is the reply of a server that closes the connection (RFC 5321 section 3.8).
const serviceClosing = 421

// spoils reports whether nothing more can be done over the connection that gave the error: it is
// gone, the server is about to close it, or the server's reply has nothing to do with what we said.
func spoils(err error) bool {
	reply, isReply := replyOf(err)
	return err != nil && (!isReply || reply.code == serviceClosing || reply.code < 400)
}

// reply is what a server said instead of what we hoped for.
type reply struct {
	code int
	text string
}

// Error is the reply in one short line.
func (r reply) Error() string { return fmt.Sprintf("%03d %s", r.code, headerText(r.text)) }

// without returns the reply with its text redacted: a server may echo what we said, and that may
// have been the password.
func (r reply) without(redact func(string) string) reply { return reply{r.code, redact(r.text)} }

// replyOf finds the server's reply in an error, if it was one that made it.
func replyOf(err error) (reply, bool) {
	if r, ok := errors.AsType[reply](err); ok {
		return r, true
	}
	if r, ok := errors.AsType[*textproto.Error](err); ok {
		return reply{r.Code, r.Msg}, true
	}
	return reply{}, false
}
