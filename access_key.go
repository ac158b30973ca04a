package tickler

import (
	"crypto/sha256"
	"crypto/subtle"
	"time"
)

// AccessKey is a pair of keys with which a program calls the API as a user. Only a hash of the
// secret is kept: the secret has 256 random bits, so a plain SHA-256 can't be turned back.
type AccessKey struct {
	ID         ID
	AccountID  ID
	UserID     ID
	Key        string
	SecretHash [sha256.Size]byte
	CreatedAt  time.Time
	RevokedAt  time.Time // zero while it is good
	// LastUsedAt is the minute of its last call, written down within a minute or so; zero if there
	// was none.
	LastUsedAt time.Time
}

// KeyUse says when an access key was last used.
type KeyUse struct {
	Key string
	At  time.Time
}

// HashSecret returns the hash that is kept of a secret key.
func HashSecret(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

// Admits reports whether the secret is this key's and the key is not revoked, in constant time. The
// zero AccessKey admits nobody.
func (k AccessKey) Admits(secret string) bool {
	hash := HashSecret(secret)
	same := subtle.ConstantTimeCompare(hash[:], k.SecretHash[:]) == 1
	return same && !k.ID.IsZero() && k.RevokedAt.IsZero()
}
