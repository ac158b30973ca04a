package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/httpio"
)

// Every call that gets past 401 spends one, whatever its answer; others, and refused ones, spend
// none.
func TestWhatACallSpends(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	const named = `{"Name": "Call Ada back"}`
	foreign := o.create(t) // owned by somebody other than the caller
	left := tickler.DefaultRateLimit.Calls - 1
	for _, c := range []struct {
		name   string
		call   func() *httptest.ResponseRecorder
		status int
		spends int
	}{
		{"404", func() *httptest.ResponseRecorder { return o.post("Task.svc/Craete", named) }, 404, 0},
		{"405", func() *httptest.ResponseRecorder { return o.get("Task.svc/Create") }, 405, 0},
		{"401", func() *httptest.ResponseRecorder {
			return o.call(post, "/v2/Task.svc/Create", named, o.accessKey(), "x-LSQ-SecretKey: wrong")
		}, 401, 0},
		{"the document", func() *httptest.ResponseRecorder { return o.call(get, openAPIPath, "", o.accessKey(), o.secretKey()) }, 200, 0},
		{"a read", func() *httptest.ResponseRecorder { return o.get("UserManagement.svc/Users.Get") }, 200, 1},
		{"a write", func() *httptest.ResponseRecorder { return o.post("Task.svc/Create", named, "Idempotency-Key: 1") }, 200, 1},
		{"a replay", func() *httptest.ResponseRecorder { return o.post("Task.svc/Create", named, "Idempotency-Key: 1") }, 200, 1},
		{"a dry run", func() *httptest.ResponseRecorder { return o.post("Task.svc/Create?dryRun=true", named) }, 200, 1},
		{"413", func() *httptest.ResponseRecorder { return o.post("Task.svc/Create", strings.Repeat(" ", 1<<20+1)) }, 413, 1},
		{"400 for the structure", func() *httptest.ResponseRecorder { return o.post("Task.svc/Create", `{`) }, 400, 1},
		{"400 for a value", func() *httptest.ResponseRecorder { return o.post("Task.svc/Create", `{}`) }, 400, 1},
		{"403", func() *httptest.ResponseRecorder {
			return o.postAsRep("Task.svc/Update", `{"UserTaskId": "`+foreign+`"}`)
		}, 403, 1},
		{"409", func() *httptest.ResponseRecorder { return o.post("Task.svc/Create", `{}`, "Idempotency-Key: 1") }, 409, 1},
		{"503", func() *httptest.ResponseRecorder {
			o.store.fault = tickler.Unavailable(time.Second, errors.New("the disk is full"))
			return o.post("Task.svc/Create", named)
		}, 503, 1},
	} {
		w := c.call()
		left -= c.spends
		want := ""
		if c.spends > 0 {
			want = fmt.Sprintf(`"calls";r=%d;t=5`, left)
		}
		if w.Code != c.status || w.Header().Get("RateLimit") != want {
			t.Errorf("%s: %d with RateLimit %s, want %d with %s", c.name, w.Code, w.Header().Get("RateLimit"), c.status, want)
		}
	}
	// A panic spends one too, and gives no details.
	o.call(post, panicPath, `{}`, o.accessKey(), o.secretKey(), "Content-Type: application/json")
	left--
	if w := o.get("UserManagement.svc/Users.Get"); w.Header().Get("RateLimit") != fmt.Sprintf(`"calls";r=%d;t=5`, left-1) {
		t.Errorf("after a panic: %s", w.Header().Get("RateLimit"))
	}
}

// The 26th call is refused until the first leaves the window, however often it is retried
// meanwhile.
func TestRefusedCallsSpendNothing(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.spend(t, "25")
	o.clock.Advance(1500 * time.Millisecond)
	for range 50 {
		w := o.get("UserManagement.svc/Users.Get")
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "4" || w.Header().Get("RateLimit") != `"calls";r=0;t=4` {
			t.Fatalf("%d %s", w.Code, w.Header())
		}
	}
	o.clock.Advance(3500*time.Millisecond - 1)
	if w := o.get("UserManagement.svc/Users.Get"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
		t.Errorf("just before the window ends: %d %s", w.Code, w.Header())
	}
	o.clock.Advance(1)
	o.spend(t, "25")
}

func TestLimitIsTheAccounts(t *testing.T) {
	t.Parallel()
	o := openOffice(t, func(a *tickler.Account) { a.RateLimit = tickler.RateLimit{Calls: 2, Window: time.Minute} })
	o.spend(t, "2")
	w := o.get("UserManagement.svc/Users.Get")
	if message := readError(w.Body.Bytes()).ExceptionMessage; message != "API calls exceeded the limit of 2 in 60 second(s)" {
		t.Error(message)
	}
	if policy := w.Header().Get("RateLimit-Policy"); policy != `"calls";q=2;w=60` {
		t.Error(policy)
	}
}

func TestAccountWithoutALimit(t *testing.T) {
	t.Parallel()
	o := openOffice(t, withoutLimit)
	o.spend(t, "100")
	w := o.get("UserManagement.svc/Users.Get")
	for _, name := range []string{"RateLimit", "RateLimit-Policy"} {
		if value := w.Header().Get(name); value != "" {
			t.Errorf("%s: %s", name, value)
		}
	}
}

// After too many wrong keys an address is told to wait. Right keys are never refused for their
// address.
func TestWrongKeysAreLimitedByAddress(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	for i := range tickler.DefaultRateLimit.Calls {
		if w := o.wrongKeys("192.0.2.1"); w.Code != http.StatusUnauthorized {
			t.Fatalf("wrong keys, call %d: %d", i+1, w.Code)
		}
	}
	w := o.wrongKeys("192.0.2.1")
	if w.Code != http.StatusTooManyRequests || errorType(t, w.Body.Bytes()) != rateLimited.typ ||
		w.Header().Get("Retry-After") != "5" || w.Header().Get("RateLimit") != `"calls";r=0;t=5` {
		t.Errorf("%d %s %s", w.Code, w.Header(), w.Body)
	}
	if w := o.get("UserManagement.svc/Users.Get"); w.Code != http.StatusOK || w.Header().Get("RateLimit") != `"calls";r=24;t=5` {
		t.Errorf("right keys from the same address: %d %s", w.Code, w.Header())
	}
	if w := o.wrongKeys("192.0.2.2"); w.Code != http.StatusUnauthorized {
		t.Errorf("wrong keys from another address: %d", w.Code)
	}
	o.clock.Advance(5 * time.Second)
	if w := o.wrongKeys("192.0.2.1"); w.Code != http.StatusUnauthorized {
		t.Errorf("wrong keys after the window: %d", w.Code)
	}
}

// Behind a trusted proxy the address is the one it names; from anybody else X-Forwarded-For is
// ignored.
func TestForwardedAddressesAreBelievedFromProxiesOnly(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.api.Proxies = httpio.Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	for i := range tickler.DefaultRateLimit.Calls {
		for _, remote := range []string{"10.0.0.1", "192.0.2.1"} {
			if w := o.wrongKeys(remote, fmt.Sprintf("198.51.100.%d", i)); w.Code != http.StatusUnauthorized {
				t.Fatalf("from %s, call %d: %d", remote, i+1, w.Code)
			}
		}
	}
	if w := o.wrongKeys("10.0.0.1", "198.51.100.200"); w.Code != http.StatusUnauthorized {
		t.Errorf("a further client of the proxy: %d", w.Code)
	}
	if w := o.wrongKeys("192.0.2.1", "198.51.100.200"); w.Code != http.StatusTooManyRequests {
		t.Errorf("a stranger who claims to be a further client: %d", w.Code)
	}
}

// wrongKeys calls with keys that nobody has, from an address and perhaps on behalf of another.
func (o *office) wrongKeys(remote string, forwarded ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(get, "/v2/UserManagement.svc/Users.Get?accessKey=nobodys&secretKey=nobodys", nil)
	r.RemoteAddr = remote + ":50000"
	for _, address := range forwarded {
		r.Header.Add("X-Forwarded-For", address)
	}
	return o.serve(r)
}
