package tickler

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind classifies an Error. The list is closed: every surface (API, pages, command line) maps each
// kind to its own status or words once.
type Kind int

// The kinds. Those before KindUnavailable are the caller's to mend; docs/contract.md section 1
// lists them.
const (
	KindInvalid         Kind = iota + 1 // an unreadable value, one out of range, or a wrong structure
	KindMissing                         // a mandatory attribute is absent
	KindMissingField                    // a mandatory custom field is absent
	KindUnknownEntity                   // something that does not exist, or an inactive owner
	KindNotAnOption                     // a value that is not in a dropdown's list
	KindUnknownField                    // a custom field that the task type does not have
	KindDuplicate                       // something that must be unique exists already
	KindUnauthenticated                 // keys missing, unknown, revoked or wrong
	KindForbidden                       // the user may not do this
	KindReusedKey                       // an Idempotency-Key used before with another body
	KindUnavailable                     // the store is away or overloaded, or the service is stopping
)

// Error is a mistake or fault that its reader can do something about, stated as facts. Each surface
// spells them in its own words, and instants in its reader's zone. Any other error is our own
// fault.
type Error struct {
	Kind Kind
	Fact Fact
	// Field is the field that it is about, or empty.
	Field Field
	// Value is what was given for the field, or what the fact is about: a text, a number, an ID, an
	// instant; nil if there is none.
	Value any
	// With is what else the fact mentions: see [Fact].
	With []any
	// RetryAfter is how long to wait before trying again; zero where trying again can't help.
	RetryAfter time.Duration
	// Cause is the underlying fault, for the log only.
	Cause error
}

// Refuse returns the error that states a fact about a field and its value.
func Refuse(fact Fact, field Field, value any, with ...any) *Error {
	return &Error{Kind: fact.Kind(), Fact: fact, Field: field, Value: value, With: with}
}

// Unavailable returns the error for what can't be done now, or may or may not have been done. The
// caller should try again after the given time.
func Unavailable(after time.Duration, cause error) *Error {
	e := Refuse(FactUnavailable, "", nil)
	e.RetryAfter, e.Cause = after, cause
	return e
}

// Error states the facts and the cause, for the log.
func (e *Error) Error() string {
	text := string(e.Fact)
	if e.Field != "" {
		text = string(e.Field) + ": " + text
	}
	if e.Value != nil {
		text += fmt.Sprintf(" (%v)", e.Value)
	}
	if len(e.With) > 0 {
		text += fmt.Sprint(" ", e.With)
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Say fills in a surface's sentence: {field}, {value}, and {1}, {2} … for what else the fact
// mentions, each as spell spells it.
func (e *Error) Say(sentence string, spell func(part any) string) string {
	parts := []string{"{field}", spell(e.Field), "{value}", Cut(spell(e.Value))}
	for i, part := range e.With {
		parts = append(parts, "{"+strconv.Itoa(i+1)+"}", spell(cutList(part)))
	}
	return strings.NewReplacer(parts...).Replace(sentence)
}

// KindOf returns the kind of the first Error in err's chain, and 0 when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}

// cutLength is how much of a caller's value a message repeats, in code points (docs/contract.md
// section 1).
const cutLength = 100

// How much of a list a message names: a dropdown has hundreds of options, and a bulk request's rows
// would keep them once each.
const (
	cutCount = 20
	cutBytes = 500
)

// cutList shortens a list of names for use in a message; anything else stays.
func cutList(part any) any {
	names, ok := part.([]string)
	if !ok {
		return part
	}
	var shown []string
	for room, i := cutBytes, 0; i < len(names); i++ {
		name := Cut(names[i])
		if room -= len(name); room < 0 || i == cutCount {
			return append(shown, "…")
		}
		shown = append(shown, name)
	}
	return shown
}

// Cut shortens a caller's value for use in a message.
func Cut(value string) string {
	if utf8.RuneCountInString(value) <= cutLength {
		return value
	}
	return string([]rune(value)[:cutLength]) + "…"
}
