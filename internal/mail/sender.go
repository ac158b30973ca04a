package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tickler"
	"tickler/internal/address"
)

// MaxConnections is how many connections a Sender has open at most, and so how many messages go out
// at once.
const MaxConnections = 8

// Sender hands messages to one mail server. It is safe for use by many goroutines; Close ends it.
type Sender struct {
	server *server
	from   *netmail.Address
	clock  tickler.Clock
	limits limits

	slots chan struct{} // holds one for each message that has its turn
	open  atomic.Int64

	mu      sync.Mutex
	idle    []*connection // by the time they were put here, the latest last
	reaping bool
	closed  bool
	closing chan struct{}  // closed by Close
	running sync.WaitGroup // sends, checks and the reaper
}

// limits are those of a Sender; tests have their own.
type limits struct {
	connections int
	message     time.Duration // from a message's turn to the server's last reply to it
	idle        time.Duration // that a connection waits for the next message
	quit        time.Duration // that the server has for its farewell
}

var usualLimits = limits{
	connections: MaxConnections,
	message:     30 * time.Second,
	idle:        30 * time.Second, // servers close connections after minutes, some after one
	quit:        2 * time.Second,
}

// New makes a sender to the server of a URL like
// smtp://user:password@mail.example.com:587?tls=starttls.
//
// tls is none, starttls (the server must offer it, or nothing is sent) or implicit; without it a
// server on this machine is spoken to plainly and all others with starttls. smtps:// stands for
// implicit. The port is 25, 587 or 465 if none is given. From is the sender, like Tickler
// <reminders@example.com>.
//
// The clock dates the messages and tells when a connection was idle for long enough. Errors name
// the flag at fault and never show the password. Nothing is connected yet.
func New(rawURL, from string, clock tickler.Clock) (*Sender, error) {
	server, err := parseServer(rawURL)
	if err != nil {
		return nil, err
	}
	sender, err := parseFrom(from)
	if err != nil {
		return nil, err
	}
	return newSender(server, sender, clock, usualLimits), nil
}

func newSender(server *server, from *netmail.Address, clock tickler.Clock, l limits) *Sender {
	return &Sender{
		server: server, from: from, clock: clock, limits: l,
		slots: make(chan struct{}, l.connections), closing: make(chan struct{}),
	}
}

// parseFrom reads an address with or without a name. It has to be good for every recipient, so its
// part before the @ must be ASCII; its domain, which ends our Message-IDs, is written so.
func parseFrom(from string) (*netmail.Address, error) {
	parsed, err := netmail.ParseAddress(from)
	if err != nil || !isAddress(parsed.Address) || parsed.Name != "" && tickler.ShowsNothing(parsed.Name) {
		return nil, noSender(from)
	}
	ascii, ok := address.Email(parsed.Address)
	if !ok || !isASCII(ascii) {
		return nil, noSender(from)
	}
	return &netmail.Address{Name: personName(parsed.Name), Address: ascii}, nil
}

func noSender(from string) error {
	return fmt.Errorf("--mail-from: %q is not an address like Tickler <reminders@example.com>", tickler.Cut(from))
}

// Domain is what follows the @ in the sender's address. Message-IDs end in it.
func (s *Sender) Domain() string {
	return s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:]
}

// Send hands one message to the server and returns the server's reply, such as "250 2.0.0 Ok: queued
// as 4Zx1", once it has taken the responsibility for it.
//
// It waits for its turn as long as the context allows; from then on the message has 30 seconds. A
// connection that is open already is used again. If the server had closed it meanwhile, a new one
// takes its place, but only as long as nothing of the message was handed over. After an error the
// message was not sent, or, if the connection broke after it was handed over, may have been:
// sending it again with the same ID is right in both cases, unless IsPermanent(err).
func (s *Sender) Send(ctx context.Context, m Message) (reply string, err error) {
	e, err := compose(m, s.from, s.clock.Now())
	if err != nil {
		return "", err
	}
	if err := s.begin(); err != nil {
		return "", err
	}
	defer s.running.Done()
	if err := s.takeTurn(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.slots }()
	ctx, cancel := s.limit(ctx)
	defer cancel()

	if c := s.takeIdle(); c != nil {
		reply, err := c.deliver(ctx, e)
		s.putBack(c)
		if f, ok := errors.AsType[*failure](err); !ok || !f.lost {
			return reply, err
		}
	}
	c, err := s.connect(ctx)
	if err != nil {
		return "", err
	}
	reply, err = c.deliver(ctx, e)
	s.putBack(c)
	return reply, err
}

// Check connects to the server, encrypts and logs in as Send would, and takes leave. It sends
// nothing.
func (s *Sender) Check(ctx context.Context) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer s.running.Done()
	ctx, cancel := s.limit(ctx)
	defer cancel()
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	s.quit(c)
	return nil
}

// Connections is how many connections to the server are open now, in use or idle.
func (s *Sender) Connections() int { return int(s.open.Load()) }

// Close waits for the messages that are being sent, lets those that wait for their turn fail, and
// closes all connections. Send and Check fail from then on.
func (s *Sender) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.closing)
	}
	s.mu.Unlock()
	s.running.Wait()

	s.mu.Lock()
	idle := s.idle
	s.idle = nil
	s.mu.Unlock()
	s.quit(idle...)
}

func (s *Sender) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	s.running.Add(1)
	return nil
}

var errClosed = errors.New("no mail is sent any more: the service is stopping")

// takeTurn waits until fewer messages than there may be connections are on their way.
func (s *Sender) takeTurn(ctx context.Context) error {
	if ctx.Err() != nil {
		return s.server.endedBy(ctx)
	}
	select {
	case s.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return s.server.endedBy(ctx)
	case <-s.closing:
		return errClosed
	}
}

func (s *Sender) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, s.limits.message, fmt.Errorf("no answer within %v", s.limits.message))
}

func (s *Sender) connect(ctx context.Context) (*connection, error) {
	c, err := s.server.connect(ctx)
	if err != nil {
		return nil, err
	}
	s.open.Add(1)
	return c, nil
}

// takeIdle returns the connection that was used last, so that those not needed get old; nil when
// there is none.
func (s *Sender) takeIdle() *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.idle) - 1
	if last < 0 {
		return nil
	}
	c := s.idle[last]
	s.idle = s.idle[:last]
	return c
}

// putBack keeps a connection for the next message, unless it is broken.
func (s *Sender) putBack(c *connection) {
	if c.broken {
		s.quit(c)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.idleSince = s.clock.Now()
	s.idle = append(s.idle, c)
	if !s.reaping {
		s.reaping = true
		s.running.Go(s.reap)
	}
}

// reap closes connections that were idle for too long. It ends when none is idle.
func (s *Sender) reap() {
	for {
		expired, wait := s.takeExpired()
		s.quit(expired...)
		if wait == 0 {
			return
		}
		fired, giveUp := s.clock.NewTimer(wait)
		select {
		case <-fired:
		case <-s.closing:
			giveUp()
			return
		}
	}
}

// takeExpired returns the connections that were idle for too long, and how long until the next is;
// 0 if none is left, and then the reaper's work is done.
func (s *Sender) takeExpired() (expired []*connection, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	for len(s.idle) > 0 {
		wait = s.idle[0].idleSince.Add(s.limits.idle).Sub(now)
		if wait > 0 {
			return expired, wait
		}
		expired = append(expired, s.idle[0])
		s.idle = s.idle[1:]
	}
	s.reaping = false
	return expired, 0
}

// quit closes connections, politely where they are not broken, all at the same time.
func (s *Sender) quit(connections ...*connection) {
	// A context of its own: the farewell is owed whoever gave up meanwhile.
	ctx, cancel := context.WithTimeout(context.Background(), s.limits.quit)
	defer cancel()
	var quitting sync.WaitGroup
	for _, c := range connections {
		quitting.Go(func() {
			c.quit(ctx)
			s.open.Add(-1)
		})
	}
	quitting.Wait()
}
