package frame

import (
	"net/http"

	"tickler"
	"tickler/internal/app"
)

// Access says whom a route is for. Others are sent to sign in, or refused. What somebody may do
// beyond that is decided by the use cases.
type Access int

// Whom routes are for.
const (
	Users Access = iota // whoever is signed in
	Administrators
	Everybody // strangers too
	// LinkHolders are those who hold a signed link, as mails have them, signed in or not: the
	// route's query has a token of app.Tokens, and Page.Subject is what that is for.
	LinkHolders
)

// admits reports whether somebody who is signed in may come.
func (a Access) admits(caller app.Caller) bool {
	return a != Administrators || caller.User.Role == tickler.Administrator
}

// TokenParameter is the parameter of the query in which a link has its token.
const TokenParameter = "token"

// readLink reads what the page's link is for, or refuses it.
func (f *Frame) readLink(p *Page) (refusal Answer, refused bool) {
	subject, good := f.Tokens.Subject(p.URL.Query().Get(TokenParameter), p.Now)
	if !good {
		return ErrorPage(http.StatusForbidden, "This link doesn't work",
			"It has expired, or a part of it was lost on the way. Open the newest mail, or sign in."), true
	}
	p.Subject = subject
	return Answer{}, false
}
