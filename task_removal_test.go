package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

func TestDeleteKeepsTheLastStateInTheHistory(t *testing.T) {
	task := aCall(t, call, func(d *tickler.TaskDraft) { d.Location = "Koramangala" })
	task, _, err := result(task.Complete(hand(t, dayBefore)))
	checkError(t, err, nil)
	task.AutoID = 325
	_, change, err := result(task.Delete(hand(t, "2026-11-19 13:00:00")))
	checkError(t, err, nil)
	if change.Version != task.Version+1 || change.Kind != tickler.ChangeDeleted || !change.At.Equal(at(t, "2026-11-19 13:00:00")) || change.By != ownerID {
		t.Errorf("the entry is %+v", change)
	}
	if diff := cmp.Diff(&task, change.Before); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want := []tickler.Difference{
		{Field: tickler.FieldName, Old: "Call Vir", New: ""},
		{Field: tickler.FieldType, Old: task.TypeID, New: tickler.ID{}},
		{Field: tickler.FieldOwner, Old: task.OwnerID, New: tickler.ID{}},
		{Field: tickler.FieldDue, Old: task.DueAt, New: time.Time{}},
		{Field: tickler.FieldEnd, Old: task.EndAt, New: time.Time{}},
		{Field: tickler.FieldReminder, Old: tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: 15}, New: tickler.Reminder{}},
		{Field: tickler.FieldNotify, Old: true, New: false},
		{Field: tickler.FieldLocation, Old: "Koramangala", New: ""},
		{Field: tickler.FieldState, Old: tickler.StateCompleted, New: tickler.StateOpen},
	}
	if diff := cmp.Diff(want, tickler.Tell([]tickler.Change{*change}, nil)[0].Differences); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRemovedTellsWhoATaskWasAbout(t *testing.T) {
	task := aCall(t, call, nil)
	_, change, err := result(task.Delete(hand(t, dayBefore)))
	checkError(t, err, nil)
	got, removed := tickler.Removed([]tickler.Change{{Kind: tickler.ChangeUpdated}, *change})
	want := task
	want.Version = 2
	if diff := cmp.Diff(want, got); diff != "" || !removed {
		t.Errorf("%v (-want +got):\n%s", removed, diff)
	}
	for name, history := range map[string][]tickler.Change{"none": nil, "of a task that is there": {*change, {Kind: tickler.ChangeUpdated}}} {
		if _, removed := tickler.Removed(history); removed {
			t.Errorf("a history %s tells of a removed task", name)
		}
	}
}

func TestDeleteUntouchedLeavesWhatWasChanged(t *testing.T) {
	untouched := aCall(t, call, nil)
	_, change, err := result(untouched.DeleteUntouched(hand(t, dayBefore)))
	checkError(t, err, nil)
	if change == nil || change.Kind != tickler.ChangeDeleted {
		t.Errorf("the entry is %+v", change)
	}
	touched, _, err := result(untouched.Complete(hand(t, dayBefore)))
	checkError(t, err, nil)
	touched, _, err = result(touched.Reopen(hand(t, dayBefore)))
	checkError(t, err, nil)
	got, change, err := result(touched.DeleteUntouched(hand(t, dayBefore)))
	checkError(t, err, tickler.Refuse(tickler.FactTouchedTask, tickler.FieldTask, touched.ID))
	if diff := cmp.Diff(tickler.Task{}, got); diff != "" || change != nil {
		t.Errorf("%+v (-want +got):\n%s", change, diff)
	}
}

func TestReschedule(t *testing.T) {
	from, to := at(t, "2026-11-21 09:00:00"), at(t, "2026-11-21 10:00:00")
	task := aCall(t, call, nil)
	got, change, err := result(task.Reschedule(from, to, hand(t, dayBefore)))
	checkError(t, err, nil)
	want := task
	want.DueAt, want.EndAt, want.EndDefaulted = from, to, false
	want.RemindAt, want.WakeAt = from.Add(-15*time.Minute), from.Add(-15*time.Minute)
	want.Version, want.ModifiedAt, want.ModifiedBy = 2, at(t, dayBefore), ownerID
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	differences := []tickler.Difference{
		{Field: tickler.FieldDue, Old: at(t, "2026-11-20 12:00:00"), New: at(t, "2026-11-21 09:00:00")},
		{Field: tickler.FieldEnd, Old: task.EndAt, New: at(t, "2026-11-21 10:00:00")},
	}
	if diff := cmp.Diff(differences, differencesOf(*change, got)); diff != "" || change.Kind != tickler.ChangeUpdated {
		t.Errorf("%d (-want +got):\n%s", change.Kind, diff)
	}

	if _, change, err := result(got.Reschedule(from, to, hand(t, dayBefore))); change != nil || err != nil {
		t.Errorf("where it is already: %+v, %v", change, err)
	}
	if moment, _, err := result(got.Reschedule(from, from, hand(t, dayBefore))); err != nil || !moment.EndAt.Equal(from) {
		t.Errorf("without duration: ends %v, %v", moment.EndAt, err)
	}
}

func TestRescheduleRefused(t *testing.T) {
	from, to := at(t, "2026-11-21 09:00:00"), at(t, "2026-11-21 10:00:00")
	appointment := aCall(t, call, nil)
	toDo := appointment
	toDo.Category = tickler.CategoryToDo
	tests := map[string]struct {
		task     tickler.Task
		from, to time.Time
		want     *tickler.Error
	}{
		"end first": {appointment, to, from, tickler.Refuse(tickler.FactEndsBeforeStart, tickler.FieldTo, at(t, "2026-11-21 09:00:00"), tickler.FieldFrom, at(t, "2026-11-21 10:00:00"))},
		"a to-do":   {toDo, from, to, tickler.Refuse(tickler.FactNotAppointment, tickler.FieldTask, toDo.ID)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, change, err := result(tt.task.Reschedule(tt.from, tt.to, hand(t, dayBefore)))
			checkError(t, err, tt.want)
			if diff := cmp.Diff(tickler.Task{}, got); diff != "" || change != nil {
				t.Errorf("%+v (-want +got):\n%s", change, diff)
			}
		})
	}
}
