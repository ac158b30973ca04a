package web

import (
	"errors"
	"fmt"
	"net/http"

	"tickler"
	"tickler/internal/httpio"
)

// problem is what an error page says.
type problem struct{ Heading, Text string }

func errorPage(status int, heading, text string) answer {
	return answer{status: status, template: "error", title: heading, data: problem{heading, text}}
}

// notFound answers for what is not there, or not for this user to see.
func notFound() answer {
	return errorPage(http.StatusNotFound, "There is no such page", "The address leads nowhere, or to something that is not yours to see.")
}

// noRequest answers for a bulk request that is not there any more, or not for this user to see.
func noRequest() answer {
	return errorPage(http.StatusNotFound, "There is no such request",
		fmt.Sprintf("It is not yours to see, or it is no longer kept: requests are, with their reports, for %d days after their end.", daysKept))
}

func wrongMethod(byMethod methods) answer {
	a := errorPage(http.StatusMethodNotAllowed, "This can't be opened", "The address takes a form only. Go back to the page that the form is on.")
	a.header = map[string]string{"Allow": byMethod.allowed()}
	return a
}

func internalError(p *page) answer {
	return errorPage(http.StatusInternalServerError, "This failed",
		"The page failed by a fault of ours. Quote the request id "+p.requestID+" when you report it.")
}

// statusOf gives the status for the kinds of error that a page can end in. All others are a caller's mistakes: 400.
var statusOf = map[tickler.Kind]int{
	tickler.KindForbidden:     http.StatusForbidden,
	tickler.KindUnknownEntity: http.StatusNotFound,
	tickler.KindDuplicate:     http.StatusConflict,
	tickler.KindUnavailable:   http.StatusServiceUnavailable,
}

var headingOf = map[int]string{
	http.StatusForbidden:          "You may not do this",
	http.StatusNotFound:           "There is no such thing",
	http.StatusConflict:           "It is there already",
	http.StatusServiceUnavailable: "Not now",
	http.StatusBadRequest:         "This can't be done",
}

// failed makes the page of an error. What is not for the user's eyes becomes a 500 with nothing but the request's id.
func failed(p *page, err error) answer {
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
	text := e.Message
	if e.Kind == tickler.KindUnavailable && e.Cause != nil { // a fault, whose message speaks of API calls
		text = "The service can't answer right now. Try again in a moment."
	}
	a := errorPage(status, headingOf[status], text)
	if e.RetryAfter > 0 {
		a.header = map[string]string{"Retry-After": httpio.WholeSeconds(e.RetryAfter)}
	}
	return a
}
