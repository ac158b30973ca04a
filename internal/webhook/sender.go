// Package webhook hands webhooks over: signed as Standard Webhooks says
// (https://www.standardwebhooks.com), in one try each, and to no address that is not the public's.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tickler"
	"tickler/internal/address"
)

const (
	// idleConnections is how many connections to one host wait to be used again. There is no limit
	// to those in use: whoever sends has one to what an account sends at once, and a wait for a
	// connection would take from the time of a host that many accounts share, as if it were slow.
	idleConnections = 8
	// timeLimit is for everything: finding the address, connecting, sending, and what is read of
	// the answer.
	timeLimit = 10 * time.Second
	// maxAnswer is how much of an answer is read: as much as can be needed for what is kept.
	maxAnswer = 4000
	// maxAnswerHeaders bounds what a hostile receiver can make us hold.
	maxAnswerHeaders = 64 << 10
)

// Request is one webhook to be handed over.
type Request struct {
	ID          string // the same in every try
	At          time.Time
	URL         string
	Method      string
	ContentType string
	Headers     map[string]string // the account's own; those that are ours to set are left out
	Payload     []byte
	Secrets     []string // each of them signs
}

// Result is what became of a try. Err is nil if the receiver has taken the webhook; else it says in
// plain words why not, and nothing of the URL beyond its host. Whatever went wrong, another try may
// go well.
type Result struct {
	Status int    // of HTTP; 0: there was no answer
	Answer []byte // its first part
	Took   time.Duration
	// RetryAfter is for how long a receiver that has too much to do asks to be left alone; 0: it
	// does not say.
	RetryAfter time.Duration
	Err        error
}

// Sender hands webhooks over. It is safe for use by many goroutines; Close ends it.
type Sender struct {
	transport *http.Transport
	userAgent string
	clock     tickler.Clock
}

// NewSender makes a sender that names itself by the program's version. Private, loopback and
// link-local addresses are refused unless allowed, when the connection is made: whatever a name led
// to before, what counts is where it leads then. The clock measures how long a try takes, and ends
// one that takes too long.
func NewSender(version string, allowPrivate bool, clock tickler.Clock) *Sender {
	dialer := &net.Dialer{}
	if !allowPrivate {
		dialer.Control = refusePrivate
	}
	return &Sender{
		userAgent: "Tickler/" + version,
		clock:     clock,
		transport: &http.Transport{ // without a proxy: it would be what is connected to
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    idleConnections,
			MaxIdleConns:           4 * idleConnections,
			IdleConnTimeout:        30 * time.Second,
			MaxResponseHeaderBytes: maxAnswerHeaders,
			DisableCompression:     true, // so that the limit to what is read is one to what is held
		},
	}
}

// Close returns up the connections that wait to be used again.
func (s *Sender) Close() { s.transport.CloseIdleConnections() }

// Send tries once to hand a webhook over. An answer of 2xx takes it; a redirect is not followed.
func (s *Sender) Send(ctx context.Context, r Request) Result {
	began := s.clock.Now()
	limited, release := s.limited(ctx)
	defer release()
	result := s.try(limited, r)
	result.Took = s.clock.Now().Sub(began)
	if result.Err != nil && result.Status == 0 {
		result.Err = explained(limited, result.Err)
	}
	return result
}

// limited ends a context after the time limit.
func (s *Sender) limited(ctx context.Context) (limited context.Context, release func()) {
	limited, end := context.WithCancelCause(ctx)
	passed, giveUp := s.clock.NewTimer(timeLimit)
	go func() {
		select {
		case <-passed:
			end(errTimeLimit)
		case <-limited.Done():
			giveUp()
		}
	}()
	return limited, func() { end(nil) }
}

func (s *Sender) try(ctx context.Context, r Request) Result {
	request, err := s.request(ctx, r)
	if err != nil {
		return Result{Err: err}
	}
	response, err := s.transport.RoundTrip(request) // a Client would follow redirects and put the URL into its errors
	if err != nil {
		return Result{Err: err}
	}
	defer response.Body.Close()
	// The status has decided, whatever becomes of the rest.
	answer, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return Result{
		Status: response.StatusCode, Answer: answer, RetryAfter: retryAfter(response, s.clock.Now()),
		Err: refusal(response),
	}
}

// request makes the signed HTTP request.
func (s *Sender) request(ctx context.Context, r Request) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, address.Escape(r.URL), bytes.NewReader(r.Payload))
	if err != nil {
		return nil, unsendable(err)
	}
	signatures := make([]string, len(r.Secrets))
	for i, secret := range r.Secrets {
		key, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return nil, errBadSecret // the library's own error may show a part of it
		}
		if signatures[i], err = key.Sign(r.ID, r.At, r.Payload); err != nil {
			return nil, errBadSecret
		}
	}
	h := request.Header
	h.Set("User-Agent", s.userAgent)
	for name, value := range r.Headers {
		if !tickler.IsReservedHeader(name) {
			h.Set(name, value)
		}
	}
	h.Set("Content-Type", r.ContentType)
	h.Set(standardwebhooks.HeaderWebhookID, r.ID)
	h.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(r.At.Unix(), 10))
	h.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return request, nil
}

// refusal says why an answer does not take the webhook; nil if it does.
func refusal(response *http.Response) error {
	status := response.StatusCode
	switch location := response.Header.Get("Location"); {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400 && location != "":
		return fmt.Errorf("the receiver answered %d and sent us on to %s: redirects are not followed", status,
			quoted(withoutQuery(location)))
	default:
		return fmt.Errorf("the receiver answered %d", status)
	}
}

// retryAfter reads for how long a receiver that has too much to do asks to be left alone: seconds,
// or until an instant (RFC 9110 section 10.2.3). It is 0 where nothing of the kind is said.
func retryAfter(response *http.Response, now time.Time) time.Duration {
	if response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	said := response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(said, 10, 32); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(said)
	if err != nil {
		return 0
	}
	return max(0, (until.Sub(now) + time.Second - 1).Truncate(time.Second))
}
