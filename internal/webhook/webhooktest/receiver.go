// Package webhooktest gives tests a receiver of webhooks: a real HTTP server that keeps what it
// gets.
package webhooktest

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// Receiver is what webhooks are sent to.
type Receiver struct {
	*httptest.Server
	mu     sync.Mutex
	came   sync.Cond // told of each call
	got    []Call
	answer http.HandlerFunc
}

// Call is what the receiver got once.
type Call struct {
	Header http.Header
	Body   []byte
}

// Start starts a receiver, on a listener if one is given. It is closed when the test ends.
func Start(t testing.TB, listener net.Listener, answer http.HandlerFunc) *Receiver {
	t.Helper()
	r := &Receiver{answer: answer}
	r.came.L = &r.mu
	r.Server = httptest.NewUnstartedServer(r)
	if listener != nil {
		_ = r.Listener.Close()
		r.Listener = listener
	}
	r.Start()
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP keeps a call and answers it.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body) // what breaks off is kept as it came
	r.mu.Lock()
	r.got = append(r.got, Call{request.Header, body})
	answer := r.answer
	r.mu.Unlock()
	r.came.Broadcast()
	answer(w, request)
}

// Answers changes how the receiver answers from now on.
func (r *Receiver) Answers(answer http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

// Await returns the calls as soon as there are so many. The test's time limit ends the wait for
// what never comes.
func (r *Receiver) Await(count int) []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.got) < count {
		r.came.Wait()
	}
	return slices.Clone(r.got)
}

// Calls returns the calls so far.
func (r *Receiver) Calls() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// Forget drops what came so far.
func (r *Receiver) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = nil
}

// Answer answers always the same.
func Answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
