package tickler

import (
	"crypto/sha256"
	"slices"
	"time"
)

// SessionKept is how long a session lasts.
const SessionKept = 30 * 24 * time.Hour

// MaxMessages is how many messages of a session may wait to be shown. When more come, the oldest
// are dropped.
const MaxMessages = 5

// Session is a user signed in to the pages in one browser, or about to be. Only a hash of the token
// that the browser holds is kept: the token has 256 random bits, so a plain SHA-256 can't be turned
// back.
type Session struct {
	TokenHash [sha256.Size]byte
	// AccountID and UserID are zero until it is known who signs in.
	AccountID ID
	UserID    ID
	// Pending is what an unfinished sign-in waits for; "" once it is finished.
	Pending string
	// Messages wait to be shown on the next page, the oldest first.
	Messages  []Message
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Message tells a user, once, what has come of something they did.
type Message struct {
	Text string
	// Label and Path are those of a button beside the text, such as one that takes it back: it
	// posts to a path of the pages. "" for none.
	Label, Path string
	// LinkLabel and LinkPath are those of a link beside the text. "" for none.
	LinkLabel, LinkPath string
}

// IsSignedIn reports whether the session lets its user in.
func (s Session) IsSignedIn() bool { return s.Pending == "" && !s.UserID.IsZero() }

// NextMessages returns the messages that wait once some of those that waited have been shown and
// new ones have come.
func NextMessages(waiting, shown, news []Message) []Message {
	next := slices.Concat(slices.DeleteFunc(slices.Clone(waiting), func(m Message) bool {
		return slices.Contains(shown, m)
	}), news)
	return next[max(0, len(next)-MaxMessages):]
}
