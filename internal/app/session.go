package app

import (
	"context"
	"crypto/sha256"
	"time"

	"tickler"
)

type sessionStore interface {
	SignInUser(ctx context.Context, email string) (user tickler.User, passwordHash string, err error)
	PasswordHash(ctx context.Context, account, user tickler.ID) (string, error)
	SetPassword(ctx context.Context, account, user tickler.ID, hash string) error
	Session(ctx context.Context, tokenHash [sha256.Size]byte, now time.Time) (session tickler.Session, found bool, err error)
	CreateSession(ctx context.Context, session tickler.Session) error
	UpdateSession(ctx context.Context, tokenHash [sha256.Size]byte, data []byte) error
	EndSession(ctx context.Context, tokenHash [sha256.Size]byte) error
	EndSessions(ctx context.Context, account, user tickler.ID) error
}

var (
	errWrongPassword = &tickler.Error{Kind: tickler.KindUnauthenticated, Message: "The e-mail address or the password is wrong."}
	errSignedOut     = &tickler.Error{Kind: tickler.KindUnauthenticated, Message: "Sign in first."}
)

// SignIn finds the user of an e-mail address and a password. Whether the address is unknown, the password wrong, or the user
// inactive or without a password: all get the same KindUnauthenticated, in the same time.
func (a *App) SignIn(ctx context.Context, email, password string) (tickler.User, error) {
	user, hash, err := a.store.SignInUser(ctx, email)
	if err != nil {
		return tickler.User{}, err
	}
	matches, err := a.passwords.matches(ctx, password, hash)
	if err != nil {
		return tickler.User{}, err
	}
	if !matches || !user.Active {
		return tickler.User{}, errWrongPassword
	}
	a.refresh(ctx) // his session is held to the directory, and he may have been added by another process since it was last read
	return user, nil
}

// SignedIn gives the caller that a session is for. It is an error of KindUnauthenticated when its user may no longer come in.
func (a *App) SignedIn(ctx context.Context, session tickler.Session) (Caller, error) {
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
	return Caller{User: user, Account: account, Via: tickler.Origin{Kind: tickler.ViaPage}}, nil
}

// Session reads the session of a token that is not yet over; false when there is none. When the directory is too old to be trusted, the
// store is not asked: a database that hangs would hold up each page for as long as a page may take.
func (a *App) Session(ctx context.Context, tokenHash [sha256.Size]byte) (tickler.Session, bool, error) {
	if err := a.directory.Fresh(); err != nil {
		return tickler.Session{}, false, err
	}
	return a.store.Session(ctx, tokenHash, a.now())
}

// CreateSession begins a session that somebody has signed in for.
func (a *App) CreateSession(ctx context.Context, session tickler.Session) error {
	session.CreatedAt = a.now()
	return a.store.CreateSession(ctx, session)
}

// UpdateSession keeps what the pages remember of a session. One that has ended meanwhile stays ended.
func (a *App) UpdateSession(ctx context.Context, tokenHash [sha256.Size]byte, data []byte) error {
	return a.store.UpdateSession(ctx, tokenHash, data)
}

// EndSession signs out in one browser.
func (a *App) EndSession(ctx context.Context, tokenHash [sha256.Size]byte) error {
	return a.store.EndSession(ctx, tokenHash)
}

// SignOutEverywhere ends all sessions of the caller.
func (a *App) SignOutEverywhere(ctx context.Context, caller Caller) error {
	return a.store.EndSessions(ctx, caller.Account.ID, caller.User.ID)
}

// ChangePassword gives the caller a new password and ends all his sessions. He has to know the old one: an error about it
// has the attribute OldPassword.
func (a *App) ChangePassword(ctx context.Context, caller Caller, old, password string) error {
	hash, err := a.store.PasswordHash(ctx, caller.Account.ID, caller.User.ID)
	if err != nil {
		return err
	}
	matches, err := a.passwords.matches(ctx, old, hash)
	if err != nil {
		return err
	}
	if !matches {
		return &tickler.Error{Kind: tickler.KindInvalid, Attribute: "OldPassword", Message: "This is not your password."}
	}
	if hash, err = a.passwords.hash(ctx, password); err != nil {
		return err
	}
	return a.store.SetPassword(ctx, caller.Account.ID, caller.User.ID, hash)
}

// SetPassword gives a user of the caller's account a new password and ends all his sessions. It takes an administrator.
func (a *App) SetPassword(ctx context.Context, caller Caller, user tickler.User, password string) error {
	if err := needAdministrator(caller, "Only administrators may set the passwords of others."); err != nil {
		return err
	}
	hash, err := a.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	return a.store.SetPassword(ctx, caller.Account.ID, user.ID, hash)
}

// SetOwnZone gives the caller a time zone of his own; nil: the account's.
func (a *App) SetOwnZone(ctx context.Context, caller Caller, zone *time.Location) error {
	if err := a.store.SetUserZone(ctx, caller.Account.ID, caller.User.ID, zone); err != nil {
		return err
	}
	a.refresh(ctx)
	return nil
}
