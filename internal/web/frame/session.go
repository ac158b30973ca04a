package frame

import (
	"context"
	"net/http"
	"time"

	"tickler"
)

// cookieName is what the session's cookie is called. Browsers take one called __Host- from nobody but
// this host, by https, and for all its paths: so no other program in the domain can plant one.
func (s site) cookieName() string {
	if s.secure && s.root == "" {
		return "__Host-tickler_session"
	}
	return "tickler_session"
}

// visit is the session of the browser that asks, and what this page does with it.
type visit struct {
	session tickler.Session   // the zero Session: there is none
	cookie  *http.Cookie      // has the browser keep another token, or none; nil: what it has stays
	news    []tickler.Message // messages for the next page
	shown   []tickler.Message // messages that this page shows
}

func (v visit) isThere() bool { return v.session.TokenHash != [32]byte{} }

// recognize finds out who asks. A session in which somebody is still signing in is a stranger's.
func (f *Frame) recognize(p *Page) error {
	cookie, err := p.Cookie(f.site.cookieName())
	if err != nil {
		return nil //nolint:nilerr // there is none
	}
	session, found, err := f.App.Session(p.Context(), cookie.Value)
	if err != nil || !found {
		return err
	}
	p.visit.session = session
	if !session.IsSignedIn() {
		return nil
	}
	p.Caller, err = f.App.SignedIn(p.Context(), session)
	p.Caller.Now = p.Now // one instant for the whole of a page
	if tickler.KindOf(err) == tickler.KindUnauthenticated {
		return p.SignOut(p.Context())
	}
	return err
}

// SessionIsRenewed reports whether the session of this browser began within the last minute, or has ended since the page was asked
// for: whoever sends the page has just given the right password, or another page that they sent has renewed the session.
func (p *Page) SessionIsRenewed(ctx context.Context) (bool, error) {
	cookie, err := p.Cookie(p.frame.site.cookieName())
	if err != nil {
		return false, nil //nolint:nilerr // there is none
	}
	session, found, err := p.frame.App.Session(ctx, cookie.Value)
	return err == nil && (!found || p.Now.Sub(session.CreatedAt) < time.Minute), err
}

// SignIn begins a session for a user, under a new token; the one before ends.
func (p *Page) SignIn(ctx context.Context, user tickler.User) error {
	token, session, err := p.frame.App.BeginSession(ctx, user)
	if err == nil && p.visit.isThere() {
		err = p.frame.App.EndSession(ctx, p.visit.session)
	}
	if err != nil {
		return err
	}
	p.visit.session = session
	p.setCookie(token, session.ExpiresAt, int(session.ExpiresAt.Sub(p.Now).Seconds()))
	return nil
}

// SignOut ends the session of this browser, if there is one.
func (p *Page) SignOut(ctx context.Context) error {
	if !p.visit.isThere() {
		return nil
	}
	if err := p.frame.App.EndSession(ctx, p.visit.session); err != nil {
		return err
	}
	p.visit.session = tickler.Session{}
	p.setCookie("", time.Unix(1, 0), -1)
	return nil
}

func (p *Page) setCookie(token string, expires time.Time, maxAge int) {
	p.visit.cookie = &http.Cookie{ //nolint:gosec // not Secure where the service is reached by plain http
		Name: p.frame.site.cookieName(), Value: token, Path: p.frame.site.root + "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure:  p.frame.site.secure,
		Expires: expires, MaxAge: maxAge,
	}
}

// takeMessages returns the messages that wait to be shown, to be forgotten.
func (p *Page) takeMessages() []tickler.Message {
	p.visit.shown = p.visit.session.Messages
	return p.visit.shown
}

// keepMessages writes down which messages were shown and which wait for the next page. A page
// without any writes nothing.
func (p *Page) keepMessages() error {
	if !p.visit.isThere() || len(p.visit.shown)+len(p.visit.news) == 0 {
		return nil
	}
	return p.frame.App.KeepMessages(p.Context(), p.visit.session, p.visit.shown, p.visit.news)
}
