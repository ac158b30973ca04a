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

// MostCounted is up to how many tasks a list is counted, and how many with the words of a search
// are looked at. Beyond it, narrowing helps people more than a number.
const MostCounted = 10_000

// TaskPage is a page of a list of tasks.
type TaskPage struct {
	Tasks []tickler.Task
	// Total is how many there are in all; at least MostCounted if IsMore.
	Total  int
	IsMore bool
}

// Search lists the tasks that the caller may see and that terms mean to them.
func (a *Tasks) Search(ctx context.Context, caller Caller, q TaskSearch) (TaskPage, error) {
	filter, err := filterOf(caller, q.Reader, q.Terms)
	if err != nil {
		return TaskPage{}, err
	}
	tasks, total, err := a.store.FindTasks(ctx, filter, q.Order, q.Page, MostCounted)
	page := TaskPage{Tasks: tasks, Total: min(total, MostCounted), IsMore: total > MostCounted}
	return page, err
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
	return visible(caller, filter), nil
}
