package app_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/app"
)

// desk is a person who works with tasks that they know by name.
type desk struct {
	w      *world
	caller app.Caller
	tasks  map[string]tickler.ID
}

// deed is something that is done at a desk: to tasks with some names, or making one.
type deed struct {
	names []string
	makes string
	doing func(now time.Time) app.Doing
}

func (d *desk) do(a deed) {
	d.w.t.Helper()
	ctx := d.w.t.Context()
	if a.makes != "" {
		id, due := newID(), d.caller.Now.Add(48*time.Hour)
		_, err := d.w.ActCreate(ctx, d.caller, tickler.TaskDraft{Name: a.makes, DueAt: &due, Notify: true}, app.Options{ID: id})
		d.w.must(err)
		d.tasks[a.makes] = id
		return
	}
	ids := []tickler.ID{newID()} // one that is never found, so that what can't be done is no error
	for _, name := range a.names {
		ids = append(ids, d.tasks[name])
	}
	_, err := d.w.Act(ctx, d.caller, ids, a.doing(d.caller.Now))
	d.w.must(err)
}

// state returns the tasks that are there, by their first names, as far as people see them.
func (d *desk) state() map[string]tickler.Task {
	d.w.t.Helper()
	found := map[string]tickler.Task{}
	for name, id := range d.tasks {
		t, ok, err := d.w.Task(d.w.t.Context(), d.caller, id)
		d.w.must(err)
		if ok {
			t.ID, t.AutoID, t.Version, t.ModifiedAt = tickler.ID{}, 0, 0, time.Time{}
			found[name] = t
		}
	}
	return found
}

func drawDeed(r *rapid.T, w *world, names []string, number int) deed {
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, len(names), rapid.ID[string]).Draw(r, "names")
	hours := time.Duration(rapid.IntRange(1, 40).Draw(r, "hours")) * time.Hour
	owner := w.users[rapid.SampledFrom([]string{"admin", "seller"}).Draw(r, "owner")].ID
	switch rapid.IntRange(0, 9).Draw(r, "deed") {
	case 0:
		return deed{makes: fmt.Sprint("made ", number)}
	case 1:
		return deed{names: some, doing: func(time.Time) app.Doing { return app.Completing() }}
	case 2:
		return deed{names: some, doing: func(time.Time) app.Doing { return app.Reopening() }}
	case 3:
		return deed{names: some, doing: func(time.Time) app.Doing { return app.Cancelling() }}
	case 4:
		return deed{names: some, doing: func(time.Time) app.Doing { return app.Deleting() }}
	case 5:
		return deed{names: some, doing: func(now time.Time) app.Doing { return app.Snoozing(now.Add(hours)) }}
	case 6:
		return deed{names: some, doing: func(time.Time) app.Doing { return app.MovingBy(int(hours/time.Hour), time.UTC) }}
	case 7:
		return deed{names: some, doing: func(time.Time) app.Doing { return app.Assigning(owner) }}
	case 8:
		return deed{names: some, doing: func(time.Time) app.Doing { return app.Noting(fmt.Sprint("note ", number)) }}
	default:
		name := fmt.Sprint("renamed ", number)
		return deed{names: some, doing: func(time.Time) app.Doing {
			return app.Changing(tickler.TaskPatch{Name: tickler.Of(name), Location: tickler.Cleared[string]()})
		}}
	}
}

// Any sequence of acts with undo and redo ends where the same sequence without the undone acts
// ends.
func TestUndoneActsLeaveNothingBehind(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		rapid.Check(t, func(r *rapid.T) {
			with, without := w.newDesk(), w.newDesk()
			var done, undone []deed
			for number := range rapid.IntRange(1, 12).Draw(r, "acts") {
				switch what := rapid.IntRange(0, 9).Draw(r, "what"); {
				case what < 3 && len(done) > 0:
					_, err := w.UndoAct(t.Context(), with.caller)
					w.must(err)
					undone = append(undone, done[len(done)-1])
					done = done[:len(done)-1]
				case what == 3 && len(undone) > 0:
					_, err := w.RedoAct(t.Context(), with.caller)
					w.must(err)
					done = append(done, undone[len(undone)-1])
					undone = undone[:len(undone)-1]
				default:
					before := with.state()
					a := drawDeed(r, w, slices.Sorted(maps.Keys(with.tasks)), number)
					with.do(a)
					if a.makes != "" || !cmp.Equal(before, with.state()) { // an act that does nothing is none
						done, undone = append(done, a), nil
					}
				}
			}
			for _, a := range done {
				without.do(a)
			}
			if diff := cmp.Diff(without.state(), with.state()); diff != "" {
				r.Fatalf("(-without what was undone +with undo):\n%s", diff)
			}
		})
	})
}

// newDesk seats somebody new, with three tasks.
func (w *world) newDesk() *desk {
	w.t.Helper()
	d := &desk{w: w, caller: w.as("admin"), tasks: map[string]tickler.ID{}}
	d.caller.Via = tickler.Origin{Kind: tickler.ViaPage}
	for _, name := range []string{"a", "b", "c"} {
		due := d.caller.Now.Add(24 * time.Hour)
		task, err := w.CreateTask(w.t.Context(), d.caller, tickler.TaskDraft{
			Name: name, DueAt: &due, Notify: true, ReminderMinutes: new(30), Location: "Koramangala",
		})
		w.must(err)
		d.tasks[name] = task.ID
	}
	return d
}

// What somebody else changed since stays as it is when an act is taken back, and is said.
func TestUndoSaysWhatItLeaves(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx, boss := t.Context(), w.as("boss")
		renamed := w.task("boss", "seller")
		touched := w.task("boss", "seller")
		_, err := w.Act(ctx, boss, []tickler.ID{renamed.ID, touched.ID}, app.Changing(tickler.TaskPatch{
			Name: tickler.Of("Call back"), Location: tickler.Of("Pune"),
		}))
		w.must(err)
		_, err = w.Act(ctx, w.as("seller"), []tickler.ID{touched.ID}, app.Changing(tickler.TaskPatch{Name: tickler.Of("Call now")}))
		w.must(err)
		done, err := w.UndoAct(ctx, boss)
		w.must(err)
		want := []app.Left{{TaskID: touched.ID, Name: "Call back", Fields: []tickler.Field{tickler.FieldName}}}
		if diff := cmp.Diff(want, done.Left); diff != "" || !done.Act.Undone {
			t.Errorf("%+v, left (-want +got):\n%s", done.Act, diff)
		}
		for id, want := range map[tickler.ID]string{renamed.ID: renamed.Name, touched.ID: "Call now"} {
			if got, _, err := w.Task(ctx, boss, id); err != nil || got.Name != want || got.Location != "" {
				t.Errorf("'%s' at '%s', %v; want '%s' nowhere", got.Name, got.Location, err, want)
			}
		}
	})
}

// A task that was made in an act and changed by somebody since is not removed with the act.
func TestUndoKeepsAMadeTaskThatSomebodyChanged(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx, boss := t.Context(), w.as("boss")
		made, err := w.ActCreate(ctx, boss, tickler.TaskDraft{Name: "Visit", OwnerID: w.users["seller"].ID}, app.Options{})
		w.must(err)
		id := made.Tasks[0].ID
		_, err = w.Act(ctx, w.as("seller"), []tickler.ID{id}, app.Completing())
		w.must(err)
		done, err := w.UndoAct(ctx, boss)
		w.must(err)
		if len(done.Left) != 1 || !isFact(done.Left[0].Err, tickler.FactTouchedTask) {
			t.Errorf("left %+v", done.Left)
		}
		if got, found, err := w.Task(ctx, boss, id); err != nil || !found || got.State != tickler.StateCompleted {
			t.Errorf("%+v, %v, %v", got, found, err)
		}
	})
}

func TestWhoMayAct(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		task := w.task("loner", "loner")
		for name, caller := range map[string]app.Caller{"one who may not see it": w.as("boss"), "another account": w.stranger()} {
			if _, err := w.Act(ctx, caller, []tickler.ID{task.ID}, app.Completing()); err == nil {
				t.Errorf("%s: done", name)
			}
			done, err := w.Act(ctx, caller, []tickler.ID{task.ID, newID()}, app.Deleting())
			w.must(err)
			if len(done.Left) != 2 || done.Left[0].Name != "" || len(done.Tasks) > 0 {
				t.Errorf("%s: %+v", name, done)
			}
			if _, err := w.UndoAct(ctx, caller); !isFact(err, tickler.FactNoAct) {
				t.Errorf("%s undoes %v", name, err)
			}
		}
		_, err := w.Act(ctx, w.as("loner"), []tickler.ID{task.ID}, app.Completing())
		w.must(err)
		if _, err := w.UndoAct(ctx, w.as("admin")); !isFact(err, tickler.FactNoAct) {
			t.Errorf("somebody else's act: %v", err)
		}
	})
}

// What came of a task and its next step are one act.
func TestFollow(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx, seller := t.Context(), w.as("seller")
		task := w.task("seller", "seller")
		_, err := w.Act(ctx, seller, []tickler.ID{task.ID}, app.Completing())
		w.must(err)
		done, err := w.Follow(ctx, seller, task.ID, "Wants a quote", &tickler.TaskDraft{Name: "Send the quote"}, app.Options{})
		w.must(err)
		if len(done.Tasks) != 2 || done.Tasks[0].CompletionNote != "Wants a quote" || done.Tasks[1].Name != "Send the quote" {
			t.Fatalf("%+v", done.Tasks)
		}
		_, err = w.UndoAct(ctx, seller)
		w.must(err)
		got, _, err := w.Task(ctx, seller, task.ID)
		w.must(err)
		_, found, err := w.Task(ctx, seller, done.Tasks[1].ID)
		w.must(err)
		if got.CompletionNote != "" || got.State != tickler.StateCompleted || found {
			t.Errorf("after undo: %+v, next step there: %v", got, found)
		}
	})
}

// A note comes with the completion, or after it, in one change.
func TestCompleteTaskWithANote(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx, seller := t.Context(), w.as("seller")
		task := w.task("seller", "seller")
		for _, c := range []struct {
			note    string
			changed bool
			kept    string
		}{{"She agrees", true, "She agrees"}, {"She agrees", false, "She agrees"}, {"", false, "She agrees"}, {"Not any more", true, "Not any more"}} {
			got, err := w.CompleteTaskWith(ctx, seller, task.ID, c.note)
			w.must(err)
			if got.Changed != c.changed || got.CompletionNote != c.kept || got.State != tickler.StateCompleted {
				t.Errorf("with %q: changed %t, %q, %s", c.note, got.Changed, got.CompletionNote, got.State)
			}
		}
		history, _, err := w.TaskHistory(ctx, seller, task.ID)
		w.must(err)
		if len(history.Told) != 2 || len(history.Told[0].Differences) != 2 {
			t.Errorf("the history is %+v", history.Told)
		}
		if _, err := w.CompleteTaskWith(ctx, seller, task.ID, strings.Repeat("x", tickler.MaxCompletionNote+1)); !isFact(err, tickler.FactTooLong) {
			t.Errorf("too long: %v", err)
		}
	})
}

// What became of a task's reminder is told to those who see the task.
func TestReminderOf(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task := w.task("seller", "seller")
		for name, may := range map[string]bool{"admin": true, "seller": true, "loner": false} {
			r, err := w.ReminderOf(t.Context(), w.as(name), task)
			if may && (err != nil || r.Fate != tickler.ReminderUnwanted) || !may && !isFact(err, tickler.FactNoTask) {
				t.Errorf("%s: %+v, %v", name, r, err)
			}
		}
	})
}

// The last acts of each person are kept, and no more.
func TestOldActsAreForgotten(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx, seller := t.Context(), w.as("seller")
		for range tickler.KeptActs + 2 {
			_, err := w.ActCreate(ctx, seller, tickler.TaskDraft{Name: "x"}, app.Options{})
			w.must(err)
		}
		acts, err := w.RecentActs(ctx, seller)
		w.must(err)
		if len(acts) != tickler.KeptActs {
			t.Errorf("%d acts", len(acts))
		}
		for range tickler.KeptActs {
			_, err := w.UndoAct(ctx, seller)
			w.must(err)
		}
		if _, err := w.UndoAct(ctx, seller); !isFact(err, tickler.FactNoAct) {
			t.Errorf("one more: %v", err)
		}
	})
}

func isFact(err error, fact tickler.Fact) bool {
	refusal, ok := errors.AsType[*tickler.Error](err)
	return ok && refusal.Fact == fact
}
