package directory

import "tickler"

// What the tests of package directory_test need of the inside.
const (
	PollInterval = pollInterval
	MaxFailures  = maxFailures
	MaxKeys      = maxKeys
)

// NewAccount is newAccount.
func NewAccount(account tickler.Account, users []tickler.User, types []tickler.TaskType) *Account {
	return newAccount(account, users, types, nil)
}
