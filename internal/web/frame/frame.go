// Package web is the browser UI: pages made on the server, with forms that need no script. README.md beside this file says
// how to add a page.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/httpio"
)

// Config is what the pages stand on.
type Config struct {
	App     *app.App
	Bulk    BulkWire
	SignIns SignIns
	Proxies httpio.Proxies
	// PublicURL is where browsers reach the service, without a final slash.
	PublicURL string
	Log       *slog.Logger
}

// SignIns says when too many passwords were wrong: those from an address, and those for a name. A place is taken before a
// password is looked at, and given back when it is right.
type SignIns interface {
	Try(address netip.Addr, name string) tickler.RateVerdict
	Right(address netip.Addr, name string)
}

// Web is the HTTP handler.
type Web struct {
	Config
	sessions    *sessions
	crossOrigin *http.CrossOriginProtection
	mux         *http.ServeMux
}

// New makes the handler.
func New(c Config) *Web {
	web := &Web{
		Config:      c,
		sessions:    newSessions(c.App, strings.HasPrefix(c.PublicURL, "https://")),
		crossOrigin: http.NewCrossOriginProtection(),
	}
	if public, err := url.Parse(c.PublicURL); err == nil && public.Host != "" {
		// A proxy that does not hand on the Host makes our own forms look like a stranger's.
		_ = web.crossOrigin.AddTrustedOrigin(public.Scheme + "://" + public.Host) // its form is right, being put together here
	}
	web.mux = web.newMux()
	return web
}

// pageTimeout ends a page whose database hangs, in a 503.
const pageTimeout = 30 * time.Second

// ServeHTTP answers with a page, or with a file that pages need.
func (web *Web) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pageTimeout)
	defer cancel()
	guard(w.Header())
	requestID := httpio.RequestID(r)
	w.Header().Set(httpio.RequestIDHeader, requestID)
	if strings.HasPrefix(r.URL.Path, staticPath) {
		serveStatic(w, r)
		return
	}
	web.mux.ServeHTTP(w, r.WithContext(context.WithValue(ctx, requestIDKey{}, requestID)))
}

// requestIDKey is where the context has the request's id.
type requestIDKey struct{}

// contentPolicy lets pages load nothing but our own files, and nobody frame them.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func guard(header http.Header) {
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
}

// newMux gives each path of the table its routes. What no path matches goes to none, and is not found.
func (web *Web) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	for path, byMethod := range routesByPath() {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { web.serve(w, r, byMethod) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { web.serve(w, r, nil) })
	return mux
}

// serve answers a request for a path with these routes.
func (web *Web) serve(w http.ResponseWriter, r *http.Request, byMethod methods) {
	started := time.Now()
	p := &page{Request: r, sessions: web.sessions, now: web.App.Now()}
	p.requestID, _ = r.Context().Value(requestIDKey{}).(string)
	answer := web.answerSafely(w, p, byMethod)
	body, answer := web.finish(w, p, answer)
	w.Header().Set("Cache-Control", "no-store")
	if body != nil {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	for name, value := range answer.header {
		w.Header().Set(name, value)
	}
	if answer.cookie != nil {
		http.SetCookie(w, answer.cookie)
	}
	w.WriteHeader(answer.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a browser that has gone needs no answer
	}
	web.Log.Debug("page", "id", p.requestID, "method", r.Method, "page", p.pattern(), "status", answer.status, "took", time.Since(started))
}

// answerSafely turns a panic into a 500.
func (web *Web) answerSafely(w http.ResponseWriter, p *page, byMethod methods) (result answer) {
	defer func() {
		if panicked := recover(); panicked != nil {
			web.Log.Error("panic in a page", "id", p.requestID, "page", p.pattern(), "panic", panicked, "stack", string(debug.Stack()))
			result = internalError(p)
		}
	}()
	result, err := web.answer(w, p, byMethod)
	if err != nil {
		return web.failed(p, err)
	}
	return result
}

// answer takes a request through the checks: from another site, by a stranger, 404, 405, role, form. The rest is the
// handler's.
func (web *Web) answer(w http.ResponseWriter, p *page, byMethod methods) (answer, error) {
	if web.isFromElsewhere(p.Request) {
		return errorPage(http.StatusForbidden, "This came from another site",
			"The form was sent from a page that is not Tickler's, so nothing was done. Open Tickler and try again."), nil
	}
	if err := web.recognize(p); err != nil {
		return answer{}, err
	}
	route, known := byMethod.find(p.Method)
	if p.isStranger() && (!known || route.access != everybody) {
		return toSignIn(p), nil
	}
	switch {
	case byMethod == nil:
		return notFound(), nil
	case !known:
		return wrongMethod(byMethod), nil
	case route.access == administrators && p.caller.User.Role != tickler.Administrator:
		return errorPage(http.StatusForbidden, "You may not do this", "This page is for administrators of the account."), nil
	}
	if p.Method == http.MethodPost {
		if refusal, refused := p.readForm(w, route.maxForm()); refused {
			return refusal, nil
		}
	}
	return route.handle(web, p.Context(), p)
}

// isFromElsewhere tells whether another site had the browser send a form.
func (web *Web) isFromElsewhere(r *http.Request) bool { return web.crossOrigin.Check(r) != nil }

// recognize finds out who asks.
func (web *Web) recognize(p *page) error {
	ctx, session, found, err := web.sessions.load(p.Request)
	if err != nil {
		return err
	}
	p.Request = p.WithContext(ctx)
	if !found {
		return nil
	}
	p.caller, err = web.App.SignedIn(ctx, session)
	if tickler.KindOf(err) == tickler.KindUnauthenticated {
		return web.sessions.Destroy(ctx)
	}
	return err
}

// finish makes the page's body and keeps what the session remembers. Whatever fails there becomes an error page.
func (web *Web) finish(w http.ResponseWriter, p *page, a answer) ([]byte, answer) {
	if a.file != nil {
		return a.file, a
	}
	body, err := p.render(a)
	if err == nil {
		err = web.sessions.keep(w, p)
	}
	if err == nil {
		return body, a
	}
	a = web.failed(p, err)
	if body, err = p.render(a); err != nil {
		web.Log.Error("the error page failed", "id", p.requestID, "error", err)
		body = []byte("The page failed. Quote the request id " + p.requestID + " when you report it.")
	}
	return body, a
}

// failed makes the answer to an error and logs what an operator has to know of.
func (web *Web) failed(p *page, err error) answer {
	result := failed(p, err)
	if result.status >= http.StatusInternalServerError && !errors.Is(p.Context().Err(), context.Canceled) {
		web.Log.Error("a page failed", "id", p.requestID, "page", p.pattern(), "status", result.status, "error", err)
	}
	return result
}
