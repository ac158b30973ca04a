package api

import (
	"errors"
	"net/http"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/httpio"
)

// failure is how an error looks on the wire: docs/contract.md section 1's two tables, as data.
type failure struct {
	status int
	typ    string // ExceptionType
}

// Every failure that a client can see, once.
var (
	notFound         = failure{http.StatusNotFound, "MXApiNotFoundException"}
	methodNotAllowed = failure{http.StatusMethodNotAllowed, "MXMethodNotAllowedException"}
	requestTooLarge  = failure{http.StatusRequestEntityTooLarge, "MXRequestTooLargeException"}
	unmetExpectation = failure{http.StatusExpectationFailed, "MXInvalidInputException"}
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

// faultOf spells an error that is for the caller's eyes, and returns nil for others.
func faultOf(err error) *wire.Mistake {
	if m, ok := errors.AsType[*wire.Mistake](err); ok {
		return m
	}
	if e, ok := errors.AsType[*tickler.Error](err); ok {
		return &wire.Mistake{Kind: e.Kind, Attribute: attributeOf(e.Field), Text: messageOf(e)}
	}
	return nil
}

// answer makes the answer of a failure: every one that is not a success has such a body.
func (f failure) answer(message string) answer {
	return answer{status: f.status, body: wire.Object{
		{"Status", "Error"}, {"ExceptionType", f.typ}, {"ExceptionMessage", message},
	}}
}

// failed makes the answer to an error. What is not for the caller's eyes becomes a 500 with nothing
// but the request's id.
func failed(err error, requestID string) answer {
	fault := faultOf(err)
	if fault == nil {
		return internalError.answer("The API call failed by a fault of ours. Quote the request id " + requestID +
			" when you report it.")
	}
	a := failureOf[fault.Kind].answer(fault.Text)
	if e, ok := errors.AsType[*tickler.Error](err); ok && e.RetryAfter > 0 {
		a.setHeader("Retry-After", httpio.WholeSeconds(e.RetryAfter))
	}
	return a
}

// likeTheLiveService answers 500 for mistakes in values to accounts that ask for it
// (docs/contract.md section 1).
func (a answer) likeTheLiveService(caller bool) answer {
	if caller && a.status == http.StatusBadRequest {
		a.status = http.StatusInternalServerError
	}
	return a
}
