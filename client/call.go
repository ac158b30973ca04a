package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// call is what is sent, perhaps more than once.
type call struct {
	method     string
	operation  string // such as Task.svc/Create
	query      url.Values
	body       any    // nil: none
	key        string // the Idempotency-Key, if any
	repeatable bool   // whether sending it a second time does no harm
}

// CreateOption changes one call that makes tasks.
type CreateOption func(*call)

// IdempotencyKey names a call, in place of a fresh key, so that a program that starts anew can send
// it again and nothing is made twice: 1 to 255 printable characters, remembered for 24 hours.
// Another body under the same key is refused with [DuplicateRequest].
func IdempotencyKey(key string) CreateOption {
	return func(c *call) { c.key = key }
}

// once has a call carried out once however often it is sent.
func once(c call, options []CreateOption) call {
	c.repeatable = true
	for _, option := range options {
		option(&c)
	}
	if c.key == "" {
		c.key = rand.Text()
	}
	return c
}

// do makes a call and reads the answer into a value, a []byte as it is.
func (c *Client) do(ctx context.Context, what call, into any) error {
	var body []byte
	if what.body != nil {
		var err error
		if body, err = json.Marshal(what.body); err != nil {
			return fmt.Errorf("writing the body of %s: %w", what.operation, err)
		}
	}
	answer, err := c.sendUntilAnswered(ctx, what, body)
	if err != nil {
		return fmt.Errorf("%s: %w", what.operation, err)
	}
	if err := c.decode(answer, into); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", what.operation, err)
	}
	return nil
}

func (c *Client) decode(answer []byte, into any) error {
	if raw, ok := into.(*[]byte); ok {
		*raw = answer
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(answer))
	if c.strict {
		decoder.DisallowUnknownFields()
	}
	return decoder.Decode(into)
}

func (c *Client) sendUntilAnswered(ctx context.Context, what call, body []byte) ([]byte, error) {
	for attempt := 1; ; attempt++ {
		answer, err := c.send(ctx, what, body)
		if err == nil || attempt == c.attempts || ctx.Err() != nil || !mayRepeat(err, what.repeatable) {
			return answer, err
		}
		wait := pause(err, attempt)
		if wait > longestWait || endsWithin(ctx, wait) {
			return nil, err
		}
		if ended := c.sleep(ctx, wait); ended != nil {
			return nil, fmt.Errorf("%w while waiting to try again after: %w", ended, err)
		}
	}
}

// send makes one attempt.
func (c *Client) send(ctx context.Context, what call, body []byte) ([]byte, error) {
	address := c.base + "/v2/" + what.operation
	if len(what.query) > 0 {
		address += "?" + what.query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, what.method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("x-LSQ-AccessKey", c.accessKey)
	request.Header.Set("x-LSQ-SecretKey", c.secretKey)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if what.key != "" {
		request.Header.Set("Idempotency-Key", what.key)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := c.readAnswer(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, newError(response, answer)
	}
	return answer, nil
}

// largestAnswer is as much of an answer as a client reads, so that a server that is not Tickler's
// can't fill its memory. A page of 1,000 tasks takes some 180 MB when every text and custom field
// is as long as can be. Only leads could take more, with hundreds of attributes of 8,000 characters
// each; callers with such leads should ask for fewer at once.
const largestAnswer = 256 << 20

var errAnswerTooLarge = errors.New("the answer is too large to be read: ask for fewer rows at once")

func (c *Client) readAnswer(body io.Reader) ([]byte, error) {
	answer, err := io.ReadAll(io.LimitReader(body, c.largest+1))
	if err == nil && int64(len(answer)) > c.largest {
		return nil, errAnswerTooLarge
	}
	return answer, err
}

// mayRepeat reports whether a failed attempt may be followed by another: it is worth trying, and
// does no harm.
func mayRepeat(err error, repeatable bool) bool {
	if refused, ok := errors.AsType[*Error](err); ok {
		switch refused.HTTPStatus {
		case http.StatusTooManyRequests: // and nothing was carried out
			return true
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout: // who knows
			return repeatable
		}
		return false
	}
	if errors.Is(err, errAnswerTooLarge) {
		return false // it will be no smaller
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return false // it will be no better
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok && failed.Op == "dial" { // and nothing was sent
		return true
	}
	return repeatable
}

const (
	firstPause   = 500 * time.Millisecond
	longestPause = 16 * time.Second
	longestWait  = time.Minute
)

// pause is how long to wait before the next attempt: as the service says, else twice as long each
// time, and then somewhere in the upper half of that, so that clients that failed together don't
// come back together.
func pause(err error, attempt int) time.Duration {
	if refused, ok := errors.AsType[*Error](err); ok && refused.RetryAfter > 0 {
		return refused.RetryAfter
	}
	longest := min(firstPause<<(attempt-1), longestPause)
	some, err := rand.Int(rand.Reader, big.NewInt(int64(longest/2)))
	if err != nil {
		return longest
	}
	return longest - time.Duration(some.Int64())
}

func endsWithin(ctx context.Context, wait time.Duration) bool {
	deadline, limited := ctx.Deadline()
	return limited && time.Until(deadline) < wait
}

// retryAfter reads whole seconds; 0 when there is nothing to read.
func retryAfter(header http.Header) time.Duration {
	const aYear = 365 * 24 * 60 * 60
	seconds, err := strconv.Atoi(strings.TrimSpace(header.Get("Retry-After")))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, aYear)) * time.Second
}
