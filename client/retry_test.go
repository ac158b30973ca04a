package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler/client"
)

// answer is one answer of a fake service.
type answer struct {
	status int // 0: the connection is lost
	header map[string]string
	body   string
}

var success = answer{status: http.StatusOK, body: `{"Status":"Success","Message":{"Id":"made"}}`}

// stage is a fake service. It sends its answers in order, repeats the last one, and records the
// calls it gets.
type stage struct {
	mu      sync.Mutex
	answers []answer
	calls   []*http.Request
	slept   []time.Duration
	sent    func(body []byte) // if not nil, is shown each body
	client  *client.Client
}

func open(t *testing.T, answers ...answer) *stage {
	t.Helper()
	s := &stage{answers: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.client = newClient(t, server.URL, client.Sleep(s.sleep))
	return s
}

// newClient returns a client that opens a connection for every call, so that net/http itself
// retries none.
func newClient(t *testing.T, url string, options ...client.Option) *client.Client {
	t.Helper()
	once := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	c, err := client.New(url, "access", "secret", append([]client.Option{client.HTTPClient(once)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *stage) sleep(ctx context.Context, d time.Duration) error {
	s.slept = append(s.slept, d)
	return ctx.Err()
}

// got returns the calls so far.
func (s *stage) got() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, r)
	if body, err := io.ReadAll(r.Body); err == nil && s.sent != nil {
		s.sent(body)
	}
	a := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	if a.status == 0 {
		panic(http.ErrAbortHandler)
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write([]byte(a.body))
}

func refusal(status int, retryAfter string) answer {
	return answer{
		status: status,
		header: map[string]string{"Retry-After": retryAfter, "X-Request-Id": "K7QJ"},
		body:   `{"Status":"Error","ExceptionType":"MXSomeException","ExceptionMessage":"Not now."}`,
	}
}

var lost = answer{}

func TestARefusedCallIsRetriedAfterRetryAfter(t *testing.T) {
	s := open(t, refusal(http.StatusTooManyRequests, "3"), refusal(http.StatusTooManyRequests, "2"), success)
	id, err := s.client.CreateTask(t.Context(), client.TaskDraft{Name: "n"})
	if err != nil || id != "made" || !slices.Equal(s.slept, []time.Duration{3 * time.Second, 2 * time.Second}) {
		t.Errorf("%q, %v after %v", id, err, s.slept)
	}
}

// What is retried, and how often, depends on the answer.
func TestRetries(t *testing.T) {
	repeatable := func(ctx context.Context, c *client.Client) error {
		_, err := c.CompleteTask(ctx, "id")
		return err
	}
	keyed := func(ctx context.Context, c *client.Client) error {
		_, err := c.CreateTask(ctx, client.TaskDraft{Name: "n"})
		return err
	}
	unrepeatable := func(ctx context.Context, c *client.Client) error {
		_, err := c.CreateLead(ctx, client.LeadAttribute{Attribute: "FirstName", Value: "Ada"})
		return err
	}
	const all = 5
	for _, test := range []struct {
		name  string
		call  func(context.Context, *client.Client) error
		first answer
		want  int // calls
	}{
		{"repeatable 429", repeatable, refusal(429, "1"), all},
		{"repeatable 503", repeatable, refusal(503, "1"), all},
		{"repeatable 502", repeatable, refusal(502, ""), all},
		{"repeatable lost", repeatable, lost, all},
		{"repeatable 400", repeatable, refusal(400, ""), 1},
		{"repeatable 500", repeatable, refusal(500, ""), 1},
		{"repeatable 302", repeatable, refusal(302, ""), 1},
		{"keyed 429", keyed, refusal(429, "1"), all},
		{"keyed 503", keyed, refusal(503, "1"), all},
		{"keyed lost", keyed, lost, all},
		{"keyed 409", keyed, refusal(409, ""), 1},
		{"unrepeatable 429", unrepeatable, refusal(429, "1"), all},
		{"unrepeatable 503", unrepeatable, refusal(503, "1"), 1},
		{"unrepeatable lost", unrepeatable, lost, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, test.first)
			if err := test.call(t.Context(), s.client); err == nil || len(s.got()) != test.want || len(s.slept) != test.want-1 {
				t.Errorf("%d calls, then %v", len(s.got()), err)
			}
		})
	}
}

// All attempts of one call have one key; another call has another one.
func TestKeysOfCalls(t *testing.T) {
	s := open(t, lost, refusal(http.StatusServiceUnavailable, "1"), success)
	for range 2 {
		if _, err := s.client.CreateTask(t.Context(), client.TaskDraft{Name: "n"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.client.CreateTasks(t.Context(), client.BulkTasks{}, client.IdempotencyKey("order-17")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.client.CompleteTask(t.Context(), "id"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.client.CreateTask(t.Context(), client.TaskDraft{Name: "n"}, client.IdempotencyKey("")); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, r := range s.got() {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
	}
	if len(keys) != 7 || keys[6] == "" || keys[0] == "" || keys[1] != keys[0] || keys[2] != keys[0] || keys[3] == keys[0] || keys[4] != "order-17" || keys[5] != "" {
		t.Errorf("%q", keys)
	}
}

// Without a Retry-After the pauses double, within bounds, and the retries end.
func TestPausesDouble(t *testing.T) {
	s := open(t, lost)
	if _, err := s.client.WhoAmI(t.Context()); err == nil {
		t.Error("it succeeds")
	}
	for i, slept := range s.slept {
		if most := 500 * time.Millisecond << i; slept > most || slept < most/2 {
			t.Errorf("pause %d is %v, of %v", i+1, slept, most)
		}
	}
}

func TestAttempts(t *testing.T) {
	s := open(t, refusal(http.StatusTooManyRequests, "1"))
	client.Attempts(2)(s.client)
	if _, err := s.client.WhoAmI(t.Context()); err == nil || len(s.got()) != 2 {
		t.Errorf("%d calls, then %v", len(s.got()), err)
	}
}

// The client doesn't start a wait that is too long or would outlast the context: the error says how
// long it would be.
func TestAUselessWaitIsNotStarted(t *testing.T) {
	soon, cancel := context.WithTimeout(t.Context(), time.Minute/2)
	defer cancel()
	for _, test := range []struct {
		name       string
		ctx        context.Context
		retryAfter string
		want       time.Duration
	}{
		{"beyond the deadline", soon, "40", 40 * time.Second},
		{"too long", t.Context(), "3600", time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t, refusal(http.StatusTooManyRequests, test.retryAfter))
			_, err := s.client.WhoAmI(test.ctx)
			refused, ok := errors.AsType[*client.Error](err)
			if !ok || refused.RetryAfter != test.want || len(s.slept) > 0 {
				t.Errorf("%v after %v", err, s.slept)
			}
		})
	}
}

func TestAnEndedContextEndsTheWait(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := open(t, refusal(http.StatusTooManyRequests, "1"))
	client.Sleep(func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	})(s.client)
	_, err := s.client.WhoAmI(ctx)
	if _, refused := errors.AsType[*client.Error](err); !refused || !errors.Is(err, context.Canceled) || len(s.got()) != 1 {
		t.Errorf("%d calls, then %v", len(s.got()), err)
	}
}

// Without a connection nothing was sent, so any call may be retried.
func TestNoConnection(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	attempts := 1
	c := newClient(t, "http://"+closed.Addr().String(), client.Sleep(func(context.Context, time.Duration) error {
		attempts++
		return nil
	}))
	if _, err := c.CreateLead(t.Context(), client.LeadAttribute{Attribute: "FirstName", Value: "Ada"}); err == nil || attempts != 5 {
		t.Errorf("%d attempts, then %v", attempts, err)
	}
}

func TestAnUntrustedCertificateIsNotRetried(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = nil
	server.StartTLS()
	defer server.Close()
	c := newClient(t, server.URL, client.Sleep(func(context.Context, time.Duration) error {
		t.Error("it is tried again")
		return nil
	}))
	if _, err := c.WhoAmI(t.Context()); err == nil {
		t.Error("it is trusted")
	}
}

// The keys travel in headers: no URL holds them, no error shows them, and no redirect carries them
// elsewhere.
func TestKeysStayWithTheService(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s got %v", r.URL, r.Header) }))
	defer elsewhere.Close()
	s := open(t, answer{status: http.StatusTemporaryRedirect, header: map[string]string{"Location": elsewhere.URL}})
	_, err := s.client.WhoAmI(t.Context())
	sent := s.got()[0]
	if sent.Header.Get("x-LSQ-AccessKey") != "access" || sent.Header.Get("x-LSQ-SecretKey") != "secret" || sent.URL.RawQuery != "" {
		t.Errorf("%s %v", sent.URL, sent.Header)
	}
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// Answers and refusals are read up to a limit; a larger one is not retried.
func TestAnswersHaveALimit(t *testing.T) {
	long := refusal(http.StatusServiceUnavailable, "1")
	long.body += strings.Repeat(" ", len(success.body))
	for _, test := range []struct {
		first    answer
		limit    int
		accepted bool
	}{
		{success, len(success.body), true},
		{success, len(success.body) - 1, false},
		{long, len(success.body), false},
	} {
		s := open(t, test.first)
		client.LargestAnswer(test.limit)(s.client)
		_, err := s.client.CompleteTask(t.Context(), "id")
		if (err == nil) != test.accepted || len(s.got()) != 1 {
			t.Errorf("%d bytes, at most %d: %v after %d calls", len(test.first.body), test.limit, err, len(s.got()))
		}
		if !test.accepted && !strings.Contains(err.Error(), "too large") {
			t.Error(err)
		}
	}
}

func TestErrors(t *testing.T) {
	s := open(t, refusal(http.StatusBadRequest, ""))
	_, err := s.client.WhoAmI(t.Context())
	refused, ok := errors.AsType[*client.Error](err)
	want := client.Error{HTTPStatus: 400, ExceptionType: "MXSomeException", Message: "Not now.", RequestID: "K7QJ"}
	if !ok || *refused != want {
		t.Errorf("%+v", err)
	}
	if text := "Authentication.svc/UserByAccessKey.Get: 400 MXSomeException: Not now. (request K7QJ)"; err.Error() != text {
		t.Error(err)
	}
	s = open(t, answer{status: http.StatusForbidden, body: "<h1>A proxy</h1>"})
	if _, err = s.client.WhoAmI(t.Context()); fmt.Sprint(err) != "Authentication.svc/UserByAccessKey.Get: 403 Forbidden" {
		t.Error(err)
	}
	s = open(t, answer{status: http.StatusOK, body: "<h1>A proxy</h1>"})
	if _, err = s.client.WhoAmI(t.Context()); err == nil {
		t.Error("a page is taken for an answer")
	}
}

func TestBaseURL(t *testing.T) {
	for _, bad := range []string{"", "tasks.example.com", "ftp://tasks.example.com", "https://", "https://tasks.example.com?accessKey=a", "https://a b"} {
		if _, err := client.New(bad, "access", "secret"); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestWaitForBulk(t *testing.T) {
	s := open(t, answer{status: 200, body: `{"Status":"Queued"}`}, answer{status: 200, body: `{"Status":"In-Progress"}`}, answer{status: 200, body: `{"Status":"Success"}`})
	status, err := s.client.WaitForBulk(t.Context(), "id")
	if err != nil || status.Status != "Success" || !slices.Equal(s.slept, []time.Duration{250 * time.Millisecond, 500 * time.Millisecond}) {
		t.Errorf("%+v, %v after %v", status, err, s.slept)
	}
}
