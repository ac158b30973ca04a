package api

import (
	"context"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
)

func (a *API) updateTask(ctx context.Context, c call) (answer, error) {
	r := wire.Read(c.body)
	id := r.ID("UserTaskId")
	if r.Err() == nil {
		if err := a.App.MayChangeTask(ctx, c.caller, id); err != nil {
			return answer{}, err
		}
	}
	isTrial, err := c.query.flag(dryRun)
	if err != nil {
		return answer{}, err
	}
	if r.Err() == nil {
		if c.body, err = a.passOverUnchanged(ctx, c, id); err != nil {
			return answer{}, err
		}
	}
	patch, err := bindPatch(c.body)
	if err != nil {
		return answer{}, err
	}
	task, err := a.App.UpdateTask(ctx, c.caller, id, patch, app.Options{DryRun: isTrial})
	if isTrial {
		return dryRunDone, err
	}
	return affected(wire.Object{{"AffectedRows", rows(task)}, {"AutoId", task.AutoID}}), err
}

// bindPatch reads a body of updateShape.
func bindPatch(n wire.Node) (tickler.TaskPatch, error) {
	r := wire.Read(n)
	if !r.Has("UserTaskId") {
		return tickler.TaskPatch{}, wire.Missing("UserTaskId", "updating a task")
	}
	r.ID("UserTaskId")
	return patchFrom(r), r.Err()
}

// patchFrom reads what a body of updateShape wants changed.
func patchFrom(r *wire.Reader) tickler.TaskPatch {
	draft := draftFrom(r)
	patch := tickler.TaskPatch{
		Name:               nonEmpty(draft.Name),
		Description:        clearable(r, "Description"),
		Location:           clearable(r, "Location"),
		Priority:           clearable(r, "Priority"),
		EffortEstimateUnit: clearable(r, "EffortEstimateUnit"),
		PercentCompleted:   tickler.OfPointer(draft.PercentCompleted),
		Latitude:           tickler.OfPointer(draft.Latitude),
		Longitude:          tickler.OfPointer(draft.Longitude),
		DueAt:              tickler.OfPointer(draft.DueAt),
		EndAt:              tickler.OfPointer(draft.EndAt),
		ReminderMinutes:    tickler.OfPointer(draft.ReminderMinutes),
		ReminderDays:       tickler.OfPointer(draft.ReminderDays),
		ReminderTime:       tickler.OfPointer(draft.ReminderTime),
		OwnerID:            draft.OwnerID,
		OwnerEmail:         draft.OwnerEmail,
		TypeID:             draft.TypeID,
		TypeName:           draft.TypeName,
		CustomFields:       textsByName(r.Node("CustomFields")),
		Category:           draft.Category,
		RelatedID:          draft.RelatedID,
	}
	if r.Has("NotifyBy") {
		patch.Notify = tickler.Of(draft.Notify)
	}
	if r.Has("RelatedEntity") {
		patch.RelatedKind = tickler.Of(draft.RelatedKind)
	} else { // what the task is tied to may stay: another lead, or another opportunity
		patch.RelatedID = r.ID("RelatedEntityId")
	}
	return patch
}

// nonEmpty is a text that is to be set; an empty one leaves what is there.
func nonEmpty(text string) tickler.Optional[string] {
	if text == "" {
		return tickler.Optional[string]{}
	}
	return tickler.Of(text)
}

// clearable reads a text that Update clears when it is empty, and leaves when it is absent or null.
func clearable(r *wire.Reader, name string) tickler.Optional[string] {
	if r.Node(name).IsEmptyText() {
		return tickler.Cleared[string]()
	}
	return nonEmpty(r.Text(name))
}

// textsByName returns an object's values by their names: the empty text for what is to be cleared,
// and nothing for null.
func textsByName(object wire.Node) map[string]string {
	texts := make(map[string]string, len(object.Members))
	for _, m := range object.Members {
		if m.Value.Text != "" || m.Value.IsEmptyText() {
			texts[m.Name] = m.Value.Composed()
		}
	}
	return texts
}

func (a *API) markComplete(ctx context.Context, c call) (answer, error) {
	note := c.query.get("note")
	if inBody := wire.Read(c.body).Text("Note"); inBody != "" {
		note = inBody
	}
	return changeState(ctx, c, func(ctx context.Context, caller app.Caller, id tickler.ID) (app.ChangedTask, error) {
		return a.App.CompleteTaskWith(ctx, caller, id, note)
	})
}

// completeShape is what a body of MarkComplete may have: what came of the task.
var completeShape = wire.ShapeOf("Note")

func (a *API) markIncomplete(ctx context.Context, c call) (answer, error) {
	return changeState(ctx, c, a.App.ReopenTask)
}

func (a *API) cancelTask(ctx context.Context, c call) (answer, error) {
	return changeState(ctx, c, a.App.CancelTask)
}

func changeState(
	ctx context.Context, c call, change func(context.Context, app.Caller, tickler.ID) (app.ChangedTask, error),
) (answer, error) {
	id, err := requiredID(c.query, "id", "changing a task")
	if err != nil {
		return answer{}, err
	}
	task, err := change(ctx, c.caller, id)
	return affected(wire.Object{{"AffectedRows", rows(task)}}), err
}

// affected is the answer to a write that changed something, or found nothing to change.
func affected(message wire.Object) answer {
	return ok(wire.Object{{"Status", "Success"}, {"Message", message}})
}

func rows(task app.ChangedTask) int {
	if task.Changed {
		return 1
	}
	return 0
}
