package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/httpio"
)

// form is what a form's fields hold, and what is wrong with them. A page that is shown again after a mistake gets the same
// form back, so that nobody types twice.
type form struct {
	values url.Values
	errors map[string]string // by field; that of "" is the whole form's
}

// filled gives a form whose fields hold these values: names and values in turn.
func filled(pairs ...string) form {
	f := form{values: url.Values{}, errors: map[string]string{}}
	for pair := range slices.Chunk(pairs, 2) {
		f.values.Set(pair[0], pair[1])
	}
	return f
}

// Value gives what a field holds, as it was typed.
func (f form) Value(name string) string { return f.values.Get(name) }

// text gives what a field holds, without outer blanks.
func (f form) text(name string) string { return strings.TrimSpace(f.Value(name)) }

// Field gives a field to the templates "invalid" and "mistake".
func (f form) Field(name string) field { return field{name, f.errors[name]} }

// Mistake gives what is wrong with the form as a whole.
func (f form) Mistake() string { return f.errors[""] }

// field is a field's name and what is wrong with it.
type field struct{ Name, Mistake string }

// mark says what is wrong with a field; with the whole form when the name is "".
func (f form) mark(name, mistake string) { f.errors[name] = mistake }

// blame marks the field that an error's attribute stands for, and gives back an error that is about none of them.
func (f form) blame(err error, fieldOf map[string]string) error {
	e, ok := errors.AsType[*tickler.Error](err)
	if !ok {
		return err
	}
	name, known := fieldOf[e.Attribute]
	if !known {
		return err
	}
	f.mark(name, e.Message)
	return nil
}

func (f form) hasMistakes() bool { return len(f.errors) > 0 }

// The largest forms, in bytes. Each byte of what was typed can take three, spelt out.
const (
	// maxForm has room for two of the longest descriptions.
	maxForm = 256 << 10
	// maxRowsForm has room for as much as a bulk create may send (contract section 1).
	maxRowsForm = 13 << 20
)

// readForm reads what was posted, up to a length. What can't be read gets a refusal.
func (p *page) readForm(w http.ResponseWriter, most int64) (refusal answer, refused bool) {
	p.Body = http.MaxBytesReader(w, p.Body, most)
	err := p.ParseForm()
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return errorPage(http.StatusRequestEntityTooLarge, "This is too much", fmt.Sprintf("The form is larger than %d KiB. Send less.", most>>10)), true
	}
	if err != nil || !allText(p.PostForm) {
		return errorPage(http.StatusBadRequest, "This can't be read", "The form could not be read. Go back and send it again."), true
	}
	p.form = form{values: p.PostForm, errors: map[string]string{}}
	return answer{}, false
}

// allText tells whether both databases can keep what was typed.
func allText(values url.Values) bool {
	for _, texts := range values {
		if slices.ContainsFunc(texts, func(text string) bool { return !httpio.IsText(text) }) {
			return false
		}
	}
	return true
}
