package tickler

import (
	"encoding/hex"
	"errors"
)

// ID names one thing Tickler keeps: a task, a user, an account. It is a GUID; those that Tickler makes are UUIDv7
// (RFC 9562), so that they sort by the time of their making. The zero ID names nothing.
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
	n := 0
	for i := range len(text) {
		if isDash(i) {
			if text[i] != '-' {
				return ID{}, errNotAnID
			}
			continue
		}
		digits[n] = text[i]
		n++
	}
	var id ID
	if _, err := hex.Decode(id[:], digits[:]); err != nil {
		return ID{}, errNotAnID
	}
	return id, nil
}

// String gives the lower-case GUID, as it goes over the wire.
func (id ID) String() string {
	var text [36]byte
	hex.Encode(text[:8], id[:4])
	hex.Encode(text[9:13], id[4:6])
	hex.Encode(text[14:18], id[6:8])
	hex.Encode(text[19:23], id[8:10])
	hex.Encode(text[24:], id[10:])
	for _, i := range dashes {
		text[i] = '-'
	}
	return string(text[:])
}

// IsZero tells whether the ID names nothing.
func (id ID) IsZero() bool { return id == ID{} }

func isDash(i int) bool {
	for _, dash := range dashes {
		if i == dash {
			return true
		}
	}
	return false
}
