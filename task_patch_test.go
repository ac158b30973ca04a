package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/civil"
)

// withRemark and withTwo are types of either category that have one field in common.
var (
	withRemark = tickler.TaskType{
		ID: tickler.ID{20}, Name: "Visit", Category: tickler.CategoryAppointment, DefaultDuration: time.Hour,
		Fields: []tickler.CustomField{{SchemaName: "mx_Custom_1", DataType: tickler.StringData}},
	}
	withTwo = tickler.TaskType{
		ID: tickler.ID{21}, Name: "Collect", Category: tickler.CategoryToDo,
		Fields: []tickler.CustomField{
			{SchemaName: "mx_Custom_1", DataType: tickler.StringData},
			{SchemaName: "mx_Custom_2", DataType: tickler.StringData},
		},
	}
)

// fullTask is a to-do with something in every attribute, made on the 1st.
func fullTask(t *testing.T) tickler.Task {
	t.Helper()
	draft := tickler.TaskDraft{
		Name: "Collect papers", Description: "All of them", Location: "Koramangala",
		DueAt: new(at(t, "2026-11-20 12:00:00")), EndAt: new(at(t, "2026-11-20 14:00:00")),
		ReminderDays: new(1), ReminderTime: clock(t, "10:00:00"), Notify: true,
		CustomFields: map[string]string{"mx_Custom_1": "a", "mx_Custom_2": "b"},
		Priority:     "High", EffortEstimateUnit: "Hours", PercentCompleted: new(25), Latitude: new(12.5), Longitude: new(77.5),
	}
	s := setting(time.UTC, at(t, "2026-11-01 00:00:00"), withTwo)
	s.Related = tickler.Related{Kind: tickler.RelatedToLead, ID: leadID, Name: "Vir"}
	task, err := draft.Task(s)
	if err != nil {
		t.Fatal(err)
	}
	task.ID, task.AutoID = tickler.ID{9}, 325
	return task
}

// actorAt is the owner as an actor at an instant.
func actorAt(t *testing.T, now string) tickler.Actor {
	t.Helper()
	return tickler.Actor{UserID: ownerID, Via: tickler.Origin{Kind: tickler.ViaPage}, Now: at(t, now), Zone: time.UTC}
}

// theDayBefore is a day before the full task is due.
const theDayBefore = "2026-11-19 12:00:00"

// A patch of one attribute changes nothing else (docs/contract.md section 4: absent attributes
// stay).
func TestPatchOfOneAttribute(t *testing.T) {
	opportunity := tickler.Related{Kind: tickler.RelatedToOpportunity, ID: tickler.ID{30}}
	relatedToAnother := tickler.Difference{
		Field: tickler.FieldRelated, Old: fullTask(t).Related, New: tickler.Related{Kind: tickler.RelatedToLead, ID: tickler.ID{31}},
	}
	tests := map[string]struct {
		draft   tickler.TaskDraft
		said    func(*tickler.TaskPatch)
		setting tickler.PatchSetting
		want    func(*tickler.Task)
		field   tickler.Difference
	}{
		"Name": {
			draft: tickler.TaskDraft{Name: "Call"},
			want:  func(x *tickler.Task) { x.Name = "Call" },
			field: tickler.Difference{Field: tickler.FieldName, Old: "Collect papers", New: "Call"},
		},
		"Description": {
			draft: tickler.TaskDraft{Description: "Some"},
			want:  func(x *tickler.Task) { x.Description = "Some" },
			field: tickler.Difference{Field: tickler.FieldDescription, Old: "All of them", New: "Some"},
		},
		"Location": {
			draft: tickler.TaskDraft{Location: "Indiranagar"},
			want:  func(x *tickler.Task) { x.Location = "Indiranagar" },
			field: tickler.Difference{Field: tickler.FieldLocation, Old: "Koramangala", New: "Indiranagar"},
		},
		"Priority": {
			draft: tickler.TaskDraft{Priority: "Low"},
			want:  func(x *tickler.Task) { x.Priority = "Low" },
			field: tickler.Difference{Field: tickler.FieldPriority, Old: "High", New: "Low"},
		},
		"EffortEstimateUnit": {
			draft: tickler.TaskDraft{EffortEstimateUnit: "Days"},
			want:  func(x *tickler.Task) { x.EffortEstimateUnit = "Days" },
			field: tickler.Difference{Field: tickler.FieldEffort, Old: "Hours", New: "Days"},
		},
		"PercentCompleted 0": {
			draft: tickler.TaskDraft{PercentCompleted: new(0)},
			want:  func(x *tickler.Task) { x.PercentCompleted = 0 },
			field: tickler.Difference{Field: tickler.FieldPercent, Old: 25, New: 0},
		},
		"Latitude 0": {
			draft: tickler.TaskDraft{Latitude: new(0.0)},
			want:  func(x *tickler.Task) { x.Latitude = 0 },
			field: tickler.Difference{Field: tickler.FieldLatitude, Old: 12.5, New: 0.0},
		},
		"Longitude": {
			draft: tickler.TaskDraft{Longitude: new(-0.25)},
			want:  func(x *tickler.Task) { x.Longitude = -0.25 },
			field: tickler.Difference{Field: tickler.FieldLongitude, Old: 77.5, New: -0.25},
		},
		"OwnerId": {
			setting: tickler.PatchSetting{OwnerID: creatorID},
			want:    func(x *tickler.Task) { x.OwnerID = creatorID },
			field:   tickler.Difference{Field: tickler.FieldOwner, Old: ownerID, New: creatorID},
		},
		"EndDate": {
			draft: tickler.TaskDraft{EndAt: new(at(t, "2026-11-20 12:00:00"))},
			want:  func(x *tickler.Task) { x.EndAt = x.DueAt },
			field: tickler.Difference{Field: tickler.FieldEnd, Old: at(t, "2026-11-20 14:00:00"), New: at(t, "2026-11-20 12:00:00")},
		},
		"ReminderBeforeDays: the time stays": {
			draft: tickler.TaskDraft{ReminderDays: new(2)},
			want: func(x *tickler.Task) {
				x.Reminder.Days, x.RemindAt = 2, at(t, "2026-11-18 10:00:00")
				x.WakeAt = x.RemindAt
			},
			field: tickler.Difference{Field: tickler.FieldReminder, Old: tickler.Reminder{Rule: tickler.DaysBefore, Days: 1, At: clock(t, "10:00:00")}, New: tickler.Reminder{Rule: tickler.DaysBefore, Days: 2, At: clock(t, "10:00:00")}},
		},
		"ReminderTime: the days stay": {
			draft: tickler.TaskDraft{ReminderTime: clock(t, "09:30:00")},
			want: func(x *tickler.Task) {
				x.Reminder.At, x.RemindAt = clock(t, "09:30:00"), at(t, "2026-11-19 09:30:00")
				x.WakeAt = x.RemindAt
			},
			field: tickler.Difference{Field: tickler.FieldReminder, Old: tickler.Reminder{Rule: tickler.DaysBefore, Days: 1, At: clock(t, "10:00:00")}, New: tickler.Reminder{Rule: tickler.DaysBefore, Days: 1, At: clock(t, "09:30:00")}},
		},
		"Reminder": {
			draft: tickler.TaskDraft{ReminderMinutes: new(15)},
			want: func(x *tickler.Task) {
				x.Reminder, x.RemindAt = tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: 15}, at(t, "2026-11-20 11:45:00")
				x.WakeAt = x.RemindAt
			},
			field: tickler.Difference{Field: tickler.FieldReminder, Old: tickler.Reminder{Rule: tickler.DaysBefore, Days: 1, At: clock(t, "10:00:00")}, New: tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: 15}},
		},
		"NotifyBy": {
			said:  func(p *tickler.TaskPatch) { p.Notify = tickler.Of(false) },
			want:  func(x *tickler.Task) { x.Notify, x.WakeAt = false, time.Time{} },
			field: tickler.Difference{Field: tickler.FieldNotify, Old: true, New: false},
		},
		"a custom field": {
			draft: tickler.TaskDraft{CustomFields: map[string]string{"MX_custom_2": "c"}},
			want:  func(x *tickler.Task) { x.CustomFields = map[string]string{"mx_Custom_1": "a", "mx_Custom_2": "c"} },
			field: tickler.Difference{Field: "mx_Custom_2", Old: "b", New: "c"},
		},
		"RelatedEntityId": {
			draft:   tickler.TaskDraft{RelatedKind: tickler.RelatedToLead, RelatedID: tickler.ID{31}},
			said:    func(p *tickler.TaskPatch) { p.RelatedKind = tickler.Of(tickler.RelatedToLead) },
			setting: tickler.PatchSetting{Related: tickler.Related{Kind: tickler.RelatedToLead, ID: tickler.ID{31}}},
			want:    func(x *tickler.Task) { x.Related = tickler.Related{Kind: tickler.RelatedToLead, ID: tickler.ID{31}} },
			field:   relatedToAnother,
		},
		"RelatedEntityId alone": {
			draft:   tickler.TaskDraft{RelatedID: tickler.ID{31}},
			setting: tickler.PatchSetting{Related: tickler.Related{Kind: tickler.RelatedToLead, ID: tickler.ID{31}}},
			want:    func(x *tickler.Task) { x.Related = tickler.Related{Kind: tickler.RelatedToLead, ID: tickler.ID{31}} },
			field:   relatedToAnother,
		},
		"a related entity that was not said": {
			draft:   tickler.TaskDraft{Name: "Call"},
			setting: tickler.PatchSetting{Related: opportunity},
			want:    func(x *tickler.Task) { x.Name = "Call" },
			field:   tickler.Difference{Field: tickler.FieldName, Old: "Collect papers", New: "Call"},
		},
		"a NotifyBy that was not said": {
			draft: tickler.TaskDraft{Name: "Call", Notify: false},
			want:  func(x *tickler.Task) { x.Name = "Call" },
			field: tickler.Difference{Field: tickler.FieldName, Old: "Collect papers", New: "Call"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			task, p, s := fullTask(t), patchOf(test.draft), test.setting
			if test.said != nil {
				test.said(&p)
			}
			s.Actor, s.OldType = actorAt(t, "2026-11-02 08:00:00"), withTwo
			got, change, err := result(task.Patch(p, s))
			if err != nil {
				t.Fatal(err)
			}
			want := fullTask(t)
			test.want(&want)
			want.Version, want.ModifiedAt, want.ModifiedBy = 2, s.Now, s.UserID
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("task (-want +got):\n%s", diff)
			}
			wantChange := &tickler.Change{
				AccountID: accountID, TaskID: task.ID, Version: 2, Kind: tickler.ChangeUpdated, At: s.Now, By: s.UserID, Via: s.Via,
				Before: &task,
			}
			if diff := cmp.Diff(wantChange, change); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]tickler.Difference{test.field}, differencesOf(*change, got)); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(fullTask(t), task); diff != "" {
				t.Errorf("the task as it was has changed (-want +got):\n%s", diff)
			}
			again, change, err := result(got.Patch(p, s))
			if diff := cmp.Diff(got, again); diff != "" || change != nil || err != nil {
				t.Errorf("a second time: %+v, %v (-want +got):\n%s", change, err, diff)
			}

			task.WakeAt, s.Now = time.Time{}, task.EndAt // the reminder was sent, and there is still time for another
			got, _, err = result(task.Patch(p, s))
			rearms := test.field.Field == tickler.FieldReminder || test.field.Field == tickler.FieldOwner
			if err != nil || rearms == got.WakeAt.IsZero() {
				t.Errorf("once sent, it wakes at %v, %v; armed anew: %t", got.WakeAt, err, rearms)
			}
		})
	}
}

// An id alone names another lead or opportunity, whichever the task is related to.
func TestPatchWithRelatedEntityIdAlone(t *testing.T) {
	id, opportunity := tickler.ID{31}, tickler.Related{Kind: tickler.RelatedToOpportunity, ID: tickler.ID{30}}
	lead, deal := tickler.Related{Kind: tickler.RelatedToLead, ID: id}, tickler.Related{Kind: tickler.RelatedToOpportunity, ID: id}
	unknown := func(fact tickler.Fact) *tickler.Error { return tickler.Refuse(fact, tickler.FieldRelated, id) }
	tests := map[string]struct {
		tied, found, want tickler.Related
		wantErr           *tickler.Error
	}{
		"another lead":                      {fullTask(t).Related, lead, lead, nil},
		"another opportunity":               {opportunity, deal, deal, nil},
		"an opportunity in place of a lead": {fullTask(t).Related, deal, tickler.Related{}, unknown(tickler.FactNoLead)},
		"a lead in place of an opportunity": {opportunity, lead, tickler.Related{}, unknown(tickler.FactNoOpportunity)},
		"no lead":                           {fullTask(t).Related, tickler.Related{}, tickler.Related{}, unknown(tickler.FactNoLead)},
		"no opportunity":                    {opportunity, tickler.Related{}, tickler.Related{}, unknown(tickler.FactNoOpportunity)},
		"a lead, of a task tied to nobody":  {tickler.Related{}, lead, tickler.Related{}, nil},
		"nothing, of a task tied to nobody": {tickler.Related{}, tickler.Related{}, tickler.Related{}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			task := fullTask(t)
			task.Related = test.tied
			got, change, err := result(task.Patch(
				patchOf(tickler.TaskDraft{RelatedID: id}),
				tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo, Related: test.found},
			))
			checkError(t, err, test.wantErr)
			if got.Related != test.want || (change != nil) != (err == nil && test.want != test.tied) {
				t.Errorf("tied to %+v, want %+v; the change is %+v", got.Related, test.want, change)
			}
		})
	}
}

// RelatedEntity 0 removes the relation, whatever it was.
func TestPatchUntiesATask(t *testing.T) {
	got, change, err := result(fullTask(t).Patch(withRelated(tickler.TaskPatch{}, tickler.RelatedToNobody, tickler.ID{}), tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo}))
	if err != nil || got.Related != (tickler.Related{}) {
		t.Fatalf("tied to %+v, %v", got.Related, err)
	}
	want := []tickler.Difference{{Field: tickler.FieldRelated, Old: fullTask(t).Related, New: tickler.Related{}}}
	if diff := cmp.Diff(want, differencesOf(*change, got)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// Each pair of a rule and a patch of the three attributes, with the resulting rule.
func TestPatchOfTheReminder(t *testing.T) {
	ten, nine := clock(t, "10:00:00"), clock(t, "09:00:00")
	days := func(n int, at *civil.TimeOfDay) tickler.Reminder {
		return tickler.Reminder{Rule: tickler.DaysBefore, Days: n, At: at}
	}
	minutes := func(n int) tickler.Reminder { return tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: n} }
	tests := map[string]struct {
		from          tickler.Reminder
		minutes, days *int
		at            *civil.TimeOfDay
		want          tickler.Reminder
	}{
		"none, minutes":                       {tickler.Reminder{}, new(15), nil, nil, minutes(15)},
		"none, days":                          {tickler.Reminder{}, nil, new(2), nil, days(2, nil)},
		"none, time":                          {tickler.Reminder{}, nil, nil, ten, days(0, ten)},
		"minutes, minutes":                    {minutes(15), new(0), nil, nil, minutes(0)},
		"minutes, days":                       {minutes(15), nil, new(0), nil, days(0, nil)},
		"minutes, time":                       {minutes(15), nil, nil, ten, days(0, ten)},
		"minutes, nothing":                    {minutes(15), nil, nil, nil, minutes(15)},
		"days, nothing":                       {days(3, ten), nil, nil, nil, days(3, ten)},
		"days at a time, days":                {days(3, ten), nil, new(2), nil, days(2, ten)},
		"days at a time, 0 days":              {days(3, ten), nil, new(0), nil, days(0, ten)},
		"days at a time, time":                {days(3, ten), nil, nil, nine, days(3, nine)},
		"days at a time, both":                {days(3, ten), nil, new(2), nine, days(2, nine)},
		"days, days":                          {days(3, nil), nil, new(2), nil, days(2, nil)},
		"days, time":                          {days(3, nil), nil, nil, ten, days(3, ten)},
		"days, minutes":                       {days(3, ten), new(15), nil, nil, minutes(15)},
		"days, minutes and 0 days":            {days(3, ten), new(15), new(0), nil, minutes(15)},
		"days at a time, all":                 {days(3, ten), new(15), new(1), nine, days(1, nine)},
		"days at a time, minutes beside days": {days(3, ten), new(15), new(1), nil, days(1, ten)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			task := fullTask(t)
			task.Reminder = test.from
			p := patchOf(tickler.TaskDraft{ReminderMinutes: test.minutes, ReminderDays: test.days, ReminderTime: test.at})
			got, _, err := result(task.Patch(p, tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo}))
			if diff := cmp.Diff(test.want, got.Reminder); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// A due date alone keeps the duration, however long: "never ends" is a date that clients send.
func TestPatchKeepsADurationOfCenturies(t *testing.T) {
	task := fullTask(t)
	task.EndAt = at(t, "9998-12-31 12:00:00")
	for due, want := range map[string]string{
		"2026-11-21 12:00:00": "9999-01-01 12:00:00",
		"2026-11-19 11:59:59": "9998-12-30 11:59:59",
		"2029-01-01 00:00:00": "9999-12-31 23:59:59", // the last instant of all
	} {
		got, _, err := result(task.Patch(patchOf(tickler.TaskDraft{DueAt: new(at(t, due))}),
			tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo}))
		if err != nil || civil.FormatInstant(got.EndAt) != want {
			t.Errorf("due at %s it ends at %v, %v; want %s", due, got.EndAt, err, want)
		}
	}
}

// An end that nobody gave follows from the due date and the type.
func TestPatchOfTheTypeDefaultsTheEndAnew(t *testing.T) {
	visit, collect := withRemark, withTwo
	tests := map[string]struct {
		end     string // on creation
		draft   tickler.TaskDraft
		wantEnd string
		isGiven bool
	}{
		"defaulted":             {"", tickler.TaskDraft{}, "2026-11-20 13:00:00", false},
		"defaulted, due too":    {"", tickler.TaskDraft{DueAt: new(at(t, "2026-11-23 10:00:00"))}, "2026-11-23 11:00:00", false},
		"defaulted, now given":  {"", tickler.TaskDraft{EndAt: new(at(t, "2026-11-20 12:05:00"))}, "2026-11-20 12:05:00", true},
		"given":                 {"2026-11-20 18:00:00", tickler.TaskDraft{}, "2026-11-20 18:00:00", true},
		"given, due too":        {"2026-11-20 18:00:00", tickler.TaskDraft{DueAt: new(at(t, "2026-11-23 10:00:00"))}, "2026-11-23 16:00:00", true},
		"with its own category": {"", tickler.TaskDraft{Category: &visit.Category}, "2026-11-20 13:00:00", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			draft := tickler.TaskDraft{Name: "x", DueAt: new(at(t, "2026-11-20 12:00:00"))}
			if test.end != "" {
				draft.EndAt = new(at(t, test.end))
			}
			task, err := draft.Task(setting(time.UTC, at(t, "2026-11-01 00:00:00"), collect))
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := result(task.Patch(patchOf(test.draft),
				tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: collect, NewType: visit}))
			if err != nil {
				t.Fatal(err)
			}
			if got.TypeID != visit.ID || got.Category != tickler.CategoryAppointment {
				t.Errorf("of type %v and category %v", got.TypeID, got.Category)
			}
			if civil.FormatInstant(got.EndAt) != test.wantEnd || got.EndDefaulted == test.isGiven {
				t.Errorf("ends at %v, defaulted: %t; want %s, %t", got.EndAt, got.EndDefaulted, test.wantEnd, !test.isGiven)
			}
		})
	}
}

// Without a value, a field counts as absent; that does not make its name a known one.
func TestPatchRefusesAnUnknownFieldWithoutAValue(t *testing.T) {
	p := patchOf(tickler.TaskDraft{CustomFields: map[string]string{"mx_Custom_3": ""}})
	_, change, err := result(fullTask(t).Patch(p, tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo}))
	if tickler.KindOf(err) != tickler.KindUnknownField || change != nil {
		t.Errorf("got %v and %+v", err, change)
	}
}

// The category that is sent must be the type's: the new one's, if the type changes too.
func TestPatchChecksTheCategoryAgainstTheNewType(t *testing.T) {
	p := patchOf(tickler.TaskDraft{Category: new(tickler.CategoryToDo)}) // right for the old one
	_, change, err := result(fullTask(t).Patch(p, tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo, NewType: withRemark}))
	checkError(t, err, tickler.Refuse(tickler.FactOtherCategory, tickler.FieldCategory, tickler.CategoryToDo, tickler.CategoryAppointment, "Visit"))
	if change != nil {
		t.Errorf("it changed: %+v", change)
	}
}

// Fields that the new type lacks are dropped, and the history tells what was in them.
func TestHistoryKeepsWhatAChangeOfTypeDrops(t *testing.T) {
	got, change, err := result(fullTask(t).Patch(tickler.TaskPatch{}, tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo, NewType: withRemark}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"mx_Custom_1": "a"}, got.CustomFields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	want := []tickler.Difference{
		{Field: tickler.FieldType, Old: withTwo.ID, New: withRemark.ID},
		{Field: "mx_Custom_2", Old: "b", New: ""},
	}
	if diff := cmp.Diff(want, differencesOf(*change, got)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// The bounds of arming by an update: ahead, or past while now ≤ EndDate (docs/contract.md
// section 2). The task is due at 12:00 and ends at 14:00; its owner is not told until the update.
func TestArmingByAnUpdate(t *testing.T) {
	const quarterTo, evening = "2026-11-20 11:45:00", "2026-11-20 20:00:00"
	quarter, atEight := tickler.TaskDraft{ReminderMinutes: new(15)}, tickler.TaskDraft{ReminderDays: new(0), ReminderTime: clock(t, "20:00:00")}
	tests := map[string]struct {
		draft tickler.TaskDraft
		now   string
		state tickler.State
		want  string // empty: not armed
	}{
		"moment ahead":                {quarter, "2026-11-20 11:44:59", tickler.StateOpen, quarterTo},
		"moment now":                  {quarter, quarterTo, tickler.StateOpen, quarterTo},
		"moment past, at the end":     {quarter, "2026-11-20 14:00:00", tickler.StateOpen, quarterTo},
		"moment past, after the end":  {quarter, "2026-11-20 14:00:01", tickler.StateOpen, ""},
		"moment ahead, after the end": {atEight, "2026-11-20 19:59:59", tickler.StateOpen, evening},
		"both past":                   {atEight, "2026-11-20 20:00:00", tickler.StateOpen, ""},
		"completed":                   {quarter, "2026-11-20 11:00:00", tickler.StateCompleted, ""},
		"cancelled":                   {quarter, "2026-11-20 11:00:00", tickler.StateCancelled, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			task := fullTask(t)
			task.Notify, task.WakeAt, task.State = false, time.Time{}, test.state
			p := withNotify(patchOf(test.draft), true)
			by := actorAt(t, test.now)
			by.Now = by.Now.Add(999 * time.Millisecond) // whole seconds count
			got, _, err := result(task.Patch(p, tickler.PatchSetting{Actor: by, OldType: withTwo}))
			if err != nil || instantOrNone(got.WakeAt) != test.want {
				t.Errorf("wakes at %q, %v; want %q", instantOrNone(got.WakeAt), err, test.want)
			}
		})
	}
}

// Changes made while a task was closed apply when it is reopened.
func TestReopeningArmsByWhatIsThen(t *testing.T) {
	task := fullTask(t)
	s := tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo}
	task, _, err := result(task.Cancel(s.Actor))
	if err != nil {
		t.Fatal(err)
	}
	task, _, err = result(task.Patch(patchOf(tickler.TaskDraft{DueAt: new(at(t, "2026-12-24 12:00:00"))}), s))
	if err != nil || !task.WakeAt.IsZero() {
		t.Fatalf("wakes at %v, %v", task.WakeAt, err)
	}
	task, _, err = result(task.Reopen(s.Actor))
	if want := "2026-12-23 10:00:00"; err != nil || instantOrNone(task.WakeAt) != want || instantOrNone(task.RemindAt) != want {
		t.Errorf("moment %v, wakes at %v, %v; want %s", task.RemindAt, task.WakeAt, err, want)
	}
}

func TestHistoryOfTransitions(t *testing.T) {
	by := actorAt(t, theDayBefore)
	by.Now = by.Now.Add(999 * time.Millisecond).In(time.FixedZone("", 3600))
	task := fullTask(t)
	for i, step := range []struct {
		do       func(tickler.Task, tickler.Actor) (tickler.Outcome, error)
		kind     tickler.ChangeKind
		old, now tickler.State
	}{
		{tickler.Task.Complete, tickler.ChangeCompleted, tickler.StateOpen, tickler.StateCompleted},
		{tickler.Task.Reopen, tickler.ChangeReopened, tickler.StateCompleted, tickler.StateOpen},
		{tickler.Task.Cancel, tickler.ChangeCancelled, tickler.StateOpen, tickler.StateCancelled},
		{tickler.Task.Reopen, tickler.ChangeReopened, tickler.StateCancelled, tickler.StateOpen},
	} {
		after, change, err := result(step.do(task, by))
		if err != nil {
			t.Fatal(err)
		}
		want := &tickler.Change{
			AccountID: accountID, TaskID: task.ID, Version: i + 2, Kind: step.kind, At: at(t, theDayBefore), By: by.UserID, Via: by.Via,
			Before: &task,
		}
		if diff := cmp.Diff(want, change); diff != "" {
			t.Errorf("%s to %s (-want +got):\n%s", step.old, step.now, diff)
		}
		differences := []tickler.Difference{{Field: tickler.FieldState, Old: step.old, New: step.now}}
		if diff := cmp.Diff(differences, differencesOf(*change, after)); diff != "" {
			t.Errorf("%s to %s (-want +got):\n%s", step.old, step.now, diff)
		}
		if after.ModifiedAt != at(t, theDayBefore) || after.ModifiedBy != by.UserID {
			t.Errorf("modified at %v by %v", after.ModifiedAt, after.ModifiedBy)
		}
		task = after
	}
}

// Two people edit a task: the second one's patch, made of the old version, is refused.
func TestPatchOfAnotherVersionIsRefused(t *testing.T) {
	task := fullTask(t)
	setting := tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo}
	first, err := task.Patch(tickler.TaskPatch{IfVersion: task.Version, Name: tickler.Of("Call")}, setting)
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := first.Task().Patch(tickler.TaskPatch{IfVersion: task.Version, Location: tickler.Of("Pune")}, setting)
	checkError(t, err, tickler.Refuse(tickler.FactChanged, tickler.FieldTask, task.ID))
	if diff := cmp.Diff(tickler.Outcome{}, outcome); diff != "" {
		t.Errorf("it changed all the same:\n%s", diff)
	}
}

// What can be cleared is cleared; dates and rules go back to their defaults.
func TestPatchClears(t *testing.T) {
	setting := tickler.PatchSetting{Actor: actorAt(t, theDayBefore), OldType: withTwo}
	for name, test := range map[string]struct {
		patch tickler.TaskPatch
		want  func(*tickler.Task)
	}{
		"texts": {
			tickler.TaskPatch{
				Description: tickler.Cleared[string](), Location: tickler.Cleared[string](), Priority: tickler.Cleared[string](),
				EffortEstimateUnit: tickler.Cleared[string](),
			},
			func(x *tickler.Task) { x.Description, x.Location, x.Priority, x.EffortEstimateUnit = "", "", "", "" },
		},
		"what it is tied to": {
			tickler.TaskPatch{RelatedKind: tickler.Cleared[tickler.RelatedKind]()},
			func(x *tickler.Task) { x.Related = tickler.Related{} },
		},
		"the end": {
			tickler.TaskPatch{EndAt: tickler.Cleared[time.Time]()},
			func(x *tickler.Task) { x.EndAt, x.EndDefaulted = at(t, "2026-11-20 23:59:59"), true },
		},
		"the time of day of the rule": {
			tickler.TaskPatch{ReminderTime: tickler.Cleared[civil.TimeOfDay]()},
			func(x *tickler.Task) { x.Reminder.At = nil },
		},
		"the rule": {
			tickler.TaskPatch{ReminderDays: tickler.Cleared[int](), ReminderTime: tickler.Cleared[civil.TimeOfDay]()},
			func(x *tickler.Task) { x.Reminder = tickler.Reminder{} },
		},
		"a custom field": {
			tickler.TaskPatch{CustomFields: map[string]string{"MX_custom_1": ""}},
			func(x *tickler.Task) { x.CustomFields = map[string]string{"mx_Custom_2": "b"} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			outcome, err := fullTask(t).Patch(test.patch, setting)
			if err != nil {
				t.Fatal(err)
			}
			want := fullTask(t)
			test.want(&want)
			if diff := cmp.Diff(content(want), content(outcome.Task())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if err := (tickler.TaskPatch{Name: tickler.Cleared[string]()}).Validate(); tickler.KindOf(err) != tickler.KindMissing {
		t.Errorf("a name that is cleared: %v", err)
	}
}
