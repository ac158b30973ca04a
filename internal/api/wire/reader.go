package wire

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/composed"
)

// Reader takes values out of an object whose shape was checked. It keeps the first fault it meets
// and returns zero values from then on, so that an object is read in a straight line and Err is
// looked at once. Null and "" are absent, a number may come as a string and the reverse (docs/contract.md
// section 1, "Loose values"). What it returns is composed (see package composed); what Node and Raw
// return is as it was sent.
type Reader struct {
	members []Member
	path    path
	err     error
}

// Read returns a reader of a body that is an object.
func Read(body Node) *Reader { return &Reader{members: body.Members} }

// ReadItems returns a reader of every object in a body that is an array.
func ReadItems(body Node) []*Reader { return readersOf(body, nil) }

// ReadValue returns a reader of one value, as if it were an attribute of an object.
func ReadValue(name string, value Node) *Reader { return &Reader{members: []Member{{name, value}}} }

// ReadTexts returns a reader of texts that did not come as JSON, each found by its name; an empty
// one is absent.
func ReadTexts(find func(name string) string, names ...string) *Reader {
	r := &Reader{members: make([]Member, len(names))}
	for i, name := range names {
		r.members[i] = Member{name, Node{Kind: StringNode, Text: find(name)}}
	}
	return r
}

// Err returns the first fault that was met.
func (r *Reader) Err() error { return r.err }

// Within returns a reader of the object that an attribute holds. Its fault is collected with Merge.
func (r *Reader) Within(name string) *Reader {
	return &Reader{members: r.Node(name).Members, path: r.below(name)}
}

// Each returns a reader of every object in the array that an attribute holds. Their faults are
// collected with Merge.
func (r *Reader) Each(name string) []*Reader { return readersOf(r.Node(name), r.below(name)) }

func readersOf(array Node, at path) []*Reader {
	readers := make([]*Reader, len(array.Items))
	for i, item := range array.Items {
		readers[i] = &Reader{members: item.Members, path: slices.Clip(at).item(i)}
	}
	return readers
}

// below returns the path of an attribute, of which other readers' paths share nothing.
func (r *Reader) below(name string) path { return slices.Clip(r.path).member(name) }

// Merge takes over the fault of other readers, that of the first one first.
func (r *Reader) Merge(others ...*Reader) {
	for _, other := range others {
		if r.err == nil {
			r.err = other.err
		}
	}
}

// Node returns an attribute's value as it was sent.
func (r *Reader) Node(name string) Node {
	for _, m := range r.members {
		if m.Name == name {
			return m.Value
		}
	}
	return Node{}
}

// Has reports whether an attribute was given a single value that is not blank.
func (r *Reader) Has(name string) bool { return r.Plain(name) != "" }

// Fail says that an attribute's value can't be accepted and what was expected instead.
func (r *Reader) Fail(name, value, expected string) { r.failAt(r.path.member(name), value, expected) }

func (r *Reader) failAt(at path, value, expected string) {
	if r.err == nil {
		r.err = Invalid(at.String(), value, expected)
	}
}

// Refuse says why an attribute is not taken, in a clause of which it is the subject: "can't be
// updated."
func (r *Reader) Refuse(name, clause string) {
	if r.err == nil {
		at := r.path.member(name)
		r.err = malformed(at, "'%s' %s", at, clause)
	}
}

// Miss says that a mandatory attribute is absent.
func (r *Reader) Miss(name, action string) {
	if r.err == nil {
		r.err = Missing(r.path.member(name).String(), action)
	}
}

// Text returns a string or a number's digits.
func (r *Reader) Text(name string) string { return composed.Text(r.rawText(name)) }

// Raw returns a text as it was sent, without outer blanks: a URL, which is bytes to its receiver.
func (r *Reader) Raw(name string) string { return strings.TrimSpace(r.rawText(name)) }

func (r *Reader) rawText(name string) string {
	n := r.Node(name)
	if n.Kind == BooleanNode {
		r.Fail(name, n.Text, "a text")
	}
	return n.Text
}

// Plain returns a single value's text without outer blanks: a string, or the literal of a number or
// boolean.
func (r *Reader) Plain(name string) string { return strings.TrimSpace(r.Whatever(name)) }

// Whatever returns a single value's text with its blanks: a string, or the literal of a number or
// boolean.
func (r *Reader) Whatever(name string) string { return r.Node(name).Composed() }

// Word returns a text without outer blanks.
func (r *Reader) Word(name string) string { return strings.TrimSpace(r.Text(name)) }

// Convert reads an optional value: nil when it is absent or can't be read.
func Convert[T any](r *Reader, name, expected string, parse func(text string) (T, error)) *T {
	n := r.Node(name)
	value, ok := convert(n, parse)
	if !ok {
		r.Fail(name, n.Text, expected)
	}
	return value
}

// convert returns nil for an absent value, and for one that can't be read, which is not ok.
func convert[T any](n Node, parse func(text string) (T, error)) (value *T, ok bool) {
	text := strings.TrimSpace(n.Composed())
	if text == "" {
		return nil, true
	}
	parsed, err := parse(text)
	if err != nil || n.Kind == BooleanNode {
		return nil, false
	}
	return &parsed, true
}

// Items reads an array of single values, none of them absent: nil when one can't be read.
func Items[T any](r *Reader, name, expected string, parse func(text string) (T, error)) []T {
	array := r.Node(name).Items
	values := make([]T, 0, len(array))
	for i, item := range array {
		value, ok := convert(item, parse)
		if !ok || value == nil {
			r.failAt(r.path.member(name).item(i), item.Text, expected)
			return nil
		}
		values = append(values, *value)
	}
	return values
}

// Whole reads an optional whole number.
func (r *Reader) Whole(name, expected string) *int { return Convert(r, name, expected, parseWhole) }

// Between reads an optional whole number of a range.
func (r *Reader) Between(name string, least, most int) *int {
	if !r.Has(name) {
		return nil
	}
	expected := fmt.Sprintf("a whole number from %d to %d", least, most)
	n := r.Whole(name, expected)
	if n != nil && (*n < least || *n > most) {
		r.Fail(name, strconv.Itoa(*n), expected)
	}
	return n
}

// Decimal reads an optional number.
func (r *Reader) Decimal(name, expected string) *float64 {
	return Convert(r, name, expected, parseDecimal)
}

// InstantForm describes the texts that name an instant.
const InstantForm = "a date and time in UTC of the form YYYY-MM-DD HH:MM:SS, between 1900 and 9999"

// Instant reads an optional instant.
func (r *Reader) Instant(name string) *time.Time {
	return Convert(r, name, InstantForm, civil.ParseInstant)
}

// TimeOfDay reads an optional time of day.
func (r *Reader) TimeOfDay(name string) *civil.TimeOfDay {
	return Convert(r, name, "a time of day of the form HH:MM:SS", civil.ParseTimeOfDay)
}

// ID returns the zero ID when the attribute is absent. A GUID of nothing but zeros is refused, so
// that it isn't taken for an absent one.
func (r *Reader) ID(name string) tickler.ID {
	const expected = "a GUID, not all zeros"
	id := Convert(r, name, expected, tickler.ParseID)
	if id == nil {
		return tickler.ID{}
	}
	if id.IsZero() {
		r.Fail(name, id.String(), expected)
	}
	return *id
}

// Choice reads an optional number that must be one of a few.
func (r *Reader) Choice(name string, allowed ...int) *int {
	if !r.Has(name) {
		return nil
	}
	texts := make([]string, len(allowed))
	for i, a := range allowed {
		texts[i] = strconv.Itoa(a)
	}
	expected := "one of " + strings.Join(texts, ", ")
	n := r.Whole(name, expected)
	if n == nil {
		return nil
	}
	for _, a := range allowed {
		if *n == a {
			return n
		}
	}
	r.Fail(name, strconv.Itoa(*n), expected)
	return nil
}

// Names are the names of a closed list, and what each stands for.
type Names[T any] []struct {
	Name  string
	Value T
}

// OneOf reads an optional name of a closed list, in any case, and returns what it stands for; nil
// when it is absent.
func OneOf[T any](r *Reader, attribute string, names Names[T]) *T {
	text := r.Word(attribute)
	if text == "" {
		return nil
	}
	known := make([]string, len(names))
	for i, each := range names {
		if strings.EqualFold(text, each.Name) {
			return &each.Value
		}
		known[i] = each.Name
	}
	r.Fail(attribute, text, "one of "+strings.Join(known, ", "))
	return nil
}

// Flag reads an optional true or false: a boolean, a text, or 1 and 0.
func (r *Reader) Flag(name string) *bool {
	text := r.Plain(name)
	switch strings.ToLower(text) {
	case "":
		return nil
	case "true", "1":
		return new(true)
	case "false", "0":
		return new(false)
	default:
		r.Fail(name, text, "true or false")
		return nil
	}
}

// ValuesByName returns every member of an object that takes any names, as texts.
func (r *Reader) ValuesByName() map[string]string {
	texts := make(map[string]string, len(r.members))
	for _, m := range r.members {
		texts[m.Name] = m.Value.Composed()
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
