package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"tickler"
	"tickler/internal/address"
)

type sessionStore interface {
	SetUserZone(ctx context.Context, account, user tickler.ID, zone *time.Location) error
	SetUserPreferences(ctx context.Context, account, user tickler.ID, p tickler.Preferences) error
	SignInUser(ctx context.Context, email string) (user tickler.User, passwordHash string, err error)
	PasswordHash(ctx context.Context, account, user tickler.ID) (string, error)
	SetPassword(ctx context.Context, account, user tickler.ID, hash string) error
	ChangePassword(ctx context.Context, account, user tickler.ID, old, hash string) (changed bool, err error)
	RenewPassword(ctx context.Context, account, user tickler.ID, old, hash string) error
	Session(
		ctx context.Context, tokenHash [sha256.Size]byte, now time.Time,
	) (session tickler.Session, found bool, err error)
	CreateSession(ctx context.Context, session tickler.Session) error
	ChangeMessages(ctx context.Context, tokenHash [sha256.Size]byte, rule func(waiting []tickler.Message) []tickler.Message) error
	EndSession(ctx context.Context, tokenHash [sha256.Size]byte) error
	EndSessions(ctx context.Context, account, user tickler.ID) error
}

var (
	errWrongPassword = tickler.Refuse(tickler.FactWrongPassword, "", nil)
	errSignedOut     = tickler.Refuse(tickler.FactSignedOut, "", nil)
)

// SignIn finds the user of an e-mail address and a password. Whether the address is unknown, the
// password wrong, or the user inactive or without a password: all get the same KindUnauthenticated,
// in the same time.
func (a *Sessions) SignIn(ctx context.Context, email, password string) (tickler.User, error) {
	user, hash, err := a.store.SignInUser(ctx, email)
	if err != nil {
		return tickler.User{}, err
	}
	matches, renew, err := a.passwords.matches(ctx, password, hash)
	if err != nil {
		return tickler.User{}, err
	}
	if !matches || !user.Active {
		return tickler.User{}, errWrongPassword
	}
	if renew {
		a.renewPassword(ctx, user, password, hash)
	}
	// sessions are checked against the directory, and another process may have just added the user
	a.refresh(ctx)
	return user, nil
}

// SignInName returns the name of whoever signs in with an e-mail address, under which wrong passwords
// are counted: one for all spellings by which the address is found, or each would get guesses of its
// own.
func SignInName(email string) string { return address.EmailKey(email) }

// renewPassword hashes a password in the present form. If it fails, the sign-in still succeeds, and
// the next one tries again.
func (a *Sessions) renewPassword(ctx context.Context, user tickler.User, password, old string) {
	if hash, err := a.passwords.hash(ctx, password); err == nil {
		_ = a.store.RenewPassword(ctx, user.AccountID, user.ID, old, hash)
	}
}

// SignedIn returns the caller of a session. It is an error of KindUnauthenticated when nobody has
// signed in yet, or when its user may no longer sign in.
func (a *Sessions) SignedIn(ctx context.Context, session tickler.Session) (Caller, error) {
	if !session.IsSignedIn() {
		return Caller{}, errSignedOut
	}
	if err := a.directory.Fresh(); err != nil {
		return Caller{}, err
	}
	account, err := a.directory.Account(ctx, session.AccountID)
	if err != nil {
		return Caller{}, err
	}
	user, ok := account.User(session.UserID)
	if !ok || !user.Active {
		return Caller{}, errSignedOut
	}
	return Caller{User: user, Account: account, Via: tickler.Origin{Kind: tickler.ViaPage}, Now: a.now()}, nil
}

// Session reads the session of a token that has not expired; false when there is none. When the
// directory is stale, the store is not asked: a database that hangs would hold up every page until
// its timeout.
func (a *Sessions) Session(ctx context.Context, token string) (tickler.Session, bool, error) {
	if err := a.directory.Fresh(); err != nil {
		return tickler.Session{}, false, err
	}
	return a.store.Session(ctx, sha256.Sum256([]byte(token)), a.now())
}

// BeginSession creates the session of a user who has signed in. The token is for their browser, and
// is returned only here.
func (a *Sessions) BeginSession(ctx context.Context, user tickler.User) (
	token string, session tickler.Session, err error,
) {
	token = newToken()
	now := a.now()
	session = tickler.Session{
		TokenHash: sha256.Sum256([]byte(token)), AccountID: user.AccountID, UserID: user.ID, CreatedAt: now,
		ExpiresAt: now.Add(tickler.SessionKept),
	}
	return token, session, a.store.CreateSession(ctx, session)
}

// newToken makes a token of 256 random bits.
func newToken() string {
	token := make([]byte, 32)
	_, _ = rand.Read(token) // never fails
	return base64.RawURLEncoding.EncodeToString(token)
}

// KeepMessages records which messages of a session were shown and which wait for its next page. A
// session that has ended meanwhile stays ended.
func (a *Sessions) KeepMessages(ctx context.Context, session tickler.Session, shown, news []tickler.Message) error {
	return a.store.ChangeMessages(ctx, session.TokenHash, func(waiting []tickler.Message) []tickler.Message {
		return tickler.NextMessages(waiting, shown, news)
	})
}

// EndSession signs out in one browser.
func (a *Sessions) EndSession(ctx context.Context, session tickler.Session) error {
	return a.store.EndSession(ctx, session.TokenHash)
}

// SignOutEverywhere ends all sessions of the caller.
func (a *Sessions) SignOutEverywhere(ctx context.Context, caller Caller) error {
	return a.store.EndSessions(ctx, caller.Account.ID, caller.User.ID)
}

// ChangePassword gives the caller a new password and ends all their sessions. They must know the
// old one: an error about it has the field FieldOldPassword. So has that of a call which another one
// overtakes: the old one is none any more, and the sessions that began since stay.
func (a *Sessions) ChangePassword(ctx context.Context, caller Caller, old, password string) error {
	before, err := a.store.PasswordHash(ctx, caller.Account.ID, caller.User.ID)
	if err != nil {
		return err
	}
	changed, _, err := a.passwords.matches(ctx, old, before)
	if err != nil {
		return err
	}
	if changed {
		hash, err := a.passwords.hash(ctx, password)
		if err != nil {
			return err
		}
		changed, err = a.store.ChangePassword(ctx, caller.Account.ID, caller.User.ID, before, hash)
		if err != nil {
			return err
		}
	}
	if !changed {
		return tickler.Refuse(tickler.FactNotYourPassword, tickler.FieldOldPassword, nil)
	}
	return nil
}

// SetPassword gives a user of the caller's account a new password and ends all their sessions. It
// takes an administrator.
func (a *Sessions) SetPassword(ctx context.Context, caller Caller, user tickler.User, password string) error {
	if err := needAdministrator(caller, tickler.FactMayNotSetPasswords); err != nil {
		return err
	}
	hash, err := a.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	return a.store.SetPassword(ctx, caller.Account.ID, user.ID, hash)
}

// SetOwnZone gives the caller a time zone of their own; nil for the account's.
func (a *Sessions) SetOwnZone(ctx context.Context, caller Caller, zone *time.Location) error {
	if err := a.store.SetUserZone(ctx, caller.Account.ID, caller.User.ID, zone); err != nil {
		return err
	}
	a.refresh(ctx)
	return nil
}

// SetOwnPreferences sets how dates and times are written for the caller.
func (a *Sessions) SetOwnPreferences(ctx context.Context, caller Caller, p tickler.Preferences) error {
	if err := p.Validate(); err != nil {
		return err
	}
	if err := a.store.SetUserPreferences(ctx, caller.Account.ID, caller.User.ID, p); err != nil {
		return err
	}
	a.refresh(ctx)
	return nil
}
