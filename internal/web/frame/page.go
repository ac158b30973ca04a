package web

import (
	"net/http"
	"time"

	"tickler"
	"tickler/internal/app"
)

// page is one request for a page: who asks, with what.
type page struct {
	*http.Request
	caller    app.Caller // the zero Caller for a stranger
	form      form       // what a POST brings
	now       time.Time
	requestID string
	sessions  *sessions
}

// answer is what goes back: a page or a redirection.
type answer struct {
	status   int
	template string // of the page, without .html
	title    string
	data     any    // for the template, as .Data
	file     []byte // instead of a page
	header   map[string]string
	cookie   *http.Cookie // beside the session's; nil: none
}

// show answers with a page.
func show(template, title string, data any) answer {
	return answer{status: http.StatusOK, template: template, title: title, data: data}
}

// refuse answers with the page whose form has mistakes in it.
func refuse(template, title string, data any) answer {
	return answer{status: http.StatusUnprocessableEntity, template: template, title: title, data: data}
}

// redirect sends the browser on, to be asked for by GET.
func redirect(path string) answer {
	return answer{status: http.StatusSeeOther, header: map[string]string{"Location": path}}
}

func (p *page) isStranger() bool { return p.caller.Account == nil }

// isLookedAtAgain tells whether a page that is open asks for a part of itself, by its script.
func (p *page) isLookedAtAgain() bool { return p.Header.Get("HX-Request") != "" }

// pattern names the page in the log: never by its path, which may hold what people have typed.
func (p *page) pattern() string { return p.Pattern }

// zone is where the page's times are read: the user's own, else his account's.
func (p *page) zone() *time.Location {
	if p.isStranger() {
		return time.UTC
	}
	return p.caller.User.ZoneIn(p.caller.Account.Account)
}

// id reads an id from the path; false when it is none, which a page answers with notFound.
func (p *page) id(name string) (tickler.ID, bool) {
	id, err := tickler.ParseID(p.PathValue(name))
	return id, err == nil
}

// flash is a message that is shown once, on the next page that the user sees.
type flash struct{ Text string }

// confirm tells the user, on the next page, that something was done.
func (p *page) confirm(text string) { p.sessions.addFlash(p.Context(), flash{Text: text}) }
