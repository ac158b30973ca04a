package app

import (
	"context"

	"tickler"
)

// TaskSearch asks for a page of the tasks that terms mean to a reader.
type TaskSearch struct {
	Terms  tickler.TaskTerms
	Reader tickler.Reader
	Order  tickler.TaskOrder
	Page   tickler.Page
}

// MostCounted is up to how many tasks a list is counted and sorted. Where there are more, narrowing
// helps people more than a number.
const MostCounted = 10_000

// Search lists the tasks that the caller may see and that terms mean to them.
func (a *Tasks) Search(ctx context.Context, caller Caller, q TaskSearch) (tickler.TaskPage, error) {
	filter, err := filterOf(caller, q.Reader, q.Terms)
	if err != nil {
		return tickler.TaskPage{}, err
	}
	return a.store.FindTasks(ctx, filter, q.Order, q.Page, MostCounted)
}

// filterOf returns the filter that terms mean to a caller, narrowed to what they may see.
func filterOf(caller Caller, reader tickler.Reader, terms tickler.TaskTerms) (tickler.TaskFilter, error) {
	if err := terms.Validate(); err != nil {
		return tickler.TaskFilter{}, err
	}
	filter := terms.Filter(reader)
	owner := terms.Owner.ID
	if terms.Owner.IsReader {
		owner = caller.User.ID
	}
	switch {
	case owner.IsZero():
	case terms.Owner.WithReports:
		filter.OwnerIDs = caller.Account.Team(owner)
	default:
		filter.OwnerIDs = []tickler.ID{owner}
	}
	if isDue := !filter.DueFrom.IsZero() || !filter.DueTo.IsZero(); isDue && filter.OwnerIDs == nil {
		filter.OwnerIDs = everybody(caller)
	}
	return visible(caller, filter), nil
}

// mostOwners is how many owners a filter names at most when all are meant.
const mostOwners = 1_000

// everybody lists all users, or nobody in particular where they are too many: due dates are found
// by the index of each owner's tasks.
func everybody(caller Caller) []tickler.ID {
	users := caller.Account.Users()
	if len(users) > mostOwners {
		return nil
	}
	ids := make([]tickler.ID, len(users))
	for i, user := range users {
		ids[i] = user.ID
	}
	return ids
}
