package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tickler"
	"tickler/internal/api/apitest"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/eventually"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
	"tickler/internal/webhook/webhooktest"
)

// receiver is documented there.
type receiver = webhooktest.Receiver

var (
	receive = webhooktest.Start
	answer  = webhooktest.Answer
)

// exchange is a program in this process that sends webhooks, and a clock that the test moves.
type exchange struct {
	*server
	at       place
	account  tickler.ID
	password string       // of its administrator
	store    *store.Store // what it keeps, read past the program
	db       *sql.DB
}

const allowPrivate = "--allow-private-webhooks"

func openExchange(t *testing.T, at place, args ...string) *exchange {
	t.Helper()
	made := at.facts(t, "init --rate-limit=off")
	clock := clocktest.New(now)
	s := at.serveBy(t, clock, &environment{clock: restlessClock{clock}, fixedClock: true}, args...)
	s.keys = apitest.Keys{AccessKey: made["accessKey"], SecretKey: made["secretKey"]}
	account, err := tickler.ParseID(made["accountId"])
	if err != nil {
		t.Fatal(err)
	}
	return &exchange{
		server: s, at: at, account: account, password: made["password"],
		store: storetest.OpenAsIs(t, at.location()), db: storetest.SQL(t, at.location()),
	}
}

// tell makes a bulk request with a webhook to url at its end, and returns the request's id.
func (e *exchange) tell(url string) tickler.ID {
	e.t.Helper()
	r := e.call(http.MethodPost, "/v2/Task.svc/Bulk/Create", `{"TaskList":[{"Name":"Call Ada"},{"Name":""}],"StatusWebhookURL":"`+url+`"}`)
	id := apitest.Created(r.Body)
	if r.Status != http.StatusOK || id.IsZero() {
		e.t.Fatalf("%d %s", r.Status, r.Body)
	}
	return id
}

// replay sends a delivery again, as an administrator may.
func (e *exchange) replay(d tickler.Delivery) {
	e.t.Helper()
	useCases := newApp(e.store, e.clock)
	caller, err := useCases.Operator(e.t.Context(), e.account)
	e.must(err)
	_, err = useCases.ReplayDelivery(e.t.Context(), caller, d.ID, app.Options{})
	e.must(err)
}

// delivery waits until the delivery of a bulk request had that many attempts and is waiting or
// settled, and returns it.
func (e *exchange) delivery(request tickler.ID, attempts int) tickler.Delivery {
	e.t.Helper()
	var found tickler.Delivery
	eventually.Holds(e.t, fmt.Sprintf("%d attempts", attempts), func() bool {
		all, err := e.store.DeliveriesOfRequest(e.t.Context(), e.account, request, tickler.Page{Limit: 2})
		e.must(err)
		counts, err := e.store.Jobs().Counts(e.t.Context())
		e.must(err)
		runs := slices.ContainsFunc(counts, func(c store.JobCount) bool { return c.Kind == tickler.WebhookJob && c.State == "running" })
		if len(all) != 1 || all[0].Attempts < attempts || runs {
			return false
		}
		found = all[0]
		return true
	})
	return found
}

// rest returns when nothing is in progress: every job is done or waits, for its next attempt or for
// another job. If the clock were moved earlier, what is in progress would time out.
func (e *exchange) rest() {
	e.t.Helper()
	eventually.Holds(e.t, "nothing is under way", func() bool {
		at := e.clock.Now()
		next, armed, err := e.store.NextDue(e.t.Context())
		e.must(err)
		return (!armed || next.After(at)) && e.jobs(`state = 1 OR state = 0 AND next_at <= $1 AND NOT EXISTS (
			SELECT 1 FROM job AS other WHERE other.serial_key = job.serial_key AND other.state < 2
				AND (other.serial_order, other.id) < (job.serial_order, job.id))`, at) == 0
	})
}

// jobs counts the jobs that meet a condition at an instant.
func (e *exchange) jobs(condition string, at time.Time) (n int) {
	e.t.Helper()
	e.must(e.db.QueryRowContext(e.t.Context(), `SELECT count(*) FROM job WHERE `+condition, at.UnixMilli()).Scan(&n))
	return n
}

// wantGivenUp drives a delivery through the whole retry table, and checks when and why each attempt
// failed. Right before each next attempt, another delivery shows that the program has polled and
// found nothing due.
func (e *exchange) wantGivenUp(request tickler.ID, reason string, before func()) tickler.Delivery {
	e.t.Helper()
	expected := now
	for i, wait := range []int{30, 120, 420, 900, 1800, 2700, 3600, 5400, 7200, 10800, 0} {
		d := e.delivery(request, i+1)
		last := d.Log[len(d.Log)-1]
		if len(d.Log) != i+1 || !last.At.Equal(expected) || last.Error != reason || (d.State == tickler.DeliveryPending) != (wait > 0) {
			e.t.Fatalf("attempt %d at %v: %+v", i+1, expected, d)
		}
		if wait == 0 {
			break
		}
		expected = expected.Add(time.Duration(wait) * time.Second)
		e.clock.Set(expected.Add(-time.Second))
		before()
		e.clock.Set(expected)
	}
	d := e.delivery(request, 11)
	if d.State != tickler.DeliveryFailed || len(d.Log) != 11 {
		e.t.Errorf("%+v", d)
	}
	eventually.Holds(e.t, "the log says that it gave up", func() bool { return strings.Contains(e.stderr.String(), "gave up on a webhook") })
	return d
}

// nobodysAddress returns a local address on which nothing listens. Where the system has more
// loopback addresses than the usual one, no other test listens there either.
func nobodysAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.2:0")
	if err != nil {
		listener, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func TestReceiverThatIsDownAtFirst(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		e := openExchange(t, at, allowPrivate)
		secret := e.at.facts(t, "webhook-secret show")["secret"]
		address := nobodysAddress(t)
		request := e.tell("http://" + address + "/hook?token=hidden")
		for i, wait := range []int{0, 30, 120, 420} {
			e.clock.Advance(time.Duration(wait) * time.Second)
			d := e.delivery(request, i+1)
			if d.LastError != "connection refused" || d.LastStatus != 0 {
				t.Fatalf("attempt %d: %+v", i+1, d)
			}
		}
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		r := receive(t, listener, answer(http.StatusOK, "thank you"))
		e.clock.Advance(900 * time.Second)
		d := e.delivery(request, 5)
		took := d.Log[4]
		if d.State != tickler.DeliveryDone || len(d.Log) != 5 || took.Status != http.StatusOK || took.Answer != "thank you" || took.Error != "" {
			t.Fatalf("%+v", d)
		}
		call := r.Calls()[0]
		checker, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := checker.VerifyIgnoringTimestamp(call.Body, call.Header); err != nil {
			t.Error(err)
		}
		if call.Header.Get("Webhook-Id") != d.ID.String() || call.Header.Get("Webhook-Timestamp") != strconv.FormatInt(e.clock.Now().Unix(), 10) {
			t.Errorf("%v", call.Header)
		}
		for _, part := range []string{`"Operation":"Bulk Create Tasks"`, `"Status":"Partial Success"`, `"RequestId":"` + request.String()} {
			if !bytes.Contains(call.Body, []byte(part)) {
				t.Errorf("it lacks %s: %s", part, call.Body)
			}
		}
		if strings.Contains(e.stderr.String(), "hidden") || strings.Contains(e.stderr.String(), "whsec_") {
			t.Errorf("the log shows a secret: %s", e.stderr)
		}
	})
}

func TestReceiverThatAnswers500(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		e := openExchange(t, at, allowPrivate)
		r := receive(t, nil, answer(http.StatusInternalServerError, "out of order"))
		other := receive(t, nil, answer(http.StatusOK, ""))
		request := e.tell(r.URL)
		d := e.wantGivenUp(request, "the receiver answered 500", func() { e.delivery(e.tell(other.URL), 1) })
		ids := map[string]bool{}
		for i, call := range r.Calls() {
			ids[call.Header.Get("Webhook-Id")] = true
			if d.Log[i].Answer != "out of order" || d.Log[i].Status != 500 {
				t.Errorf("%+v", d.Log[i])
			}
		}
		if len(r.Calls()) != 11 || len(ids) != 1 {
			t.Errorf("%d calls with %d ids", len(r.Calls()), len(ids))
		}
		eventually.Holds(t, "it is counted", func() bool {
			return strings.Contains(e.call(http.MethodGet, "/metrics", "").Body, `tickler_deliveries_total{outcome="failed"} 1`)
		})
		r.Answers(answer(http.StatusNoContent, ""))
		e.replay(d)
		d = e.delivery(request, 12)
		if d.State != tickler.DeliveryDone || !d.Log[11].ByHand || d.Log[11].Status != http.StatusNoContent {
			t.Errorf("sent again by hand: %+v", d)
		}
	})
}

// tenSeconds moves the clock on by ten seconds in steps, so that running jobs renew their leases as
// in real time.
func (e *exchange) tenSeconds() {
	e.t.Helper()
	e.clock.Advance(9 * time.Second)
	eventually.Holds(e.t, "all leases are kept", func() bool {
		return e.jobs(`state = 1 AND next_at < $1`, e.clock.Now().Add(5*time.Second)) == 0
	})
	e.clock.Advance(time.Second)
}

func TestReceiverThatHangs(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		e := openExchange(t, at, allowPrivate)
		ended := make(chan struct{})
		called := make(chan struct{}, 10)
		r := receive(t, nil, func(http.ResponseWriter, *http.Request) {
			called <- struct{}{}
			<-ended
		})
		t.Cleanup(func() { close(ended) })
		request := e.tell(r.URL)
		taken := make(chan struct{}, 1)
		other := receive(t, nil, func(http.ResponseWriter, *http.Request) { taken <- struct{}{} })
		<-called
		e.tell(other.URL)
		<-taken // others don't wait for it
		e.tenSeconds()
		d := e.delivery(request, 1)
		if d.LastError != "no answer within 10s" || d.Log[0].Took != 10*time.Second || d.State != tickler.DeliveryPending {
			t.Errorf("%+v", d)
		}
		e.clock.Advance(30 * time.Second)
		<-called
		e.tenSeconds()
		if d = e.delivery(request, 2); !d.Log[1].At.Equal(now.Add(40 * time.Second)) {
			t.Errorf("%+v", d)
		}
	})
}

func TestReceiverThatRedirects(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		e := openExchange(t, at, allowPrivate)
		target := receive(t, nil, answer(http.StatusOK, ""))
		r := receive(t, nil, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, target.URL+"/elsewhere", http.StatusTemporaryRedirect)
		})
		request := e.tell(r.URL)
		d := e.delivery(request, 1)
		want := "the receiver answered 307 and sent us on to " + target.URL + "/elsewhere: redirects are not followed"
		if d.LastError != want || d.LastStatus != http.StatusTemporaryRedirect || d.State != tickler.DeliveryPending {
			t.Errorf("%+v", d)
		}
		r.Answers(answer(http.StatusOK, ""))
		e.clock.Advance(30 * time.Second)
		if d = e.delivery(request, 2); d.State != tickler.DeliveryDone || len(target.Calls()) > 0 {
			t.Errorf("%+v, and the target was called %d times", d, len(target.Calls()))
		}
	})
}

func TestWebhooksToPrivateAddresses(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		e := openExchange(t, at)
		r := receive(t, nil, answer(http.StatusOK, ""))
		_, port, err := net.SplitHostPort(r.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		requests := map[string]tickler.ID{
			"169.254.169.254": e.tell("http://169.254.169.254/latest/meta-data"),
			"::1":             e.tell("http://[::1]:" + port),
			"127.0.0.1":       e.tell(r.URL),
		}
		reason := func(address string) string {
			return fmt.Sprintf("the address %s is private and refused; an operator allows it with --allow-private-webhooks", address)
		}
		for address, request := range requests {
			if d := e.delivery(request, 1); d.LastError != reason(address) || d.LastStatus != 0 {
				t.Errorf("%s: %+v", address, d)
			}
		}
		// It is shown, and retried like any other failure: the name may resolve to another address
		// by then.
		e.wantGivenUp(requests["169.254.169.254"], reason("169.254.169.254"), func() {})
		if len(r.Calls()) > 0 {
			t.Error("a receiver on this machine was called")
		}
	})
}

var anyWebhookSecret = regexp.MustCompile(`whsec_[A-Za-z0-9+/]{43}=`)

func TestWebhookSecret(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		at.facts(t, "init")
		shown := at.facts(t, "webhook-secret show")
		if len(shown) != 1 || !anyWebhookSecret.MatchString(shown["secret"]) {
			t.Fatalf("shown %v", shown)
		}
		if again := at.facts(t, "webhook-secret show"); again["secret"] != shown["secret"] {
			t.Errorf("shown %v and %v", shown, again)
		}
		rotated := at.facts(t, "webhook-secret rotate")
		if rotated["secret"] == shown["secret"] || rotated["previousSecret"] != shown["secret"] || rotated["previousUntil"] == "" {
			t.Errorf("%v became %v", shown, rotated)
		}
		wantText(t, `
Webhook secret   <secret>
Previous         <secret>
It stays valid until `+strings.NewReplacer("T", " ", "Z", "").Replace(rotated["previousUntil"])+` UTC.
`, anyWebhookSecret.ReplaceAllString(at.do(t, "webhook-secret show"), "<secret>"))
	})
}
