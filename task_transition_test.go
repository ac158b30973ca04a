package tickler_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/civil"
)

// docs/contract.md section 4, Update and its neighbours. Every case starts from a call on the 20th
// at noon UTC with a reminder a quarter of an hour before, and changes it on the 19th.
const dayBefore = "2026-11-19 12:00:00"

// aCall is that task, as it was created on the 1st; spoil changes the draft it is made from.
func aCall(t *testing.T, taskType tickler.TaskType, spoil func(*tickler.TaskDraft)) tickler.Task {
	t.Helper()
	draft := tickler.TaskDraft{
		Name: "Call Vir", DueAt: new(at(t, "2026-11-20 12:00:00")), Notify: true, ReminderMinutes: new(15),
	}
	if spoil != nil {
		spoil(&draft)
	}
	task, err := draft.Task(setting(time.UTC, at(t, "2026-11-01 00:00:00"), taskType))
	if err != nil {
		t.Fatal(err)
	}
	task.ID = tickler.ID{9}
	return task
}

func hand(t *testing.T, now string) tickler.Actor {
	t.Helper()
	return tickler.Actor{UserID: ownerID, Via: tickler.Origin{Kind: tickler.ViaPage}, Now: at(t, now), Zone: time.UTC}
}

func patch(t *testing.T, task tickler.Task, taskType tickler.TaskType, p tickler.TaskPatch) (tickler.Task, *tickler.Change, error) {
	t.Helper()
	return result(task.Patch(p, tickler.PatchSetting{Actor: hand(t, dayBefore), OldType: taskType}))
}

func TestPatchKeepsWhatIsNotSaid(t *testing.T) {
	task := aCall(t, call, nil)
	want := task
	want.Location, want.Version = "Koramangala", 2
	want.ModifiedAt, want.ModifiedBy = at(t, dayBefore), ownerID

	got, change, err := patch(t, task, call, patchOf(tickler.TaskDraft{Location: "Koramangala"}))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	wantChange := &tickler.Change{
		AccountID: accountID, TaskID: task.ID, Version: 2, Kind: tickler.ChangeUpdated, At: at(t, dayBefore), By: ownerID,
		Via: tickler.Origin{Kind: tickler.ViaPage}, Before: &task,
	}
	if diff := cmp.Diff(wantChange, change); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	differences := []tickler.Difference{{Field: tickler.FieldLocation, Old: "", New: "Koramangala"}}
	if diff := cmp.Diff(differences, differencesOf(*change, got)); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}

func TestPatchWithTheSameValuesChangesNothing(t *testing.T) {
	task := aCall(t, call, nil)
	got, change, err := patch(t, task, call, withNotify(withRelated(
		patchOf(tickler.TaskDraft{Name: task.Name, DueAt: &task.DueAt, EndAt: &task.EndAt, ReminderMinutes: new(15)}),
		tickler.RelatedToNobody, tickler.ID{}), true))
	if diff := cmp.Diff(task, got); diff != "" || change != nil || err != nil {
		t.Errorf("%+v, %v (-want +got):\n%s", change, err, diff)
	}
}

// A client that reads a task and writes it all back changes nothing, whatever reminder it has.
func TestPatchWithAReminderAsItIsReadChangesNothing(t *testing.T) {
	for _, reminder := range []tickler.Reminder{
		{},
		{Rule: tickler.MinutesBefore},
		{Rule: tickler.MinutesBefore, Minutes: 15},
		{Rule: tickler.DaysBefore},
		{Rule: tickler.DaysBefore, Days: 2},
		{Rule: tickler.DaysBefore, At: clock(t, "00:00:00")},
		{Rule: tickler.DaysBefore, Days: 2, At: clock(t, "09:00:00")},
	} {
		task := aCall(t, call, nil)
		task.Reminder = reminder
		got, change, err := patch(t, task, call, patchOf(
			tickler.TaskDraft{ReminderMinutes: &reminder.Minutes, ReminderDays: &reminder.Days, ReminderTime: reminder.At},
		))
		if diff := cmp.Diff(task, got); diff != "" || change != nil || err != nil {
			t.Errorf("%s: %+v, %v (-want +got):\n%s", reminder, change, err, diff)
		}
	}
}

func TestPatchMovesTheDates(t *testing.T) {
	due, end := "2026-11-20 12:00:00", "2026-11-20 12:30:00"
	tests := map[string]struct {
		taskType         tickler.TaskType
		endSent          string // on creation
		due, end         string // in the patch
		wantDue, wantEnd string
	}{
		"due alone keeps the duration":    {call, "2026-11-20 14:00:00", "2026-11-23 10:00:00", "", "2026-11-23 10:00:00", "2026-11-23 12:00:00"},
		"a defaulted end, appointment":    {call, "", "2026-11-23 10:00:00", "", "2026-11-23 10:00:00", "2026-11-23 10:30:00"},
		"a defaulted end, to-do":          {errand, "", "2026-11-23 10:00:00", "", "2026-11-23 10:00:00", "2026-11-23 23:59:59"},
		"a to-do's own end":               {errand, "2026-11-20 14:00:00", "2026-11-23 10:00:00", "", "2026-11-23 10:00:00", "2026-11-23 12:00:00"},
		"end alone":                       {call, "", "", "2026-11-20 13:00:00", due, "2026-11-20 13:00:00"},
		"both":                            {call, "", "2026-11-23 10:00:00", "2026-11-23 10:00:00", "2026-11-23 10:00:00", "2026-11-23 10:00:00"},
		"the duration ends with the wire": {call, end, "9999-12-31 23:59:00", "", "9999-12-31 23:59:00", "9999-12-31 23:59:59"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			task := aCall(t, test.taskType, func(d *tickler.TaskDraft) {
				if test.endSent != "" {
					d.EndAt = new(at(t, test.endSent))
				}
			})
			var p tickler.TaskPatch
			if test.due != "" {
				p.DueAt = tickler.Of(at(t, test.due))
			}
			if test.end != "" {
				p.EndAt = tickler.Of(at(t, test.end))
			}
			task, _, err := patch(t, task, test.taskType, p)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{civil.FormatInstant(task.DueAt), civil.FormatInstant(task.EndAt)}
			if diff := cmp.Diff([]string{test.wantDue, test.wantEnd}, got); diff != "" {
				t.Errorf("due and end (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPatchDefaultsTheEndInTheAccountsZone(t *testing.T) {
	s := tickler.PatchSetting{Actor: hand(t, dayBefore), OldType: errand}
	s.Zone = loadZone(t, "Asia/Kolkata")
	p := patchOf(tickler.TaskDraft{DueAt: new(at(t, "2026-11-23 18:30:00"))})
	task, _, err := result(aCall(t, errand, nil).Patch(p, s))
	if want := at(t, "2026-11-24 18:29:59"); err != nil || !task.EndAt.Equal(want) {
		t.Errorf("ends at %v, %v; want %v", task.EndAt, err, want)
	}
}

// Once somebody sets the end, it is no longer a default.
func TestPatchedEndKeepsItsDuration(t *testing.T) {
	task, _, err := patch(t, aCall(t, errand, nil), errand, patchOf(tickler.TaskDraft{EndAt: new(at(t, "2026-11-20 14:00:00"))}))
	if err != nil {
		t.Fatal(err)
	}
	task, _, err = patch(t, task, errand, patchOf(tickler.TaskDraft{DueAt: new(at(t, "2026-11-23 10:00:00"))}))
	if want := at(t, "2026-11-23 12:00:00"); err != nil || !task.EndAt.Equal(want) {
		t.Errorf("ends at %v, %v; want %v", task.EndAt, err, want)
	}
}

func TestPatchRefused(t *testing.T) {
	withField := errand
	withField.Fields = []tickler.CustomField{{SchemaName: "mx_Custom_1", DataType: tickler.NumberData}}
	tests := map[string]struct {
		draft tickler.TaskDraft
		want  *tickler.Error
	}{
		"end before due": {
			tickler.TaskDraft{EndAt: new(at(t, "2026-11-20 11:59:59"))},
			tickler.Refuse(tickler.FactEndsBeforeStart, tickler.FieldEnd, at(t, "2026-11-20 11:59:59"), tickler.FieldDue, at(t, "2026-11-20 12:00:00")),
		},
		"category": {
			tickler.TaskDraft{Category: new(tickler.CategoryAppointment)},
			tickler.Refuse(tickler.FactOtherCategory, tickler.FieldCategory, tickler.CategoryAppointment, tickler.CategoryToDo, "To-Do"),
		},
		"custom field": {
			tickler.TaskDraft{CustomFields: map[string]string{"mx_Custom_2": "1"}},
			tickler.Refuse(tickler.FactNoSuchField, tickler.FieldFields, "mx_Custom_2", "To-Do"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			task := aCall(t, withField, nil)
			got, change, err := patch(t, task, withField, patchOf(test.draft))
			checkError(t, err, test.want)
			if diff := cmp.Diff(tickler.Task{}, got); diff != "" || change != nil {
				t.Errorf("it changed all the same: %+v (-want +got):\n%s", change, diff)
			}
		})
	}
}

func TestPatchValidate(t *testing.T) {
	said := func(d tickler.TaskDraft) tickler.TaskPatch {
		return withRelated(patchOf(d), d.RelatedKind, d.RelatedID)
	}
	tests := map[string]struct {
		patch tickler.TaskPatch
		want  *tickler.Error
	}{
		"nothing":          {tickler.TaskPatch{}, nil},
		"related to none":  {said(tickler.TaskDraft{}), nil},
		"lead":             {said(tickler.TaskDraft{RelatedKind: tickler.RelatedToLead, RelatedID: leadID}), nil},
		"lead without id":  {said(tickler.TaskDraft{RelatedKind: tickler.RelatedToLead}), tickler.Refuse(tickler.FactNeededByNewRelation, tickler.FieldRelated, nil, tickler.RelatedToLead)},
		"name too long":    {patchOf(tickler.TaskDraft{Name: emoji(501)}), tickler.Refuse(tickler.FactTooLong, tickler.FieldName, emoji(501), 500, 501)},
		"minutes too many": {patchOf(tickler.TaskDraft{ReminderMinutes: new(525_601)}), tickler.Refuse(tickler.FactOutOfRange, tickler.FieldReminderMinutes, 525601, 0, 525600)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { checkError(t, test.patch.Validate(), test.want) })
	}
}

func TestPatchOfCustomFieldsAndType(t *testing.T) {
	text := func(name string, mandatory bool) tickler.CustomField {
		return tickler.CustomField{SchemaName: name, DataType: tickler.StringData, Mandatory: mandatory}
	}
	oldType, newType, strictType := errand, errand, errand
	oldType.Fields = []tickler.CustomField{text("mx_Custom_1", false), text("mx_Custom_2", false)}
	newType.ID, newType.Fields = tickler.ID{10}, []tickler.CustomField{text("mx_Custom_2", false), text("mx_Custom_3", false)}
	strictType.ID, strictType.Fields = tickler.ID{11}, []tickler.CustomField{text("mx_Custom_3", true)}
	task := aCall(t, oldType, func(d *tickler.TaskDraft) {
		d.CustomFields = map[string]string{"mx_Custom_1": "a", "mx_Custom_2": "b"}
	})
	tests := map[string]struct {
		fields  map[string]string
		newType tickler.TaskType
		want    map[string]string
		wantErr *tickler.Error
	}{
		"one of two":                   {map[string]string{"MX_CUSTOM_2": "c"}, tickler.TaskType{}, map[string]string{"mx_Custom_1": "a", "mx_Custom_2": "c"}, nil},
		"an empty one is cleared":      {map[string]string{"MX_custom_2": ""}, tickler.TaskType{}, map[string]string{"mx_Custom_1": "a"}, nil},
		"cleared with the type":        {map[string]string{"mx_Custom_2": ""}, newType, map[string]string{}, nil},
		"another type drops its own":   {nil, newType, map[string]string{"mx_Custom_2": "b"}, nil},
		"another type and its fields":  {map[string]string{"mx_Custom_3": "c"}, newType, map[string]string{"mx_Custom_2": "b", "mx_Custom_3": "c"}, nil},
		"another type's mandatory one": {nil, strictType, nil, tickler.Refuse(tickler.FactFieldMissing, "mx_Custom_3", nil, tickler.StringData)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, _, err := result(task.Patch(
				patchOf(tickler.TaskDraft{CustomFields: test.fields}),
				tickler.PatchSetting{Actor: hand(t, dayBefore), OldType: oldType, NewType: test.newType},
			))
			checkError(t, err, test.wantErr)
			if diff := cmp.Diff(test.want, got.CustomFields); err == nil && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A type may have new mandatory fields since the task was made; that must not stop a change of
// something else.
func TestPatchLeavesOtherCustomFieldsAlone(t *testing.T) {
	stricter := errand
	stricter.Fields = []tickler.CustomField{{SchemaName: "mx_Custom_1", Mandatory: true}}
	task := aCall(t, errand, nil)
	task.CustomFields = nil // the same as none
	task, _, err := patch(t, task, stricter, patchOf(tickler.TaskDraft{Name: "y"}))
	if err != nil || task.Name != "y" {
		t.Fatalf("%s, %v", task.Name, err)
	}
	again, change, err := patch(t, task, stricter, patchOf(tickler.TaskDraft{CustomFields: map[string]string{"mx_Custom_1": "c"}}))
	if err != nil || change == nil || len(differencesOf(*change, again)) != 1 {
		t.Errorf("history %+v, %v", change, err)
	}
}

// What is due after a write: docs/contract.md section 2, "The reminder".
func TestRearming(t *testing.T) {
	const due, moment, after = "2026-11-20 12:00:00", "2026-11-20 11:45:00", "2026-11-20 11:50:00"
	draft := patchOf
	tests := map[string]struct {
		patch tickler.TaskPatch
		owner tickler.ID
		now   string
		want  string // empty: not armed
	}{
		"another due date":      {draft(tickler.TaskDraft{DueAt: new(at(t, "2026-11-23 10:00:00"))}), tickler.ID{}, after, "2026-11-23 09:45:00"},
		"another rule":          {draft(tickler.TaskDraft{ReminderMinutes: new(5)}), tickler.ID{}, after, "2026-11-20 11:55:00"},
		"the other rule":        {draft(tickler.TaskDraft{ReminderTime: clock(t, "11:59:00")}), tickler.ID{}, after, "2026-11-20 11:59:00"},
		"another owner":         {draft(tickler.TaskDraft{}), tickler.ID{12}, after, moment},
		"another owner, ended":  {draft(tickler.TaskDraft{}), tickler.ID{12}, "2026-11-20 12:30:01", ""},
		"nobody to tell":        {withNotify(tickler.TaskPatch{}, false), tickler.ID{}, dayBefore, ""},
		"another name only":     {draft(tickler.TaskDraft{Name: "y"}), tickler.ID{}, after, ""}, // already sent: not sent again
		"another name, ahead":   {draft(tickler.TaskDraft{Name: "y"}), tickler.ID{}, dayBefore, ""},
		"another end only":      {draft(tickler.TaskDraft{EndAt: new(at(t, "2026-11-20 18:00:00"))}), tickler.ID{}, after, ""},
		"the same rule said":    {draft(tickler.TaskDraft{Name: "y", ReminderMinutes: new(15)}), tickler.ID{}, after, ""},
		"the same due date too": {draft(tickler.TaskDraft{Name: "y", DueAt: new(at(t, due))}), tickler.ID{}, after, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			task := aCall(t, call, nil)
			task.WakeAt = time.Time{} // as after the reminder was sent
			got, _, err := result(task.Patch(test.patch, tickler.PatchSetting{Actor: hand(t, test.now), OldType: call, OwnerID: test.owner}))
			if err != nil {
				t.Fatal(err)
			}
			if waking := instantOrNone(got.WakeAt); waking != test.want {
				t.Errorf("wakes at %q, want %q", waking, test.want)
			}
		})
	}
}

func TestTransitions(t *testing.T) {
	const moment = "2026-11-20 11:45:00"
	complete, reopen, cancel := tickler.Task.Complete, tickler.Task.Reopen, tickler.Task.Cancel
	tests := map[string]struct {
		from       tickler.State
		do         func(tickler.Task, tickler.Actor) (tickler.Outcome, error)
		now        string
		want       tickler.State
		wantKind   tickler.ChangeKind // 0: no change
		wantWaking string
	}{
		"complete":                   {tickler.StateOpen, complete, dayBefore, tickler.StateCompleted, tickler.ChangeCompleted, ""},
		"complete again":             {tickler.StateCompleted, complete, dayBefore, tickler.StateCompleted, 0, ""},
		"cancel":                     {tickler.StateOpen, cancel, dayBefore, tickler.StateCancelled, tickler.ChangeCancelled, ""},
		"cancel again":               {tickler.StateCancelled, cancel, dayBefore, tickler.StateCancelled, 0, ""},
		"reopen a completed one":     {tickler.StateCompleted, reopen, dayBefore, tickler.StateOpen, tickler.ChangeReopened, moment},
		"reopen a cancelled one":     {tickler.StateCancelled, reopen, dayBefore, tickler.StateOpen, tickler.ChangeReopened, moment},
		"reopen at the moment":       {tickler.StateCompleted, reopen, moment, tickler.StateOpen, tickler.ChangeReopened, ""},
		"reopen an open one":         {tickler.StateOpen, reopen, dayBefore, tickler.StateOpen, 0, moment},
		"reopen after the moment":    {tickler.StateCancelled, reopen, "2026-11-20 11:50:00", tickler.StateOpen, tickler.ChangeReopened, ""},
		"reopen just before":         {tickler.StateCancelled, reopen, "2026-11-20 11:44:59", tickler.StateOpen, tickler.ChangeReopened, moment},
		"complete in the last hours": {tickler.StateOpen, complete, "2026-11-20 11:50:00", tickler.StateCompleted, tickler.ChangeCompleted, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := inState(t, test.from)
			by := hand(t, test.now)
			got, change, err := result(test.do(before, by))
			if err != nil {
				t.Fatal(err)
			}
			if got.State != test.want || instantOrNone(got.WakeAt) != test.wantWaking {
				t.Errorf("it is %v and wakes at %q, want %v and %q", got.State, instantOrNone(got.WakeAt), test.want, test.wantWaking)
			}
			if test.wantKind == 0 {
				if diff := cmp.Diff(before, got); diff != "" || change != nil {
					t.Errorf("it changed: %+v (-want +got):\n%s", change, diff)
				}
				return
			}
			if change == nil || change.Kind != test.wantKind || change.Version != before.Version+1 || got.Version != before.Version+1 {
				t.Errorf("version %d, history %+v", got.Version, change)
			}
			if isCompleted := test.want == tickler.StateCompleted; got.CompletedAt.Equal(by.Now) != isCompleted || (got.CompletedBy == by.UserID) != isCompleted {
				t.Errorf("completed at %v by %v", got.CompletedAt, got.CompletedBy)
			}
		})
	}
}

// inState brings the call into a state.
func inState(t *testing.T, state tickler.State) tickler.Task {
	t.Helper()
	into := map[tickler.State]func(tickler.Task, tickler.Actor) (tickler.Outcome, error){
		tickler.StateOpen: tickler.Task.Reopen, tickler.StateCompleted: tickler.Task.Complete, tickler.StateCancelled: tickler.Task.Cancel,
	}
	task, _, err := result(into[state](aCall(t, call, nil), hand(t, "2026-11-02 00:00:00")))
	if err != nil {
		t.Fatal(err)
	}
	return task
}

func TestTransitionsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		from tickler.State
		do   func(tickler.Task, tickler.Actor) (tickler.Outcome, error)
		want tickler.Fact
	}{
		"complete a cancelled one": {tickler.StateCancelled, tickler.Task.Complete, tickler.FactCancelledTask},
		"cancel a completed one":   {tickler.StateCompleted, tickler.Task.Cancel, tickler.FactCompletedTask},
	} {
		t.Run(name, func(t *testing.T) {
			before := inState(t, test.from)
			got, change, err := result(test.do(before, hand(t, dayBefore)))
			checkError(t, err, tickler.Refuse(test.want, tickler.FieldTask, before.ID))
			if diff := cmp.Diff(tickler.Task{}, got); diff != "" || change != nil {
				t.Errorf("it changed: %+v (-want +got):\n%s", change, diff)
			}
		})
	}
}

// Whatever an update changes is in the history.
func TestHistoryHasEveryAttribute(t *testing.T) {
	withField := call
	withField.Fields = []tickler.CustomField{{SchemaName: "mx_Custom_1", DataType: tickler.StringData}}
	newType := withField
	newType.ID = tickler.ID{10}
	task := aCall(t, withField, nil)
	after, change, err := result(task.Patch(
		withNotify(withRelated(patchOf(tickler.TaskDraft{
			Name: "n", Description: "d", Location: "l", Priority: "p", EffortEstimateUnit: "e",
			DueAt: new(at(t, "2026-11-23 10:00:00")), EndAt: new(at(t, "2026-11-23 11:00:00")),
			ReminderDays: new(1), ReminderTime: clock(t, "10:00:00"), CustomFields: map[string]string{"mx_Custom_1": "c"},
			PercentCompleted: new(50), Latitude: new(12.5), Longitude: new(77.25),
		}), tickler.RelatedToLead, leadID), false),
		tickler.PatchSetting{
			Actor: hand(t, dayBefore), OldType: withField, NewType: newType, OwnerID: tickler.ID{12},
			Related: tickler.Related{Kind: tickler.RelatedToLead, ID: leadID},
		},
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []tickler.Difference{
		{Field: tickler.FieldName, Old: "Call Vir", New: "n"},
		{Field: tickler.FieldDescription, Old: "", New: "d"},
		{Field: tickler.FieldType, Old: withField.ID, New: newType.ID},
		{Field: tickler.FieldRelated, Old: tickler.Related{}, New: tickler.Related{Kind: tickler.RelatedToLead, ID: leadID}},
		{Field: tickler.FieldOwner, Old: ownerID, New: tickler.ID{12}},
		{Field: tickler.FieldDue, Old: at(t, "2026-11-20 12:00:00"), New: at(t, "2026-11-23 10:00:00")},
		{Field: tickler.FieldEnd, Old: at(t, "2026-11-20 12:30:00"), New: at(t, "2026-11-23 11:00:00")},
		{Field: tickler.FieldReminder, Old: tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: 15}, New: tickler.Reminder{Rule: tickler.DaysBefore, Days: 1, At: clock(t, "10:00:00")}},
		{Field: tickler.FieldNotify, Old: true, New: false},
		{Field: tickler.FieldLocation, Old: "", New: "l"},
		{Field: tickler.FieldPriority, Old: "", New: "p"},
		{Field: tickler.FieldPercent, Old: 0, New: 50},
		{Field: tickler.FieldEffort, Old: "", New: "e"},
		{Field: tickler.FieldLatitude, Old: 0.0, New: 12.5},
		{Field: tickler.FieldLongitude, Old: 0.0, New: 77.25},
		{Field: "mx_Custom_1", Old: "", New: "c"},
	}
	if diff := cmp.Diff(want, differencesOf(*change, after)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCompleteWithANote(t *testing.T) {
	task := aCall(t, tickler.TaskType{}, nil)
	by := hand(t, dayBefore)
	done, change, err := result(task.CompleteWith("She agrees", by))
	if err != nil || done.CompletionNote != "She agrees" || done.State != tickler.StateCompleted || change.Kind != tickler.ChangeCompleted {
		t.Fatalf("%+v, %+v, %v", done, change, err)
	}
	cancelled, _, err := result(task.Cancel(by))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cancelled.CompleteWith("She agrees", by); err == nil {
		t.Error("a cancelled task is done")
	}
	long := strings.Repeat("x", tickler.MaxCompletionNote+1)
	for _, of := range []tickler.Task{task, done} {
		if _, err := of.CompleteWith(long, by); err == nil {
			t.Errorf("the note of a task that is %s is too long", of.State)
		}
	}
	if err := (tickler.TaskPatch{CompletionNote: tickler.Of(long)}).Validate(); err == nil {
		t.Error("a patch's note is too long")
	}
}
