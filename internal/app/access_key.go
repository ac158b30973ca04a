package app

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tickler"
)

type peopleStore interface {
	CreateUser(ctx context.Context, user tickler.User, passwordHash string) error
	DeactivateUser(ctx context.Context, account tickler.ID, user tickler.User) error
	ActivateUser(ctx context.Context, account, user tickler.ID) error
	AccessKey(ctx context.Context, key string) (tickler.AccessKey, error)
	AccessKeys(ctx context.Context, account tickler.ID) ([]tickler.AccessKey, error)
	RevokeAccessKey(ctx context.Context, account tickler.ID, key string, at time.Time) error
	NoteKeyUses(ctx context.Context, uses []tickler.KeyUse) error
	welcomeStore
}

// AccessKeys lists all keys of the caller's account, the oldest first. It takes an administrator.
func (a *People) AccessKeys(ctx context.Context, caller Caller) ([]tickler.AccessKey, error) {
	if err := needAdministrator(caller, tickler.FactMayNotSeeKeys); err != nil {
		return nil, err
	}
	return a.store.AccessKeys(ctx, caller.Account.ID)
}

// OwnAccessKeys lists the caller's own keys, the oldest first.
func (a *People) OwnAccessKeys(ctx context.Context, caller Caller) ([]tickler.AccessKey, error) {
	keys, err := a.store.AccessKeys(ctx, caller.Account.ID)
	return slices.DeleteFunc(keys, func(k tickler.AccessKey) bool { return k.UserID != caller.User.ID }), err
}

// CreateAccessKey makes a key for a user of the caller's account: anybody may make their own,
// administrators everybody's. The secret is returned only here.
func (a *People) CreateAccessKey(
	ctx context.Context, caller Caller, user tickler.User, options Options,
) (key tickler.AccessKey, secret string, err error) {
	if err := mayHandleKeysOf(caller, user.ID); err != nil {
		return key, "", err
	}
	key, secret = newAccessKey(caller.Account.ID, user.ID, caller.Now)
	key.ID = options.id()
	_, err = once(ctx, a.write, caller, options, nothing(func(ctx context.Context, tx Tx) error {
		return tx.CreateAccessKey(ctx, key)
	}))
	if err != nil {
		return key, "", err
	}
	a.refresh(ctx)
	return key, secret, nil
}

// RevokeAccessKey revokes a key of the caller's account: anybody may revoke their own,
// administrators everybody's.
func (a *People) RevokeAccessKey(ctx context.Context, caller Caller, key string) error {
	found, err := a.store.AccessKey(ctx, key)
	if err != nil {
		return err
	}
	if found.AccountID == caller.Account.ID { // else the store says that there is none
		if err := mayHandleKeysOf(caller, found.UserID); err != nil {
			return err
		}
	}
	if err := a.store.RevokeAccessKey(ctx, caller.Account.ID, key, caller.Now); err != nil {
		return err
	}
	a.refresh(ctx)
	return nil
}

func mayHandleKeysOf(caller Caller, user tickler.ID) error {
	if caller.User.ID == user {
		return nil
	}
	return needAdministrator(caller, tickler.FactMayNotHandleKeys)
}

// newAccessKey makes a key of 130 random bits with a secret of 260.
func newAccessKey(account, user tickler.ID, now time.Time) (key tickler.AccessKey, secret string) {
	secret = rand.Text() + rand.Text()
	return tickler.AccessKey{
		ID: newID(), AccountID: account, UserID: user, Key: rand.Text(), SecretHash: tickler.HashSecret(secret),
		CreatedAt: now,
	}, secret
}

// keyUses remembers when access keys were last used until WriteKeyUses stores it. Every call passes
// through it, so it keeps whole minutes and notes a key once in each.
type keyUses struct{ byKey sync.Map } // access key → *keyUse

type keyUse struct {
	minute  atomic.Int64 // Unix
	written int64        // the minute that is stored; for WriteKeyUses alone
}

func (u *keyUses) note(key string, now time.Time) {
	noted, known := u.byKey.Load(key)
	if !known {
		noted, _ = u.byKey.LoadOrStore(key, new(keyUse))
	}
	use := noted.(*keyUse)
	if minute := now.Unix() / 60; use.minute.Load() != minute {
		use.minute.Store(minute)
	}
}

// keyUseBatch is how many uses one statement stores.
const keyUseBatch = 200

// WriteKeyUses stores which access keys were used since it last ran. It must not be called
// concurrently.
func (a *People) WriteKeyUses(ctx context.Context) error {
	var used []*keyUse
	var uses []tickler.KeyUse
	a.uses.byKey.Range(func(key, noted any) bool {
		use := noted.(*keyUse)
		if minute := use.minute.Load(); minute != use.written {
			used = append(used, use)
			uses = append(uses, tickler.KeyUse{Key: key.(string), At: time.Unix(60*minute, 0).UTC()})
		}
		return true
	})
	for len(uses) > 0 {
		n := min(len(uses), keyUseBatch)
		if err := a.store.NoteKeyUses(ctx, uses[:n]); err != nil {
			return err
		}
		for i, use := range used[:n] {
			use.written = uses[i].At.Unix() / 60
		}
		used, uses = used[n:], uses[n:]
	}
	return nil
}
