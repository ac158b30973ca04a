package app

import (
	"context"
	"slices"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// Task reads a task that the caller may see; false when there is none.
func (a *Tasks) Task(ctx context.Context, caller Caller, id tickler.ID) (tickler.Task, bool, error) {
	task, found, err := a.store.Task(ctx, caller.Account.ID, id)
	if !found || err != nil {
		return task, false, err
	}
	return task, caller.maySee(task), nil
}

// maySee reports whether the caller may see a task of their account: some roles see all, everybody
// else what they or their reports own or created.
func (c Caller) maySee(task tickler.Task) bool { return c.User.SeesAll() || isOfTeam(c, task) }

// TaskHistory is a task, as it is or as it was before it was deleted, with all its changes.
type TaskHistory struct {
	tickler.Task
	IsRemoved bool
	Told      []tickler.Told // the oldest first
}

// TaskHistory reads the history of a task that the caller may see, or could have seen before it was
// deleted; false when there is none.
func (a *Tasks) TaskHistory(ctx context.Context, caller Caller, id tickler.ID) (TaskHistory, bool, error) {
	task, found, err := a.store.Task(ctx, caller.Account.ID, id)
	if err != nil {
		return TaskHistory{}, false, err
	}
	changes, err := a.store.TaskChanges(ctx, caller.Account.ID, id)
	if err != nil {
		return TaskHistory{}, false, err
	}
	h := TaskHistory{Task: task, Told: tickler.Tell(changes, &task)}
	if !found {
		if h.Task, h.IsRemoved = tickler.Removed(changes); !h.IsRemoved {
			return TaskHistory{}, false, nil
		}
		h.Told = tickler.Tell(changes, nil)
	}
	if !caller.maySee(h.Task) {
		return TaskHistory{}, false, nil
	}
	return h, true, nil
}

// TaskQuery asks for tasks of one owner, named by ID or e-mail address.
type TaskQuery struct {
	OwnerID    tickler.ID
	OwnerEmail string
	From, To   time.Time // inclusive bounds of the due date; zero for none
	State      *tickler.State
	TypeID     tickler.ID
	TypeName   string
	Order      tickler.TaskOrder
	Page       tickler.Page
}

// TasksOfOwner lists the owner's tasks that the caller may see, and says how many there are in all.
func (a *Tasks) TasksOfOwner(ctx context.Context, caller Caller, q TaskQuery) ([]tickler.Task, int, error) {
	owner, err := findOwner(caller, q.OwnerID, q.OwnerEmail)
	if err != nil {
		return nil, 0, err
	}
	filter := visible(
		caller, tickler.TaskFilter{OwnerIDs: []tickler.ID{owner.ID}, DueFrom: q.From, DueTo: q.To, State: q.State},
	)
	if !q.TypeID.IsZero() || q.TypeName != "" {
		taskType, err := findTaskType(caller, q.TypeID, q.TypeName)
		if err != nil {
			return nil, 0, err
		}
		filter.TypeID = taskType.ID
	}
	return a.store.Tasks(ctx, filter, q.Order, q.Page)
}

// visible narrows a filter to what the caller may see: tasks of their account, and of their team
// unless they see all.
func visible(caller Caller, f tickler.TaskFilter) tickler.TaskFilter {
	f.AccountID = caller.Account.ID
	if caller.User.SeesAll() {
		return f
	}
	isOutside := func(owner tickler.ID) bool { return !caller.Account.IsInTeam(caller.User.ID, owner) }
	if f.OwnerIDs == nil || slices.ContainsFunc(f.OwnerIDs, isOutside) {
		f.Team = caller.Account.Team(caller.User.ID)
	}
	return f
}

// UsersQuery asks for tasks of one category owned by some users, given by ID, by e-mail address or
// by a search.
type UsersQuery struct {
	Category tickler.Category
	UserIDs  []tickler.ID
	Emails   []string
	Search   *tickler.UserSearch
	Span     civil.Span // of the due date
	Page     tickler.Page
}

// TasksOfUsers lists the users' tasks that the caller may see, the earliest due first, and says how
// many there are in all. Every user named must exist; inactive ones count too.
func (a *Tasks) TasksOfUsers(ctx context.Context, caller Caller, q UsersQuery) ([]tickler.Task, int, error) {
	owners, err := findUsers(caller, q)
	if err != nil {
		return nil, 0, err
	}
	filter := visible(
		caller, tickler.TaskFilter{OwnerIDs: owners, Category: &q.Category, DueFrom: q.Span.From, DueTo: q.Span.To},
	)
	return a.store.Tasks(ctx, filter, tickler.TaskOrder{By: tickler.ByDueDate}, q.Page)
}

func findUsers(caller Caller, q UsersQuery) ([]tickler.ID, error) {
	found := []tickler.ID{}
	seen := map[tickler.ID]bool{}
	add := func(user tickler.User) {
		if !seen[user.ID] {
			seen[user.ID] = true
			found = append(found, user.ID)
		}
	}
	for _, id := range q.UserIDs {
		user, ok := caller.Account.User(id)
		if !ok {
			return nil, tickler.Refuse(tickler.FactNoUser, tickler.FieldUsers, id)
		}
		add(user)
	}
	for _, email := range q.Emails {
		user, ok := caller.Account.UserByEmail(email)
		if !ok {
			return nil, tickler.Refuse(tickler.FactNoUserAddress, tickler.FieldUsers, email)
		}
		add(user)
	}
	if q.Search != nil {
		for _, user := range caller.Account.Users() {
			if q.Search.Picks(user) {
				add(user)
			}
		}
	}
	return found, nil
}

// TasksRelatedTo lists the tasks tied to a lead or an opportunity that the caller may see, the
// earliest due first, and says how many there are in all. It is an error of KindUnknownEntity when
// there is no such lead or opportunity.
func (a *Tasks) TasksRelatedTo(
	ctx context.Context, caller Caller, kind tickler.RelatedKind, id tickler.ID, page tickler.Page,
) ([]tickler.Task, int, error) {
	if _, err := a.leads.findRelated(ctx, caller, kind, id); err != nil {
		return nil, 0, err
	}
	filter := visible(caller, tickler.TaskFilter{RelatedID: id})
	return a.store.Tasks(ctx, filter, tickler.TaskOrder{By: tickler.ByDueDate}, page)
}
