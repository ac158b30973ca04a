package api

import (
	"errors"
	"fmt"
	"net/http"

	"tickler"
	"tickler/internal/httpio"
)

// failure is how an error looks on the wire: contract section 1's two tables, as data.
type failure struct {
	status int
	typ    string // ExceptionType
}

// Every failure that a client can see, once.
var (
	notFound         = failure{http.StatusNotFound, "MXApiNotFoundException"}
	methodNotAllowed = failure{http.StatusMethodNotAllowed, "MXMethodNotAllowedException"}
	requestTooLarge  = failure{http.StatusRequestEntityTooLarge, "MXRequestTooLargeException"}
	rateLimited      = failure{http.StatusTooManyRequests, "MXAPIRateLimitExceededException"}
	internalError    = failure{http.StatusInternalServerError, "MXInternalServerException"}
)

var failureOf = map[tickler.Kind]failure{
	tickler.KindInvalid:         {http.StatusBadRequest, "MXInvalidInputException"},
	tickler.KindMissing:         {http.StatusBadRequest, "MXMandatoryAttributeMissingException"},
	tickler.KindMissingField:    {http.StatusBadRequest, "MXInvalidTaskFieldsException"},
	tickler.KindUnknownEntity:   {http.StatusBadRequest, "MXInvalidEntityException"},
	tickler.KindNotAnOption:     {http.StatusBadRequest, "MXInvalidEntityReferenceException"},
	tickler.KindUnknownField:    {http.StatusBadRequest, "MXUnknownAttributeException"},
	tickler.KindDuplicate:       {http.StatusBadRequest, "MXDuplicateEntryException"},
	tickler.KindUnauthenticated: {http.StatusUnauthorized, "MXAuthenticationFailedException"},
	tickler.KindForbidden:       {http.StatusForbidden, "MXUnAuthorizedAccessException"},
	tickler.KindReusedKey:       {http.StatusConflict, "MXDuplicateRequestException"},
	tickler.KindUnavailable:     {http.StatusServiceUnavailable, "MXServiceUnavailableException"},
}

// mistake is what the wire itself finds wrong with a call: with its structure, or with what it says nothing else can be made of.
type mistake struct {
	kind      tickler.Kind
	attribute string
	text      string
}

// Error gives the whole sentence.
func (m *mistake) Error() string { return m.text }

// invalid says that an attribute's value can't be accepted and what was expected instead.
func invalid(attribute, value, expected string) error {
	return &mistake{tickler.KindInvalid, attribute, invalidForm(attribute, tickler.Cut(value), expected)}
}

// missing says that an attribute is mandatory for an action ("creating a task").
func missing(attribute, action string) error {
	return &mistake{tickler.KindMissing, attribute, fmt.Sprintf("'%s' is mandatory for %s", attribute, action)}
}

// faultOf spells an error that is for the caller's eyes; nil for others.
func faultOf(err error) *mistake {
	if m, ok := errors.AsType[*mistake](err); ok {
		return m
	}
	if e, ok := errors.AsType[*tickler.Error](err); ok {
		return &mistake{e.Kind, attributeOf(e.Field), messageOf(e)}
	}
	return nil
}

// answer makes the answer of a failure: every one that is not a success has such a body.
func (f failure) answer(message string) answer {
	return answer{status: f.status, body: wireObject{{"Status", "Error"}, {"ExceptionType", f.typ}, {"ExceptionMessage", message}}}
}

// failed makes the answer to an error. What is not for the caller's eyes becomes a 500 with nothing but the request's id.
func failed(err error, requestID string) answer {
	fault := faultOf(err)
	if fault == nil {
		return internalError.answer("The API call failed by a fault of ours. Quote the request id " + requestID + " when you report it.")
	}
	a := failureOf[fault.kind].answer(fault.text)
	if e, ok := errors.AsType[*tickler.Error](err); ok && e.RetryAfter > 0 {
		a.setHeader("Retry-After", httpio.WholeSeconds(e.RetryAfter))
	}
	return a
}

// likeTheLiveService gives 500 for mistakes in values to accounts that ask for it (contract section 1).
func (a answer) likeTheLiveService(caller bool) answer {
	if caller && a.status == http.StatusBadRequest {
		a.status = http.StatusInternalServerError
	}
	return a
}
