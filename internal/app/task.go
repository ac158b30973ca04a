package app

import (
	"context"
	"time"

	"tickler"
)

type taskStore interface {
	todayStore
	CreateTask(ctx context.Context, task tickler.Task) error
	TaskChanges(ctx context.Context, account, task tickler.ID) ([]tickler.Change, error)
	LatestChanges(ctx context.Context, account tickler.ID, tasks []tickler.ID, limit int) ([]tickler.Change, error)
	Task(ctx context.Context, account, id tickler.ID) (tickler.Task, bool, error)
	Tasks(
		ctx context.Context, filter tickler.TaskFilter, order tickler.TaskOrder, page tickler.Page,
	) ([]tickler.Task, int, error)
	FindTasks(
		ctx context.Context, filter tickler.TaskFilter, order tickler.TaskOrder, page tickler.Page, most int,
	) (tickler.TaskPage, error)
	CountTasks(ctx context.Context, filter tickler.TaskFilter, most int) (total int, isPart bool, err error)
}

type taskTx interface {
	Task(ctx context.Context, account, id tickler.ID) (tickler.Task, bool, error)
	DueTasks(
		ctx context.Context, now time.Time, limit int, turns []tickler.Turn, leftOut ...tickler.ID,
	) (tasks []tickler.Task, unreadable map[tickler.ID]error, err error)
	// Apply writes outcomes: it is the one way in which tasks are written in a transaction.
	Apply(ctx context.Context, outcomes ...tickler.Outcome) error
}

// CreatedTask is a task that was created, or the answer to an earlier call under the same key.
type CreatedTask struct {
	tickler.Task
	// Replay is the answer to an earlier call under the same key, in which case nothing was
	// created; nil otherwise.
	Replay []byte
}

// CreateTask creates a task. Any active user may create one for any active owner.
func (a *Tasks) CreateTask(
	ctx context.Context, caller Caller, draft tickler.TaskDraft, options Options,
) (CreatedTask, error) {
	task, err := a.planTask(ctx, caller, draft, options.id(), time.Time{})
	if err != nil || options.DryRun {
		return CreatedTask{Task: task}, err
	}
	outcome := a.announced(caller, task.Made())
	if options.Once == nil && len(outcome.Deliveries) == 0 {
		return CreatedTask{Task: task}, a.store.CreateTask(ctx, task)
	}
	defer a.wakeDeliverer(caller.Account)
	own := options.answer()
	_, err = once(ctx, a.writeRepeatable, caller, options, nothing(func(ctx context.Context, tx Tx) error {
		return tx.Apply(ctx, outcome)
	}))
	return CreatedTask{task, options.replay(own)}, err
}

// planTask does everything of creating a task but the writing: it checks the draft, finds what its
// names stand for and fills in the defaults. Asked is when it was asked for; the zero time means
// now.
func (a *Tasks) planTask(
	ctx context.Context, caller Caller, draft tickler.TaskDraft, id tickler.ID, asked time.Time,
) (tickler.Task, error) {
	if caller.User.ID.IsZero() {
		return tickler.Task{}, errNobody
	}
	if err := draft.Validate(); err != nil {
		return tickler.Task{}, err
	}
	owner, err := findActiveOwner(caller, draft.OwnerID, draft.OwnerEmail)
	if err != nil {
		return tickler.Task{}, err
	}
	taskType, err := findTaskType(caller, draft.TypeID, draft.TypeName)
	if err != nil {
		return tickler.Task{}, err
	}
	related, err := a.leads.findRelated(ctx, caller, draft.RelatedKind, draft.RelatedID)
	if err != nil {
		return tickler.Task{}, err
	}
	return draft.Task(tickler.Setting{
		ID: id, AccountID: caller.Account.ID, Actor: caller.actor(), AskedAt: asked, Type: taskType, OwnerID: owner.ID,
		Related: related,
	})
}

// findOwner finds the user named by an ID, an e-mail address or both; with neither it is the
// caller.
func findOwner(caller Caller, id tickler.ID, email string) (tickler.User, error) {
	if id.IsZero() && email == "" {
		return caller.User, nil
	}
	byID, foundID := caller.Account.User(id)
	byEmail, foundEmail := caller.Account.UserByEmail(email)
	switch {
	case !id.IsZero() && !foundID:
		return byID, tickler.Refuse(tickler.FactNoOwner, tickler.FieldOwner, id)
	case email != "" && !foundEmail:
		return byEmail, tickler.Refuse(tickler.FactNoOwner, tickler.FieldOwnerEmail, email)
	case id.IsZero():
		return byEmail, nil
	case email != "" && byID.ID != byEmail.ID:
		return byID, tickler.Refuse(tickler.FactOtherOwner, tickler.FieldOwnerEmail, email, tickler.FieldOwner)
	default:
		return byID, nil
	}
}

// findActiveOwner finds the user to whom a task is given, who must be active.
func findActiveOwner(caller Caller, id tickler.ID, email string) (tickler.User, error) {
	owner, err := findOwner(caller, id, email)
	if err == nil && !owner.Active {
		err = tickler.Refuse(tickler.FactInactiveOwner, tickler.FieldOwner, owner.Email)
	}
	return owner, err
}

// findTaskType finds the task type named by an ID, a name or both; with neither it is the account's
// default.
func findTaskType(caller Caller, id tickler.ID, name string) (tickler.TaskType, error) {
	if id.IsZero() && name == "" {
		return caller.Account.DefaultTaskType(), nil
	}
	byID, foundID := caller.Account.TaskType(id)
	byName, foundName := caller.Account.TaskTypeByName(name)
	switch {
	case !id.IsZero() && !foundID:
		return byID, tickler.Refuse(tickler.FactNoTypeForTask, tickler.FieldType, id)
	case name != "" && !foundName:
		return byName, tickler.Refuse(tickler.FactNoTypeForTask, tickler.FieldTypeName, name)
	case id.IsZero():
		return byName, nil
	case name != "" && byID.ID != byName.ID:
		return byID, tickler.Refuse(tickler.FactOtherType, tickler.FieldTypeName, name, tickler.FieldType)
	default:
		return byID, nil
	}
}
