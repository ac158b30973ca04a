package frame

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
)

// Page is one request for a page: who asks, with what. Paths in it, and those that handlers name,
// are without the site's root.
type Page struct {
	*http.Request
	Caller    app.Caller     // the zero Caller for a stranger
	Link      app.SignedLink // what was opened, where the route is for LinkHolders
	Form      Form           // what a POST brings
	Now       time.Time      // one for all that the page shows
	RequestID string         // by which the log has it

	frame     *Frame
	section   *Section
	templates map[string]*template.Template
	visit     visit
	about     url.Values     // what offers are told
	zone      *time.Location // where the page's times are read, if not where its reader is
	reader    app.Caller     // as whom a stranger reads the page; the zero Caller for nobody
}

// IsStranger reports whether nobody is signed in.
func (p *Page) IsStranger() bool { return p.Caller.Account == nil }

// IsLookedAtAgain reports whether a page that is open asks for a part of itself, by its script.
func (p *Page) IsLookedAtAgain() bool { return p.Header.Get("HX-Request") != "" }

// showsMessages reports whether messages that wait are seen if the page has them: app.js takes them
// from the answer to a form, but not from a part that refreshes itself.
func (p *Page) showsMessages() bool {
	return !p.IsStranger() && (!p.IsLookedAtAgain() || p.Header.Get("Tickler-Messages") != "")
}

// TellOffers has the links of the header, such as that which adds a task, lead with a query: it says
// what the page is about.
func (p *Page) TellOffers(about url.Values) { p.about = about }

// SignedInAt is when the user signed in.
func (p *Page) SignedInAt() time.Time { return p.visit.session.CreatedAt }

// NoMailServer says why mails stay unsent, and what can be done about it: administrators read the
// words of the operations guide.
func (p *Page) NoMailServer() (text, advice string) {
	text = "No mail server is set up yet."
	if p.Caller.User.Role == tickler.Administrator {
		return text, "Set TICKLER_SMTP_URL: the operations guide, docs/operations.md, says more under “Mail”."
	}
	return text, "Tell whoever runs Tickler for you."
}

// here is the page's own path and query, without the site's root.
func (p *Page) here() string { return p.URL.RequestURI() }

// pattern names the page in the log: never by its path, which may hold what people have typed.
func (p *Page) pattern() string { return p.Pattern }

// ReadBy says who reads the page of a signed link, so that its times are theirs. It lets nobody in.
func (p *Page) ReadBy(reader app.Caller) { p.reader = reader }

// readBy is who reads the page; the zero Caller if nobody is known.
func (p *Page) readBy() app.Caller {
	if p.IsStranger() {
		return p.reader
	}
	return p.Caller
}

// ShowTimesOf has the page's times read where somebody else of the account is, whose day it shows.
func (p *Page) ShowTimesOf(user tickler.User) { p.zone = user.ZoneIn(p.Caller.Account.Account) }

// TimesOf says in what zone the page's times are, if that is not the reader's own: by its place.
func (p *Page) TimesOf() string {
	own := p.Caller.User.ZoneIn(p.Caller.Account.Account)
	if p.zone == nil || p.zone.String() == own.String() {
		return ""
	}
	name := p.zone.String()
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// Zone is where the page's times are read: the reader's own zone, else their account's, unless
// ShowTimesOf has named another.
func (p *Page) Zone() *time.Location {
	if p.zone != nil {
		return p.zone
	}
	reader := p.readBy()
	if reader.Account == nil {
		return time.UTC
	}
	return reader.User.ZoneIn(reader.Account.Account)
}

// ID reads an id from the path; false when it is none, which a page answers with NotFound.
func (p *Page) ID(name string) (tickler.ID, bool) {
	id, err := tickler.ParseID(p.PathValue(name))
	return id, err == nil
}

// Confirm tells the user, on the next page, that something was done.
func (p *Page) Confirm(text string) { p.ConfirmWith(text, Button{}) }

// Button is one beside a message: it posts to a path of ours, with the path of the page it was
// shown on as the field "back".
type Button struct{ Label, Path string }

// ConfirmWith tells the user, on the next page, that something was done, and offers a button.
func (p *Page) ConfirmWith(text string, b Button) { p.ConfirmWithLink(text, b, Link{}) }

// Link is one beside a message, to a page of ours.
type Link struct{ Label, Path string }

// ConfirmWithLink tells the user, on the next page, that something was done, and offers a button and
// a link; the zero value for none.
func (p *Page) ConfirmWithLink(text string, b Button, l Link) {
	p.visit.news = append(p.visit.news, tickler.Message{
		Text: text, Label: b.Label, Path: b.Path, LinkLabel: l.Label, LinkPath: l.Path,
	})
}

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
