package tickler

import (
	"crypto/sha256"
	"time"
)

// Once is the memory of one call made with an Idempotency-Key: who called which operation with which
// body, and what was answered. Two users who choose the same key have a memory each.
type Once struct {
	AccountID ID
	UserID    ID // the caller
	Operation string
	Key       string
	BodyHash  [sha256.Size]byte // of the raw bytes
	Answer    []byte
	At        time.Time
}

// Limits of an Idempotency-Key (docs/contract.md section 1).
const (
	MaxIdempotencyKey = 255
	IdempotencyKept   = 24 * time.Hour
)

// Repeats reports whether another call under the same key is the same call, with the same body.
func (o Once) Repeats(other Once) bool { return o.BodyHash == other.BodyHash }
