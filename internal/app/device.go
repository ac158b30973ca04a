package app

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"tickler"
)

// MarkDevice makes a mark for a browser in which a user has signed in, by which it is recognized
// when somebody is guessing their password elsewhere. It grants no access, and is valid until the
// password changes; every mark is different.
func (a *Sessions) MarkDevice(ctx context.Context, user tickler.User) (mark string, err error) {
	hash, err := a.store.PasswordHash(ctx, user.AccountID, user.ID)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, deviceNonce)
	_, _ = rand.Read(nonce) // never fails
	return deviceMark(nonce, user, hash), nil
}

// IsMarked reports whether a mark was made for the user with an e-mail address.
func (a *Sessions) IsMarked(ctx context.Context, email, mark string) (bool, error) {
	nonce, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil || len(nonce) != deviceNonce+sha256.Size {
		return false, nil //nolint:nilerr // an unreadable mark is not ours
	}
	user, hash, err := a.store.SignInUser(ctx, email)
	if err != nil || hash == "" {
		return false, err
	}
	return hmac.Equal([]byte(mark), []byte(deviceMark(nonce[:deviceNonce], user, hash))), nil
}

const deviceNonce = 16

// deviceMark signs a nonce for a user. The key is the hash of their password: it changes with the
// password, and its salt is secret, so that a mark is no help in guessing.
func deviceMark(nonce []byte, user tickler.User, passwordHash string) string {
	mac := hmac.New(sha256.New, []byte(passwordHash))
	mac.Write([]byte("device"))
	mac.Write(user.ID[:])
	mac.Write(nonce)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nonce[:len(nonce):len(nonce)]))
}
