package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"tickler"
	"tickler/internal/address"
)

// connection is one that is open to the server and logged in. One message at a time goes over it.
type connection struct {
	server     *server
	conn       net.Conn // below TLS
	client     *smtp.Client
	pipelining bool // the server takes several commands at once (RFC 2920)
	utf8       bool // the server takes addresses beyond ASCII (RFC 6531)
	broken     bool // no more messages may go over it
	idleSince  time.Time
}

// connect opens a connection: greeting, TLS, login. Its errors are never permanent.
func (s *server) connect(ctx context.Context) (*connection, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address())
	if err != nil {
		if ctx.Err() != nil {
			return nil, s.endedBy(ctx)
		}
		return nil, s.failed("can't be reached", err)
	}
	c := &connection{server: s, conn: conn}
	if err := c.guard(ctx, func() error { return c.introduce(ctx) }); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return c, nil
}

// introduce does all that comes before the first message.
func (c *connection) introduce(ctx context.Context) error {
	s, conn := c.server, c.conn
	if s.encryption == implicitTLS {
		encrypted := tls.Client(conn, s.tlsConfig())
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return s.failed("can't be reached by TLS", err)
		}
		conn = encrypted
	}
	client, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return s.failed("turned us away", err)
	}
	c.client = client
	if err := client.Hello(ownName(conn)); err != nil {
		return s.failed("turned us away", err)
	}
	if s.encryption == startTLS {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return s.failed("can't be reached by TLS",
				errors.New("it offers no STARTTLS (--smtp-url may need another tls=)"))
		}
		if err := client.StartTLS(s.tlsConfig()); err != nil {
			return s.failed("can't be reached by TLS", err)
		}
	}
	if s.user != "" {
		if err := c.logIn(); err != nil {
			return err
		}
	}
	c.pipelining, _ = client.Extension("PIPELINING")
	c.utf8, _ = client.Extension("SMTPUTF8")
	return nil
}

func (c *connection) logIn() error {
	s := c.server
	offered, mechanisms := c.client.Extension("AUTH")
	if !offered {
		return s.failed("can't be logged in to",
			errors.New("it offers no login (--smtp-url may need no user, or another tls=)"))
	}
	auth := s.chooseAuth(strings.Fields(mechanisms))
	if auth == nil {
		return s.failed("can't be logged in to",
			errors.New("of its ways to log in none is known: "+oneLine(mechanisms)))
	}
	if err := c.client.Auth(auth); err != nil {
		return s.failed("did not accept user and password", err)
	}
	return nil
}

// chooseAuth picks a way to log in, or nil. Over TLS the plain ones come first: every server that
// offers them has them in working order. Without TLS, which the operator then asked for, the
// password itself is shown only if there is no other way.
func (s *server) chooseAuth(offered []string) smtp.Auth {
	ways := []struct {
		name string
		auth smtp.Auth
	}{
		{"PLAIN", smtp.PlainAuth("", s.user, s.password, s.host, true)},
		{"LOGIN", smtp.LoginAuth(s.user, s.password, s.host, true)},
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(s.user, s.password)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(s.user, s.password)},
	}
	if s.encryption == noTLS {
		ways = append(ways[2:], ways[:2]...)
	}
	for _, way := range ways {
		if slices.Contains(offered, way.name) {
			return way.auth
		}
	}
	return nil
}

// ownName is how we introduce ourselves: by the machine's full name, or by its address (RFC 5321
// section 4.1.4).
func ownName(conn net.Conn) string {
	if name, err := os.Hostname(); err == nil && strings.Contains(name, ".") {
		if ascii, ok := address.Domain(name); ok {
			return ascii
		}
	}
	local, ok := conn.LocalAddr().(*net.TCPAddr)
	switch {
	case !ok:
		return "localhost"
	case local.IP.To4() != nil:
		return "[" + local.IP.String() + "]"
	default:
		return "[IPv6:" + local.IP.String() + "]"
	}
}

// deliver sends one message, returns the server's reply, and leaves the connection ready for the
// next, or broken.
func (c *connection) deliver(ctx context.Context, e envelope) (reply string, err error) {
	err = c.guard(ctx, func() (err error) {
		if err = c.address(e); err == nil {
			reply, err = c.handOver(e.data)
		}
		return err
	})
	return reply, err
}

// command is a step of the transaction: what we send, the reply that lets us go on, and what to say
// of any other.
type command struct {
	line    string
	expect  int
	refusal string
	// aboutUs says that a refusal speaks of the sender whom the operator chose, and so of every
	// message.
	aboutUs bool
}

// address says from whom and to whom the message goes and asks to hand it over. All goes in one
// write if the server takes that: over a real network the waiting for replies is what a message
// costs.
func (c *connection) address(e envelope) error {
	suffix := ""
	if !isASCII(e.to) {
		if !c.utf8 {
			return unwritable("no message can be sent to "+e.to,
				errors.New("the mail server takes ASCII addresses only, and the part before the @ is not ASCII"))
		}
		suffix = " SMTPUTF8"
	}
	commands := []command{
		{line: "MAIL FROM:<" + e.from + ">" + suffix, expect: 250, refusal: "refused the sender", aboutUs: true},
		{line: "RCPT TO:<" + e.to + ">", expect: 25, refusal: "refused the recipient"},
		{line: "DATA", expect: 354, refusal: "refused the message"},
	}
	batch := 1
	if c.pipelining {
		batch = len(commands)
	}
	var refusal *failure
	for sent := 0; sent < len(commands) && refusal == nil; sent += batch {
		refusal = c.exchange(commands[sent : sent+batch])
	}
	if refusal == nil {
		return nil
	}
	if !c.broken {
		c.broken = c.client.Reset() != nil
	}
	return refusal
}

// exchange sends the commands together, reads a reply to each, and returns the first refusal or
// nil.
func (c *connection) exchange(commands []command) *failure {
	text := c.client.Text
	for _, command := range commands {
		_, _ = text.W.WriteString(command.line + "\r\n") // Flush gives its error
	}
	if err := text.W.Flush(); err != nil {
		return c.refused("", err)
	}
	var refusal *failure
	for _, command := range commands {
		_, _, err := text.ReadResponse(command.expect)
		if err != nil && refusal == nil {
			refusal = c.refused(command.refusal, err)
			refusal.permanent = refusal.permanent && !command.aboutUs
		}
		// A server that refused the recipient and yet wants the message would take what comes next
		// for it.
		c.broken = c.broken || spoils(err) || err == nil && refusal != nil && command.expect == 354
		if c.broken {
			break
		}
	}
	return refusal
}

// refused says why a command before the message itself failed.
func (c *connection) refused(refusal string, err error) *failure {
	f := c.server.refused(refusal, err)
	reply, isReply := replyOf(err)
	f.lost = !isReply || reply.code == serviceClosing
	c.broken = c.broken || spoils(err)
	return f
}

// handOver sends the message itself. From its first byte on, the server may have taken it, whatever
// happens then.
func (c *connection) handOver(data []byte) (string, error) {
	text := c.client.Text
	_, _ = text.W.Write(data) // Flush gives its error
	writing := text.W.Flush()
	// A server that had enough may have said so before it closed: its reply tells more than the
	// failed write.
	code, words, err := text.ReadResponse(250)
	if err == nil {
		return oneLine(tickler.Cut(strconv.Itoa(code) + " " + words)), nil
	}
	if _, isReply := replyOf(err); !isReply && writing != nil {
		err = writing
	}
	c.broken = writing != nil || spoils(err)
	return "", c.server.refused("refused the message", err)
}

// guard runs do and cuts its waiting short when ctx ends. A connection that was cut short is
// broken.
func (c *connection) guard(ctx context.Context, do func() error) error {
	// The network's deadlines are of the machine's clock and not of ours: the server lives outside,
	// in real time.
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) })
	err := do()
	if !stop() {
		c.broken = true
	}
	if _, isReply := replyOf(err); err == nil || isReply || ctx.Err() == nil {
		return err
	}
	return c.server.endedBy(ctx)
}

// quit takes leave of the server, if that is possible within the context's time, and closes the
// connection.
func (c *connection) quit(ctx context.Context) {
	if !c.broken {
		_ = c.guard(ctx, c.client.Quit)
	}
	_ = c.conn.Close()
}
