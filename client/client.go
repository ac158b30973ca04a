package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client calls the API in the name of one user. It is safe for use by many goroutines.
type Client struct {
	base      string // without a final slash
	accessKey string
	secretKey string
	http      http.Client
	attempts  int
	largest   int64 // bytes of an answer
	sleep     func(ctx context.Context, d time.Duration) error
	strict    bool // in tests: an answer's unknown attribute is an error
}

// Option changes how a client works.
type Option func(*Client)

// HTTPClient makes calls through h: its transport, and its timeout for one attempt, which is a
// minute otherwise. Redirects are never followed.
func HTTPClient(h *http.Client) Option {
	return func(c *Client) { c.http = *h }
}

// Attempts says how often a call is sent at most. One is never again; the default is 5.
func Attempts(n int) Option {
	return func(c *Client) { c.attempts = max(n, 1) }
}

// Sleep replaces how the client waits between attempts, for tests. It returns the context's error
// when that ends first.
func Sleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(c *Client) { c.sleep = sleep }
}

const (
	defaultAttempts = 5
	attemptTimeout  = time.Minute // twice what the service gives a call; beyond that nobody answers
)

// New makes a client of the service at baseURL: what stands before /v2 in the addresses of its
// calls, such as https://tasks.example.com. The keys are a user's, and calls run as that user. They
// travel in headers, so that no URL holds them.
func New(baseURL, accessKey, secretKey string, options ...Option) (*Client, error) {
	parsed, err := url.Parse(baseURL)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" ||
		parsed.RawQuery != "" {
		return nil, fmt.Errorf("the base URL %q is not of the form https://tasks.example.com", baseURL)
	}
	c := &Client{
		base: strings.TrimRight(baseURL, "/"), accessKey: accessKey, secretKey: secretKey,
		http: http.Client{Timeout: attemptTimeout}, attempts: defaultAttempts, largest: largestAnswer, sleep: sleep,
	}
	for _, option := range options {
		option(c)
	}
	// net/http would carry the keys' headers to wherever it is sent.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
