package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// Tokens makes and checks the tokens of signed links. Until it expires, a token lets whoever holds
// it do what its subject says, without a session. The zero Tokens has no key and accepts no token.
type Tokens struct{ key []byte }

// NewTokens returns Tokens signed with a secret key, which should have 256 random bits. All nodes
// of a service need the same key.
func NewTokens(key []byte) Tokens { return Tokens{key} }

// Sign makes a token for a subject, such as "unsubscribe/" and the id of a user. It is valid until
// an instant, to the second, and safe in a URL. The subject is signed, not encrypted.
func (t Tokens) Sign(subject string, until time.Time) string {
	expiry := uint64(until.Unix())
	signed := append(binary.BigEndian.AppendUint64(nil, expiry), subject...)
	return base64.RawURLEncoding.EncodeToString(append(t.mac(signed), signed...))
}

const expiryLength = 8

// Why a token is not accepted.
var (
	ErrTokenExpired = errors.New("the token has expired")
	ErrNoToken      = errors.New("the token was not signed with this key")
)

// Subject returns the subject of a token. One that was signed with this key and has expired is
// ErrTokenExpired, anything else ErrNoToken. Each token has one spelling.
func (t Tokens) Subject(token string, now time.Time) (subject string, err error) {
	content, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || strings.ContainsAny(token, "\r\n") || // which the decoder skips
		len(t.key) == 0 || len(content) < sha256.Size+expiryLength {
		return "", ErrNoToken
	}
	signed := content[sha256.Size:]
	if !hmac.Equal(content[:sha256.Size], t.mac(signed)) {
		return "", ErrNoToken
	}
	if until := time.Unix(int64(binary.BigEndian.Uint64(signed)), 0); !now.Before(until) {
		return "", ErrTokenExpired
	}
	return string(signed[expiryLength:]), nil
}

// mac signs some bytes. The prefix separates this use of the key from others.
func (t Tokens) mac(signed []byte) []byte {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte("link"))
	mac.Write(signed)
	return mac.Sum(nil)
}
