package frame

import (
	"errors"
	"net/http"
	"net/url"

	"tickler"
	"tickler/internal/plain"
)

// problem is what an error page says.
type problem struct{ Heading, Text string }

// ErrorPage answers with a page that says what is the matter.
func ErrorPage(status int, heading, text string) Answer {
	return Answer{status: status, template: "error", title: heading, data: problem{heading, text}}
}

// NotFound answers for what is not there, or not for this user to see.
func NotFound() Answer {
	return ErrorPage(http.StatusNotFound, "Not found", "There is no such page, or it is not yours to see.")
}

func wrongMethod(at methods) Answer {
	a := ErrorPage(http.StatusMethodNotAllowed, "This can't be opened",
		"The address takes a form only. Go back to the page that the form is on.")
	a.header = map[string]string{"Allow": at.allowed()}
	return a
}

func internalError(p *Page) Answer {
	return ErrorPage(http.StatusInternalServerError, "Something went wrong",
		"It is our fault, not yours. Quote the request id "+p.RequestID+" when you report it.")
}

// statusOf is the status for the kinds of error that a page can end in. All others are a caller's
// mistakes: 400.
var statusOf = map[tickler.Kind]int{
	tickler.KindForbidden:     http.StatusForbidden,
	tickler.KindUnknownEntity: http.StatusNotFound,
	tickler.KindDuplicate:     http.StatusConflict,
	tickler.KindUnavailable:   http.StatusServiceUnavailable,
}

var headingOf = map[int]string{
	http.StatusForbidden:          "You can't do this",
	http.StatusNotFound:           "Not found",
	http.StatusConflict:           "It exists already",
	http.StatusServiceUnavailable: "Try again in a moment",
	http.StatusBadRequest:         "This can't be done",
}

// answerTo makes the page of an error. What is not for the user's eyes becomes a 500 with nothing
// but the request's id.
func answerTo(p *Page, err error) Answer {
	e, ok := errors.AsType[*tickler.Error](err)
	if !ok {
		return internalError(p)
	}
	if e.Kind == tickler.KindUnauthenticated {
		return toSignIn(p)
	}
	status, known := statusOf[e.Kind]
	if !known {
		status = http.StatusBadRequest
	}
	a := ErrorPage(status, headingOf[status], p.words(e))
	if e.RetryAfter > 0 {
		return a.WithRetryAfter(e.RetryAfter)
	}
	return a
}

// words spell an error for the page's user.
func (p *Page) words(e *tickler.Error) string {
	return plain.Text(e, p.Times().Instant)
}

// SignInPath is where people sign in.
const SignInPath = "/sign-in"

// toSignIn sends a stranger to sign in, and from there on to where they wanted.
func toSignIn(p *Page) Answer {
	if p.Method != http.MethodGet || p.URL.Path == "/" {
		return Redirect(SignInPath)
	}
	return Redirect(SignInPath + "?next=" + url.QueryEscape(p.URL.RequestURI()))
}
