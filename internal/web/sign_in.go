package web

import (
	"context"
	"fmt"
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
	if verdict := web.SignIns.Try(address, email); !verdict.Admitted {
		return tooManySignIns(p, verdict), nil
	}
	user, err := web.App.SignIn(ctx, email, p.form.Value("password"))
	if err == nil {
		err = web.sessions.begin(ctx, user)
	}
	if tickler.KindOf(err) == tickler.KindUnauthenticated {
		p.form.mark("", "The e-mail address or the password is wrong.")
		return refuse("sign_in", "Sign in", signInPage{Form: p.form}), nil
	}
	web.SignIns.Right(address, email) // a fault of ours does not count as a guess either
	if err != nil {
		return answer{}, err
	}
	return redirect(localPath(p.form.Value("next"))), nil
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
	if n = max(1, n); n > 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
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
