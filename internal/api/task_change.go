package api

import (
	"context"
	"strings"

	"tickler"
	"tickler/internal/app"
)

// updateShape is the body of Task.svc/Update (contract section 4).
var updateShape = object(sentBackAttributes()...)

func (a *API) updateTask(ctx context.Context, c call) (answer, error) {
	r := read(c.body, nil)
	id := r.id("UserTaskId")
	if r.err == nil {
		if err := a.App.MayChangeTask(ctx, c.caller, id); err != nil {
			return answer{}, err
		}
	}
	isTrial, err := c.query.flag(dryRun)
	if err != nil {
		return answer{}, err
	}
	if r.err == nil {
		if c.body, err = a.passOverUnchanged(ctx, c, id); err != nil {
			return answer{}, err
		}
	}
	patch, err := bindPatch(c.body)
	if err != nil {
		return answer{}, err
	}
	if isTrial {
		return dryRunDone, a.App.TryUpdateTask(ctx, c.caller, id, patch)
	}
	task, err := a.App.UpdateTask(ctx, c.caller, id, patch)
	return affected(wireObject{{"AffectedRows", rows(task)}, {"AutoId", task.AutoID}}), err
}

// bindPatch reads a body of updateShape.
func bindPatch(n node) (tickler.TaskPatch, error) {
	r := read(n, nil)
	if !r.said("UserTaskId") {
		return tickler.TaskPatch{}, tickler.Missing("UserTaskId", "updating a task")
	}
	r.id("UserTaskId")
	draft, err := bindTask(n)
	patch := tickler.TaskPatch{TaskDraft: draft, NotifySaid: r.said("NotifyBy"), RelatedSaid: r.said("RelatedEntity")}
	if !patch.RelatedSaid { // what the task is tied to may stay: another lead, or another opportunity
		patch.RelatedID = r.id("RelatedEntityId")
	}
	if r.err != nil {
		err = r.err
	}
	return patch, err
}

// said tells whether an attribute was given a value.
func (r *reader) said(name string) bool { return strings.TrimSpace(r.node(name).text) != "" }

func (a *API) markComplete(ctx context.Context, c call) (answer, error) {
	return changeState(ctx, c, a.App.CompleteTask)
}

func (a *API) markIncomplete(ctx context.Context, c call) (answer, error) {
	return changeState(ctx, c, a.App.ReopenTask)
}

func (a *API) cancelTask(ctx context.Context, c call) (answer, error) {
	return changeState(ctx, c, a.App.CancelTask)
}

func changeState(ctx context.Context, c call, change func(context.Context, app.Caller, tickler.ID) (app.ChangedTask, error)) (answer, error) {
	id, err := requiredID(c.query, "id", "changing a task")
	if err != nil {
		return answer{}, err
	}
	task, err := change(ctx, c.caller, id)
	return affected(wireObject{{"AffectedRows", rows(task)}}), err
}

// affected is the answer to a write that changed something, or found nothing to change.
func affected(message wireObject) answer {
	return ok(wireObject{{"Status", "Success"}, {"Message", message}})
}

func rows(task app.ChangedTask) int {
	if task.Changed {
		return 1
	}
	return 0
}
