package wire

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// Object is a JSON object whose attributes keep their order, and of which some can be left out.
type Object []struct {
	Name  string
	Value any
}

// With returns the object with one more attribute.
func (o Object) With(name string, value any) Object { return append(o, Object{{name, value}}...) }

// Text returns the text of a single value among the attributes; "" when there is none.
func (o Object) Text(name string) string {
	for _, a := range o {
		if a.Name == name {
			return plainText(a.Value)
		}
	}
	return ""
}

// plainText returns a single value as a text, without quotes.
func plainText(value any) string {
	if text, isText := value.(string); isText {
		return text
	}
	return strings.Trim(string(Marshal(value)), `"`)
}

// Marshal writes what an answer is made of: objects, lists of them, and whatever encoding/json
// takes.
func Marshal(value any) []byte { return appendJSON(nil, value) }

// MarshalJSON implements json.Marshaler, for objects that lie in other values than appendJSON
// knows.
func (o Object) MarshalJSON() ([]byte, error) { return o.appendJSON(nil), nil }

// appendJSON writes the attributes in their order.
func (o Object) appendJSON(to []byte) []byte {
	to = append(to, '{')
	for i, a := range o {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(appendText(to, a.Name), ':')
		to = appendJSON(to, a.Value)
	}
	return append(to, '}')
}

// appendJSON writes by itself what lists of tasks are made of: encoding/json would copy and check
// each object anew for every object around it.
func appendJSON(to []byte, value any) []byte {
	switch v := value.(type) {
	case Object:
		return v.appendJSON(to)
	case []Object:
		const usualLength = 1200 // of a task: or a long list would be copied each time it outgrows its room
		to = append(slices.Grow(to, usualLength*len(v)), '[')
		for i, o := range v {
			if i > 0 {
				to = append(to, ',')
			}
			to = o.appendJSON(to)
		}
		return append(to, ']')
	case string:
		return appendText(to, v)
	case tickler.ID:
		return append(v.Append(append(to, '"')), '"')
	case Instant:
		return append(civil.AppendInstant(append(to, '"'), time.Time(v)), `.000"`...)
	case int:
		return strconv.AppendInt(to, int64(v), 10)
	case float64:
		if v == 0 {
			return append(to, '0')
		}
		return append(to, encode(v)...)
	case map[string]string:
		if len(v) == 0 {
			return append(to, "{}"...)
		}
		return append(to, encode(v)...)
	default:
		return append(to, encode(v)...)
	}
}

// appendText quotes a text; one that needs escapes is left to encoding/json.
func appendText(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return append(to, encode(text)...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

func encode(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // our own shapes can be marshalled
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Without leaves out the attributes of a set of names folded by tickler.Fold.
func (o Object) Without(excluded map[string]bool) Object {
	if len(excluded) == 0 {
		return o
	}
	kept := make(Object, 0, len(o))
	for _, a := range o {
		if !excluded[tickler.Fold(a.Name)] {
			kept = append(kept, a)
		}
	}
	return kept
}

// Blanked sets to null the attributes that a set of names folded by tickler.Fold lacks; an empty
// one, and *, includes all.
func (o Object) Blanked(included map[string]bool) Object {
	if len(included) == 0 || included["*"] {
		return o
	}
	blanked := make(Object, len(o))
	for i, a := range o {
		if !included[tickler.Fold(a.Name)] {
			a.Value = nil
		}
		blanked[i] = a
	}
	return blanked
}

// Only keeps the attributes of a set of names folded by tickler.Fold; an empty one, and *, includes
// all.
func (o Object) Only(included map[string]bool) Object {
	if len(included) == 0 || included["*"] {
		return o
	}
	kept := Object{}
	for _, a := range o {
		if included[tickler.Fold(a.Name)] {
			kept = append(kept, a)
		}
	}
	return kept
}

// Instant is an instant as it looks in an object; the zero time is the vendor's own "never"
// (docs/contract.md section 5).
type Instant time.Time
