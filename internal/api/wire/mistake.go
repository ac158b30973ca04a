package wire

import (
	"fmt"

	"tickler"
)

// Mistake is what the wire itself finds wrong with a call: with its structure, or with a value that
// can't be read.
type Mistake struct {
	Kind      tickler.Kind
	Attribute string // the path of what is wrong; empty for the call as a whole
	Text      string // the whole sentence, for the caller
}

// Error implements error.
func (m *Mistake) Error() string { return m.Text }

// Malformed says what is wrong with a call's structure.
func Malformed(format string, args ...any) error { return malformed(nil, format, args...) }

func malformed(at path, format string, args ...any) error {
	return &Mistake{tickler.KindInvalid, at.String(), fmt.Sprintf(format, args...)}
}

// Invalid says that an attribute's value can't be accepted and what was expected instead.
func Invalid(attribute, value, expected string) error {
	return &Mistake{tickler.KindInvalid, attribute, InvalidText(attribute, tickler.Cut(value), expected)}
}

// InvalidText is the sentence for a value that can't be accepted.
func InvalidText(attribute, value, expected string) string {
	return "'" + attribute + "' has the invalid value '" + value + "'. Expected " + expected + "."
}

// Missing says that an attribute is mandatory for an action, such as "creating a task".
func Missing(attribute, action string) error {
	return &Mistake{tickler.KindMissing, attribute, fmt.Sprintf("'%s' is mandatory for %s", attribute, action)}
}
