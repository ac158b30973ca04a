package app

import (
	"context"
	"time"

	"tickler"
)

type taskStore interface {
	CreateTask(ctx context.Context, task tickler.Task, once *tickler.Once, deliveries ...tickler.Delivery) (first *tickler.Once, err error)
	ChangeTask(ctx context.Context, account, id tickler.ID, rule func(tickler.Task) (tickler.Task, *tickler.Change, error)) (task tickler.Task, changed bool, err error)
	TaskChanges(ctx context.Context, account, task tickler.ID) ([]tickler.Change, error)
	Once(ctx context.Context, account tickler.ID, operation, key string, now time.Time) (*tickler.Once, error)
	Task(ctx context.Context, account, id tickler.ID) (tickler.Task, bool, error)
	Tasks(ctx context.Context, filter tickler.TaskFilter, order tickler.TaskOrder, page tickler.Page) ([]tickler.Task, int, error)
}

// OnceKey asks that a call be carried out once however often it is sent (contract section 1, Idempotency-Key).
type OnceKey struct {
	Operation string
	Key       string
	BodyHash  [32]byte
	// Answer makes the call's answer from what it created, to be kept with it.
	Answer func(id tickler.ID) []byte
}

// onceWait is how long a call waits for the outcome of another one under the same key (contract section 1).
const onceWait = 5 * time.Second

var errReusedKey = &tickler.Error{
	Kind:      tickler.KindReusedKey,
	Attribute: "Idempotency-Key",
	Message:   "The Idempotency-Key was used before with another body. Use a new key for a new call.",
}

// FirstAnswer gives the answer that an earlier call under the key got, or nil when there was none.
func (a *App) FirstAnswer(ctx context.Context, caller Caller, once OnceKey) ([]byte, error) {
	first, err := a.store.Once(ctx, caller.Account.ID, once.Operation, once.Key, a.now())
	if first == nil || err != nil {
		return nil, err
	}
	return answerOf(*first, once)
}

func answerOf(first tickler.Once, once OnceKey) ([]byte, error) {
	if !first.Repeats(tickler.Once{BodyHash: once.BodyHash}) {
		return nil, errReusedKey
	}
	return first.Answer, nil
}

// CreateTask makes a task. Any active user may create one for any active owner.
func (a *App) CreateTask(ctx context.Context, caller Caller, draft tickler.TaskDraft) (tickler.Task, error) {
	task, err := a.PlanTask(ctx, caller, draft)
	if err != nil {
		return task, err
	}
	task.ID = newID()
	_, err = a.store.CreateTask(ctx, task, nil, a.tellOfCreated(caller, task)...)
	a.wakeDeliverer(caller.Account)
	return task, err
}

// CreateTaskOnce makes a task unless a call under the same key did; either way it gives the first call's answer.
func (a *App) CreateTaskOnce(ctx context.Context, caller Caller, draft tickler.TaskDraft, once OnceKey) (answer []byte, replayed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, onceWait)
	defer cancel()
	task, err := a.PlanTask(ctx, caller, draft)
	if err != nil {
		return nil, false, err
	}
	task.ID = newID()
	defer a.wakeDeliverer(caller.Account)
	return a.keepOnce(caller, once, task.ID, task.CreatedAt, func(memory *tickler.Once) (*tickler.Once, error) {
		return a.store.CreateTask(ctx, task, memory, a.tellOfCreated(caller, task)...)
	})
}

// tellOfCreated makes the deliveries that tell of a new task.
func (a *App) tellOfCreated(caller Caller, task tickler.Task) []tickler.Delivery {
	return a.herald(caller.Account).Deliveries(task.Created(), task.CreatedAt)
}

// keepOnce makes something with an ID by a write that keeps the memory of the call, and gives the first call's answer.
func (a *App) keepOnce(
	caller Caller, once OnceKey, id tickler.ID, at time.Time, write func(memory *tickler.Once) (first *tickler.Once, err error),
) (answer []byte, replayed bool, err error) {
	answer = once.Answer(id)
	first, err := write(&tickler.Once{
		AccountID: caller.Account.ID, Operation: once.Operation, Key: once.Key, BodyHash: once.BodyHash, Answer: answer, At: at,
	})
	if err != nil || first == nil || string(first.Answer) == string(answer) {
		return answer, false, err
	}
	answer, err = answerOf(*first, once)
	return answer, true, err
}

// PlanTask does all of creating a task but the writing: it checks the draft, finds what its names stand for and fills in
// the defaults.
func (a *App) PlanTask(ctx context.Context, caller Caller, draft tickler.TaskDraft) (tickler.Task, error) {
	return a.planTask(ctx, caller, draft, time.Time{})
}

// planTask plans a task that was asked for at an instant; the zero time is now.
func (a *App) planTask(ctx context.Context, caller Caller, draft tickler.TaskDraft, asked time.Time) (tickler.Task, error) {
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
	related, err := a.findRelated(ctx, caller, draft.RelatedKind, draft.RelatedID)
	if err != nil {
		return tickler.Task{}, err
	}
	return draft.Task(tickler.Setting{
		AccountID: caller.Account.ID,
		Zone:      caller.Account.Zone,
		Now:       a.now(),
		AskedAt:   asked,
		CreatorID: caller.User.ID,
		Via:       caller.Via,
		Type:      taskType,
		OwnerID:   owner.ID,
		Related:   related,
		Wants:     caller.Account.Wants(),
	})
}

// findOwner finds the user that an ID, an e-mail address or both name; with neither it is the caller.
func findOwner(caller Caller, id tickler.ID, email string) (tickler.User, error) {
	if id.IsZero() && email == "" {
		return caller.User, nil
	}
	byID, foundID := caller.Account.User(id)
	byEmail, foundEmail := caller.Account.UserByEmail(email)
	switch {
	case !id.IsZero() && !foundID:
		return byID, tickler.UnknownEntity("OwnerId", "Owner", id.String())
	case email != "" && !foundEmail:
		return byEmail, tickler.UnknownEntity("OwnerEmailAddress", "Owner", email)
	case id.IsZero():
		return byEmail, nil
	case email != "" && byID.ID != byEmail.ID:
		return byID, tickler.Invalid("OwnerEmailAddress", email, "the address of the user that OwnerId names")
	default:
		return byID, nil
	}
}

// findActiveOwner finds who a task is given to: not somebody who has left.
func findActiveOwner(caller Caller, id tickler.ID, email string) (tickler.User, error) {
	owner, err := findOwner(caller, id, email)
	if err == nil && !owner.Active {
		err = &tickler.Error{
			Kind: tickler.KindUnknownEntity, Attribute: "OwnerId", Message: "The Owner '" + owner.Email + "' is not active",
		}
	}
	return owner, err
}

// findTaskType finds the task type that an ID, a name or both name; with neither it is the account's default.
func findTaskType(caller Caller, id tickler.ID, name string) (tickler.TaskType, error) {
	if id.IsZero() && name == "" {
		return caller.Account.DefaultTaskType(), nil
	}
	byID, foundID := caller.Account.TaskType(id)
	byName, foundName := caller.Account.TaskTypeByName(name)
	switch {
	case !id.IsZero() && !foundID:
		return byID, tickler.UnknownEntity("TaskType.Id", "Task Type", id.String())
	case name != "" && !foundName:
		return byName, tickler.UnknownEntity("TaskType.Name", "Task Type", name)
	case id.IsZero():
		return byName, nil
	case name != "" && byID.ID != byName.ID:
		return byID, tickler.Invalid("TaskType.Name", name, "the name of the task type that TaskType.Id names")
	default:
		return byID, nil
	}
}

// findRelated finds the lead or opportunity of a kind that has an ID.
func (a *App) findRelated(ctx context.Context, caller Caller, kind tickler.RelatedKind, id tickler.ID) (tickler.Related, error) {
	if kind == tickler.RelatedToNobody {
		return tickler.Related{}, nil
	}
	related, found, err := a.lookUpRelated(ctx, caller, kind, id)
	if err == nil && !found {
		err = tickler.UnknownRelated(kind, id)
	}
	return related, err
}

// lookUpRelated finds a lead or an opportunity; false when there is none.
func (a *App) lookUpRelated(ctx context.Context, caller Caller, kind tickler.RelatedKind, id tickler.ID) (tickler.Related, bool, error) {
	if kind == tickler.RelatedToLead {
		lead, found, err := a.store.Lead(ctx, caller.Account.ID, id)
		return tickler.Related{Kind: kind, ID: id, Name: lead.Name()}, found, err
	}
	opportunity, found, err := a.store.Opportunity(ctx, caller.Account.ID, id)
	return tickler.Related{Kind: kind, ID: id, Name: opportunity.Name}, found, err
}
