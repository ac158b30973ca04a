package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// changing returns orders that do one thing to tasks.
func changing(change app.BulkChange, tasks ...tickler.Task) (s spoken) {
	for _, task := range tasks {
		s = append(s, app.BulkOrder{TaskID: task.ID, Change: &change})
	}
	return s
}

// update runs a bulk update of tasks to its end.
func (w *world) update(caller app.Caller, change app.BulkChange, tasks ...tickler.Task) (tickler.BulkRequest, []tickler.BulkRow) {
	w.t.Helper()
	return w.runBulk(w.ask(caller, tickler.BulkUpdate, len(tasks)), changing(change, tasks...))
}

// undo runs the undo of a request to its end.
func (w *world) undo(caller app.Caller, r tickler.BulkRequest) (tickler.BulkRequest, []tickler.BulkRow) {
	w.t.Helper()
	undo, err := w.UndoBulk(w.t.Context(), caller, r.ID)
	w.must(err)
	return w.runBulk(undo, nil)
}

// current returns a task as it is.
func (w *world) current(task tickler.Task) tickler.Task {
	w.t.Helper()
	task, _, err := w.Task(w.t.Context(), w.as("admin"), task.ID)
	w.must(err)
	return task
}

func TestBulkUpdate(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		day := time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
		for name, tt := range map[string]struct {
			change app.BulkChange
			want   func(was, is tickler.Task) bool
		}{
			"complete": {app.BulkChange{Complete: true}, func(_, is tickler.Task) bool { return is.State == tickler.StateCompleted }},
			"cancel":   {app.BulkChange{Cancel: true}, func(_, is tickler.Task) bool { return is.State == tickler.StateCancelled }},
			"by days":  {app.BulkChange{MoveBy: new(-3)}, func(was, is tickler.Task) bool { return is.DueAt.Equal(was.DueAt.AddDate(0, 0, -3)) }},
			"to a day": {app.BulkChange{MoveTo: day}, func(_, is tickler.Task) bool { return is.DueAt.Equal(day) }},
			"patch": {
				app.BulkChange{Patch: &tickler.TaskPatch{OwnerEmail: "seller@example.com", Notify: tickler.Of(true), ReminderMinutes: tickler.Of(5)}},
				func(_, is tickler.Task) bool {
					return is.OwnerID == w.users["seller"].ID && is.Notify && is.Reminder.Minutes == 5
				},
			},
		} {
			tasks := []tickler.Task{w.task("admin", "boss"), w.task("admin", "boss")}
			r, rows := w.update(admin, tt.change, tasks...)
			if r.State != tickler.BulkSucceeded || rows[0].Name != tasks[0].Name || rows[1].Version != 2 {
				t.Errorf("%s: %s, %+v", name, r.State, rows)
			}
			for _, was := range tasks {
				if is := w.current(was); !tt.want(was, is) {
					t.Errorf("%s: from %+v to %+v", name, was, is)
				}
				history, err := w.store.TaskChanges(t.Context(), w.account, was.ID)
				w.must(err)
				if len(history) != 1 || history[0].Act != r.ID || history[0].Via != (tickler.Origin{Kind: tickler.ViaBulk, ID: r.ID}) {
					t.Errorf("%s: the history is %+v", name, history)
				}
			}
			undone, rows := w.undo(admin, r)
			if undone.State != tickler.BulkSucceeded || undone.SourceID != r.ID || undone.Succeeded != 2 || faults(rows) != "|" {
				t.Errorf("%s: undone %s, %s", name, undone.State, faults(rows))
			}
			for _, was := range tasks {
				is := w.current(was)
				is.Version, is.ModifiedAt, is.ModifiedBy = was.Version, was.ModifiedAt, was.ModifiedBy
				was.AutoID = is.AutoID // the store gives it
				equal(t, was, is)
			}
		}
	})
}

// What is wrong with the change is wrong for every task: the request is refused, as a whole.
func TestBulkUpdateRefusesAnImpossibleChange(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task := w.task("admin", "boss")
		for name, patch := range map[string]tickler.TaskPatch{
			"nobody owns it":           {OwnerID: newID()},
			"an owner who has left":    {OwnerID: w.users["gone"].ID},
			"another account's lead":   {RelatedKind: tickler.Of(tickler.RelatedToLead), RelatedID: newID()},
			"an unknown type":          {TypeName: "Nothing"},
			"a name of nothing":        {Name: tickler.Of("")},
			"degrees beyond the poles": {Latitude: tickler.Of(91.0)},
		} {
			for _, options := range []app.Options{{}, {DryRun: true}} {
				w.spoken = changing(app.BulkChange{Patch: &patch}, task)
				_, err := w.App.SubmitBulk(t.Context(), w.as("admin"), app.BulkSubmission{
					Operation: tickler.BulkUpdate, Body: []byte("{}"), Rows: 1, Change: &app.BulkChange{Patch: &patch},
				}, options)
				if err == nil {
					t.Errorf("%s is taken", name)
				}
			}
		}
		if _, total, err := w.BulkRequests(t.Context(), w.as("admin"), tickler.BulkFilter{}, tickler.Page{Limit: 1}); total != 0 || err != nil {
			t.Errorf("%d requests were accepted, %v", total, err)
		}
	})
}

// Each row is for those who may change its task, whoever asks; ids of another account are unknown.
func TestBulkUpdateChangesNothingOfOthers(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		foreign, err := w.CreateTask(t.Context(), w.stranger(), tickler.TaskDraft{Name: "foreign"})
		w.must(err)
		for _, name := range []string{"admin", "marketer", "boss", "seller", "loner"} {
			for _, change := range []app.BulkChange{{Complete: true}, {Cancel: true}, {MoveBy: new(1)}, {Patch: &tickler.TaskPatch{Name: tickler.Of("mine now")}}} {
				theirs := w.task("seller", "junior")
				r, rows := w.update(w.as(name), change, foreign, theirs)
				may := changesTaskOf(name, "seller", "junior")
				if rows[0].Fault == nil || rows[0].Fault.Kind != tickler.KindUnknownEntity || rows[0].Name != "" || rows[0].Version != 0 {
					t.Errorf("%s changes another account's task: %+v", name, rows[0])
				}
				if forbidden := rows[1].Fault != nil && rows[1].Fault.Kind == tickler.KindForbidden; forbidden == may || forbidden != (rows[1].Name == "") {
					t.Errorf("%s: %+v, %v", name, rows[1], rows[1].Fault)
				}
				if is := w.current(theirs); (is.Version == 1) == may {
					t.Errorf("%s: the task has version %d", name, is.Version)
				}
				w.undoes(name, r, may)
			}
		}
		if task, _, err := w.Task(t.Context(), w.stranger(), foreign.ID); err != nil || task.Version != 1 || task.Name != "foreign" {
			t.Errorf("it is %+v, %v", task, err)
		}
	})
}

// undoes checks who can undo a request: who asked for it and administrators, if it did anything.
func (w *world) undoes(requester string, r tickler.BulkRequest, didAnything bool) {
	w.t.Helper()
	for _, name := range []string{"marketer", "loner"} {
		if name != requester {
			_, err := w.UndoBulk(w.t.Context(), w.as(name), r.ID)
			wantKind(w.t, err, tickler.KindUnknownEntity)
		}
	}
	_, err := w.UndoBulk(w.t.Context(), w.stranger(), r.ID)
	wantKind(w.t, err, tickler.KindUnknownEntity)
	_, err = w.UndoBulk(w.t.Context(), w.as(requester), r.ID)
	if isFact(err, tickler.FactNothingToUndo) == didAnything {
		w.t.Errorf("%s undoes it: %v", requester, err)
	}
}

// Undo takes back what nobody has changed since, field by field, and says of each row what stays.
func TestUndoOfABulkUpdateLeavesWhatOthersChanged(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.as("admin")
		names := []string{"untouched", "partly", "wholly", "removed", "completed before"}
		tasks := make([]tickler.Task, len(names))
		for i, name := range names {
			task, err := w.CreateTask(ctx, admin, tickler.TaskDraft{Name: name})
			w.must(err)
			tasks[i] = task
		}
		patch := tickler.TaskPatch{Location: tickler.Of("Pune"), Priority: tickler.Of("High")}
		_, err := w.UpdateTask(ctx, admin, tasks[4].ID, patch)
		w.must(err)
		r, rows := w.update(admin, app.BulkChange{Patch: &patch}, tasks...)
		if r.State != tickler.BulkSucceeded || rows[4].Version != 0 {
			t.Errorf("%s: %+v", r.State, rows)
		}
		for i, patch := range map[int]tickler.TaskPatch{
			1: {Location: tickler.Of("Goa")}, 2: {Location: tickler.Of("Goa"), Priority: tickler.Of("Low")},
		} {
			_, err := w.UpdateTask(ctx, admin, tasks[i].ID, patch)
			w.must(err)
		}
		w.runBulk(w.ask(admin, tickler.BulkDelete, 1), tasksNamed(tasks[3]))

		undone, rows := w.undo(admin, r)
		want := strings.Join([]string{
			"",
			tickler.Refuse(tickler.FactFieldsStay, tickler.FieldTask, tasks[1].ID, []tickler.Field{tickler.FieldLocation}).Error(),
			tickler.Refuse(tickler.FactNothingUndone, tickler.FieldTask, tasks[2].ID).Error(),
			tickler.Refuse(tickler.FactNoTask, tickler.FieldTask, tasks[3].ID).Error(),
		}, "|")
		if undone.State != tickler.BulkPartly || undone.Rows != 4 || faults(rows) != want {
			t.Errorf("%s of %d rows:\n%s\nwant\n%s", undone.State, undone.Rows, faults(rows), want)
		}
		for i, want := range []string{" ", "Goa ", "Goa Low", " ", "Pune High"} {
			if is := w.current(tasks[i]); is.Location+" "+is.Priority != want {
				t.Errorf("'%s' has '%s', '%s'; want '%s'", names[i], is.Location, is.Priority, want)
			}
		}
		_, err = w.UndoBulk(ctx, admin, undone.ID)
		wantError(t, err, tickler.Refuse(tickler.FactNothingToUndo, tickler.FieldRequest, undone.ID))
	})
}

// A request is undone once, unless its undo was stopped.
func TestABulkRequestIsUndoneOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.as("admin")
		r, _ := w.update(admin, app.BulkChange{Complete: true}, w.task("admin", "admin"))
		if _, found, err := w.UndoOf(ctx, admin, r); found || err != nil {
			t.Errorf("it is undone already, %v", err)
		}
		first, err := w.UndoBulk(ctx, admin, r.ID)
		w.must(err)
		_, err = w.UndoBulk(ctx, admin, r.ID)
		wantError(t, err, tickler.Refuse(tickler.FactUndone, tickler.FieldRequest, r.ID))
		w.must(w.CancelBulk(ctx, admin, first.ID))
		w.runBulk(first, nil)
		second, err := w.UndoBulk(ctx, admin, r.ID)
		w.must(err)
		w.runBulk(second, nil)
		_, err = w.UndoBulk(ctx, admin, r.ID)
		wantError(t, err, tickler.Refuse(tickler.FactUndone, tickler.FieldRequest, r.ID))
		if id, found, err := w.UndoOf(ctx, admin, r); err != nil || !found || id != second.ID {
			t.Errorf("undone by %s, %t, %v; want %s", id, found, err, second.ID)
		}
	})
}

// A bulk delete is undone too: its tasks come back, with their history, under their old ids.
func TestUndoOfABulkDelete(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task := w.task("boss", "seller")
		r, _ := w.runBulk(w.ask(w.as("boss"), tickler.BulkDelete, 1), tasksNamed(task))
		undone, rows := w.undo(w.as("boss"), r)
		if undone.Operation != tickler.BulkUndoDelete || undone.State != tickler.BulkSucceeded || rows[0].Name != task.Name {
			t.Errorf("%s: %s, %+v", undone.Operation, undone.State, rows)
		}
		is := w.current(task)
		if is.ID != task.ID || is.Name != task.Name || is.Version != 3 {
			t.Errorf("it is %+v", is)
		}
		history, err := w.store.TaskChanges(t.Context(), w.account, task.ID)
		w.must(err)
		if len(history) != 2 || history[1].Kind != tickler.ChangeRestored || history[1].Act != undone.ID {
			t.Errorf("the history is %+v", history)
		}
	})
}

// A run that dies between batches goes on where it was: each task is changed once.
func TestBulkUpdateGoesOnWhereItWas(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		tasks := make([]tickler.Task, 120) // more than two batches
		for i := range tasks {
			task, err := w.CreateTask(t.Context(), w.as("admin"), tickler.TaskDraft{Name: fmt.Sprint("row ", i+1)})
			w.must(err)
			tasks[i] = task
		}
		orders := changing(app.BulkChange{MoveBy: new(1)}, tasks...)
		r := w.ask(w.as("admin"), tickler.BulkUpdate, len(tasks))
		w.runRows(r, 1, orders[:70])
		w.runRows(r, 21, orders[20:40]) // a node that had planned them before
		r, rows := w.runBulk(r, orders)
		if r.State != tickler.BulkSucceeded || r.Succeeded != len(tasks) {
			t.Errorf("%s, %d", r.State, r.Succeeded)
		}
		for i, was := range tasks {
			if is := w.current(was); is.Version != 2 || !is.DueAt.Equal(was.DueAt.AddDate(0, 0, 1)) || rows[i].TaskID != was.ID || rows[i].Version != 2 {
				t.Fatalf("row %d: %+v, version %d, due %v, before %v", i+1, rows[i], is.Version, is.DueAt, was.DueAt)
			}
		}
	})
}

func TestChangeMatching(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		own, theirs, hidden := w.task("seller", "seller"), w.task("boss", "boss"), w.task("loner", "loner")
		open := tickler.StateOpen
		filter := tickler.TaskFilter{AccountID: w.other, State: &open} // the caller's account counts
		for _, tt := range []struct {
			doing     app.Doing
			operation tickler.BulkOperation
			isAsTold  func(is tickler.Task) bool
		}{
			{app.MovingBy(2, time.UTC), tickler.BulkUpdate, func(is tickler.Task) bool { return is.DueAt.Equal(own.DueAt.AddDate(0, 0, 2)) }},
			{app.MovingTo(now.AddDate(0, 1, 0), time.UTC), tickler.BulkUpdate, func(is tickler.Task) bool {
				return is.DueAt.Equal(now.Truncate(24*time.Hour).AddDate(0, 1, 0))
			}},
			{app.Assigning(w.users["junior"].ID), tickler.BulkUpdate, func(is tickler.Task) bool { return is.OwnerID == w.users["junior"].ID }},
			{app.Completing(), tickler.BulkUpdate, func(is tickler.Task) bool { return is.State == tickler.StateCompleted }},
		} {
			r, err := w.ChangeMatching(ctx, w.as("boss"), filter, tt.doing, app.Options{})
			w.must(err)
			if r.Rows != 2 || r.Operation != tt.operation {
				t.Errorf("%s of %d rows", r.Operation, r.Rows)
			}
			if done, _ := w.runBulk(r.BulkRequest, nil); done.State != tickler.BulkSucceeded {
				t.Errorf("it ended as %s", done.State)
			}
			for _, task := range []tickler.Task{own, theirs} {
				if is := w.current(task); !tt.isAsTold(is) {
					t.Errorf("%s: it is %+v", task.Name, is)
				}
			}
		}
		_, err := w.ChangeMatching(ctx, w.as("boss"), filter, app.Cancelling(), app.Options{})
		wantError(t, err, tickler.Refuse(tickler.FactNoneMatch, "", nil)) // all is done
		_, err = w.ChangeMatching(ctx, w.as("loner"), filter, app.Reopening(), app.Options{})
		wantError(t, err, tickler.Refuse(tickler.FactNotForAll, "", nil))
		_, err = w.ChangeMatching(ctx, w.as("loner"), filter, app.Assigning(w.users["gone"].ID), app.Options{})
		wantKind(t, err, tickler.KindUnknownEntity)
		if is := w.current(hidden); is.Version != 1 {
			t.Errorf("what the caller does not see is changed: %+v", is)
		}
	})
}

// Deleting all that match is a bulk delete, and can be undone. What the caller sees but may not
// change fails alone.
func TestDeleteMatching(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		own, theirs := w.task("marketer", "marketer"), w.task("boss", "boss")
		r, err := w.ChangeMatching(t.Context(), w.as("marketer"), tickler.TaskFilter{}, app.Deleting(), app.Options{})
		w.must(err)
		done, rows := w.runBulk(r.BulkRequest, nil)
		if done.Operation != tickler.BulkDelete || done.State != tickler.BulkPartly || rows[0].TaskID != own.ID || rows[1].Fault.Kind != tickler.KindForbidden {
			t.Errorf("%s, %s: %+v", done.Operation, done.State, rows)
		}
		if undone, _ := w.undo(w.as("marketer"), done); undone.State != tickler.BulkSucceeded || undone.Rows != 1 {
			t.Errorf("%s of %d rows", undone.State, undone.Rows)
		}
		if w.taskCount(w.account) != 2 || w.current(theirs).Version != 1 {
			t.Errorf("%d tasks", w.taskCount(w.account))
		}
	})
}

// The page of a long request reads what it shows.
func TestBulkRequestInShort(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.as("admin")
		bad := app.BulkOrder{Err: tickler.Refuse(tickler.FactNeededByTask, tickler.FieldName, nil)}
		r := w.ask(admin, tickler.BulkCreate, 6)
		w.runRows(r, 1, append(drafts("a"), bad, bad, bad))
		w.must(w.CancelBulk(ctx, admin, r.ID))
		w.runBulk(r, append(drafts("a"), bad, bad, bad, bad, bad))
		for _, tt := range []struct {
			failedOnly  bool
			limit       int
			rows, more  int
			first, last tickler.RowState
		}{
			{false, 3, 3, 3, tickler.RowSucceeded, tickler.RowFailed},
			{false, 5, 5, 1, tickler.RowSucceeded, tickler.RowCancelled},
			{false, 9, 6, 0, tickler.RowSucceeded, tickler.RowCancelled},
			{true, 2, 2, 1, tickler.RowFailed, tickler.RowFailed},
			{true, 3, 3, 0, tickler.RowFailed, tickler.RowFailed},
		} {
			_, rows, more, err := w.BulkRequestInShort(ctx, admin, r.ID, tt.failedOnly, tt.limit)
			w.must(err)
			if len(rows) != tt.rows || more != tt.more || rows[0].State != tt.first || rows[len(rows)-1].State != tt.last {
				t.Errorf("%+v: %d rows and %d more: %+v", tt, len(rows), more, rows)
			}
		}
		_, _, _, err := w.BulkRequestInShort(ctx, w.as("boss"), r.ID, false, 1)
		wantKind(t, err, tickler.KindUnknownEntity)
	})
}
