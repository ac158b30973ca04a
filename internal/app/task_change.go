package app

import (
	"context"

	"tickler"
)

// ChangedTask is a task after a use case that may have changed it.
type ChangedTask struct {
	tickler.Task
	Changed bool
}

// MayChangeTask gives an error of KindForbidden when the caller may not change a task that exists. It is asked before the
// values of a call are looked at (contract section 1).
func (a *App) MayChangeTask(ctx context.Context, caller Caller, id tickler.ID) error {
	task, found, err := a.store.Task(ctx, caller.Account.ID, id)
	if err != nil || !found {
		return err
	}
	return a.mayChange(caller, task)
}

// UpdateTask changes what a patch says of a task. It is an error of KindForbidden unless the caller may change it.
func (a *App) UpdateTask(ctx context.Context, caller Caller, id tickler.ID, patch tickler.TaskPatch) (ChangedTask, error) {
	plan, err := a.planPatch(ctx, caller, patch)
	if err != nil {
		return ChangedTask{}, err
	}
	return a.changeTask(ctx, caller, id, plan)
}

// TryUpdateTask does all of UpdateTask but the writing.
func (a *App) TryUpdateTask(ctx context.Context, caller Caller, id tickler.ID, patch tickler.TaskPatch) error {
	plan, err := a.planPatch(ctx, caller, patch)
	if err != nil {
		return err
	}
	task, found, err := a.store.Task(ctx, caller.Account.ID, id)
	if err != nil {
		return err
	}
	if !found {
		return tickler.UnknownEntity("UserTaskId", "Task Id", id.String())
	}
	if err := a.mayChange(caller, task); err != nil {
		return err
	}
	_, _, err = plan(task, a.hand(caller))
	return err
}

// CompleteTask marks an open task as done.
func (a *App) CompleteTask(ctx context.Context, caller Caller, id tickler.ID) (ChangedTask, error) {
	return a.changeTask(ctx, caller, id, tickler.Task.Complete)
}

// ReopenTask makes a completed or cancelled task open again.
func (a *App) ReopenTask(ctx context.Context, caller Caller, id tickler.ID) (ChangedTask, error) {
	return a.changeTask(ctx, caller, id, tickler.Task.Reopen)
}

// CancelTask calls an open task off.
func (a *App) CancelTask(ctx context.Context, caller Caller, id tickler.ID) (ChangedTask, error) {
	return a.changeTask(ctx, caller, id, tickler.Task.Cancel)
}

// rule says what becomes of a task in somebody's hand, and what goes into its history.
type rule func(task tickler.Task, by tickler.Hand) (tickler.Task, *tickler.Change, error)

// changeTask is the one way in which tasks are changed: who may, the rule, and the writing of both task and history.
func (a *App) changeTask(ctx context.Context, caller Caller, id tickler.ID, change rule) (ChangedTask, error) {
	by := a.hand(caller)
	change = a.told(caller.Account, change)
	task, changed, err := a.store.ChangeTask(ctx, caller.Account.ID, id, func(task tickler.Task) (tickler.Task, *tickler.Change, error) {
		if err := a.mayChange(caller, task); err != nil {
			return task, nil, err
		}
		return change(task, by)
	})
	if changed {
		a.wakeDeliverer(caller.Account)
	}
	return ChangedTask{task, changed}, err
}

func (a *App) hand(caller Caller) tickler.Hand {
	return tickler.Hand{UserID: caller.User.ID, Via: caller.Via, Now: a.now(), Zone: caller.Account.Zone, Wants: caller.Account.Wants()}
}

// MayChange holds the roles of contract section 7: an administrator changes all, everybody else what he or his reports
// own or created.
func (c Caller) MayChange(task tickler.Task) bool {
	return c.User.Role == tickler.Administrator || isOfTeam(c, task)
}

// mayChange gives the error for who may not.
func (a *App) mayChange(caller Caller, task tickler.Task) error {
	if caller.MayChange(task) {
		return nil
	}
	return &tickler.Error{
		Kind: tickler.KindForbidden, Attribute: "UserTaskId",
		Message: "You may change only tasks that you or your reports own or created. The task '" + task.ID.String() + "' is not among them.",
	}
}

// isOfTeam reports whether the caller or one of their reports owns or created the task.
func isOfTeam(caller Caller, task tickler.Task) bool {
	head := caller.User.ID
	return caller.Account.IsInTeam(head, task.OwnerID) || caller.Account.IsInTeam(head, task.CreatedBy)
}

// planPatch checks a patch and finds what its names stand for.
func (a *App) planPatch(ctx context.Context, caller Caller, patch tickler.TaskPatch) (rule, error) {
	if err := patch.Validate(); err != nil {
		return nil, err
	}
	setting := tickler.PatchSetting{}
	var err error
	if !patch.OwnerID.IsZero() || patch.OwnerEmail != "" {
		owner, err := findActiveOwner(caller, patch.OwnerID, patch.OwnerEmail)
		if err != nil {
			return nil, err
		}
		setting.OwnerID = owner.ID
	}
	if !patch.TypeID.IsZero() || patch.TypeName != "" {
		if setting.NewType, err = findTaskType(caller, patch.TypeID, patch.TypeName); err != nil {
			return nil, err
		}
	}
	if setting.Related, err = a.findPatchRelated(ctx, caller, patch); err != nil {
		return nil, err
	}
	return func(task tickler.Task, by tickler.Hand) (tickler.Task, *tickler.Change, error) {
		setting.Hand = by
		setting.OldType, _ = caller.Account.TaskType(task.TypeID)
		return task.Patch(patch, setting)
	}, nil
}

// findPatchRelated finds what a patch may tie a task to. Of an ID alone it finds whoever has it: whether a lead or an opportunity is
// wanted is known when the task is changed.
func (a *App) findPatchRelated(ctx context.Context, caller Caller, patch tickler.TaskPatch) (tickler.Related, error) {
	if patch.RelatedSaid || patch.RelatedID.IsZero() {
		return a.findRelated(ctx, caller, patch.RelatedKind, patch.RelatedID)
	}
	for _, kind := range []tickler.RelatedKind{tickler.RelatedToLead, tickler.RelatedToOpportunity} {
		if related, found, err := a.lookUpRelated(ctx, caller, kind, patch.RelatedID); found || err != nil {
			return related, err
		}
	}
	return tickler.Related{}, nil
}
