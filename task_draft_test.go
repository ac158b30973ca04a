package tickler_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/civil/civiltest"
)

var (
	accountID = tickler.ID{1}
	creatorID = tickler.ID{2}
	ownerID   = tickler.ID{3}
	leadID    = tickler.ID{4}
	keyID     = tickler.ID{5}
	typeID    = tickler.ID{6}

	call   = tickler.TaskType{ID: tickler.ID{7}, Name: "Phone Call", Category: tickler.CategoryAppointment, DefaultDuration: 30 * time.Minute}
	errand = tickler.TaskType{ID: typeID, Name: "To-Do", Category: tickler.CategoryToDo}
)

// emoji returns n code points, of four bytes each.
func emoji(n int) string { return strings.Repeat("😀", n) }

// setting is a call at an instant in an account that lives in the zone.
func setting(zone *time.Location, now time.Time, taskType tickler.TaskType) tickler.Setting {
	return tickler.Setting{
		AccountID: accountID,
		Actor:     tickler.Actor{UserID: creatorID, Via: tickler.Origin{Kind: tickler.ViaAPI, ID: keyID}, Now: now, Zone: zone},
		Type:      taskType,
		OwnerID:   ownerID,
	}
}

// The documented example with every other attribute, and the task it becomes.
func TestDraftBecomesATask(t *testing.T) {
	taskType := errand
	taskType.Fields = []tickler.CustomField{{SchemaName: "mx_Custom_1", DataType: tickler.BooleanData}}
	related := tickler.Related{Kind: tickler.RelatedToLead, ID: leadID, Name: "Vir"}
	s := setting(time.UTC, at(t, "2020-11-01 12:34:56").Add(789*time.Millisecond), taskType)
	s.Related = related
	draft := tickler.TaskDraft{
		Name:               "Todo: Item",
		Description:        "Describing the task",
		Location:           "Koramangala",
		RelatedKind:        related.Kind,
		RelatedID:          related.ID,
		DueAt:              new(at(t, "2020-11-11 10:30:00")),
		EndAt:              new(at(t, "2020-11-12 10:29:00")),
		ReminderDays:       new(1),
		ReminderTime:       clock(t, "10:00:00"),
		Notify:             true,
		CustomFields:       map[string]string{"MX_CUSTOM_1": "TRUE"},
		Category:           new(tickler.CategoryToDo),
		Priority:           "High",
		EffortEstimateUnit: "Hours",
		PercentCompleted:   new(25),
		Latitude:           new(12.93),
		Longitude:          new(77.62),
	}
	if err := draft.Validate(); err != nil {
		t.Fatal(err)
	}
	got, err := draft.Task(s)
	if err != nil {
		t.Fatal(err)
	}
	created := at(t, "2020-11-01 12:34:56") // whole seconds
	want := tickler.Task{
		AccountID:          accountID,
		Version:            1,
		Name:               "Todo: Item",
		Description:        "Describing the task",
		Location:           "Koramangala",
		TypeID:             typeID,
		Category:           tickler.CategoryToDo,
		Related:            related,
		OwnerID:            ownerID,
		DueAt:              at(t, "2020-11-11 10:30:00"),
		EndAt:              at(t, "2020-11-12 10:29:00"),
		Reminder:           tickler.Reminder{Rule: tickler.DaysBefore, Days: 1, At: clock(t, "10:00:00")},
		Notify:             true,
		RemindAt:           at(t, "2020-11-10 10:00:00"),
		WakeAt:             at(t, "2020-11-10 10:00:00"),
		State:              tickler.StateOpen,
		CustomFields:       map[string]string{"mx_Custom_1": "true"},
		Priority:           "High",
		EffortEstimateUnit: "Hours",
		PercentCompleted:   25,
		Latitude:           12.93,
		Longitude:          77.62,
		CreatedAt:          created,
		CreatedBy:          creatorID,
		CreatedVia:         tickler.Origin{Kind: tickler.ViaAPI, ID: keyID},
		ModifiedAt:         created,
		ModifiedBy:         creatorID,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Everything absent is empty, and instants are UTC, whatever the zone of now.
func TestLeastDraft(t *testing.T) {
	now := at(t, "2026-11-20 12:34:56")
	got, err := tickler.TaskDraft{Name: "x"}.Task(setting(time.UTC, now.In(time.FixedZone("", 3600)), errand))
	if err != nil {
		t.Fatal(err)
	}
	want := tickler.Task{
		AccountID:    accountID,
		Version:      1,
		Name:         "x",
		TypeID:       typeID,
		Category:     tickler.CategoryToDo,
		OwnerID:      ownerID,
		DueAt:        at(t, "2026-11-20 00:00:00"),
		EndAt:        at(t, "2026-11-20 23:59:59"),
		EndDefaulted: true,
		CustomFields: map[string]string{},
		CreatedAt:    now,
		CreatedBy:    creatorID,
		CreatedVia:   tickler.Origin{Kind: tickler.ViaAPI, ID: keyID},
		ModifiedAt:   now,
		ModifiedBy:   creatorID,
	}
	exactly := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) && a.Location() == b.Location() })
	if diff := cmp.Diff(want, got, exactly); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDefaultsOfDueAndEnd(t *testing.T) {
	tests := map[string]struct {
		taskType             tickler.TaskType
		zone, now            string
		due, end             string // sent; empty: absent
		wantDue, wantEnd     string
		wantEndWasNotDefault bool
	}{
		"to-do, nothing sent": {
			taskType: errand, zone: "UTC", now: "2026-11-20 18:30:00",
			wantDue: "2026-11-20 00:00:00", wantEnd: "2026-11-20 23:59:59",
		},
		"to-do, last second of a day in Kolkata": {
			taskType: errand, zone: "Asia/Kolkata", now: "2026-11-20 18:29:59",
			wantDue: "2026-11-19 18:30:00", wantEnd: "2026-11-20 18:29:59",
		},
		"to-do, first second of a day in Kolkata": {
			taskType: errand, zone: "Asia/Kolkata", now: "2026-11-20 18:30:00",
			wantDue: "2026-11-20 18:30:00", wantEnd: "2026-11-21 18:29:59",
		},
		"to-do, still yesterday in New York": {
			taskType: errand, zone: "America/New_York", now: "2026-11-20 03:00:00",
			wantDue: "2026-11-19 05:00:00", wantEnd: "2026-11-20 04:59:59",
		},
		"to-do, a day without 00:00": {
			taskType: errand, zone: "Asia/Beirut", now: "2026-03-29 08:00:00",
			wantDue: "2026-03-28 22:00:00", wantEnd: "2026-03-29 20:59:59",
		},
		"to-do, due sent": {
			taskType: errand, zone: "UTC", now: "2026-01-01 00:00:00", due: "2026-11-20 18:30:00",
			wantDue: "2026-11-20 18:30:00", wantEnd: "2026-11-20 23:59:59",
		},
		"to-do, due sent, the next day in Kolkata": {
			taskType: errand, zone: "Asia/Kolkata", now: "2026-01-01 00:00:00", due: "2026-11-20 18:30:00",
			wantDue: "2026-11-20 18:30:00", wantEnd: "2026-11-21 18:29:59",
		},
		"to-do, due in the last second of a day": {
			taskType: errand, zone: "Asia/Kolkata", now: "2026-01-01 00:00:00", due: "2026-11-20 18:29:59",
			wantDue: "2026-11-20 18:29:59", wantEnd: "2026-11-20 18:29:59",
		},
		"to-do, due when a day's last hour comes again": {
			taskType: errand, zone: "America/St_Johns", now: "2010-01-01 00:00:00", due: "2010-11-07 03:00:00",
			wantDue: "2010-11-07 03:00:00", wantEnd: "2010-11-07 03:00:00",
		},
		"to-do, due on the last day of all": {
			taskType: errand, zone: "America/New_York", now: "2026-01-01 00:00:00", due: "9999-12-31 12:00:00",
			wantDue: "9999-12-31 12:00:00", wantEnd: "9999-12-31 23:59:59",
		},
		"to-do, end sent": {
			taskType: errand, zone: "Asia/Kolkata", now: "2026-11-20 18:30:00", end: "2026-12-01 00:00:00",
			wantDue: "2026-11-20 18:30:00", wantEnd: "2026-12-01 00:00:00", wantEndWasNotDefault: true,
		},
		"appointment, nothing sent": {
			taskType: call, zone: "Asia/Kolkata", now: "2026-11-20 18:30:59",
			wantDue: "2026-11-20 18:30:00", wantEnd: "2026-11-20 19:00:00",
		},
		"appointment, at midnight": {
			taskType: call, zone: "UTC", now: "2026-11-20 23:59:59",
			wantDue: "2026-11-20 23:59:00", wantEnd: "2026-11-21 00:29:00",
		},
		"appointment, due sent": {
			taskType: call, zone: "UTC", now: "2026-01-01 00:00:00", due: "2026-11-20 18:30:15",
			wantDue: "2026-11-20 18:30:15", wantEnd: "2026-11-20 19:00:15",
		},
		"appointment, due in the last minute of all": {
			taskType: call, zone: "UTC", now: "2026-01-01 00:00:00", due: "9999-12-31 23:59:00",
			wantDue: "9999-12-31 23:59:00", wantEnd: "9999-12-31 23:59:59",
		},
		"both the same": {
			taskType: call, zone: "UTC", now: "2026-01-01 00:00:00", due: "2026-11-20 18:30:00", end: "2026-11-20 18:30:00",
			wantDue: "2026-11-20 18:30:00", wantEnd: "2026-11-20 18:30:00", wantEndWasNotDefault: true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			draft := tickler.TaskDraft{Name: "x"}
			if test.due != "" {
				draft.DueAt = new(at(t, test.due))
			}
			if test.end != "" {
				draft.EndAt = new(at(t, test.end))
			}
			task, err := draft.Task(setting(loadZone(t, test.zone), at(t, test.now), test.taskType))
			if err != nil {
				t.Fatal(err)
			}
			got := []string{civil.FormatInstant(task.DueAt), civil.FormatInstant(task.EndAt)}
			if diff := cmp.Diff([]string{test.wantDue, test.wantEnd}, got); diff != "" {
				t.Errorf("due and end (-want +got):\n%s", diff)
			}
			if task.EndDefaulted == test.wantEndWasNotDefault {
				t.Errorf("EndDefaulted is %t", task.EndDefaulted)
			}
		})
	}
}

func TestNobodyIsRefusedForADefault(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := civiltest.Places().Draw(t, "place")
		taskType := rapid.SampledFrom([]tickler.TaskType{call, errand}).Draw(t, "type")
		draft := tickler.TaskDraft{Name: "x", DueAt: new(p.Time)}
		if task, err := draft.Task(setting(p.Zone, p.Time, taskType)); err != nil || task.EndAt.Before(task.DueAt) {
			t.Fatalf("due %v, end %v: %v", task.DueAt, task.EndAt, err)
		}
	})
}

// A task without dates belongs to the current day and is not overdue at once, whatever the hour.
func TestATaskIsBornPendingOnTheCurrentDay(t *testing.T) {
	var zones []*time.Location
	for _, name := range []string{"UTC", "Asia/Kolkata", "America/New_York", "Asia/Beirut", "Africa/Cairo", "Pacific/Kiritimati"} {
		zones = append(zones, loadZone(t, name))
	}
	from, to := at(t, "2020-01-01 00:00:00").Unix(), at(t, "2060-01-01 00:00:00").Unix()
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		now := time.Unix(rapid.Int64Range(from, to).Draw(t, "now"), 0)
		taskType := rapid.SampledFrom([]tickler.TaskType{call, errand}).Draw(t, "type")
		task, err := tickler.TaskDraft{Name: "x"}.Task(setting(zone, now, taskType))
		if err != nil {
			t.Fatal(err)
		}
		if task.DueAt.After(now) || civiltest.DateIn(task.DueAt, zone) != civiltest.DateIn(now, zone) || task.StatusAt(now) != tickler.StatusPending {
			t.Fatalf("at %v it is due %v, ends %v and is %s", now, task.DueAt, task.EndAt, task.StatusAt(now))
		}
	})
}

func TestEndBeforeDueIsRefused(t *testing.T) {
	now := at(t, "2026-11-20 12:00:00")
	draft := tickler.TaskDraft{Name: "x", DueAt: new(now), EndAt: new(now.Add(-time.Second))}
	_, err := draft.Task(setting(time.UTC, now, errand))
	checkError(t, err, tickler.Refuse(tickler.FactEndsBeforeStart, tickler.FieldEnd, at(t, "2026-11-20 11:59:59"), tickler.FieldDue, at(t, "2026-11-20 12:00:00")))
}

func TestEndBeforeADefaultedDueIsRefused(t *testing.T) {
	draft := tickler.TaskDraft{Name: "x", EndAt: new(at(t, "2026-11-19 23:59:59"))}
	_, err := draft.Task(setting(time.UTC, at(t, "2026-11-20 12:00:00"), errand))
	checkError(t, err, tickler.Refuse(tickler.FactEndsBeforeStart, tickler.FieldEnd, at(t, "2026-11-19 23:59:59"), tickler.FieldDue, at(t, "2026-11-20 00:00:00")))
}

func TestCategoryMustBeTheTypes(t *testing.T) {
	now := at(t, "2026-11-20 12:00:00")
	for _, taskType := range []tickler.TaskType{call, errand} {
		draft := tickler.TaskDraft{Name: "x", Category: new(taskType.Category)}
		if _, err := draft.Task(setting(time.UTC, now, taskType)); err != nil {
			t.Errorf("%s with its own category: %v", taskType.Name, err)
		}
	}
	_, err := tickler.TaskDraft{Name: "x", Category: new(tickler.CategoryAppointment)}.Task(setting(time.UTC, now, errand))
	checkError(t, err, tickler.Refuse(tickler.FactOtherCategory, tickler.FieldCategory, tickler.CategoryAppointment, tickler.CategoryToDo, "To-Do"))
	_, err = tickler.TaskDraft{Name: "x", Category: new(tickler.CategoryToDo)}.Task(setting(time.UTC, now, call))
	checkError(t, err, tickler.Refuse(tickler.FactOtherCategory, tickler.FieldCategory, tickler.CategoryToDo, tickler.CategoryAppointment, "Phone Call"))
}

func TestCustomFieldsAreChecked(t *testing.T) {
	draft := tickler.TaskDraft{Name: "x", CustomFields: map[string]string{"mx_Custom_1": "y"}}
	_, err := draft.Task(setting(time.UTC, at(t, "2026-11-20 12:00:00"), errand))
	checkError(t, err, tickler.Refuse(tickler.FactNoSuchField, tickler.FieldFields, "mx_Custom_1", "To-Do"))
}

func TestTaskBornCompleted(t *testing.T) {
	now := at(t, "2026-11-20 12:00:00")
	draft := tickler.TaskDraft{Name: "x", Completed: true, Notify: true, DueAt: new(now.Add(time.Hour))}
	task, err := draft.Task(setting(time.UTC, now.Add(time.Millisecond), errand))
	if err != nil {
		t.Fatal(err)
	}
	if task.State != tickler.StateCompleted || !task.CompletedAt.Equal(now) || task.CompletedBy != creatorID {
		t.Errorf("state %d, completed at %v by %v", task.State, task.CompletedAt, task.CompletedBy)
	}
	if !task.WakeAt.IsZero() {
		t.Errorf("it is armed for %v", task.WakeAt)
	}
}

// A to-do due at 12:00 that ends at 14:00, created at some instant.
func TestArming(t *testing.T) {
	none, noon, quarterTo, evening := "", "2026-11-20 12:00:00", "2026-11-20 11:45:00", "2026-11-20 20:00:00"
	quarter := tickler.TaskDraft{Notify: true, ReminderMinutes: new(15)}
	atEight := tickler.TaskDraft{Notify: true, ReminderTime: clock(t, "20:00:00")}
	tests := map[string]struct {
		draft                  tickler.TaskDraft
		now                    string
		wantMoment, wantWaking string
	}{
		"moment ahead":                        {quarter, "2026-11-20 11:44:59", quarterTo, quarterTo},
		"moment now":                          {quarter, "2026-11-20 11:45:00", quarterTo, quarterTo},
		"moment past, not yet due":            {quarter, "2026-11-20 11:50:00", quarterTo, quarterTo},
		"moment past, at the end":             {quarter, "2026-11-20 14:00:00", quarterTo, quarterTo},
		"moment past, after the end":          {quarter, "2026-11-20 14:00:01", quarterTo, none},
		"moment ahead, after the end":         {atEight, "2026-11-20 19:59:59", evening, evening},
		"moment past, long after the end":     {atEight, "2026-11-20 20:00:01", evening, none},
		"no rule means the due instant":       {tickler.TaskDraft{Notify: true}, "2026-11-20 11:00:00", noon, noon},
		"nobody to tell":                      {tickler.TaskDraft{ReminderMinutes: new(15)}, "2026-11-20 11:00:00", quarterTo, none},
		"nobody to tell and no rule":          {tickler.TaskDraft{}, "2026-11-20 11:00:00", none, none},
		"completed":                           {tickler.TaskDraft{Notify: true, Completed: true}, "2026-11-20 11:00:00", noon, none},
		"the day rule holds over the minutes": {tickler.TaskDraft{Notify: true, ReminderMinutes: new(15), ReminderTime: clock(t, "20:00:00")}, "2026-11-20 11:00:00", evening, evening},
		"a day before, at the due time":       {tickler.TaskDraft{Notify: true, ReminderDays: new(1)}, "2026-11-01 00:00:00", "2026-11-19 12:00:00", "2026-11-19 12:00:00"},
		"nobody to tell at the due instant":   {tickler.TaskDraft{ReminderMinutes: new(0)}, "2026-11-20 11:00:00", noon, none},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.draft.DueAt, test.draft.EndAt = new(at(t, noon)), new(at(t, "2026-11-20 14:00:00"))
			task, err := test.draft.Task(setting(time.UTC, at(t, test.now), errand))
			if err != nil {
				t.Fatal(err)
			}
			got := []string{instantOrNone(task.RemindAt), instantOrNone(task.WakeAt)}
			if diff := cmp.Diff([]string{test.wantMoment, test.wantWaking}, got); diff != "" {
				t.Errorf("moment and waking (-want +got):\n%s", diff)
			}
		})
	}
}

func instantOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return civil.FormatInstant(t)
}

func TestArmingReadsTheAccountsZone(t *testing.T) {
	draft := tickler.TaskDraft{
		Name: "x", Notify: true, DueAt: new(at(t, "2026-11-20 18:30:00")), ReminderDays: new(0), ReminderTime: clock(t, "10:00:00"),
	}
	task, err := draft.Task(setting(loadZone(t, "Asia/Kolkata"), at(t, "2026-11-01 00:00:00"), errand))
	if want := at(t, "2026-11-21 04:30:00"); err != nil || !task.WakeAt.Equal(want) {
		t.Errorf("wakes at %v, %v; want %v", task.WakeAt, err, want)
	}
}

// A task that notifies without a rule of its own gets none: reads show both rules as unused.
func TestNotifyByIsNoRule(t *testing.T) {
	task, err := tickler.TaskDraft{Name: "x", Notify: true}.Task(setting(time.UTC, at(t, "2026-11-20 12:00:00"), errand))
	if err != nil || task.Reminder != (tickler.Reminder{}) {
		t.Errorf("reminder %+v, %v", task.Reminder, err)
	}
}
