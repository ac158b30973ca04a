// Package api speaks the LeadSquared dialect of HTTP: its paths, its keys, its JSON and its errors. Nothing of it leaks
// inward. README.md beside this file is its contract in short; openapi.yaml is the whole of it.
package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/httpio"
)

// Config is what the API stands on.
type Config struct {
	App     *app.App
	Limiter Limiter
	// WrongKeys counts failed authentications by address, up to WrongKeysLimit.
	WrongKeys      WrongKeys
	WrongKeysLimit tickler.RateLimit
	Proxies        httpio.Proxies
	// PublicURL is where clients reach the service, without a final slash.
	PublicURL string
	Log       *slog.Logger
	// Answered, if not nil, is told of every call: its operation, which is a route's path or "unknown".
	Answered func(operation string, status int, took time.Duration)
}

// Limiter admits an account's calls.
type Limiter interface {
	Take(ctx context.Context, account tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error)
}

// WrongKeys admits so many wrong keys from an address.
type WrongKeys interface {
	Fail(address netip.Addr) tickler.RateVerdict
}

// API is the HTTP handler.
type API struct {
	Config
	document httpio.Packed // served at openAPIPath
}

// New makes the handler.
func New(c Config) *API { return &API{c, documentFor(c.PublicURL)} }

// call is one API call that has come past the door: who calls, with what.
type call struct {
	caller app.Caller
	query  query
	header http.Header
	body   node   // of the route's shape
	raw    []byte // the body's bytes
	now    time.Time
}

// answer is what goes back.
type answer struct {
	status int
	header map[string]string
	body   any  // marshalled, unless it is []byte
	unread bool // given to a caller with keys before all of his body was read
}

func (a *answer) setHeader(name, value string) {
	if a.header == nil {
		a.header = map[string]string{}
	}
	a.header[name] = value
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

// ServeHTTP answers one call.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	requestID := httpio.RequestID(r)
	started := time.Now()
	answer := a.answerSafely(w, r, requestID)
	w.Header().Set(httpio.RequestIDHeader, requestID)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	for name, value := range answer.header {
		w.Header().Set(name, value)
	}
	if hangsUp(r, answer.status) {
		w.Header().Set("Connection", "close")
	}
	write(w, answer)
	a.report(r, requestID, answer.status, time.Since(started))
	if answer.unread {
		readOn(w, r)
	}
}

// readOnAtMost is how much is read of a body after the call was refused, in bytes.
const readOnAtMost = 64 << 20

// readOn sends the answer and takes in the rest of a body that nobody wants. Many clients look for an answer only when they
// have sent all of it: from a connection that is closed before, they would learn of no 413 or 429 and try again at once. The
// server's time limit for reading holds here too.
func readOn(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).Flush()         // a client that has gone needs no answer
	_, _ = io.CopyN(io.Discard, r.Body, readOnAtMost) // however far it comes
}

// report tells of an answered call. Nothing that the caller sent is in it: keys get into the queerest places.
func (a *API) report(r *http.Request, requestID string, status int, took time.Duration) {
	a.Log.Debug("call", "id", requestID, "method", r.Method, "operation", operationOf(r), "status", status, "took", took)
	if a.Answered != nil {
		a.Answered(operationOf(r), status, took)
	}
}

// operationOf is the path of the route that a call is for, or "unknown".
func operationOf(r *http.Request) string {
	if route, ok := routes[foldPath(r.URL.Path)]; ok {
		return route.path
	}
	return "unknown"
}

// hangsUp tells whether an answer has to end the connection: one that is given before the body was read, which net/http
// would otherwise wait for first, from a caller who may never send it.
func hangsUp(r *http.Request, status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnauthorized, http.StatusRequestEntityTooLarge:
		return r.ContentLength != 0
	}
	return false
}

func write(w http.ResponseWriter, a answer) {
	body, raw := a.body.([]byte)
	if !raw {
		body = marshal(a.body)
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(len(body))) // so that it is whole as soon as it is sent: see readOn
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // a client that has gone needs no answer
}

func marshal(value any) []byte { return appendJSON(nil, value) }

// answerSafely turns a panic into a 500.
func (a *API) answerSafely(w http.ResponseWriter, r *http.Request, requestID string) (result answer) {
	defer func() {
		if p := recover(); p != nil {
			a.Log.Error("panic in a call", "id", requestID, "operation", operationOf(r), "panic", p, "stack", string(debug.Stack()))
			result = failed(errPanicked, requestID)
		}
	}()
	return a.answer(w, r, requestID)
}

var errPanicked = errors.New("panicked")

// callTimeout ends a call whose database hangs, in a 503.
const callTimeout = 30 * time.Second

// answer takes a call through the checks, in the order of contract section 1: 404, 405, 401, 429, 413, 400 structure; the
// rest is the handler's.
func (a *API) answer(w http.ResponseWriter, r *http.Request, requestID string) answer {
	ctx, cancel := context.WithTimeout(r.Context(), callTimeout)
	defer cancel()
	path := foldPath(r.URL.Path)
	if path == openAPIPath {
		return a.serveOpenAPI(r)
	}
	route, found := routes[path]
	if !found {
		return notFound.answer("The API could not be found. Please check the API signature.")
	}
	if !route.allows(r.Method) {
		return wrongMethod(route.path, r.Method, route.methods...)
	}
	c := call{query: readQuery(r.URL), header: r.Header, now: a.App.Now()}
	var err error
	accessKey, secretKey := keysOf(r, c.query)
	if c.caller, err = a.App.Authenticate(ctx, accessKey, secretKey); err != nil {
		return a.refuseKeys(r, err, requestID)
	}
	verdict, err := a.Limiter.Take(ctx, c.caller.Account.ID, c.caller.Account.RateLimit)
	if err != nil {
		return a.failed(r, err, requestID)
	}
	var result answer
	switch {
	case !verdict.Admitted:
		result = tooManyCalls(c.caller.Account.RateLimit, verdict)
		result.unread = true
	case r.ContentLength > route.maxBody:
		result = tooLarge(route)
	default:
		result = a.admitted(ctx, w, r, route, c, requestID)
	}
	describeLimit(&result, c.caller.Account.RateLimit, verdict)
	return result
}

func wrongMethod(path, method string, allowed ...string) answer {
	refusal := methodNotAllowed.answer("The API '" + path + "' does not take " + tickler.Cut(method) + ". Use " + strings.Join(allowed, " or ") + ".")
	refusal.setHeader("Allow", strings.Join(allowed, ", "))
	return refusal
}

// admitted answers a call that has keys and a place under the rate limit.
func (a *API) admitted(ctx context.Context, w http.ResponseWriter, r *http.Request, route route, c call, requestID string) answer {
	var err error
	if c.raw, err = io.ReadAll(http.MaxBytesReader(w, r.Body, route.maxBody)); err != nil {
		return a.unreadable(r, route, err, requestID)
	}
	if c.body, err = route.parse(r.Header.Get("Content-Type"), c.raw); err != nil {
		return a.failed(r, err, requestID)
	}
	result, err := route.handle(a, ctx, c)
	if err != nil {
		return a.failed(r, err, requestID).likeTheLiveService(c.caller.Account.LegacyErrorStatus)
	}
	return result
}

func (a *API) unreadable(r *http.Request, route route, err error, requestID string) answer {
	if _, isTooLarge := errors.AsType[*http.MaxBytesError](err); isTooLarge {
		return tooLarge(route)
	}
	return a.failed(r, malformed(nil, "The body could not be read to its end."), requestID)
}

func tooLarge(route route) answer {
	refusal := requestTooLarge.answer("The body is larger than " + bytesText(route.maxBody) + ".")
	refusal.unread = true
	return refusal
}

// failed answers an error and logs what an operator has to know of. The query stays out of the log: it holds keys.
func (a *API) failed(r *http.Request, err error, requestID string) answer {
	result := failed(err, requestID)
	if result.status >= http.StatusInternalServerError && r.Context().Err() == nil {
		a.Log.Error("a call failed", "id", requestID, "operation", operationOf(r), "status", result.status, "error", err)
	}
	return result
}

// refuseKeys answers wrong keys: 401, or 429 from an address that sends too many. Right keys never come here.
func (a *API) refuseKeys(r *http.Request, err error, requestID string) answer {
	if tickler.KindOf(err) != tickler.KindUnauthenticated {
		return a.failed(r, err, requestID)
	}
	verdict := a.WrongKeys.Fail(a.Proxies.ClientAddress(r))
	if !verdict.Admitted {
		refusal := tooManyCalls(a.WrongKeysLimit, verdict)
		describeLimit(&refusal, a.WrongKeysLimit, verdict)
		return refusal
	}
	return failed(err, requestID)
}

// parse reads a body and checks its structure.
func (r route) parse(contentType string, raw []byte) (node, error) {
	if r.body == nil || r.noBody && len(raw) == 0 {
		return node{}, nil
	}
	if len(raw) > 0 && !isJSON(contentType) {
		return node{}, tickler.Invalid("Content-Type", contentType, "application/json")
	}
	tree, err := parseTree(raw)
	if err != nil {
		return tree, err
	}
	return tree, r.body.check(&tree, top())
}

func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/json"
}

// query holds the query's values by folded name; of a name given twice, the first.
type query map[string]string

func readQuery(u *url.URL) query {
	q := query{}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		escapedName, escapedValue, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(escapedName)
		value, valueErr := url.QueryUnescape(escapedValue)
		if valueErr != nil { // as it is: a trial run that is misspelt must not turn into a write
			value = escapedValue
		}
		if folded := fold(name); nameErr == nil && q[folded] == "" {
			q[folded] = value
		}
	}
	return q
}

// get gives a query value without outer blanks; "" when it is absent.
func (q query) get(name string) string { return strings.TrimSpace(q[fold(name)]) }

// email gives an e-mail address. A blank in it is the plus that the sender meant and did not escape: no address has a blank.
func (q query) email(name string) string { return strings.ReplaceAll(q.get(name), " ", "+") }

// flag reads a query value that is true or false; absent is false. One that is named without a value is neither.
func (q query) flag(name string) (bool, error) {
	value, named := q[fold(name)]
	switch value = strings.ToLower(strings.TrimSpace(value)); {
	case value == "true":
		return true, nil
	case value == "false", !named:
		return false, nil
	default:
		return false, tickler.Invalid(name, value, "true or false")
	}
}

// keysOf gives the access key and the secret of a call. The headers win over the query (contract section 1).
func keysOf(r *http.Request, q query) (access, secret string) {
	access, secret = r.Header.Get("x-LSQ-AccessKey"), r.Header.Get("x-LSQ-SecretKey")
	if access == "" {
		access = q["accesskey"]
	}
	if secret == "" {
		secret = q["secretkey"]
	}
	if len(access) > maxAccessKey || !httpio.IsText(access) { // no store has it
		return "", ""
	}
	// A copy, since the directory remembers it: not with all the query that it is a part of.
	return strings.Clone(access), secret
}

// maxAccessKey is longer than any access key; beyond it nobody needs to look one up, and remember it.
const maxAccessKey = 128
