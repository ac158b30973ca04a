// Package signin is the one page that a stranger sees, and what begins and ends a session there.
package signin

import (
	"context"
	"embed"
	"net/http"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

//go:embed *.html
var templates embed.FS

type area struct {
	app     *app.App
	guesses frame.Guesses
}

// New makes the area.
func New(useCases *app.App, guesses frame.Guesses) frame.Area {
	a := area{useCases, guesses}
	return frame.Area{Templates: templates, Routes: []frame.Route{
		frame.Get(path, frame.Everybody, nil, a.show),
		frame.Post(path, frame.Everybody, nil, a.signIn),
		frame.Post("/sign-out", frame.Everybody, nil, a.signOut),
	}}
}

const path = frame.SignInPath

// show asks who is there.
func (a area) show(_ context.Context, p *frame.Page) (frame.Answer, error) {
	next := p.URL.Query().Get("next")
	if !p.IsStranger() {
		return frame.Redirect(afterwards(next)), nil
	}
	return frame.Show("sign_in", "Sign in",
		signInPage{Form: frame.Filled("next", next), SignedOut: p.URL.Query().Has("signed-out")}), nil
}

type signInPage struct {
	Form      frame.Form
	SignedOut bool
}

// signIn begins a session for the right e-mail address and password.
func (a area) signIn(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	email := p.Form.Text("email")
	guesser, err := a.guesser(ctx, p, email)
	if err != nil {
		return frame.Answer{}, err
	}
	if verdict := a.guesses.Try(p, guesser); !verdict.Admitted {
		return tooManySignIns(p, verdict), nil
	}
	user, err := a.app.SignIn(ctx, email, p.Form.Value("password"))
	mark := ""
	if err == nil {
		mark, err = a.app.MarkDevice(ctx, user)
	}
	if err == nil {
		err = p.SignIn(ctx, user)
	}
	if tickler.KindOf(err) == tickler.KindUnauthenticated {
		p.Form.Mark("", "The e-mail address or the password is wrong.")
		return frame.Refuse("sign_in", "Sign in", signInPage{Form: p.Form}), nil
	}
	a.guesses.Right(p, guesser) // a fault of ours does not count as a guess either
	if err != nil {
		return frame.Answer{}, err
	}
	device := frame.Cookie{Name: deviceCookie, Value: mark, Path: path, Kept: deviceKept} // for the sign-in only
	return frame.Redirect(afterwards(p.Form.Value("next"))).WithCookie(device), nil
}

// guesser is the name under which wrong passwords are counted: that of the e-mail address, and in a browser in which its owner has signed in
// before one of its own. So he is not kept out of it by strangers who guess.
func (a area) guesser(ctx context.Context, p *frame.Page, email string) (string, error) {
	name := app.SignInName(email)
	cookie, err := p.Cookie(deviceCookie)
	if err != nil {
		return name, nil //nolint:nilerr // it has none
	}
	known, err := a.app.IsMarked(ctx, email, cookie.Value)
	if !known {
		return name, err
	}
	return name + " " + cookie.Value, nil
}

// The cookie by which a browser is known in which somebody has signed in before.
const (
	deviceCookie = "tickler_device"
	deviceKept   = 365 * 24 * time.Hour
)

func tooManySignIns(p *frame.Page, verdict tickler.RateVerdict) frame.Answer {
	p.Form.Mark("", "Too many sign-ins have failed. Wait "+frame.WaitText(verdict.Reset)+
		" and try again; until then the right password is refused too.")
	return frame.Refuse("sign_in", "Sign in",
		signInPage{Form: p.Form}).WithStatus(http.StatusTooManyRequests).WithRetryAfter(verdict.Reset)
}

// signOut ends the session. Whoever has none is signed out already, as by a double click.
func (a area) signOut(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return frame.Redirect(path + "?signed-out"), p.SignOut(ctx)
}

// afterwards is where somebody goes on who has signed in.
func afterwards(next string) string {
	if to := frame.LocalPath(next, "/"); to != path && !strings.HasPrefix(to, path+"?") {
		return to
	}
	return "/"
}
