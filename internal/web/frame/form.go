package frame

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/composed"
	"tickler/internal/httpio"
)

// Form is what a form's fields hold, and what is wrong with them. A page that is shown again after
// a mistake gets the same form back, so that nobody types twice.
type Form struct {
	values   url.Values
	mistakes map[string]string // by field; that of "" is the whole form's
}

// Filled returns a form whose fields hold these values: names and values in turn.
func Filled(pairs ...string) Form {
	f := Form{values: url.Values{}, mistakes: map[string]string{}}
	for pair := range slices.Chunk(pairs, 2) {
		f.Set(pair[0], pair[1])
	}
	return f
}

// Set fills in a field.
func (f Form) Set(name, value string) { f.values.Set(name, value) }

// Value returns what a field holds, as it was typed.
func (f Form) Value(name string) string { return f.values.Get(name) }

// Text returns what a field holds, composed (see package composed) and without outer blanks. Passwords and URLs are read as they
// were typed.
func (f Form) Text(name string) string { return strings.TrimSpace(composed.Text(f.Value(name))) }

// IsEmpty reports whether no field holds anything.
func (f Form) IsEmpty() bool { return len(f.values) == 0 }

// Field returns a field for the templates "invalid" and "mistake".
func (f Form) Field(name string) Field { return Field{name, f.mistakes[name]} }

// Mistake returns what is wrong with the form as a whole.
func (f Form) Mistake() string { return f.mistakes[""] }

// Field is a field's name and what is wrong with it.
type Field struct{ Name, Mistake string }

// Mark says what is wrong with a field; with the whole form when the name is "".
func (f Form) Mark(name, mistake string) { f.mistakes[name] = mistake }

// HasMistakes reports whether anything is wrong with the form.
func (f Form) HasMistakes() bool { return len(f.mistakes) > 0 }

// Blame marks the field of the form that stands for an error's field, and returns an error that is
// about none of them.
func (p *Page) Blame(err error, nameOf map[tickler.Field]string) error {
	e, ok := errors.AsType[*tickler.Error](err)
	if !ok {
		return err
	}
	name, known := nameOf[e.Field]
	if !known {
		return err
	}
	p.Form.Mark(name, p.words(e))
	return nil
}

// maxForm is the length of the largest form, in bytes. It has room for two of the longest
// descriptions: each byte of what was typed can take three, spelt out.
const maxForm = 256 << 10

// readForm reads what was posted, up to a length. What can't be read gets a refusal.
func (p *Page) readForm(w http.ResponseWriter, most int64) (refusal Answer, refused bool) {
	p.Body = http.MaxBytesReader(w, p.Body, most)
	err := p.ParseForm()
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return ErrorPage(http.StatusRequestEntityTooLarge, "This is too large",
			fmt.Sprintf("The form is larger than %d KiB. Send less.", most>>10)), true
	}
	if err != nil || !allText(p.PostForm) {
		return ErrorPage(http.StatusBadRequest, "This can't be read",
			"The form could not be read. Go back and send it again."), true
	}
	p.Form = Form{values: p.PostForm, mistakes: map[string]string{}}
	return Answer{}, false
}

// allText reports whether both databases can keep what was typed.
func allText(values url.Values) bool {
	for _, texts := range values {
		if slices.ContainsFunc(texts, func(text string) bool { return !httpio.IsText(text) }) {
			return false
		}
	}
	return true
}

// Add fills in one more value of a field that has several.
func (f Form) Add(name, value string) { f.values.Add(name, value) }

// Values returns all that a field with several values holds.
func (f Form) Values(name string) []string { return f.values[name] }

// Clear empties a field.
func (f Form) Clear(name string) { f.values.Del(name) }
