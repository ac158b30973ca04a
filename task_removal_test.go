package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/civil"
)

func TestDeleteKeepsTheLastStateInTheHistory(t *testing.T) {
	task := aCall(t, call, func(d *tickler.TaskDraft) { d.Location = "Koramangala" })
	task, _, err := task.Complete(hand(t, dayBefore))
	checkError(t, err, nil)
	task.AutoID = 325
	_, change, err := task.Delete(hand(t, "2026-11-19 13:00:00"))
	checkError(t, err, nil)
	if change.Version != task.Version+1 || change.Kind != tickler.Deleted || !change.At.Equal(at(t, "2026-11-19 13:00:00")) || change.By != ownerID {
		t.Errorf("the entry is %+v", change)
	}
	last := map[string]string{}
	for _, field := range change.Fields {
		if field.New != "" || field.Old == "" || last[field.Attribute] != "" {
			t.Errorf("%+v", field)
		}
		last[field.Attribute] = field.Old
	}
	want := map[string]string{
		"Name": "Call Vir", "TaskType": task.TypeID.String(), "OwnerId": task.OwnerID.String(), "DueDate": "2026-11-20 12:00:00",
		"EndDate": civil.FormatInstant(task.EndAt), "Reminder": "15 minutes before", "NotifyBy": "1100", "Location": "Koramangala",
		"Status": "Completed", "AutoId": "325", "CreatedOn": "2026-11-01 00:00:00", "CreatedBy": task.CreatedBy.String(),
		"CompletedOn": dayBefore, "CompletedBy": ownerID.String(),
	}
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRemovedTellsWhoATaskWasAbout(t *testing.T) {
	task := aCall(t, call, nil)
	_, change, err := task.Delete(hand(t, dayBefore))
	checkError(t, err, nil)
	got, removed := tickler.Removed([]tickler.Change{{Kind: tickler.Updated}, *change})
	want := tickler.Task{
		ID: task.ID, AccountID: task.AccountID, Version: 2, Name: task.Name, TypeID: task.TypeID, OwnerID: task.OwnerID, CreatedBy: task.CreatedBy,
		CreatedAt: task.CreatedAt,
	}
	if diff := cmp.Diff(want, got); diff != "" || !removed {
		t.Errorf("%v (-want +got):\n%s", removed, diff)
	}
	for name, history := range map[string][]tickler.Change{"none": nil, "of a task that is there": {*change, {Kind: tickler.Updated}}} {
		if _, removed := tickler.Removed(history); removed {
			t.Errorf("a history %s tells of a removed task", name)
		}
	}
}

func TestDeleteUntouchedLeavesWhatWasChanged(t *testing.T) {
	untouched := aCall(t, call, nil)
	_, change, err := untouched.DeleteUntouched(hand(t, dayBefore))
	checkError(t, err, nil)
	if change == nil || change.Kind != tickler.Deleted {
		t.Errorf("the entry is %+v", change)
	}
	touched, _, err := untouched.Complete(hand(t, dayBefore))
	checkError(t, err, nil)
	touched, _, err = touched.Reopen(hand(t, dayBefore))
	checkError(t, err, nil)
	got, change, err := touched.DeleteUntouched(hand(t, dayBefore))
	checkError(t, err, &tickler.Error{
		Kind: tickler.KindInvalid, Attribute: "UserTaskId",
		Message: "The task '" + touched.ID.String() + "' was changed since it was made, so it stays.",
	})
	if diff := cmp.Diff(touched, got); diff != "" || change != nil {
		t.Errorf("%+v (-want +got):\n%s", change, diff)
	}
}

func TestReschedule(t *testing.T) {
	from, to := at(t, "2026-11-21 09:00:00"), at(t, "2026-11-21 10:00:00")
	task := aCall(t, call, nil)
	got, change, err := task.Reschedule(from, to, hand(t, dayBefore))
	checkError(t, err, nil)
	want := task
	want.DueAt, want.EndAt, want.EndDefaulted = from, to, false
	want.RemindAt, want.WakeAt = from.Add(-15*time.Minute), from.Add(-15*time.Minute)
	want.Version, want.ModifiedAt, want.ModifiedBy = 2, at(t, dayBefore), ownerID
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	fields := []tickler.FieldChange{
		{Attribute: "DueDate", Old: "2026-11-20 12:00:00", New: "2026-11-21 09:00:00"},
		{Attribute: "EndDate", Old: civil.FormatInstant(task.EndAt), New: "2026-11-21 10:00:00"},
	}
	if diff := cmp.Diff(fields, change.Fields); diff != "" || change.Kind != tickler.Updated {
		t.Errorf("%d (-want +got):\n%s", change.Kind, diff)
	}

	if _, change, err := got.Reschedule(from, to, hand(t, dayBefore)); change != nil || err != nil {
		t.Errorf("where it is already: %+v, %v", change, err)
	}
	if moment, _, err := got.Reschedule(from, from, hand(t, dayBefore)); err != nil || !moment.EndAt.Equal(from) {
		t.Errorf("without duration: ends %v, %v", moment.EndAt, err)
	}
}

func TestRescheduleRefused(t *testing.T) {
	from, to := at(t, "2026-11-21 09:00:00"), at(t, "2026-11-21 10:00:00")
	appointment := aCall(t, call, nil)
	toDo := appointment
	toDo.Category = tickler.ToDo
	tests := map[string]struct {
		task     tickler.Task
		from, to time.Time
		want     *tickler.Error
	}{
		"end first": {appointment, to, from, invalid("ToDate", "2026-11-21 09:00:00", "FromDate (2026-11-21 10:00:00) or later")},
		"a to-do": {toDo, from, to, &tickler.Error{
			Kind: tickler.KindInvalid, Attribute: "UserTaskId", Message: "The task '" + toDo.ID.String() + "' is a to-do. Expected an appointment.",
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, change, err := tt.task.Reschedule(tt.from, tt.to, hand(t, dayBefore))
			checkError(t, err, tt.want)
			if diff := cmp.Diff(tt.task, got); diff != "" || change != nil {
				t.Errorf("%+v (-want +got):\n%s", change, diff)
			}
		})
	}
}
