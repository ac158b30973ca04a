package frame

import (
	"errors"
	"html/template"
	"net/http"
	"time"

	"tickler"
	"tickler/internal/app"
)

// Page is one request for a page: who asks, with what. Paths in it, and those that handlers name,
// are without the site's root.
type Page struct {
	*http.Request
	Caller    app.Caller // the zero Caller for a stranger
	Link      app.SignedLink // what was opened, where the route is for LinkHolders
	Form      Form       // what a POST brings
	Now       time.Time  // one for all that the page shows
	RequestID string     // by which the log has it

	frame     *Frame
	section   *Section
	templates map[string]*template.Template
	visit     visit
	reader    app.Caller // as whom a stranger reads the page; the zero Caller for nobody
}

// IsStranger reports whether nobody is signed in.
func (p *Page) IsStranger() bool { return p.Caller.Account == nil }

// IsLookedAtAgain reports whether a page that is open asks for a part of itself, by its script.
func (p *Page) IsLookedAtAgain() bool { return p.Header.Get("HX-Request") != "" }

// pattern names the page in the log: never by its path, which may hold what people have typed.
func (p *Page) pattern() string { return p.Pattern }

// ReadBy says who reads the page of a signed link, so that its times are theirs. It lets nobody in.
func (p *Page) ReadBy(reader app.Caller) { p.reader = reader }

// Zone is where the page's times are read: the user's own zone, else their account's.
func (p *Page) Zone() *time.Location {
	reader := p.Caller
	if p.IsStranger() {
		reader = p.reader
	}
	if reader.Account == nil {
		return time.UTC
	}
	return reader.User.ZoneIn(reader.Account.Account)
}

// At returns an instant as the page's user reads it.
func (p *Page) At(t time.Time) Instant { return instantIn(t, p.Zone(), p.Now) }

// ID reads an id from the path; false when it is none, which a page answers with NotFound.
func (p *Page) ID(name string) (tickler.ID, bool) {
	id, err := tickler.ParseID(p.PathValue(name))
	return id, err == nil
}

// Confirm tells the user, on the next page, that something was done.
func (p *Page) Confirm(text string) { p.visit.news = append(p.visit.news, text) }

// Done leads on to a page after something was to be done there, and says there that it was. If it
// can't be done any more, as when somebody else was faster, the page says that instead. Any other
// error stays one.
func (p *Page) Done(err error, done, path string) (Answer, error) {
	if e, ok := errors.AsType[*tickler.Error](err); ok && e.Kind == tickler.KindInvalid {
		done, err = p.words(e), nil
	}
	if err != nil {
		return Answer{}, err
	}
	p.Confirm(done)
	return Redirect(path), nil
}
