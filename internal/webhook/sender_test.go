package webhook_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"

	"tickler/internal/clock/clocktest"
	"tickler/internal/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	secret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	oldSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// received is what a receiver got.
type received struct {
	proto, method, uri, host string
	length                   int64
	header                   http.Header
	body                     []byte
}

// receiver is a real HTTP server that keeps what it gets, and then answers.
func receiver(t *testing.T, start func(*httptest.Server), answer http.HandlerFunc) (*httptest.Server, *[]received) {
	t.Helper()
	var all []received
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		all = append(all, received{r.Proto, r.Method, r.RequestURI, r.Host, r.ContentLength, r.Header, body})
		answer(w, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	start(server)
	t.Cleanup(server.Close)
	return server, &all
}

func thanks(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "thank you") }

// sender returns a sender that may reach this machine. Its clock stands still, so an attempt has
// all the time it needs. It is closed when the test ends.
func sender(t *testing.T, roots *x509.CertPool) *webhook.Sender {
	t.Helper()
	s := webhook.NewWith(clocktest.New(noon), roots)
	t.Cleanup(s.Close)
	return s
}

func request(url string) webhook.Request {
	return webhook.Request{
		ID: "01a1ffaf-64a0-793d-a518-41af49ab0498", At: noon, URL: url, Method: "POST", ContentType: "application/json",
		Payload: []byte(`{"Status":"Success"}`), Secrets: []string{secret},
	}
}

// wantRefused checks that an attempt got no answer, for a reason.
func wantRefused(t *testing.T, r webhook.Result, want string) {
	t.Helper()
	if r.Err == nil || r.Err.Error() != want || r.Status != 0 || len(r.Answer) > 0 {
		t.Errorf("got %d %q %v, want %q", r.Status, r.Answer, r.Err, want)
	}
}

func TestWhatAReceiverGets(t *testing.T) {
	server, all := receiver(t, (*httptest.Server).Start, thanks)
	r := request(server.URL + "/hook?key=a%20b")
	r.Secrets = []string{secret, oldSecret}
	r.Headers = map[string]string{"Authorization": "Bearer abc", "x-team": "North", "User-Agent": "Team"}
	result := sender(t, nil).Send(t.Context(), r)
	if result.Err != nil || result.Status != 200 || string(result.Answer) != "thank you" {
		t.Fatalf("%+v", result)
	}
	got := (*all)[0]
	if got.method != "POST" || got.uri != "/hook?key=a%20b" || got.host != server.Listener.Addr().String() || got.length != int64(len(r.Payload)) ||
		string(got.body) != string(r.Payload) {
		t.Errorf("%+v", got)
	}
	for name, want := range map[string]string{
		"Webhook-Id": r.ID, "Webhook-Timestamp": "1795176000", "Content-Type": "application/json", "Authorization": "Bearer abc",
		"X-Team": "North", "User-Agent": "Team", "Accept-Encoding": "",
	} {
		if got := got.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, known := range r.Secrets { // receivers that still have the old secret can check too
		checker, err := standardwebhooks.NewWebhook(known)
		if err != nil {
			t.Fatal(err)
		}
		if err := checker.VerifyIgnoringTimestamp(got.body, got.header); err != nil {
			t.Error(err)
		}
		if checker.VerifyIgnoringTimestamp(append(got.body, ' '), got.header) == nil {
			t.Error("another body has the same signature")
		}
	}
	if n := len(strings.Split(got.header.Get("Webhook-Signature"), " ")); n != 2 {
		t.Errorf("%d signatures, want one for each secret", n)
	}
}

// As older releases kept URLs.
func TestURLThatTheWireCannotCarryIsEscaped(t *testing.T) {
	server, all := receiver(t, (*httptest.Server).Start, thanks)
	if result := sender(t, nil).Send(t.Context(), request(server.URL+"/a b?ort=Köln&x=y z")); result.Err != nil {
		t.Fatal(result.Err)
	}
	if got := (*all)[0].uri; got != "/a%20b?ort=K%C3%B6ln&x=y%20z" {
		t.Error(got)
	}
}

// The example of the specification's reference implementations.
func TestSignatureIsThatOfTheSpecification(t *testing.T) {
	server, all := receiver(t, (*httptest.Server).Start, thanks)
	r := request(server.URL)
	r.ID, r.At, r.Payload = "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`)
	sender(t, nil).Send(t.Context(), r)
	if got := (*all)[0].header.Get("Webhook-Signature"); got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Error(got)
	}
}

func TestHeadersThatAreOursStay(t *testing.T) {
	server, all := receiver(t, (*httptest.Server).Start, thanks)
	r := request(server.URL)
	r.Headers = map[string]string{
		"webhook-id": "x", "Webhook-Timestamp": "1", "WEBHOOK-SIGNATURE": "v1,x", "Host": "evil.example", "Content-Length": "1", "content-type": "text/plain",
		"Connection": "close", "Transfer-Encoding": "chunked", "Proxy-Authorization": "x", "TE": "trailers", "Upgrade": "h2c",
		"Content-Encoding": "gzip",
	}
	if result := sender(t, nil).Send(t.Context(), r); result.Err != nil {
		t.Fatal(result.Err)
	}
	got := (*all)[0]
	for name := range r.Headers {
		if value := got.header.Get(name); value != "" && value == r.Headers[name] {
			t.Errorf("%s: %q was taken over", name, value)
		}
	}
	if got.host == "evil.example" || got.length != int64(len(r.Payload)) || len(got.header.Values("Webhook-Signature")) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestAnswersThatRefuse(t *testing.T) {
	for status, want := range map[int]string{
		500: "the receiver answered 500", 404: "the receiver answered 404", 304: "the receiver answered 304",
		302: "the receiver answered 302 and sent us on to http://169.254.169.254/latest: redirects are not followed",
	} {
		server, all := receiver(t, (*httptest.Server).Start, func(w http.ResponseWriter, _ *http.Request) {
			if status == 302 {
				w.Header().Set("Location", "http://a:b@169.254.169.254/latest?token=c")
			}
			w.WriteHeader(status)
			if status != 304 {
				_, _ = io.WriteString(w, "no")
			}
		})
		result := sender(t, nil).Send(t.Context(), request(server.URL))
		if result.Err == nil || result.Err.Error() != want || result.Status != status || len(*all) != 1 {
			t.Errorf("%+v after %d calls, want %s", result, len(*all), want)
		}
	}
	for _, status := range []int{200, 201, 202, 204, 299} {
		server, _ := receiver(t, (*httptest.Server).Start, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if result := sender(t, nil).Send(t.Context(), request(server.URL)); result.Err != nil || result.Status != status {
			t.Errorf("%d: %+v", status, result)
		}
	}
}

// Waiting for a connection is not the receiver's failure: the deliveries of four accounts to one
// host are all sent at once, however slow the host is, and each has its whole time limit.
func TestAHostThatManyShareIsNotFailedForWaiting(t *testing.T) {
	const accounts, each, took = 4, 8, 9 * time.Second
	manual := clocktest.New(noon)
	s := webhook.NewWith(manual, nil)
	defer s.Close()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		done, _ := manual.NewTimer(took)
		<-done
	}))
	defer server.Close()
	var sending sync.WaitGroup
	for i := range accounts * each {
		r := request(fmt.Sprintf("%s/account-%d", server.URL, i%accounts))
		sending.Go(func() {
			if result := s.Send(t.Context(), r); result.Err != nil || result.Took != took {
				t.Errorf("%+v", result)
			}
		})
	}
	manual.BlockUntil(2 * accounts * each) // each has its time limit, and is with the receiver
	manual.Advance(took)
	sending.Wait()
}

func TestReceiverThatHasTooMuchToDoSaysHowLong(t *testing.T) {
	for said, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "0": 0, "-1": 0, "soon": 0, "99999999999999999999": (1<<32 - 1) * time.Second,
		"Fri, 20 Nov 2026 12:05:00 GMT": 5 * time.Minute, "Fri, 20 Nov 2026 11:00:00 GMT": 0, "Friday, 20-Nov-26 12:05:00 GMT": 5 * time.Minute,
	} {
		for _, status := range []int{429, 503, 500} {
			server, _ := receiver(t, (*httptest.Server).Start, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", said)
				w.WriteHeader(status)
			})
			if status == 500 { // it says nothing of when it works again
				want = 0
			}
			if result := sender(t, nil).Send(t.Context(), request(server.URL)); result.RetryAfter != want || result.Err == nil {
				t.Errorf("%d, %q: %+v", status, said, result)
			}
		}
	}
}

func TestReceiverThatHangs(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"before its answer": func(http.ResponseWriter) {},
		"in its headers": func(w http.ResponseWriter) {
			conn, buffered, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			_, _ = buffered.WriteString("HTTP/1.1 200 OK\r\nX-Slow: ")
			_ = buffered.Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan struct{})
			clock := clocktest.New(noon)
			s := webhook.NewWith(clock, nil)
			defer s.Close()
			server, _ := receiver(t, (*httptest.Server).Start, func(w http.ResponseWriter, _ *http.Request) {
				answer(w)
				clock.Advance(10 * time.Second)
				<-ended
			})
			result := s.Send(t.Context(), request(server.URL))
			close(ended)
			wantRefused(t, result, "no answer within 10s")
			if result.Took != 10*time.Second {
				t.Errorf("it took %v", result.Took)
			}
		})
	}
}

// The receiver has accepted the webhook: sending it again would be wrong.
func TestAnswerThatBreaksOffAfterItsStatus(t *testing.T) {
	server, _ := receiver(t, (*httptest.Server).Start, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		_, _ = io.WriteString(w, "take")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	result := sender(t, nil).Send(t.Context(), request(server.URL))
	if result.Err != nil || result.Status != http.StatusOK || string(result.Answer) != "take" {
		t.Errorf("%+v", result)
	}
}

func TestBigAnswerIsCut(t *testing.T) {
	server, _ := receiver(t, (*httptest.Server).Start, func(w http.ResponseWriter, _ *http.Request) {
		for range 1000 {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	result := sender(t, nil).Send(t.Context(), request(server.URL))
	if result.Err != nil || len(result.Answer) != 4000 {
		t.Errorf("%d bytes, %v", len(result.Answer), result.Err)
	}
	server, _ = receiver(t, (*httptest.Server).Start, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Big", strings.Repeat("x", 1<<20))
	})
	if result = sender(t, nil).Send(t.Context(), request(server.URL)); result.Err == nil {
		t.Error("an answer of a megabyte of headers was taken")
	}
}

func TestReceiverThatIsDown(t *testing.T) {
	server, _ := receiver(t, (*httptest.Server).Start, thanks)
	s := sender(t, nil)
	server.Close()
	wantRefused(t, s.Send(t.Context(), request(server.URL)), "connection refused")

	server, _ = receiver(t, (*httptest.Server).Start, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			err = conn.Close()
		}
		if err != nil {
			t.Error(err)
		}
	})
	wantRefused(t, s.Send(t.Context(), request(server.URL)), "the receiver closed the connection without an answer")
}

// The address that is connected to counts, so a name that resolves to a private address is refused
// too.
func TestPrivateAddressesAreRefused(t *testing.T) {
	server, all := receiver(t, (*httptest.Server).Start, thanks)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s := webhook.NewSender("1.2.3", false, clocktest.New(noon))
	defer s.Close()
	for host, shown := range map[string]string{
		"127.0.0.1": "127.0.0.1", "[::1]": "::1", "169.254.169.254": "169.254.169.254", "10.0.0.1": "10.0.0.1", "172.31.255.255": "172.31.255.255",
		"192.168.1.1": "192.168.1.1", "100.64.0.1": "100.64.0.1", "0.0.0.0": "0.0.0.0", "[::]": "::", "255.255.255.255": "255.255.255.255",
		"224.0.0.1": "224.0.0.1", "[fe80::1]": "fe80::1", "[fc00::1]": "fc00::1", "[ff02::1]": "ff02::1", "[64:ff9b::7f00:1]": "64:ff9b::7f00:1",
		"[2002:7f00:1::]":    "2002:7f00:1::",
		"[::ffff:127.0.0.1]": "127.0.0.1", "[::ffff:a9fe:a9fe]": "169.254.169.254",
	} {
		wantRefused(t, s.Send(t.Context(), request("http://"+host+":"+port)),
			"the address "+shown+" is private and refused; an operator allows it with --allow-private-webhooks")
	}
	for _, host := range []string{"localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"} { // some resolvers read the last ones as 127.0.0.1
		result := s.Send(t.Context(), request("http://"+host+":"+port))
		if result.Err == nil {
			t.Errorf("%s was connected to", host)
		}
		if host == "localhost" && !strings.HasSuffix(result.Err.Error(), "is private and refused; an operator allows it with --allow-private-webhooks") {
			t.Error(result.Err)
		}
	}
	if len(*all) > 0 {
		t.Errorf("a receiver on this machine was called: %+v", *all)
	}
}

func TestTLS(t *testing.T) {
	server, all := receiver(t, func(s *httptest.Server) {
		s.EnableHTTP2 = true
		s.StartTLS()
	}, thanks)
	result := sender(t, nil).Send(t.Context(), request(server.URL))
	if result.Err == nil || !strings.HasPrefix(result.Err.Error(), "the receiver's certificate is not trusted: x509: ") {
		t.Errorf("an unknown authority: %v", result.Err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	s := sender(t, roots)
	result = s.Send(t.Context(), request(strings.Replace(server.URL, "127.0.0.1", "localhost", 1)))
	if result.Err == nil || !strings.HasPrefix(result.Err.Error(), "the receiver's certificate is not trusted: x509: ") {
		t.Errorf("a certificate of another name: %v", result.Err)
	}
	if len(*all) > 0 {
		t.Error("it was sent all the same")
	}
	if result = s.Send(t.Context(), request(server.URL)); result.Err != nil || (*all)[0].proto != "HTTP/2.0" {
		t.Errorf("%v by %s", result.Err, (*all)[0].proto)
	}
	plain, _ := receiver(t, (*httptest.Server).Start, thanks)
	wantRefused(t, s.Send(t.Context(), request("https"+strings.TrimPrefix(plain.URL, "http"))), "the receiver does not speak https there")
}

func TestRequestsThatCannotBeMade(t *testing.T) {
	s := sender(t, nil)
	for name, change := range map[string]func(r *webhook.Request){
		"secret": func(r *webhook.Request) { r.Secrets = []string{secret, "whsec_!no-base64!"} },
		"URL":    func(r *webhook.Request) { r.URL = "http://example.com:no-port/?token=hidden" },
		"method": func(r *webhook.Request) { r.Method = "A B" },
		"header": func(r *webhook.Request) { r.Headers = map[string]string{"X-Team": "a\nb"} },
	} {
		r := request("http://127.0.0.1:1/?token=hidden")
		change(&r)
		result := s.Send(t.Context(), r)
		if result.Err == nil || result.Err.Error() == "connection refused" || strings.Contains(result.Err.Error(), "hidden") ||
			strings.Contains(result.Err.Error(), "no-base64") {
			t.Errorf("%s: %v", name, result.Err)
		}
	}
}

func TestReasonsInPlainWords(t *testing.T) {
	for want, err := range map[string]error{
		"the name nowhere.example can't be resolved: there is none like it": &net.DNSError{Name: "nowhere.example", IsNotFound: true},
		"the name slow.example can't be resolved now":                       &net.DNSError{Name: "slow.example", IsTimeout: true},
		"there is no way to the receiver's address":                         syscall.EHOSTUNREACH,
		"the receiver closed the connection without an answer":              syscall.ECONNRESET,
	} {
		if got := webhook.Explained(fmt.Errorf("dial: %w", err)).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWhoTellsItToStopIsNotTheReceiver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	server, _ := receiver(t, (*httptest.Server).Start, func(http.ResponseWriter, *http.Request) {
		cancel()
		<-ended
	})
	result := sender(t, nil).Send(ctx, request(server.URL))
	close(ended)
	if !errors.Is(result.Err, context.Canceled) {
		t.Errorf("%v", result.Err)
	}
}

func TestSenderOfTheProgram(t *testing.T) {
	server, all := receiver(t, (*httptest.Server).Start, thanks)
	clock := clocktest.New(noon)
	s := webhook.NewSender("1.2.3", true, clock)
	defer s.Close()
	if result := s.Send(t.Context(), request(server.URL)); result.Err != nil || (*all)[0].header.Get("User-Agent") != "Tickler/1.2.3" {
		t.Errorf("%+v", result)
	}
	if s.HasProxy() {
		t.Error("a proxy would be what is connected to, and not the receiver")
	}
	slow, _ := receiver(t, (*httptest.Server).Start, func(http.ResponseWriter, *http.Request) { clock.Advance(3 * time.Second) })
	if result := s.Send(t.Context(), request(slow.URL)); result.Took != 3*time.Second {
		t.Errorf("it took %v", result.Took)
	}
}
