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
	task, err := a.App.UpdateTask(ctx, c.caller, id, patch, app.Options{DryRun: isTrial})
	if isTrial {
		return dryRunDone, err
	}
	return affected(wireObject{{"AffectedRows", rows(task)}, {"AutoId", task.AutoID}}), err
}

// bindPatch reads a body of updateShape.
func bindPatch(n node) (tickler.TaskPatch, error) {
	r := read(n, nil)
	if !r.said("UserTaskId") {
		return tickler.TaskPatch{}, missing("UserTaskId", "updating a task")
	}
	r.id("UserTaskId")
	draft, err := bindTask(n)
	if err != nil {
		return tickler.TaskPatch{}, err
	}
	patch := tickler.TaskPatch{
		Name: said(draft.Name), Description: r.clearable("Description"), Location: r.clearable("Location"),
		Priority: r.clearable("Priority"), EffortEstimateUnit: r.clearable("EffortEstimateUnit"),
		PercentCompleted: tickler.OfPointer(draft.PercentCompleted), Latitude: tickler.OfPointer(draft.Latitude),
		Longitude: tickler.OfPointer(draft.Longitude), DueAt: tickler.OfPointer(draft.DueAt), EndAt: tickler.OfPointer(draft.EndAt),
		ReminderMinutes: tickler.OfPointer(draft.ReminderMinutes), ReminderDays: tickler.OfPointer(draft.ReminderDays),
		ReminderTime: tickler.OfPointer(draft.ReminderTime), OwnerID: draft.OwnerID, OwnerEmail: draft.OwnerEmail,
		TypeID: draft.TypeID, TypeName: draft.TypeName, CustomFields: r.within("CustomFields").saidByName(), Category: draft.Category,
		RelatedID: draft.RelatedID,
	}
	if r.said("NotifyBy") {
		patch.Notify = tickler.Of(draft.Notify)
	}
	if r.said("RelatedEntity") {
		patch.RelatedKind = tickler.Of(draft.RelatedKind)
	} else { // what the task is tied to may stay: another lead, or another opportunity
		patch.RelatedID = r.id("RelatedEntityId")
	}
	return patch, r.err
}

// said is what a text shall be; an empty one says nothing.
func said(text string) tickler.Optional[string] {
	if text == "" {
		return tickler.Optional[string]{}
	}
	return tickler.Of(text)
}

// clearable reads a text that Update clears when it is empty, and leaves when it is absent or null.
func (r *reader) clearable(name string) tickler.Optional[string] {
	if r.node(name).isEmptyText() {
		return tickler.Cleared[string]()
	}
	return said(r.text(name))
}

// saidByName returns the values of members by name: the empty text for what is to be cleared, and nothing for
// null.
func (r *reader) saidByName() map[string]string {
	texts := make(map[string]string, len(r.members))
	for _, m := range r.members {
		if m.value.text != "" || m.value.isEmptyText() {
			texts[m.name] = m.value.text
		}
	}
	return texts
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
