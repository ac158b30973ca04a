package tickler

import (
	"encoding/hex"
	"errors"
)

// ID identifies a task, a user, an account or anything else that Tickler stores. It is a GUID;
// those that Tickler makes are UUIDv7 (RFC 9562), so that they sort by creation time. The zero ID
// stands for nothing.
type ID [16]byte

var errNotAnID = errors.New("not a GUID")

// dashes are the places of a GUID's hyphens in its text form.
var dashes = [...]int{8, 13, 18, 23}

// ParseID reads a GUID of the form 0192f0c1-7c5e-7d5a-9a51-3f6f0e7a1b2c, in any case.
func ParseID(text string) (ID, error) {
	if len(text) != 36 {
		return ID{}, errNotAnID
	}
	var digits [32]byte
	n, from := 0, 0
	for _, dash := range dashes {
		if text[dash] != '-' {
			return ID{}, errNotAnID
		}
		n += copy(digits[n:], text[from:dash])
		from = dash + 1
	}
	copy(digits[n:], text[from:])
	var id ID
	if _, err := hex.Decode(id[:], digits[:]); err != nil {
		return ID{}, errNotAnID
	}
	return id, nil
}

// String returns the lower-case GUID.
func (id ID) String() string { return string(id.Append(make([]byte, 0, 36))) }

// Append appends the text that String returns.
func (id ID) Append(to []byte) []byte {
	to = hex.AppendEncode(to, id[:4])
	for _, part := range [...][]byte{id[4:6], id[6:8], id[8:10], id[10:]} {
		to = hex.AppendEncode(append(to, '-'), part)
	}
	return to
}

// IsZero reports whether the ID stands for nothing.
func (id ID) IsZero() bool { return id == ID{} }
