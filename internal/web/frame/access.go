package frame

import (
	"errors"
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
	// LinkHolders are those who hold a signed link, as mails have them. Whether somebody is signed
	// in in the same browser makes no difference: the page is a stranger's. The route's path has
	// {token}, made by app.Tokens, and Page.Link is what that is for. Since nobody else can name
	// it, no form is refused for the site that it comes from: programs send it too.
	LinkHolders
)

// admits reports whether somebody who is signed in may come.
func (a Access) admits(caller app.Caller) bool {
	return a != Administrators || caller.User.Role == tickler.Administrator
}

// tokenInPath is the part of a route's path in which a link has its token.
const tokenInPath = "token"

// readLink reads what the page's link is for, or refuses it.
func (f *Frame) readLink(p *Page) (refusal Answer, refused bool, err error) {
	tokens, err := f.Tokens(p.Context())
	if err != nil {
		return Answer{}, false, err
	}
	p.Link.Token = p.PathValue(tokenInPath)
	p.Link.Subject, err = tokens.Subject(p.Link.Token, p.Now)
	switch {
	case errors.Is(err, app.ErrTokenExpired):
		return ErrorPage(http.StatusGone, "This link has expired",
			"Links in mails work for some days only. Nothing was done. Open the newest mail, or sign in."), true, nil
	case err != nil: //nolint:nilerr // the error is what the page says
		return ErrorPage(http.StatusForbidden, "This link doesn't work",
			"A part of it was lost on the way, or it is too old. Nothing was done. "+
				"Open the newest mail, or sign in."), true, nil
	}
	return Answer{}, false, nil
}

// unfollowed are the headers of what a signed link leads to: the link is in no page that follows,
// and in no index.
var unfollowed = map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
