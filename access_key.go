package tickler

import (
	"crypto/sha256"
	"crypto/subtle"
	"time"
)

// AccessKey is a pair of keys by which a program calls the API in the name of a user. Only a hash
// of the secret is kept: the secret has 256 random bits, so a plain SHA-256 can't be turned back.
type AccessKey struct {
	ID         ID
	AccountID  ID
	UserID     ID
	Key        string
	SecretHash [sha256.Size]byte
	CreatedAt  time.Time
	RevokedAt  time.Time // zero while it is good
	// LastUsedAt is the minute in which it last let a call in, as far as that is written down:
	// within a minute or so. Zero: never.
	LastUsedAt time.Time
}

// KeyUse says when an access key was last used.
type KeyUse struct {
	Key string
	At  time.Time
}

// HashSecret returns what is kept of a secret key.
func HashSecret(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

// Admits reports whether the secret is this key's and the key is not revoked. It takes the same
// time whatever the answer; the zero AccessKey admits nobody.
func (k AccessKey) Admits(secret string) bool {
	hash := HashSecret(secret)
	same := subtle.ConstantTimeCompare(hash[:], k.SecretHash[:]) == 1
	return same && !k.ID.IsZero() && k.RevokedAt.IsZero()
}
