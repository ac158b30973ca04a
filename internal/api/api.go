// Package api speaks the LeadSquared dialect of HTTP: its paths, its keys, its JSON and its errors.
// Nothing of it leaks inward. README.md beside this file is its contract in short; openapi.yaml is
// the whole of it.
package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/api/wire"
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
	// Answered, if not nil, is called after every call, with its operation: a route's path or
	// "unknown".
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

// call is one API call: what is called, by whom, with what.
type call struct {
	route     route // of no path where there is none
	requestID string

	caller app.Caller
	query  query
	header http.Header
	body   wire.Node // of the route's shape
	raw    []byte    // the body's bytes
}

// answer is what goes back.
type answer struct {
	status int
	header map[string]string
	body   any  // marshalled, unless it is []byte or a file
	unread bool // given to a caller with keys before all of their body was read
}

// file is a body that writes itself, however long it is.
type file func(w io.Writer) error

func (a *answer) setHeader(name, value string) {
	if a.header == nil {
		a.header = map[string]string{}
	}
	a.header[name] = value
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

// ServeHTTP answers one call.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	c := call{route: routes[foldPath(r.URL.Path)], requestID: httpio.RequestID(r), header: r.Header}
	answer := a.answerSafely(w, r, c)
	w.Header().Set(httpio.RequestIDHeader, c.requestID)
	admitPages(w.Header())
	for name, value := range answer.header {
		w.Header().Set(name, value)
	}
	if hangsUp(r, answer.status) {
		w.Header().Set("Connection", "close")
	}
	err := write(w, answer, r.Method != http.MethodHead)
	a.report(r, c, answer.status, time.Since(started))
	if err != nil {
		a.breakOff(r, c, err)
	}
	if answer.unread {
		readOn(w, r)
	}
}

// breakOff ends the connection of an answer that could not be written whole, so that nobody takes
// half of it for the whole.
func (a *API) breakOff(r *http.Request, c call, err error) {
	if r.Context().Err() == nil { // else the client has gone, which is no fault
		a.Log.Error("an answer broke off", "id", c.requestID, "operation", c.route.operation(), "error", err)
	}
	panic(http.ErrAbortHandler)
}

// readOnAtMost is how much is read of a body after the call was refused, in bytes.
const readOnAtMost = 64 << 20

// readOn sends the answer and reads the rest of a body that nobody wants. Many clients look for
// an answer only when they have sent all of it: from a connection that is closed before, they would
// learn of no 413 or 429 and try again at once. The server's time limit for reading holds here too.
func readOn(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).Flush()         // a client that has gone needs no answer
	_, _ = io.CopyN(io.Discard, r.Body, readOnAtMost) // however far it comes
}

// report logs and counts an answered call. Nothing that the caller sent is in it: keys turn up in
// the strangest places.
func (a *API) report(r *http.Request, c call, status int, took time.Duration) {
	a.Log.Debug("call", "id", c.requestID, "method", r.Method, "operation", c.route.operation(),
		"status", status, "took", took)
	if a.Answered != nil {
		a.Answered(c.route.operation(), status, took)
	}
}

// hangsUp reports whether an answer has to end the connection: one that is given before the body
// was read, which net/http would otherwise wait for first, from a caller who may never send it.
func hangsUp(r *http.Request, status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnauthorized, http.StatusRequestEntityTooLarge:
		return r.ContentLength != 0
	}
	return false
}

// write writes an answer. An error says that a file broke off.
func write(w http.ResponseWriter, a answer, withBody bool) error {
	if a.status == http.StatusNoContent {
		w.WriteHeader(a.status)
		return nil
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if content, isFile := a.body.(file); isFile {
		w.WriteHeader(a.status)
		if !withBody {
			return nil
		}
		return content(w)
	}
	body, raw := a.body.([]byte)
	if !raw {
		body = wire.Marshal(a.body)
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body))) // so that it is whole as soon as it is sent: see readOn
	w.WriteHeader(a.status)
	if withBody {
		_, _ = w.Write(body) // a client that has gone needs no answer
	}
	return nil
}

// answerSafely turns a panic into a 500.
func (a *API) answerSafely(w http.ResponseWriter, r *http.Request, c call) (result answer) {
	defer func() {
		if p := recover(); p != nil {
			a.Log.Error("panic in a call", "id", c.requestID, "operation", c.route.operation(),
				"panic", p, "stack", string(debug.Stack()))
			result = failed(errPanicked, c.requestID)
		}
	}()
	return a.answer(w, r, c)
}

var errPanicked = errors.New("panicked")

// callTimeout ends a call whose database hangs, in a 503.
const callTimeout = 30 * time.Second

// answer takes a call through the checks, in the order of docs/contract.md section 1: 404, 405,
// 401, 429, 413, 400 structure; the rest is the handler's.
func (a *API) answer(w http.ResponseWriter, r *http.Request, c call) answer {
	ctx, cancel := context.WithTimeout(r.Context(), callTimeout)
	defer cancel()
	switch {
	case isPreflight(r):
		return preflight
	case c.route.path == "" && foldPath(r.URL.Path) == openAPIPath:
		return a.serveOpenAPI(r)
	case c.route.path == "":
		return notFound.answer("The API could not be found. Please check the API signature.")
	case !allows(c.route.methods, r.Method):
		return wrongMethod(c.route.path, r.Method, c.route.methods...)
	}
	c.query = readQuery(r.URL)
	var err error
	accessKey, secretKey := keysOf(r, c.query)
	if c.caller, err = a.App.Authenticate(ctx, accessKey, secretKey); err != nil {
		return a.refuseKeys(r, c, err)
	}
	verdict, err := a.Limiter.Take(ctx, c.caller.Account.ID, c.caller.Account.RateLimit)
	if err != nil {
		return a.failed(r, c, err)
	}
	var result answer
	switch {
	case !verdict.Admitted:
		result = tooManyCalls(c.caller.Account.RateLimit, verdict)
		result.unread = true
	case r.ContentLength > c.route.maxBody:
		result = tooLarge(c.route)
	default:
		result = a.admitted(ctx, w, r, c)
	}
	describeLimit(&result, c.caller.Account.RateLimit, verdict)
	return result
}

func wrongMethod(path, method string, allowed ...string) answer {
	refusal := methodNotAllowed.answer(fmt.Sprintf("The API '%s' does not take %s. Use %s.",
		path, tickler.Cut(method), strings.Join(allowed, " or ")))
	if slices.Contains(allowed, get) {
		allowed = append(slices.Clone(allowed), http.MethodHead)
	}
	refusal.setHeader("Allow", strings.Join(allowed, ", "))
	return refusal
}

// admitted answers a call that has keys and a place under the rate limit.
func (a *API) admitted(ctx context.Context, w http.ResponseWriter, r *http.Request, c call) answer {
	var err error
	if c.raw, err = io.ReadAll(http.MaxBytesReader(w, r.Body, c.route.maxBody)); err != nil {
		return a.unreadable(r, c, err)
	}
	if err := c.checkParameters(); err != nil {
		return a.failed(r, c, err)
	}
	if c.body, err = c.route.parse(r.Header, c.raw); err != nil {
		return a.failed(r, c, err)
	}
	result, err := c.route.handle(a, ctx, c)
	if err != nil {
		return a.failed(r, c, err).likeTheLiveService(c.caller.Account.LegacyErrorStatus)
	}
	return result
}

func (a *API) unreadable(r *http.Request, c call, err error) answer {
	if _, isTooLarge := errors.AsType[*http.MaxBytesError](err); isTooLarge {
		return tooLarge(c.route)
	}
	return a.failed(r, c, wire.Malformed("The body could not be read to its end."))
}

func tooLarge(route route) answer {
	refusal := requestTooLarge.answer(route.body.TooLarge(route.maxBody))
	refusal.unread = true
	return refusal
}

// failed answers an error and logs what an operator has to know of. The query stays out of the log:
// it holds keys.
func (a *API) failed(r *http.Request, c call, err error) answer {
	result := failed(err, c.requestID)
	if result.status >= http.StatusInternalServerError && r.Context().Err() == nil {
		a.Log.Error("a call failed", "id", c.requestID, "operation", c.route.operation(),
			"status", result.status, "error", err)
	}
	return result
}

// refuseKeys answers wrong keys: 401, or 429 from an address that sends too many. Right keys never
// come here.
func (a *API) refuseKeys(r *http.Request, c call, err error) answer {
	if tickler.KindOf(err) != tickler.KindUnauthenticated {
		return a.failed(r, c, err)
	}
	verdict := a.WrongKeys.Fail(a.Proxies.ClientAddress(r))
	if !verdict.Admitted {
		refusal := tooManyCalls(a.WrongKeysLimit, verdict)
		describeLimit(&refusal, a.WrongKeysLimit, verdict)
		return refusal
	}
	return failed(err, c.requestID)
}

// parse reads a body and checks its structure.
func (r route) parse(header http.Header, raw []byte) (wire.Node, error) {
	if r.body == nil || r.noBody && len(raw) == 0 {
		return wire.Node{}, nil
	}
	if len(raw) > 0 {
		if encoding := strings.Join(header.Values("Content-Encoding"), ", "); !isPlain(encoding) {
			return wire.Node{}, wire.Invalid("Content-Encoding", encoding,
				"none: a body as it is, neither compressed nor otherwise encoded")
		}
		if contentType := header.Get("Content-Type"); !isJSON(contentType) {
			return wire.Node{}, wire.Invalid("Content-Type", contentType, "application/json")
		}
	}
	return r.body.Read(raw)
}

// isPlain reports whether a Content-Encoding says that a body is as it is.
func isPlain(encoding string) bool {
	for coding := range strings.SplitSeq(encoding, ",") {
		if coding = strings.TrimSpace(coding); coding != "" && !strings.EqualFold(coding, "identity") {
			return false
		}
	}
	return true
}

func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/json"
}

// keysOf returns the access key and the secret of a call. The headers win over the query
// (docs/contract.md section 1).
func keysOf(r *http.Request, q query) (access, secret string) {
	access, secret = r.Header.Get("x-LSQ-AccessKey"), r.Header.Get("x-LSQ-SecretKey")
	if access == "" {
		access = q.values["accesskey"]
	}
	if secret == "" {
		secret = q.values["secretkey"]
	}
	if len(access) > maxAccessKey || !httpio.IsText(access) { // no store has it
		return "", ""
	}
	// A copy, since the directory remembers it: not with all the query that it is a part of.
	return strings.Clone(access), secret
}

// maxAccessKey is longer than any access key; longer ones need not be looked up and remembered.
const maxAccessKey = 128
