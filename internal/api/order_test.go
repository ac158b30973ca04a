package api

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tickler"
)

// For each two neighboring checks in the contract's order, a call that fails both gets the earlier
// one's answer. No call fails both 403 and 409: none that takes an Idempotency-Key is refused by
// role.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	const named, tooLarge = `{"Name": "Call Ada back"}`, 1<<20 + 1
	var (
		noStructure = failureOf[tickler.KindInvalid]
		wrongValue  = failureOf[tickler.KindUnknownEntity]
	)
	for name, c := range map[string]struct {
		call func(t *testing.T, o *office) *httptest.ResponseRecorder
		want failure
	}{
		"404 before 405": {func(_ *testing.T, o *office) *httptest.ResponseRecorder {
			return o.call(http.MethodPut, "/v2/Task.svc/Craete", named)
		}, notFound},
		"405 before 401": {func(_ *testing.T, o *office) *httptest.ResponseRecorder {
			return o.call(http.MethodPut, "/v2/Task.svc/Create", named)
		}, methodNotAllowed},
		"401 before 429": {func(t *testing.T, o *office) *httptest.ResponseRecorder {
			o.spend(t, "25")
			return o.call(post, "/v2/Task.svc/Create", named, o.accessKey(), "x-LSQ-SecretKey: wrong")
		}, failureOf[tickler.KindUnauthenticated]},
		"429 before 413": {func(t *testing.T, o *office) *httptest.ResponseRecorder {
			o.spend(t, "25")
			return o.post("Task.svc/Create", strings.Repeat(" ", tooLarge))
		}, rateLimited},
		"413 before 400 for the content type": {func(_ *testing.T, o *office) *httptest.ResponseRecorder {
			return o.call(post, "/v2/Task.svc/Create", strings.Repeat(" ", tooLarge), o.accessKey(), o.secretKey(), "Content-Type: text/plain")
		}, requestTooLarge},
		"413 before 400 for the structure": {func(_ *testing.T, o *office) *httptest.ResponseRecorder {
			return o.post("Task.svc/Create", "{"+strings.Repeat(" ", tooLarge))
		}, requestTooLarge},
		"400 for the structure before 403": {func(t *testing.T, o *office) *httptest.ResponseRecorder {
			return o.postAsRep("Task.svc/Update", `{"UserTaskId": "`+o.create(t)+`", "DueDte": ""}`)
		}, noStructure},
		"400 for the structure before 409": {func(t *testing.T, o *office) *httptest.ResponseRecorder {
			o.mustPost(t, "Task.svc/Create", named, "Idempotency-Key: 1")
			return o.post("Task.svc/Create", `{"Name": "Call Ada back", "DueDte": ""}`, "Idempotency-Key: 1")
		}, noStructure},
		"403 before 400 for a value": {func(t *testing.T, o *office) *httptest.ResponseRecorder {
			return o.postAsRep("Task.svc/Update", `{"UserTaskId": "`+o.create(t)+`", "OwnerEmailAddress": "vir@example.com"}`)
		}, failureOf[tickler.KindForbidden]},
		"403 before 400 for a query's value": {func(t *testing.T, o *office) *httptest.ResponseRecorder {
			return o.postAsRep("Task.svc/Update?dryRun=perhaps", `{"UserTaskId": "`+o.create(t)+`"}`)
		}, failureOf[tickler.KindForbidden]},
		"409 before 400 for a value": {func(t *testing.T, o *office) *httptest.ResponseRecorder {
			o.mustPost(t, "Task.svc/Create", named, "Idempotency-Key: 1")
			return o.post("Task.svc/Create", `{"Name": "Call Ada back", "OwnerEmailAddress": "vir@example.com"}`, "Idempotency-Key: 1")
		}, failureOf[tickler.KindReusedKey]},
		"400 for a value before 503": {func(_ *testing.T, o *office) *httptest.ResponseRecorder {
			o.store.fault = tickler.Unavailable(time.Second, errors.New("the disk is full"))
			return o.post("Task.svc/Create", `{"Name": "Call Ada back", "OwnerEmailAddress": "vir@example.com"}`)
		}, wrongValue},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := c.call(t, openOffice(t))
			if got := (failure{w.Code, errorType(t, w.Body.Bytes())}); got != c.want {
				t.Errorf("got %v, want %v: %s", got, c.want, w.Body)
			}
		})
	}
}

// A replay comes before whatever would be wrong with the call by now: the owner may have left, the
// store may be full.
func TestReplayComesBeforeValuesAndStore(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	const body = `{"Name": "Call Ada back"}`
	first := o.mustPost(t, "Task.svc/Create", body, "Idempotency-Key: 1")
	o.store.fault = tickler.Unavailable(time.Second, errors.New("the disk is full"))
	again := o.mustPost(t, "Task.svc/Create", body, "Idempotency-Key: 1")
	if again.Body.String() != first.Body.String() || again.Header().Get("Idempotency-Replayed") != "true" {
		t.Errorf("%s %s after %s", again.Header(), again.Body, first.Body)
	}
}
