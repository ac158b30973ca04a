package app_test

import (
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// changes lists whose tasks each user may change (docs/contract.md section 7): those that somebody
// in the list owns or created.
var changes = map[string][]string{
	"admin":    sees["admin"],
	"marketer": {"marketer"},
	"boss":     sees["boss"],
	"seller":   sees["seller"],
	"junior":   sees["junior"],
	"loner":    sees["loner"],
}

func changesTaskOf(caller, creator, owner string) bool {
	for _, name := range changes[caller] {
		if name == creator || name == owner {
			return true
		}
	}
	return false
}

func TestWhoMayChangeATask(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		names := sees["admin"]
		callers := map[string]app.Caller{}
		for _, name := range names {
			callers[name] = w.as(name)
		}
		for _, creator := range names {
			for _, owner := range names {
				task := w.task(creator, owner)
				for name, caller := range callers {
					renamed := patchOf(tickler.TaskDraft{Name: "changed by " + name})
					may := changesTaskOf(name, creator, owner)
					forbidden := tickler.KindForbidden
					if may {
						forbidden = 0
					}
					wantKind(t, w.MayChangeTask(t.Context(), caller, task.ID), forbidden)
					wantKind(t, w.TryUpdateTask(t.Context(), caller, task.ID, renamed), forbidden)
					got, err := w.UpdateTask(t.Context(), caller, task.ID, renamed)
					wantKind(t, err, forbidden)
					if got.Changed != may {
						t.Errorf("%s changes the task that %s made for %s: %t", name, creator, owner, got.Changed)
					}
				}
			}
		}
	})
}

// Every way to change a task checks permission, and never touches a task that is another account's
// or does not exist.
func TestEveryChangeChecksPermission(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task := w.task("boss", "boss")
		for name, change := range map[string]func(caller app.Caller, id tickler.ID) (app.ChangedTask, error){
			"update": func(caller app.Caller, id tickler.ID) (app.ChangedTask, error) {
				return w.UpdateTask(t.Context(), caller, id, patchOf(tickler.TaskDraft{Name: "x"}))
			},
			"complete": func(caller app.Caller, id tickler.ID) (app.ChangedTask, error) {
				return w.CompleteTask(t.Context(), caller, id)
			},
			"reopen": func(caller app.Caller, id tickler.ID) (app.ChangedTask, error) {
				return w.ReopenTask(t.Context(), caller, id)
			},
			"cancel": func(caller app.Caller, id tickler.ID) (app.ChangedTask, error) {
				return w.CancelTask(t.Context(), caller, id)
			},
		} {
			_, err := change(w.as("loner"), task.ID)
			wantError(t, err, tickler.Refuse(tickler.FactNotYourTask, tickler.FieldTask, task.ID))
			nobody := newID()
			_, err = change(w.as("admin"), nobody)
			wantError(t, err, tickler.Refuse(tickler.FactNoTask, tickler.FieldTask, nobody))
			_, err = change(w.stranger(), task.ID)
			wantError(t, err, tickler.Refuse(tickler.FactNoTask, tickler.FieldTask, task.ID))
			if got, _, err := w.Task(t.Context(), w.as("admin"), task.ID); err != nil || got.Version != 1 || got.Name != task.Name || got.State != tickler.StateOpen {
				t.Errorf("%s: %v, the task became %+v", name, err, got)
			}
		}
		wantKind(t, w.MayChangeTask(t.Context(), w.as("loner"), newID()), 0) // that it does not exist is found later
		wantKind(t, w.TryUpdateTask(t.Context(), w.as("admin"), newID(), tickler.TaskPatch{}), tickler.KindUnknownEntity)
	})
}

func TestALifeOfATask(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		boss := w.as("boss")
		task := w.task("boss", "seller")
		step := func(do func() (app.ChangedTask, error), changed bool, state tickler.State) {
			t.Helper()
			w.clock.Advance(time.Minute)
			got, err := do()
			w.must(err)
			kept, _, err := w.Task(t.Context(), boss, task.ID)
			w.must(err)
			if got.Changed != changed || got.State != state || kept.State != state || kept.Version != got.Version {
				t.Errorf("changed %t to %v, kept %+v", got.Changed, got.State, kept)
			}
		}
		complete := func() (app.ChangedTask, error) { return w.CompleteTask(t.Context(), boss, task.ID) }
		reopen := func() (app.ChangedTask, error) { return w.ReopenTask(t.Context(), boss, task.ID) }
		cancel := func() (app.ChangedTask, error) { return w.CancelTask(t.Context(), boss, task.ID) }
		rename := func() (app.ChangedTask, error) {
			return w.UpdateTask(t.Context(), boss, task.ID, patchOf(tickler.TaskDraft{Name: "renamed"}))
		}
		step(reopen, false, tickler.StateOpen)
		step(complete, true, tickler.StateCompleted)
		step(complete, false, tickler.StateCompleted)
		_, err := cancel()
		wantKind(t, err, tickler.KindInvalid)
		step(rename, true, tickler.StateCompleted)
		step(rename, false, tickler.StateCompleted)
		step(reopen, true, tickler.StateOpen)
		step(cancel, true, tickler.StateCancelled)
		step(cancel, false, tickler.StateCancelled)
		_, err = complete()
		wantKind(t, err, tickler.KindInvalid)

		history, err := w.store.TaskChanges(t.Context(), w.account, task.ID)
		w.must(err)
		want := []struct {
			kind   tickler.ChangeKind
			minute int
		}{{tickler.ChangeCompleted, 2}, {tickler.ChangeUpdated, 4}, {tickler.ChangeReopened, 6}, {tickler.ChangeCancelled, 7}}
		if len(history) != len(want) {
			t.Fatalf("the history is %+v", history)
		}
		for i, c := range history {
			at := now.Add(time.Duration(want[i].minute) * time.Minute)
			if c.Kind != want[i].kind || c.Version != i+2 || !c.At.Equal(at) || c.By != boss.User.ID || c.Via != boss.Via {
				t.Errorf("change %d is %+v, want %v at %v", i, c, want[i].kind, at)
			}
		}
	})
}

func TestUpdateFindsWhatItsNamesStandFor(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		lead, err := w.CreateLead(t.Context(), admin, tickler.Lead{FirstName: "Lea"})
		w.must(err)
		foreign, err := w.CreateLead(t.Context(), w.stranger(), tickler.Lead{FirstName: "Leo"})
		w.must(err)
		task := w.task("admin", "boss")
		update := func(patch tickler.TaskPatch) (app.ChangedTask, error) {
			return w.UpdateTask(t.Context(), admin, task.ID, patch)
		}
		for name, test := range map[string]struct {
			draft tickler.TaskDraft
			want  tickler.Kind
		}{
			"an unknown owner":       {tickler.TaskDraft{OwnerEmail: "vir@example.com"}, tickler.KindUnknownEntity},
			"an inactive owner":      {tickler.TaskDraft{OwnerEmail: "gone@example.com"}, tickler.KindUnknownEntity},
			"an unknown type":        {tickler.TaskDraft{TypeName: "Lunch"}, tickler.KindUnknownEntity},
			"another account's lead": {tickler.TaskDraft{RelatedKind: tickler.RelatedToLead, RelatedID: foreign.ID}, tickler.KindUnknownEntity},
			"a lead without an id":   {tickler.TaskDraft{RelatedKind: tickler.RelatedToLead}, tickler.KindMissing},
			"an unknown field":       {tickler.TaskDraft{CustomFields: map[string]string{"mx_Custom_9": "x"}}, tickler.KindUnknownField},
		} {
			patch := patchOf(test.draft)
			if _, err := update(patch); tickler.KindOf(err) != test.want {
				t.Errorf("%s: %v", name, err)
			}
			if err := w.TryUpdateTask(t.Context(), admin, task.ID, patch); tickler.KindOf(err) != test.want {
				t.Errorf("trying %s: %v", name, err)
			}
		}
		meeting, _ := admin.Account.TaskTypeByName("Meeting")
		patch := tickler.TaskPatch{
			OwnerEmail: "Seller@example.com", TypeName: "meeting", RelatedKind: tickler.Of(tickler.RelatedToLead), RelatedID: lead.ID,
		}
		w.must(w.TryUpdateTask(t.Context(), admin, task.ID, patch))
		if got, _, err := w.Task(t.Context(), admin, task.ID); err != nil || got.Version != 1 {
			t.Errorf("what was only tried was written: %v, %+v", err, got)
		}
		_, err = update(patch)
		w.must(err)
		got, _, err := w.Task(t.Context(), admin, task.ID)
		w.must(err)
		if got.OwnerID != w.users["seller"].ID || got.TypeID != meeting.ID || got.Category != tickler.CategoryAppointment || got.Related.Name != "Lea" || got.Version != 2 {
			t.Errorf("the task became %+v", got)
		}
	})
}

// An id alone relates a task to another lead or opportunity of the same kind, in its account.
func TestUpdateWithRelatedEntityIdAlone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		lead := func(caller app.Caller, name string) tickler.ID {
			made, err := w.CreateLead(t.Context(), caller, tickler.Lead{FirstName: name})
			w.must(err)
			return made.ID
		}
		deal := func(lead tickler.ID, name string) tickler.ID {
			made, err := w.CreateOpportunity(t.Context(), admin, tickler.Opportunity{LeadID: lead, Name: name})
			w.must(err)
			return made.ID
		}
		lea, leo, foreign := lead(admin, "Lea"), lead(admin, "Leo"), lead(w.stranger(), "Lou")
		engine, loom := deal(lea, "Engine"), deal(lea, "Loom")
		for name, test := range map[string]struct {
			kind     tickler.RelatedKind
			tied, id tickler.ID
			want     string
			wantKind tickler.Kind
		}{
			"another lead":                      {tickler.RelatedToLead, lea, leo, "Leo", 0},
			"another opportunity":               {tickler.RelatedToOpportunity, engine, loom, "Loom", 0},
			"an opportunity in place of a lead": {tickler.RelatedToLead, lea, loom, "Lea", tickler.KindUnknownEntity},
			"a lead in place of an opportunity": {tickler.RelatedToOpportunity, engine, leo, "Engine", tickler.KindUnknownEntity},
			"another account's lead":            {tickler.RelatedToLead, lea, foreign, "Lea", tickler.KindUnknownEntity},
			"nobody's, of a task tied to none":  {tickler.RelatedToNobody, tickler.ID{}, newID(), "", 0},
		} {
			task, err := w.CreateTask(t.Context(), admin, tickler.TaskDraft{Name: name, RelatedKind: test.kind, RelatedID: test.tied})
			w.must(err)
			patch := patchOf(tickler.TaskDraft{RelatedID: test.id})
			wantKind(t, w.TryUpdateTask(t.Context(), admin, task.ID, patch), test.wantKind)
			_, err = w.UpdateTask(t.Context(), admin, task.ID, patch)
			wantKind(t, err, test.wantKind)
			got, _, err := w.Task(t.Context(), admin, task.ID)
			w.must(err)
			if got.Related.Kind != test.kind || got.Related.Name != test.want {
				t.Errorf("%s: the task is tied to %+v", name, got.Related)
			}
		}
	})
}

// Simultaneous changes are serialized: none is lost, and each has its version and its entry in the
// history.
func TestSimultaneousChangesAreSerialized(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		task := w.task("admin", "admin")
		var all sync.WaitGroup
		patches := []tickler.TaskDraft{
			{Name: "a"}, {Description: "b"}, {Location: "c"}, {Priority: "d"}, {EffortEstimateUnit: "e"}, {OwnerEmail: "boss@example.com"},
		}
		for _, draft := range patches {
			all.Go(func() {
				got, err := w.UpdateTask(t.Context(), admin, task.ID, patchOf(draft))
				if err != nil || !got.Changed {
					t.Errorf("%+v: changed %t, %v", draft, got.Changed, err)
				}
			})
		}
		all.Wait()
		got, _, err := w.Task(t.Context(), admin, task.ID)
		w.must(err)
		if got.Name != "a" || got.Description != "b" || got.Location != "c" || got.Priority != "d" || got.EffortEstimateUnit != "e" ||
			got.OwnerID != w.users["boss"].ID || got.Version != 1+len(patches) {
			t.Errorf("the task became %+v", got)
		}
		history, err := w.store.TaskChanges(t.Context(), w.account, task.ID)
		w.must(err)
		for i, c := range history {
			if c.Version != i+2 {
				t.Errorf("change %d is of version %d", i, c.Version)
			}
		}
		if len(history) != len(patches) {
			t.Errorf("%d changes are in the history", len(history))
		}
	})
}

// A task outlives its owner's stay: it can be changed and reassigned, but not to somebody who has
// left.
func TestTaskOfSomebodyWhoHasLeftCanBeChanged(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task, seller := w.task("boss", "seller"), w.users["seller"]
		w.must(w.store.DeactivateUser(t.Context(), w.account, seller))
		for _, test := range []struct {
			draft tickler.TaskDraft
			want  tickler.Kind
		}{
			{tickler.TaskDraft{Name: "renamed"}, 0},
			{tickler.TaskDraft{Name: "again", OwnerID: seller.ID}, tickler.KindUnknownEntity},
			{tickler.TaskDraft{OwnerEmail: "junior@example.com"}, 0},
		} {
			got, err := w.UpdateTask(t.Context(), w.as("boss"), task.ID, patchOf(test.draft))
			wantKind(t, err, test.want)
			if got.Changed != (test.want == 0) {
				t.Errorf("%+v: changed %t", test.draft, got.Changed)
			}
		}
		got, _, err := w.Task(t.Context(), w.as("boss"), task.ID)
		w.must(err)
		if got.Name != "renamed" || got.OwnerID != w.users["junior"].ID || got.Version != 3 {
			t.Errorf("the task became %+v", got)
		}
	})
}

// The zero user, as which a removed user counts, sees and changes nothing, not even the tasks of
// users without a manager.
func TestNobodySeesAndChangesNothing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task := w.task("boss", "loner")
		nobody := w.as("admin")
		nobody.User = tickler.User{}
		if nobody.MayChange(task) {
			t.Error("nobody may change a task")
		}
		if _, found, err := w.Task(t.Context(), nobody, task.ID); err != nil || found {
			t.Errorf("nobody sees a task, %v", err)
		}
		if tasks, n, err := w.TasksOfUsers(t.Context(), nobody, app.UsersQuery{UserIDs: []tickler.ID{w.users["loner"].ID}}); err != nil || n > 0 {
			t.Errorf("nobody sees %v, %v", tasks, err)
		}
		_, err := w.CancelTask(t.Context(), nobody, task.ID)
		wantKind(t, err, tickler.KindForbidden)
		_, err = w.CreateTask(t.Context(), nobody, tickler.TaskDraft{Name: "n", OwnerID: w.users["loner"].ID})
		wantKind(t, err, tickler.KindForbidden)
		if n := w.taskCount(w.account); n != 1 {
			t.Errorf("there are %d tasks, want 1", n)
		}
	})
}
