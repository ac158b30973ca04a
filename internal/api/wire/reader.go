package api

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// reader takes values out of an object whose shape was checked. It keeps the first fault it meets and gives zero values
// from then on, so that an object is read in a straight line and err is looked at once. Null and "" are absent, a number
// may come as a string and the reverse (contract section 1, "Loose values").
type reader struct {
	members []member
	path    path
	err     error
}

// read gives a reader of the object that lies at a path.
func read(n node, at path) *reader { return &reader{members: n.members, path: at} }

// within gives a reader of the object that an attribute holds. Its fault is collected with merge.
func (r *reader) within(name string) *reader {
	return read(r.node(name), slices.Clip(r.path).member(name)) // clipped, so that two readers' paths share nothing
}

// each gives a reader of every object in the array that an attribute holds.
func (r *reader) each(name string) []*reader {
	array := r.node(name).items
	readers := make([]*reader, len(array))
	for i, item := range array {
		readers[i] = read(item, slices.Clip(r.path).member(name).item(i))
	}
	return readers
}

// merge takes over another reader's fault.
func (r *reader) merge(other *reader) {
	if r.err == nil {
		r.err = other.err
	}
}

func (r *reader) node(name string) node {
	for _, m := range r.members {
		if m.name == name {
			return m.value
		}
	}
	return node{}
}

func (r *reader) fail(name, value, expected string) { r.failAt(r.path.member(name), value, expected) }

func (r *reader) failAt(at path, value, expected string) {
	if r.err == nil {
		r.err = invalid(at.String(), value, expected)
	}
}

// miss says that a mandatory attribute is absent.
func (r *reader) miss(name, action string) {
	if r.err == nil {
		r.err = missing(r.path.member(name).String(), action)
	}
}

// text gives a string or a number's digits.
func (r *reader) text(name string) string {
	n := r.node(name)
	if n.kind == booleanNode {
		r.fail(name, n.text, "a text")
	}
	return n.text
}

// plain gives a single value's text: a string, or the literal of a number or boolean.
func (r *reader) plain(name string) string { return strings.TrimSpace(r.node(name).text) }

// word gives a text without outer blanks.
func (r *reader) word(name string) string { return strings.TrimSpace(r.text(name)) }

// convert reads an optional value: nil when it is absent or can't be read.
func convert[T any](r *reader, name, expected string, parse func(text string) (T, error)) *T {
	n := r.node(name)
	text := strings.TrimSpace(n.text)
	if text == "" {
		return nil
	}
	value, err := parse(text)
	if err != nil || n.kind == booleanNode {
		r.fail(name, n.text, expected)
		return nil
	}
	return &value
}

func (r *reader) whole(name, expected string) *int { return convert(r, name, expected, parseWhole) }

func (r *reader) decimal(name, expected string) *float64 {
	return convert(r, name, expected, parseDecimal)
}

func (r *reader) instant(name string) *time.Time {
	return convert(r, name, instantForm, civil.ParseInstant)
}

func (r *reader) timeOfDay(name string) *civil.TimeOfDay {
	return convert(r, name, "a time of day of the form HH:MM:SS", civil.ParseTimeOfDay)
}

// id gives the zero ID when the attribute is absent. A GUID of nothing but zeros is refused, so that it isn't taken for
// an absent one.
func (r *reader) id(name string) tickler.ID {
	const expected = "a GUID, not all zeros"
	id := convert(r, name, expected, tickler.ParseID)
	if id == nil {
		return tickler.ID{}
	}
	if id.IsZero() {
		r.fail(name, id.String(), expected)
	}
	return *id
}

// choice reads a number that must be one of a few.
func (r *reader) choice(name string, allowed ...int) *int {
	if !r.said(name) {
		return nil
	}
	texts := make([]string, len(allowed))
	for i, a := range allowed {
		texts[i] = strconv.Itoa(a)
	}
	expected := "one of " + strings.Join(texts, ", ")
	n := r.whole(name, expected)
	if n == nil {
		return nil
	}
	for _, a := range allowed {
		if *n == a {
			return n
		}
	}
	r.fail(name, strconv.Itoa(*n), expected)
	return nil
}

// named is a value by its name on the wire.
type named[T any] struct {
	name  string
	value T
}

// oneOf reads an optional name of a closed list, in any case, and gives what it stands for; nil when it is absent.
func oneOf[T any](r *reader, attribute string, list []named[T]) *T {
	text := r.word(attribute)
	known := make([]string, len(list))
	for i, each := range list {
		if strings.EqualFold(text, each.name) {
			return &each.value
		}
		known[i] = each.name
	}
	if text != "" {
		r.fail(attribute, text, "one of "+strings.Join(known, ", "))
	}
	return nil
}

// valueOr gives what p points to, or another value where p is nil.
func valueOr[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// flag reads an optional true or false: a boolean, a text, or 1 and 0.
func (r *reader) flag(name string) *bool {
	text := r.plain(name)
	switch strings.ToLower(text) {
	case "":
		return nil
	case "true", "1":
		return new(true)
	case "false", "0":
		return new(false)
	default:
		r.fail(name, text, "true or false")
		return nil
	}
}

// valuesByName gives every member of an object that takes any names, as texts.
func (r *reader) valuesByName() map[string]string {
	texts := make(map[string]string, len(r.members))
	for _, m := range r.members {
		texts[m.name] = m.value.text
	}
	return texts
}

func parseWhole(text string) (int, error) {
	if n, err := strconv.Atoi(text); err == nil {
		return n, nil
	}
	f, err := parseDecimal(text)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
		return 0, strconv.ErrSyntax
	}
	return int(f), nil
}

func parseDecimal(text string) (float64, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, strconv.ErrSyntax
	}
	return f, nil
}
