package app

import (
	"context"
	"crypto/rand"
	"time"

	"tickler"
	"tickler/internal/directory"
)

type settingStore interface {
	RemindersByDays(
		ctx context.Context, account tickler.ID, now time.Time, after tickler.ID, limit int,
	) ([]tickler.Task, error)
	Accounts(ctx context.Context) ([]tickler.Account, error)
	AccountIDs(ctx context.Context) ([]tickler.ID, error)
	CreateAccount(ctx context.Context, fresh tickler.FreshAccount) error
	ChangeAccount(
		ctx context.Context, id tickler.ID, rule func(tickler.Account) (tickler.Account, error),
	) (tickler.Account, error)
	CreateTaskType(ctx context.Context, taskType tickler.TaskType) error
	ChangeTaskType(
		ctx context.Context, account, id tickler.ID, rule func(tickler.TaskType) (tickler.TaskType, error),
	) error
}

// NewAccount describes an account to be created. An empty password is replaced by a random one.
type NewAccount struct {
	Email     string
	Password  string
	Zone      *time.Location
	RateLimit tickler.RateLimit
	// FirstName and LastName are the administrator's; without both they are called Admin.
	FirstName string
	LastName  string
	// OnlyAsFirst asks for the account only if there is none yet; else KindDuplicate.
	OnlyAsFirst bool
}

// Credentials are what a new account's first user signs in and calls with. They are shown once and
// stored only as hashes.
type Credentials struct {
	AccountID tickler.ID
	UserID    tickler.ID
	Email     string
	Password  string
	AccessKey string
	SecretKey string
}

// CreateAccount creates an account with an administrator, an access key and the default task types.
func (a *Settings) CreateAccount(ctx context.Context, n NewAccount) (Credentials, error) {
	if n.Password == "" {
		n.Password = rand.Text()
	}
	hash, err := a.passwords.hash(ctx, n.Password)
	if err != nil {
		return Credentials{}, err
	}
	now := a.now()
	account := tickler.Account{ID: newID(), Zone: n.Zone, RateLimit: n.RateLimit, CreatedAt: now}
	if err := account.RateLimit.Validate(); err != nil {
		return Credentials{}, err
	}
	admin := tickler.User{
		ID: newID(), AccountID: account.ID, FirstName: n.FirstName, LastName: n.LastName, Email: n.Email,
		Role: tickler.Administrator, Active: true, CreatedAt: now,
	}
	if n.FirstName == "" && n.LastName == "" {
		admin.FirstName = "Admin"
	}
	if err := admin.Validate(); err != nil {
		return Credentials{}, err
	}
	key, secret := newAccessKey(account.ID, admin.ID, now)
	fresh := tickler.FreshAccount{
		Account: account, Admin: admin, PasswordHash: hash, Key: key, TaskTypes: tickler.FreshTaskTypes(),
		OnlyAsFirst: n.OnlyAsFirst,
	}
	for i := range fresh.TaskTypes {
		t := &fresh.TaskTypes[i]
		t.ID, t.AccountID, t.CreatedAt = newID(), account.ID, now
	}
	if err := a.store.CreateAccount(ctx, fresh); err != nil {
		return Credentials{}, err
	}
	a.refresh(ctx)
	return Credentials{
		AccountID: account.ID, UserID: admin.ID, Email: n.Email, Password: n.Password, AccessKey: key.Key,
		SecretKey: secret,
	}, nil
}

// Accounts lists every account, for the operator.
func (a *Settings) Accounts(ctx context.Context) ([]tickler.Account, error) {
	return a.store.Accounts(ctx)
}

// AccountIDs lists the ids of all accounts, for the operator, even of those that can't be read.
func (a *Settings) AccountIDs(ctx context.Context) ([]tickler.ID, error) {
	return a.store.AccountIDs(ctx)
}

// AccountFault is what is wrong with one account.
type AccountFault struct {
	ID tickler.ID
	// Err is why the account can't be read; nil if it can.
	Err error
	// UnknownZones are the time zones that this machine does not know and reads as UTC.
	UnknownZones []string
}

// ExamineAccounts reads every account, for the operator, and returns how many there are and what is
// wrong with them. An error means that the database failed.
func (a *Settings) ExamineAccounts(ctx context.Context) (count int, faults []AccountFault, err error) {
	ids, err := a.store.AccountIDs(ctx)
	if err != nil {
		return 0, nil, err
	}
	for _, id := range ids {
		account, err := a.directory.Account(ctx, id)
		switch {
		case directory.IsFaultOfAccount(err):
			faults = append(faults, AccountFault{ID: id, Err: err})
		case err != nil:
			return 0, nil, err
		case len(account.UnknownZones()) > 0:
			faults = append(faults, AccountFault{ID: id, UnknownZones: account.UnknownZones()})
		}
	}
	return len(ids), faults, nil
}

// ChangeAccount changes what a patch says of the settings of the caller's account, and returns it
// as it then is. It takes an administrator.
func (a *Settings) ChangeAccount(
	ctx context.Context, caller Caller, patch tickler.AccountPatch,
) (tickler.Account, error) {
	if err := needAdministrator(caller, tickler.FactMayNotChangeAccount); err != nil {
		return tickler.Account{}, err
	}
	changed, err := a.store.ChangeAccount(ctx, caller.Account.ID, patch.Apply)
	if err != nil {
		return changed, err
	}
	a.refresh(ctx)
	return changed, nil
}
