package tickler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
)

// What somebody else has changed since stays, and is reported; everything else that the change did
// is taken back.
func TestUndoLeavesAloneWhatSomebodyElseChangedSince(t *testing.T) {
	task := fullTask(t)
	by := actorAt(t, theDayBefore)
	setting := tickler.PatchSetting{Actor: by, OldType: withTwo}
	first, err := task.Patch(tickler.TaskPatch{Name: tickler.Of("Call"), Priority: tickler.Of("Low"), Description: tickler.Cleared[string]()}, setting)
	checkError(t, err, nil)
	second, err := first.Task().Patch(tickler.TaskPatch{Priority: tickler.Of("Lowest"), Location: tickler.Of("Indiranagar")}, setting)
	checkError(t, err, nil)
	now := second.Task()
	outcome, kept, err := first.Change.Undo(first.After, &now, by)
	checkError(t, err, nil)
	if diff := cmp.Diff([]tickler.Field{tickler.FieldPriority}, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	want := task
	want.Priority, want.Location = "Lowest", "Indiranagar"
	if diff := cmp.Diff(content(want), content(outcome.Task())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if outcome.Task().Version != 4 || outcome.Change.Kind != tickler.ChangeUpdated {
		t.Errorf("version %d, %+v", outcome.Task().Version, outcome.Change)
	}
}

// Undoing one of two dates must not leave a task that ends before it begins.
func TestUndoKeepsDatesInOrder(t *testing.T) {
	task := fullTask(t)
	by := actorAt(t, theDayBefore)
	setting := tickler.PatchSetting{Actor: by, OldType: withTwo}
	later, err := task.Patch(tickler.TaskPatch{EndAt: tickler.Of(at(t, "2026-11-25 14:00:00"))}, setting)
	checkError(t, err, nil)
	moved, err := later.Task().Patch(tickler.TaskPatch{DueAt: tickler.Of(at(t, "2026-11-24 12:00:00")), EndAt: tickler.Of(at(t, "2026-11-25 14:00:00"))}, setting)
	checkError(t, err, nil)
	outcome, kept, err := later.Change.Undo(later.After, moved.After, by)
	checkError(t, err, nil)
	if diff := cmp.Diff([]tickler.Field{tickler.FieldDue, tickler.FieldEnd}, kept); diff != "" || outcome.IsChange() {
		t.Errorf("%+v, kept (-want +got):\n%s", outcome.Change, diff)
	}
}

func TestUndoOfADeletionMakesTheTaskAgain(t *testing.T) {
	task := fullTask(t)
	by := actorAt(t, "2026-11-02 08:00:00")
	deleted, err := task.Delete(by)
	checkError(t, err, nil)
	restored, kept, err := deleted.Change.Undo(nil, nil, by)
	checkError(t, err, nil)
	got := restored.Task()
	if diff := cmp.Diff(content(task), content(got)); diff != "" || len(kept) > 0 {
		t.Errorf("%v (-want +got):\n%s", kept, diff)
	}
	if got.Version != 3 || got.AutoID != task.AutoID || got.WakeAt.IsZero() || restored.Change.Kind != tickler.ChangeRestored {
		t.Errorf("version %d, number %d, wakes at %v, %+v", got.Version, got.AutoID, got.WakeAt, restored.Change)
	}
	again, _, err := restored.Change.Undo(&got, &got, by)
	checkError(t, err, nil)
	if again.After != nil || again.Change.Kind != tickler.ChangeDeleted || again.Change.Version != 4 {
		t.Errorf("done again: %+v", again.Change)
	}
}

func TestWhatCantBeUndone(t *testing.T) {
	task := fullTask(t)
	by := actorAt(t, theDayBefore)
	completed, err := task.Complete(by)
	checkError(t, err, nil)
	deleted, err := completed.Task().Delete(by)
	checkError(t, err, nil)
	for name, undo := range map[string]func() (tickler.Outcome, []tickler.Field, error){
		"a change of a task that is gone": func() (tickler.Outcome, []tickler.Field, error) {
			return completed.Change.Undo(completed.After, nil, by)
		},
		"a deletion of a task that is there": func() (tickler.Outcome, []tickler.Field, error) {
			return deleted.Change.Undo(nil, &task, by)
		},
		"an entry that was written as text": func() (tickler.Outcome, []tickler.Field, error) {
			return tickler.Change{TaskID: task.ID, Kind: tickler.ChangeUpdated}.Undo(&task, &task, by)
		},
	} {
		if o, _, err := undo(); tickler.KindOf(err) != tickler.KindInvalid || !cmp.Equal(o, tickler.Outcome{}) {
			t.Errorf("%s: %+v, %v", name, o, err)
		}
	}
}

// Two people change a task in turn; undoing one's changes never touches the other's.
func TestUndoNeverTouchesWhatSomebodyElseChangedSince(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		l.update(t)
		if len(l.history) == 0 {
			return
		}
		mine, afterMine := l.history[0], l.task
		for range rapid.IntRange(1, 3).Draw(t, "changes of others") {
			l.update(t)
		}
		now := l.task
		outcome, kept, err := mine.Undo(&afterMine, &now, l.actor(t))
		if err != nil {
			t.Fatal(err)
		}
		undone := outcome.Task()
		theirs := tickler.Differences(afterMine, now)
		for _, d := range theirs {
			for _, touched := range tickler.Differences(now, undone) {
				if d.Field == touched.Field {
					t.Fatalf("%s was changed by somebody else to %v, and undone to %v", d.Field, d.New, touched.New)
				}
			}
		}
		for _, field := range kept {
			if field == tickler.FieldDue || field == tickler.FieldEnd {
				continue // the one may be kept for the other's sake
			}
			found := false
			for _, d := range theirs {
				found = found || d.Field == field
			}
			if !found {
				t.Fatalf("%s is kept, though nobody else changed it: %v", field, theirs)
			}
		}
		if undone.EndAt.Before(undone.DueAt) {
			t.Fatalf("due at %v, ends at %v", undone.DueAt, undone.EndAt)
		}
	})
}
