package directory

import "tickler"

// Internals that the tests in package directory_test need.
const (
	PollInterval = pollInterval
	MaxFailures  = maxFailures
	MaxKeys      = maxKeys
)

// NewAccount is newAccount.
func NewAccount(account tickler.Account, users []tickler.User, types []tickler.TaskType) *Account {
	return newAccount(account, users, types, nil)
}
