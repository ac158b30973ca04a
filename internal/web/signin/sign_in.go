package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tickler"
	"tickler/internal/httpio"
)

// showSignIn is the one page that a stranger sees.
func (web *Web) showSignIn(_ context.Context, p *page) (answer, error) {
	next := p.URL.Query().Get("next")
	if !p.isStranger() {
		return redirect(localPath(next)), nil
	}
	return show("sign_in", "Sign in", signInPage{Form: filled("next", next), SignedOut: p.URL.Query().Has("signed-out")}), nil
}

type signInPage struct {
	Form      form
	SignedOut bool
}

// signIn begins a session for the right e-mail address and password.
func (web *Web) signIn(ctx context.Context, p *page) (answer, error) {
	email, address := tickler.Fold(p.form.Value("email")), web.Proxies.ClientAddress(p.Request)
	guesser, err := web.guesser(ctx, p, email)
	if err != nil {
		return answer{}, err
	}
	if verdict := web.SignIns.Try(address, guesser); !verdict.Admitted {
		return tooManySignIns(p, verdict), nil
	}
	user, err := web.App.SignIn(ctx, email, p.form.Value("password"))
	mark := ""
	if err == nil {
		mark, err = web.App.MarkDevice(ctx, user)
	}
	if err == nil {
		err = web.sessions.begin(ctx, user)
	}
	if tickler.KindOf(err) == tickler.KindUnauthenticated {
		p.form.mark("", "The e-mail address or the password is wrong.")
		return refuse("sign_in", "Sign in", signInPage{Form: p.form}), nil
	}
	web.SignIns.Right(address, guesser) // a fault of ours does not count as a guess either
	if err != nil {
		return answer{}, err
	}
	a := redirect(localPath(p.form.Value("next")))
	a.cookie = web.deviceCookie(mark)
	return a, nil
}

// guesser is the name under which wrong passwords are counted: the e-mail address, and in a browser in which its owner has signed in
// before one of its own. So he is not kept out of it by strangers who guess.
func (web *Web) guesser(ctx context.Context, p *page, email string) (string, error) {
	cookie, err := p.Cookie(deviceCookieName)
	if err != nil {
		return email, nil //nolint:nilerr // it has none
	}
	known, err := web.App.IsMarked(ctx, email, cookie.Value)
	if !known {
		return email, err
	}
	return email + " " + cookie.Value, nil
}

const (
	deviceCookieName = "tickler_device"
	deviceKept       = 365 * 24 * time.Hour
)

// deviceCookie has the browser keep its mark, for the sign-in only.
func (web *Web) deviceCookie(mark string) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // not Secure where the service is reached by plain http
		Name: deviceCookieName, Value: mark, Path: "/sign-in", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: web.sessions.secure,
		MaxAge: int(deviceKept.Seconds()),
	}
}

func tooManySignIns(p *page, verdict tickler.RateVerdict) answer {
	p.form.mark("", "Too many sign-ins have failed. Wait "+waitText(verdict.Reset)+" and try again; until then the right password is refused too.")
	a := refuse("sign_in", "Sign in", signInPage{Form: p.form})
	a.status, a.header = http.StatusTooManyRequests, map[string]string{"Retry-After": httpio.WholeSeconds(verdict.Reset)}
	return a
}

// waitText rounds up: after that long it is certainly time.
func waitText(d time.Duration) string {
	n, unit := int((d+time.Second-1)/time.Second), "second"
	if d > time.Minute {
		n, unit = int((d+time.Minute-1)/time.Minute), "minute"
	}
	return counted(max(1, n), unit)
}

// signOut ends the session.
func (web *Web) signOut(ctx context.Context, _ *page) (answer, error) {
	return redirect("/sign-in?signed-out"), web.sessions.Destroy(ctx)
}

// toSignIn sends a stranger to sign in, and from there on to where he wanted.
func toSignIn(p *page) answer {
	if p.Method != http.MethodGet || p.URL.Path == "/" {
		return redirect("/sign-in")
	}
	return redirect("/sign-in?next=" + url.QueryEscape(p.URL.RequestURI()))
}

// localPath gives a path of ours that a form or link names, and the home page for anything else: nobody is to be sent to
// another site by a link to this one.
func localPath(next string) string {
	location, err := url.Parse(next)
	if err != nil || location.IsAbs() || location.Host != "" || location.User != nil || location.Opaque != "" ||
		!strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) || location.Path == "/sign-in" {
		return "/"
	}
	return location.RequestURI()
}
