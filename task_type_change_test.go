package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

func TestTaskTypePatch(t *testing.T) {
	remark := []tickler.CustomField{{SchemaName: "mx_Custom_1", DisplayName: "Remark"}}
	meeting := tickler.TaskType{Name: "Meeting", Category: tickler.CategoryAppointment, Color: "#F8BBD0", DefaultDuration: time.Hour, Fields: remark}
	toDo := tickler.TaskType{Name: "To-Do", Category: tickler.CategoryToDo, Color: "#FFE0B2", IsDefault: true}
	changed := func(from tickler.TaskType, change func(*tickler.TaskType)) tickler.TaskType {
		change(&from)
		return from
	}
	for name, test := range map[string]struct {
		from    tickler.TaskType
		patch   tickler.TaskTypePatch
		want    tickler.TaskType
		wantErr *tickler.Error
	}{
		"nothing":     {from: meeting, want: meeting},
		"a name":      {meeting, tickler.TaskTypePatch{Name: "Talk"}, changed(meeting, func(t *tickler.TaskType) { t.Name = "Talk" }), nil},
		"a color":     {meeting, tickler.TaskTypePatch{Color: "#000000"}, changed(meeting, func(t *tickler.TaskType) { t.Color = "#000000" }), nil},
		"a bad color": {meeting, tickler.TaskTypePatch{Color: "red"}, meeting, tickler.Refuse(tickler.FactNotColor, tickler.FieldColor, "red")},
		"a duration": {meeting, tickler.TaskTypePatch{DefaultDuration: new(2 * time.Hour)}, changed(meeting, func(t *tickler.TaskType) {
			t.DefaultDuration = 2 * time.Hour
		}), nil},
		"no fields": {meeting, tickler.TaskTypePatch{Fields: new([]tickler.CustomField{})}, changed(meeting, func(t *tickler.TaskType) {
			t.Fields = []tickler.CustomField{}
		}), nil},
		"a to-do type": {meeting, tickler.TaskTypePatch{Category: new(tickler.CategoryToDo)}, changed(meeting, func(t *tickler.TaskType) {
			t.Category, t.DefaultDuration = tickler.CategoryToDo, 0
		}), nil},
		"the same category": {meeting, tickler.TaskTypePatch{Category: new(tickler.CategoryAppointment)}, meeting, nil},
		"the default one":   {from: toDo, patch: tickler.TaskTypePatch{IsDefault: new(true)}, want: toDo},
		"no longer the default one": {
			toDo,
			tickler.TaskTypePatch{IsDefault: new(false)},
			toDo,
			tickler.Refuse(tickler.FactNoDefault, tickler.FieldDefault, false),
		},
		"a default appointment": {
			meeting,
			tickler.TaskTypePatch{IsDefault: new(true)},
			meeting,
			tickler.Refuse(tickler.FactDefaultAppointment, tickler.FieldDefault, true),
		},
		"a to-do with a duration": {
			toDo,
			tickler.TaskTypePatch{DefaultDuration: new(time.Hour)},
			toDo,
			tickler.Refuse(tickler.FactToDoHasDuration, tickler.FieldDuration, time.Hour),
		},
	} {
		got, err := test.from.Patch(test.patch)
		checkError(t, err, test.wantErr)
		if test.wantErr == nil && !cmp.Equal(test.want, got) {
			t.Errorf("%s: (-want +got):\n%s", name, cmp.Diff(test.want, got))
		}
	}
}

func TestNewTaskTypeIsValidOnceItHasAName(t *testing.T) {
	for _, category := range []tickler.Category{tickler.CategoryAppointment, tickler.CategoryToDo} {
		if _, err := tickler.NewTaskType(category).Patch(tickler.TaskTypePatch{Name: "Visit"}); err != nil {
			t.Errorf("%s: %v", category, err)
		}
	}
}

// A task keeps its value of a field that its type no longer has, or has with another data type,
// when other fields change.
func TestPatchKeepsValuesThatTheTypeNoLongerAllows(t *testing.T) {
	task := tickler.Task{CustomFields: map[string]string{"mx_Custom_1": "gone", "mx_Custom_2": "no number", "mx_Custom_3": "old"}}
	now := tickler.TaskType{Name: "Visit", Fields: []tickler.CustomField{
		{SchemaName: "mx_Custom_2", DataType: tickler.NumberData}, {SchemaName: "mx_Custom_3"},
	}}
	got, _, err := result(task.Patch(
		patchOf(tickler.TaskDraft{CustomFields: map[string]string{"mx_Custom_3": "new"}}),
		tickler.PatchSetting{OldType: now, Actor: tickler.Actor{Now: time.Now(), Zone: time.UTC}}))
	want := map[string]string{"mx_Custom_1": "gone", "mx_Custom_2": "no number", "mx_Custom_3": "new"}
	if err != nil || !cmp.Equal(want, got.CustomFields) {
		t.Errorf("%v (-want +got):\n%s", err, cmp.Diff(want, got.CustomFields))
	}
}
