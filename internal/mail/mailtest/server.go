// Package mailtest gives tests a real mail server on a port of this machine.
package mailtest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Config says what sort of server is wanted. The zero Config takes every message, without TLS and
// login.
type Config struct {
	// TLS is none, starttls or implicit, as in --smtp-url; empty is none.
	TLS string
	// User and Password must be given by clients, if User is set.
	User, Password string
	// Mail, Rcpt and Data say what becomes of a sender, of a recipient and of a message that was
	// read to its end. Nil takes all, and so does a result of nil; Reply makes a refusal. They are
	// called by many goroutines at once.
	Mail func(from string) error
	Rcpt func(to string) error
	Data func(Message) error
	// Forget reads messages and throws them away, for the counting of very many.
	Forget bool
}

// Message is one that the server took.
type Message struct {
	From, To   string // of the envelope
	Raw        []byte // header and body, lines ended by CRLF
	Connection int    // the number of the connection it came over, from 1
}

// Reply is a refusal with its code and text, like 550 and "No such user". The enhanced code is the
// general one of its class.
func Reply(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: text}
}

// Server is a mail server that runs until the end of the test.
type Server struct {
	config   Config
	listener net.Listener

	mu       sync.Mutex
	changed  *sync.Cond // signalled with every message, and when a connection ends
	messages []Message
	accepted int
	open     map[*counted]bool
}

// Start runs a server on a free port of 127.0.0.1.
func Start(tb testing.TB, config Config) *Server {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{config: config, listener: listener, open: map[*counted]bool{}}
	s.changed = sync.NewCond(&s.mu)
	server := smtp.NewServer(smtp.BackendFunc(s.newSession))
	server.Domain = "localhost"
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8 = true
	server.ErrorLog = log.New(io.Discard, "", 0)
	if config.TLS == "starttls" {
		server.TLSConfig = serverTLS()
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(counter{listener, s}) // until the listener is closed
	}()
	tb.Cleanup(func() {
		_ = listener.Close()
		<-ended
		s.Disconnect()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil && !errors.Is(err, net.ErrClosed) {
			tb.Errorf("stopping the mail server: %v", err)
		}
	})
	return s
}

// URL is what --smtp-url takes to reach the server.
func (s *Server) URL() string {
	u := url.URL{Scheme: "smtp", Host: s.listener.Addr().String(), RawQuery: "tls=none"}
	if s.config.TLS != "" {
		u.RawQuery = "tls=" + s.config.TLS
	}
	if s.config.User != "" {
		u.User = url.UserPassword(s.config.User, s.config.Password)
	}
	return u.String()
}

// Roots vouch for the server's certificate, which is good for 127.0.0.1 and localhost.
func Roots() *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(certificate().Leaf)
	return roots
}

// Messages are those that the server took so far, in the order of their arrival.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Await returns the messages as soon as there are n of them.
func (s *Server) Await(n int) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.messages) < n {
		s.changed.Wait()
	}
	return slices.Clone(s.messages)
}

// Accepted is how many connections were made so far.
func (s *Server) Accepted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// AwaitNoConnection returns as soon as the last connection has ended.
func (s *Server) AwaitNoConnection() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.open) > 0 {
		s.changed.Wait()
	}
}

// Disconnect closes every connection from the server's side, without a word.
func (s *Server) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.open {
		_ = conn.Conn.Close()
	}
}

func (s *Server) take(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	s.changed.Broadcast()
}

// counter counts connections as they come and go.
type counter struct {
	net.Listener
	server *Server
}

type counted struct {
	net.Conn
	server *Server
	number int
}

// Accept waits for the next connection.
func (c counter) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	s := c.server
	s.mu.Lock()
	s.accepted++
	one := &counted{conn, s, s.accepted}
	s.open[one] = true
	s.mu.Unlock()
	if s.config.TLS == "implicit" {
		return tls.Server(one, serverTLS()), nil
	}
	return one, nil
}

// Close forgets the connection and closes it.
func (c *counted) Close() error {
	c.server.mu.Lock()
	delete(c.server.open, c)
	c.server.changed.Broadcast()
	c.server.mu.Unlock()
	return c.Conn.Close()
}

// numberOf finds the number of a connection that may have been wrapped by TLS.
func numberOf(conn net.Conn) int {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	if one, ok := conn.(*counted); ok {
		return one.number
	}
	return 0
}

// session is what go-smtp calls for one connection.
type session struct {
	server   *Server
	conn     *smtp.Conn
	from, to string
	loggedIn bool
}

func (s *Server) newSession(conn *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: conn}, nil
}

// AuthMechanisms are the ways to log in.
func (s *session) AuthMechanisms() []string {
	if s.server.config.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth logs in.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.config.User || password != s.server.config.Password {
			return smtp.ErrAuthFailed
		}
		s.loggedIn = true
		return nil
	}), nil
}

// Mail begins a message.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.config.User != "" && !s.loggedIn {
		return Reply(530, "Authentication required")
	}
	s.from = from
	return ask(s.server.config.Mail, from)
}

// Rcpt names a recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return ask(s.server.config.Rcpt, to)
}

// Data takes the message itself.
func (s *session) Data(r io.Reader) error {
	if s.server.config.Forget {
		_, err := io.Copy(io.Discard, r)
		return err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := Message{From: s.from, To: s.to, Raw: raw, Connection: numberOf(s.conn.Conn())}
	if err := ask(s.server.config.Data, m); err != nil {
		return err
	}
	s.server.take(m)
	return nil
}

func ask[T any](judge func(T) error, about T) error {
	if judge == nil {
		return nil
	}
	return judge(about)
}

// Reset ends a message.
func (s *session) Reset() { s.from, s.to = "", "" }

// Logout ends the session.
func (s *session) Logout() error { return nil }
