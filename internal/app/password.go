package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/secure/precis"

	"tickler"
)

// MinPassword is the least length of a password that a person chooses, in code points.
const MinPassword = 8

// Hashing is how a password is hashed: argon2id as OWASP's cheat sheet on storing passwords has it,
// with the least memory that it recommends, since strangers can ask for a hashing. It is never changed
// but by tests, which make it cheaper.
var Hashing = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashingAtOnce bounds the memory that hashing takes: 19 MiB each.
const hashingAtOnce = 2

// passwords makes and checks the hashes of passwords, hashingAtOnce at a time.
type passwords struct {
	running chan struct{}
	// nobodys is a hash that no password matches. Checking against it takes as long as against any
	// other.
	nobodys string
}

func newPasswords() passwords {
	return passwords{running: make(chan struct{}, hashingAtOnce), nobodys: hashOfNothing()}
}

func hashOfNothing() string {
	random := make([]byte, Hashing.SaltLength+Hashing.KeyLength)
	_, _ = rand.Read(random) // it never fails
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", Hashing.Memory, Hashing.Iterations, Hashing.Parallelism,
		encode(random[:Hashing.SaltLength]), encode(random[Hashing.SaltLength:]))
}

// prepared returns a password in the form in which it is hashed, however it was typed: an é is the
// same as one character or as an e with a combining accent (RFC 8265, OpaqueString). It reports
// whether the password has such a form: one with control characters has none.
func prepared(password string) (form string, ok bool) {
	form, err := precis.OpaqueString.String(password)
	return form, err == nil
}

// matches reports whether a password matches a hash, and whether the hash should be renewed, since
// it dates from when passwords were hashed as they were typed, or otherwise than Hashing says. It
// takes as long for the empty hash, which nothing matches, as for one made as Hashing says.
func (p passwords) matches(ctx context.Context, password, hash string) (matches, renew bool, err error) {
	if hash == "" {
		hash = p.nobodys
	}
	if err := p.begin(ctx); err != nil {
		return false, false, err
	}
	defer p.end()
	form, ok := prepared(password)
	if ok {
		matches, params, err := argon2id.CheckHash(form, hash)
		if matches || err != nil || form == password {
			return matches, matches && *params != Hashing, err
		}
	}
	matches, err = argon2id.ComparePasswordAndHash(password, hash)
	return matches, matches && ok, err
}

// hash makes the hash of a new password.
func (p passwords) hash(ctx context.Context, password string) (string, error) {
	password, ok := prepared(password)
	if !ok && password != "" {
		return "", tickler.Refuse(tickler.FactNotPasswordText, tickler.FieldPassword, nil)
	}
	if utf8.RuneCountInString(password) < MinPassword {
		return "", tickler.Refuse(tickler.FactPasswordTooShort, tickler.FieldPassword, nil, MinPassword)
	}
	if err := p.begin(ctx); err != nil {
		return "", err
	}
	defer p.end()
	return argon2id.CreateHash(password, &Hashing)
}

// begin waits until another hashing may run.
func (p passwords) begin(ctx context.Context) error {
	select {
	case p.running <- struct{}{}:
		return nil
	case <-ctx.Done():
		return tickler.Unavailable(time.Second, ctx.Err())
	}
}

func (p passwords) end() { <-p.running }
