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

// hashingAtOnce bounds the memory that hashing takes: 64 MiB each.
const hashingAtOnce = 4

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
	p := argon2id.DefaultParams
	random := make([]byte, p.SaltLength+p.KeyLength)
	_, _ = rand.Read(random) // it never fails
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", p.Memory, p.Iterations, p.Parallelism,
		encode(random[:p.SaltLength]), encode(random[p.SaltLength:]))
}

// prepared returns a password in the form in which it is hashed, however it was typed: an é is the
// same as one character or as an e with a combining accent (RFC 8265, OpaqueString). It reports
// whether the password has such a form: one with control characters has none.
func prepared(password string) (form string, ok bool) {
	form, err := precis.OpaqueString.String(password)
	return form, err == nil
}

// matches reports whether a password matches a hash, and whether the hash should be renewed, since
// it dates from when passwords were hashed as they were typed. It takes as long for the empty hash,
// which nothing matches.
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
		matches, err = argon2id.ComparePasswordAndHash(form, hash)
		if matches || err != nil || form == password {
			return matches, false, err
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
	return argon2id.CreateHash(password, argon2id.DefaultParams)
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
