package frame

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"tickler/internal/httpio"
)

// serve answers a request for a path with these routes.
func (f *Frame) serve(w http.ResponseWriter, r *http.Request, at methods) {
	started := time.Now()
	p := &Page{Request: r, Now: f.App.Now(), frame: f, templates: at.templates}
	p.RequestID, _ = r.Context().Value(requestIDKey{}).(string)
	var a Answer
	err := f.safely(p, func() (err error) {
		a, err = f.answer(w, p, at)
		return err
	})
	if err != nil {
		a = f.failed(p, err)
	}
	if at.isForLinkHolders() {
		for name, value := range unfollowed {
			w.Header().Set(name, value)
		}
	}
	body, a := f.finish(p, a)
	status := f.send(w, p, a, body)
	f.Log.Debug("page", "id", p.RequestID, "method", r.Method, "page", p.pattern(), "status", status, "took",
		time.Since(started))
}

// errPanicked is the error of a page that panicked, which is logged already.
var errPanicked = errors.New("the page panicked")

// safely turns a panic into an error.
func (f *Frame) safely(p *Page, do func() error) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			f.Log.Error("panic in a page", "id", p.RequestID, "page", p.pattern(), "panic", panicked, "stack",
				string(debug.Stack()))
			err = errPanicked
		}
	}()
	return do()
}

// answer takes a request through the checks: from another site, by a stranger, 404, 405, role,
// form. The rest is the handler's.
func (f *Frame) answer(w http.ResponseWriter, p *Page, at methods) (Answer, error) {
	route, known := at.find(p.Method)
	p.section = route.section
	refusal, refused, err := f.admit(p, at, route, known)
	if refused || err != nil {
		return refusal, err
	}
	if p.Method == http.MethodPost {
		if refusal, refused := p.readForm(w, route.maxForm); refused {
			return refusal, nil
		}
	}
	return route.handle(p.Context(), p)
}

// admit finds out who asks, and whether they may come.
func (f *Frame) admit(p *Page, at methods, route Route, known bool) (refusal Answer, refused bool, err error) {
	if at.isForLinkHolders() {
		if !known {
			return wrongMethod(at), true, nil
		}
		return f.readLink(p)
	}
	if f.isFromElsewhere(p.Request) {
		return ErrorPage(http.StatusForbidden, "This came from another site",
			"The form was sent from a page that is not Tickler's, so nothing was done. "+
				"Open Tickler and try again."), true, nil
	}
	if err := f.recognize(p); err != nil {
		return Answer{}, false, err
	}
	refusal, refused = f.refusal(p, at, route, known)
	return refusal, refused, nil
}

// refusal is the answer to who may not come to a route, or asks for one that is not there.
func (f *Frame) refusal(p *Page, at methods, route Route, known bool) (refusal Answer, refused bool) {
	switch {
	case p.IsStranger() && (!known || route.access != Everybody):
		return toSignIn(p), true
	case len(at.routes) == 0:
		return NotFound(), true
	case !known:
		return wrongMethod(at), true
	case !route.access.admits(p.Caller):
		return ErrorPage(http.StatusForbidden, "You can't do this",
			"This page is for administrators of the account."), true
	default:
		return Answer{}, false
	}
}

// isFromElsewhere reports whether another site had the browser send a form.
func (f *Frame) isFromElsewhere(r *http.Request) bool { return f.crossOrigin.Check(r) != nil }

// finish makes the page's body and keeps what the session remembers. Whatever fails there becomes
// an error page.
func (f *Frame) finish(p *Page, a Answer) ([]byte, Answer) {
	body, err := p.render(a)
	if err == nil {
		err = p.keepMessages()
	}
	if err == nil {
		return body, a
	}
	return f.failure(p, err)
}

// failure makes the page of an error.
func (f *Frame) failure(p *Page, err error) ([]byte, Answer) {
	a := f.failed(p, err)
	body, err := p.render(a)
	if err != nil {
		f.Log.Error("the error page failed", "id", p.RequestID, "error", err)
		body = []byte("The page failed. Quote the request id " + p.RequestID + " when you report it.")
	}
	return body, a
}

// failed makes the answer to an error and logs what an operator has to know of.
func (f *Frame) failed(p *Page, err error) Answer {
	a := answerTo(p, err)
	if a.status >= http.StatusInternalServerError && !errors.Is(p.Context().Err(), context.Canceled) &&
		!errors.Is(err, errPanicked) {
		f.Log.Error("a page failed", "id", p.RequestID, "page", p.pattern(), "status", a.status, "error", err)
	}
	return a
}

// send writes an answer and returns its status.
func (f *Frame) send(w http.ResponseWriter, p *Page, a Answer, body []byte) (status int) {
	f.setHeader(w, p, a, body)
	if body != nil {
		body = pack(w.Header(), p, a, body)
	}
	if a.stream == nil {
		w.WriteHeader(a.status)
	}
	switch {
	case p.Method == http.MethodHead:
	case a.stream != nil:
		return f.stream(w, p, a)
	default:
		_, _ = w.Write(body) // a browser that has gone needs no answer
	}
	return a.status
}

func (f *Frame) setHeader(w http.ResponseWriter, p *Page, a Answer, body []byte) {
	w.Header().Set("Cache-Control", "no-store")
	if body != nil {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	if a.location != "" {
		w.Header().Set("Location", f.site.root+a.location)
	}
	for _, cookie := range []*http.Cookie{p.visit.cookie, f.site.cookie(a.cookie)} {
		if cookie != nil {
			http.SetCookie(w, cookie)
		}
	}
}

// worthPacking is from how many bytes on a page is compressed: less fits into one packet anyway.
const worthPacking = 1_200

// pack compresses a page for a browser that takes it so, and sets the header that tells. Files and
// events write themselves and go as they are: see ADR 0023.
func pack(header http.Header, p *Page, a Answer, body []byte) []byte {
	header.Add("Vary", "Accept-Encoding")
	if !a.isSecret && len(body) >= worthPacking && httpio.TakesGzip(p.Request) {
		header.Set("Content-Encoding", "gzip")
		body = httpio.Gzip(body)
	}
	header.Set("Content-Length", strconv.Itoa(len(body))) // HEAD has it too
	return body
}

// stream has an answer write itself. One that fails before its first byte becomes an error page;
// one that fails later is broken off, so that nobody takes the half for the whole.
func (f *Frame) stream(w http.ResponseWriter, p *Page, a Answer) (status int) {
	begun := &watchedWriter{ResponseWriter: w}
	err := f.safely(p, func() error { return a.stream(begun) })
	if err == nil {
		return http.StatusOK
	}
	body, failure := f.failure(p, err)
	if begun.written {
		panic(http.ErrAbortHandler)
	}
	for name := range a.header {
		w.Header().Del(name)
	}
	return f.send(w, p, failure, body)
}

// watchedWriter remembers whether anything was written.
type watchedWriter struct {
	http.ResponseWriter
	written bool
}

// Unwrap lets a stream flush: see [http.ResponseController].
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *watchedWriter) Write(content []byte) (int, error) {
	w.written = true
	return w.ResponseWriter.Write(content)
}
