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

// MayChangeTask returns an error of KindForbidden when the caller may not change a task that
// exists. It is called before the values of a call are checked (docs/contract.md section 1).
func (a *Tasks) MayChangeTask(ctx context.Context, caller Caller, id tickler.ID) error {
	task, found, err := a.store.Task(ctx, caller.Account.ID, id)
	if err != nil || !found {
		return err
	}
	return caller.mayChange(task)
}

// UpdateTask applies a patch to a task. It is an error of KindForbidden unless the caller may
// change it.
func (a *Tasks) UpdateTask(
	ctx context.Context, caller Caller, id tickler.ID, patch tickler.TaskPatch, options Options,
) (ChangedTask, error) {
	change, err := a.planPatch(ctx, caller, patch)
	if err != nil {
		return ChangedTask{}, err
	}
	if options.DryRun {
		return a.tryChange(ctx, caller, id, change)
	}
	return a.changeTask(ctx, caller, id, change)
}

// tryChange does everything of changing a task but the writing.
func (a *Tasks) tryChange(ctx context.Context, caller Caller, id tickler.ID, change rule) (ChangedTask, error) {
	task, found, err := a.store.Task(ctx, caller.Account.ID, id)
	if err != nil {
		return ChangedTask{}, err
	}
	outcome, err := applyRule(caller, id, task, found, change)
	return ChangedTask{outcome.Task(), outcome.IsChange()}, err
}

// CompleteTask marks an open task as done.
func (a *Tasks) CompleteTask(ctx context.Context, caller Caller, id tickler.ID) (ChangedTask, error) {
	return a.CompleteTaskWith(ctx, caller, id, "")
}

// CompleteTaskWith marks an open task as done with a note that says what came of it; "" for none. A
// task that is done already gets the note.
func (a *Tasks) CompleteTaskWith(
	ctx context.Context, caller Caller, id tickler.ID, note string,
) (ChangedTask, error) {
	return a.changeTask(ctx, caller, id, func(t tickler.Task, by tickler.Actor) (tickler.Outcome, error) {
		return t.CompleteWith(note, by)
	})
}

// ReopenTask makes a completed or cancelled task open again.
func (a *Tasks) ReopenTask(ctx context.Context, caller Caller, id tickler.ID) (ChangedTask, error) {
	return a.changeTask(ctx, caller, id, tickler.Task.Reopen)
}

// CancelTask cancels an open task.
func (a *Tasks) CancelTask(ctx context.Context, caller Caller, id tickler.ID) (ChangedTask, error) {
	return a.changeTask(ctx, caller, id, tickler.Task.Cancel)
}

// rule returns what follows when somebody does something to a task. It runs in a transaction and
// must not block.
type rule func(task tickler.Task, by tickler.Actor) (tickler.Outcome, error)

// applyRule applies a rule to a task, if it was found and the caller may change it. Where the rule
// refuses, the outcome is the unchanged task.
func applyRule(caller Caller, id tickler.ID, task tickler.Task, found bool, change rule) (tickler.Outcome, error) {
	if !found {
		return tickler.Outcome{}, tickler.Refuse(tickler.FactNoTask, tickler.FieldTask, id)
	}
	if err := caller.mayChange(task); err != nil {
		return tickler.Outcome{}, err
	}
	outcome, err := change(task, caller.actor())
	if err != nil {
		return tickler.Outcome{Before: &task, After: &task}, err
	}
	return outcome, nil
}

// changeTask is the one way to change a task: it checks who may, applies the rule and writes what
// follows.
func (a *Tasks) changeTask(ctx context.Context, caller Caller, id tickler.ID, change rule) (ChangedTask, error) {
	changed := false
	result, err := made(ctx, a.writeRepeatable, func(ctx context.Context, tx Tx) (ChangedTask, error) {
		outcome, err := a.changeIn(ctx, tx, caller, id, change)
		changed = changed || err == nil && outcome.IsChange() // or by an earlier attempt whose answer was lost
		return ChangedTask{outcome.Task(), changed}, err
	})
	if result.Changed {
		a.wakeDeliverer(caller.Account)
	}
	return result, err
}

// changeIn changes a task in a transaction.
func (a *Tasks) changeIn(
	ctx context.Context, tx Tx, caller Caller, id tickler.ID, change rule,
) (tickler.Outcome, error) {
	outcome, err := a.planChange(ctx, tx, caller, id, change)
	if err != nil || !outcome.IsChange() {
		return outcome, err
	}
	return outcome, tx.Apply(ctx, a.announced(caller, outcome))
}

// planChange reads a task in a transaction and applies a rule to it, but writes nothing.
func (a *Tasks) planChange(
	ctx context.Context, tx Tx, caller Caller, id tickler.ID, change rule,
) (tickler.Outcome, error) {
	task, found, err := tx.Task(ctx, caller.Account.ID, id)
	if err != nil {
		return tickler.Outcome{}, err
	}
	return applyRule(caller, id, task, found, change)
}

// MayChange reports whether the caller may change a task: administrators change all, everybody else
// what they or their reports own or created (docs/contract.md section 7).
func (c Caller) MayChange(task tickler.Task) bool {
	return c.User.Role == tickler.Administrator || isOfTeam(c, task)
}

// mayChange returns the error for callers who may not change the task.
func (c Caller) mayChange(task tickler.Task) error {
	if c.MayChange(task) {
		return nil
	}
	return tickler.Refuse(tickler.FactNotYourTask, tickler.FieldTask, task.ID)
}

// isOfTeam reports whether the caller or one of their reports owns or created the task.
func isOfTeam(caller Caller, task tickler.Task) bool {
	head := caller.User.ID
	return caller.Account.IsInTeam(head, task.OwnerID) || caller.Account.IsInTeam(head, task.CreatedBy)
}

// planPatch checks a patch and finds what its names stand for.
func (a *Tasks) planPatch(ctx context.Context, caller Caller, patch tickler.TaskPatch) (rule, error) {
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
	return func(task tickler.Task, by tickler.Actor) (tickler.Outcome, error) {
		setting.Actor = by
		setting.OldType, _ = caller.Account.TaskType(task.TypeID)
		return task.Patch(patch, setting)
	}, nil
}

// findPatchRelated finds what a patch may tie a task to. For an ID alone it finds the lead or the
// opportunity that has it: which of them is meant is known when the task is changed.
func (a *Tasks) findPatchRelated(ctx context.Context, caller Caller, patch tickler.TaskPatch) (tickler.Related, error) {
	if patch.RelatedKind.Said() || patch.RelatedID.IsZero() {
		return a.leads.findRelated(ctx, caller, patch.RelatedKind.Or(tickler.RelatedToNobody), patch.RelatedID)
	}
	for _, kind := range []tickler.RelatedKind{tickler.RelatedToLead, tickler.RelatedToOpportunity} {
		if related, found, err := a.leads.lookUpRelated(ctx, caller, kind, patch.RelatedID); found || err != nil {
			return related, err
		}
	}
	return tickler.Related{}, nil
}
