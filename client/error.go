package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Error is a refusal: what the service answered in place of a success.
type Error struct {
	HTTPStatus    int
	ExceptionType string // what is wrong, for programs: one of the constants below, or empty when a proxy answered
	Message       string // what is wrong, for people
	RequestID     string // by what the service's log knows the call
	// RetryAfter is how long the service asks to wait before the next attempt; 0 when it says
	// nothing.
	RetryAfter time.Duration
}

// What can be wrong.
const (
	InvalidInput           = "MXInvalidInputException"
	MandatoryMissing       = "MXMandatoryAttributeMissingException"
	MandatoryFieldMissing  = "MXInvalidTaskFieldsException"
	InvalidEntity          = "MXInvalidEntityException" // an owner, lead, opportunity, task or type that doesn't exist
	InvalidEntityReference = "MXInvalidEntityReferenceException"
	UnknownAttribute       = "MXUnknownAttributeException"
	DuplicateEntry         = "MXDuplicateEntryException"
	AuthenticationFailed   = "MXAuthenticationFailedException"
	UnauthorizedAccess     = "MXUnAuthorizedAccessException"
	APINotFound            = "MXApiNotFoundException"
	MethodNotAllowed       = "MXMethodNotAllowedException"
	DuplicateRequest       = "MXDuplicateRequestException" // an Idempotency-Key with another body
	RequestTooLarge        = "MXRequestTooLargeException"
	RateLimitExceeded      = "MXAPIRateLimitExceededException"
	InternalServer         = "MXInternalServerException"
	ServiceUnavailable     = "MXServiceUnavailableException"
)

// Error returns the message with all that is needed to look into it.
func (e *Error) Error() string {
	text := fmt.Sprintf("%d %s", e.HTTPStatus, e.Message)
	if e.ExceptionType != "" {
		text = fmt.Sprintf("%d %s: %s", e.HTTPStatus, e.ExceptionType, e.Message)
	}
	if e.RequestID != "" {
		text += " (request " + e.RequestID + ")"
	}
	return text
}

func newError(response *http.Response, body []byte) *Error {
	e := &Error{
		HTTPStatus: response.StatusCode, RequestID: response.Header.Get("X-Request-Id"),
		RetryAfter: retryAfter(response.Header),
	}
	var said struct{ ExceptionType, ExceptionMessage string }
	if json.Unmarshal(body, &said) == nil {
		e.ExceptionType, e.Message = said.ExceptionType, said.ExceptionMessage
	}
	if e.Message == "" { // a proxy's own page
		e.Message = http.StatusText(response.StatusCode)
	}
	return e
}
