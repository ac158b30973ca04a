package app_test

import (
	"context"

	"tickler"
	"tickler/internal/app"
)

// at returns the caller with the world's current time.
func (w *world) at(caller app.Caller) app.Caller {
	caller.Now = w.Now()
	return caller
}

func (w *world) CreateTask(ctx context.Context, caller app.Caller, draft tickler.TaskDraft) (tickler.Task, error) {
	made, err := w.App.CreateTask(ctx, w.at(caller), draft, app.Options{})
	return made.Task, err
}

// PlanTask is CreateTask as a dry run.
func (w *world) PlanTask(ctx context.Context, caller app.Caller, draft tickler.TaskDraft) (tickler.Task, error) {
	made, err := w.App.CreateTask(ctx, w.at(caller), draft, app.Options{DryRun: true})
	return made.Task, err
}

func (w *world) UpdateTask(ctx context.Context, caller app.Caller, id tickler.ID, patch tickler.TaskPatch) (app.ChangedTask, error) {
	return w.App.UpdateTask(ctx, w.at(caller), id, patch, app.Options{})
}

// TryUpdateTask is UpdateTask as a dry run.
func (w *world) TryUpdateTask(ctx context.Context, caller app.Caller, id tickler.ID, patch tickler.TaskPatch) error {
	_, err := w.App.UpdateTask(ctx, w.at(caller), id, patch, app.Options{DryRun: true})
	return err
}

func (w *world) CompleteTask(ctx context.Context, caller app.Caller, id tickler.ID) (app.ChangedTask, error) {
	return w.App.CompleteTask(ctx, w.at(caller), id)
}

func (w *world) ReopenTask(ctx context.Context, caller app.Caller, id tickler.ID) (app.ChangedTask, error) {
	return w.App.ReopenTask(ctx, w.at(caller), id)
}

func (w *world) CancelTask(ctx context.Context, caller app.Caller, id tickler.ID) (app.ChangedTask, error) {
	return w.App.CancelTask(ctx, w.at(caller), id)
}

func (w *world) SubmitBulk(ctx context.Context, caller app.Caller, s app.BulkSubmission) (tickler.BulkRequest, error) {
	made, err := w.App.SubmitBulk(ctx, w.at(caller), s, app.Options{})
	return made.BulkRequest, err
}

func (w *world) UndoBulk(ctx context.Context, caller app.Caller, id tickler.ID) (tickler.BulkRequest, error) {
	made, err := w.App.UndoBulk(ctx, w.at(caller), id, app.Options{})
	return made.BulkRequest, err
}

// patchOf returns a patch that sets what the draft sets.
func patchOf(d tickler.TaskDraft) tickler.TaskPatch {
	text := func(said string) tickler.Optional[string] {
		if said == "" {
			return tickler.Optional[string]{}
		}
		return tickler.Of(said)
	}
	p := tickler.TaskPatch{
		Name: text(d.Name), Description: text(d.Description), Location: text(d.Location), Priority: text(d.Priority),
		EffortEstimateUnit: text(d.EffortEstimateUnit),
		PercentCompleted:   tickler.OfPointer(d.PercentCompleted), RelatedID: d.RelatedID,
		DueAt: tickler.OfPointer(d.DueAt), EndAt: tickler.OfPointer(d.EndAt), ReminderMinutes: tickler.OfPointer(d.ReminderMinutes),
		ReminderDays: tickler.OfPointer(d.ReminderDays), ReminderTime: tickler.OfPointer(d.ReminderTime),
		OwnerID: d.OwnerID, OwnerEmail: d.OwnerEmail, TypeID: d.TypeID, TypeName: d.TypeName, CustomFields: d.CustomFields, Category: d.Category,
	}
	if d.RelatedKind != tickler.RelatedToNobody {
		p.RelatedKind = tickler.Of(d.RelatedKind)
	}
	return p
}
