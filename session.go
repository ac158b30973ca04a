package tickler

import (
	"crypto/sha256"
	"time"
)

// SessionKept is how long after signing in somebody has to sign in again.
const SessionKept = 30 * 24 * time.Hour

// Session is somebody signed in to the pages in one browser. Only a hash of the token that the browser holds is kept: the
// token has 256 random bits, so a plain SHA-256 can't be turned back.
type Session struct {
	TokenHash [sha256.Size]byte
	AccountID ID
	UserID    ID
	// Data is what the pages remember of the session.
	Data      []byte
	CreatedAt time.Time
	ExpiresAt time.Time
}
