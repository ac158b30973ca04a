package app

import (
	"context"

	"tickler"
)

// MayDefineTaskTypes returns an error of KindForbidden unless the caller may make and change task
// types.
func MayDefineTaskTypes(caller Caller) error {
	return needAdministrator(caller, tickler.FactMayNotDefineTaskTypes)
}

// CreateTaskType makes a new task type of the caller's account. It is an error of KindForbidden
// unless they are an administrator.
func (a *Settings) CreateTaskType(ctx context.Context, caller Caller, t tickler.TaskType) (tickler.TaskType, error) {
	if err := MayDefineTaskTypes(caller); err != nil {
		return t, err
	}
	t.ID, t.AccountID, t.CreatedAt, t.CreatedBy = newID(), caller.Account.ID, caller.Now, caller.User.ID
	if err := t.Validate(); err != nil {
		return t, err
	}
	if err := a.store.CreateTaskType(ctx, t); err != nil {
		return t, err
	}
	a.refresh(ctx)
	return t, nil
}

// SetNextStep says what usually follows a task of a type; the zero NextStep removes the rule.
func (a *Settings) SetNextStep(ctx context.Context, caller Caller, id tickler.ID, next tickler.NextStep) error {
	if _, found := caller.Account.TaskType(next.TypeID); !found && !next.TypeID.IsZero() {
		return tickler.Refuse(tickler.FactNoTaskType, tickler.FieldTaskType, next.TypeID)
	}
	return a.UpdateTaskType(ctx, caller, id, tickler.TaskTypePatch{Next: &next})
}

// UpdateTaskType applies a patch to a task type of the caller's account. It is an error of
// KindForbidden unless they are an administrator. Tasks keep their values.
func (a *Settings) UpdateTaskType(
	ctx context.Context, caller Caller, id tickler.ID, patch tickler.TaskTypePatch,
) error {
	if err := MayDefineTaskTypes(caller); err != nil {
		return err
	}
	err := a.store.ChangeTaskType(ctx, caller.Account.ID, id, func(t tickler.TaskType) (tickler.TaskType, error) {
		return t.Patch(patch)
	})
	if err != nil {
		return err
	}
	a.refresh(ctx)
	return nil
}
