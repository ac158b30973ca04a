package app

import (
	"context"

	"tickler"
)

// AddUser creates a user of the caller's account. With an empty password they can't sign in to the
// pages. Where the list of first steps is over for the administrator, it is for whoever joins later.
// It takes an administrator.
func (a *People) AddUser(ctx context.Context, caller Caller, user tickler.User, password string) (tickler.User, error) {
	if err := needAdministrator(caller, tickler.FactMayNotAddUsers); err != nil {
		return user, err
	}
	user.ID, user.AccountID, user.Active, user.CreatedAt = newID(), caller.Account.ID, true, caller.Now
	user.WelcomeOver = caller.User.WelcomeOver
	if err := user.Validate(); err != nil {
		return user, err
	}
	hash := ""
	if password != "" {
		var err error
		if hash, err = a.passwords.hash(ctx, password); err != nil {
			return user, err
		}
	}
	if err := a.store.CreateUser(ctx, user, hash); err != nil {
		return user, err
	}
	a.refresh(ctx)
	return user, nil
}

// DeactivateUser deactivates a user of the caller's account. What they own stays. The last active
// administrator can't be deactivated: nobody could reactivate anybody. It takes an administrator.
func (a *People) DeactivateUser(ctx context.Context, caller Caller, user tickler.User) error {
	if err := needAdministrator(caller, tickler.FactMayNotDeactivate); err != nil {
		return err
	}
	if err := a.store.DeactivateUser(ctx, caller.Account.ID, user); err != nil {
		return err
	}
	a.refresh(ctx)
	return nil
}

// ActivateUser reactivates a user of the caller's account, with the password and the keys that they
// had. It takes an administrator.
func (a *People) ActivateUser(ctx context.Context, caller Caller, user tickler.User) error {
	if err := needAdministrator(caller, tickler.FactMayNotReactivate); err != nil {
		return err
	}
	if err := a.store.ActivateUser(ctx, caller.Account.ID, user.ID); err != nil {
		return err
	}
	a.refresh(ctx)
	return nil
}
