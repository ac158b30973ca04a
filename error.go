package tickler

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// Kind says what sort of mistake or fault an Error is. The list is closed: every boundary (API, pages, command line)
// maps each kind to its own words once.
type Kind int

// The kinds. Those before KindUnavailable are the caller's to mend; contract section 1 lists them.
const (
	KindInvalid         Kind = iota + 1 // an unreadable value, one out of range, or a wrong structure
	KindMissing                         // a mandatory attribute is absent
	KindMissingField                    // a mandatory custom field is absent
	KindUnknownEntity                   // an owner, lead, opportunity, task or task type that does not exist, or an inactive owner
	KindNotAnOption                     // a value that is not in a dropdown's list
	KindUnknownField                    // a custom field that the task type does not have
	KindDuplicate                       // something that must be unique exists already
	KindUnauthenticated                 // keys missing, unknown, revoked or wrong
	KindForbidden                       // the user may not do this
	KindReusedKey                       // an Idempotency-Key used before with another body
	KindUnavailable                     // the store can't be reached, is overloaded, or the service is stopping: try again
)

// Error is a mistake or fault that its reader can do something about. Anything else that goes wrong is an ordinary
// error and our own fault.
type Error struct {
	Kind Kind
	// Attribute is the wire name of the attribute at fault, or empty.
	Attribute string
	// Message is a whole sentence for the caller. It holds no internals.
	Message string
	// RetryAfter is how long to wait before trying again; zero where trying again can't help.
	RetryAfter time.Duration
	// Cause is the underlying fault, for the log only.
	Cause error
}

// Error gives the message and, for the log, the cause.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf gives the kind of the first Error in err's chain, and 0 when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}

// Invalid says that an attribute's value can't be accepted and what was expected instead.
func Invalid(attribute, value, expected string) *Error {
	return &Error{
		Kind:      KindInvalid,
		Attribute: attribute,
		Message:   fmt.Sprintf("'%s' has the invalid value '%s'. Expected %s.", attribute, Cut(value), expected),
	}
}

// Missing says that an attribute is mandatory for an action ("creating a task").
func Missing(attribute, action string) *Error {
	return &Error{Kind: KindMissing, Attribute: attribute, Message: fmt.Sprintf("'%s' is mandatory for %s", attribute, action)}
}

// UnknownEntity says that what an attribute names ("Lead Id", "Owner") does not exist.
func UnknownEntity(attribute, noun, value string) *Error {
	return &Error{
		Kind:      KindUnknownEntity,
		Attribute: attribute,
		Message:   fmt.Sprintf("The %s '%s' does not exist in the system", noun, Cut(value)),
	}
}

// Unavailable says that the service can't do this now, or can't tell whether it was done, and that the caller should try
// again after a while.
func Unavailable(after time.Duration, cause error) *Error {
	return &Error{
		Kind:       KindUnavailable,
		Message:    "The service is not available right now. Try again later, and what matters with an Idempotency-Key.",
		RetryAfter: after,
		Cause:      cause,
	}
}

// cutLength is how much of a caller's value a message repeats, in code points (contract section 1).
const cutLength = 100

// Cut shortens a caller's value for use in a message.
func Cut(value string) string {
	if utf8.RuneCountInString(value) <= cutLength {
		return value
	}
	return string([]rune(value)[:cutLength]) + "…"
}
