package tickler_test

import (
	"testing"
	"time"

	"tickler"
)

// A reminder by days moves to its place in the new zone's calendar, also on days with a clock
// change, when a time of day may not exist or exist twice.
func TestInZone(t *testing.T) {
	tests := map[string]struct {
		zone, due string
		days      int
		at        string // "": the due instant's own time of day
		want      string
	}{
		"Kolkata":                        {"Asia/Kolkata", "2026-11-20 12:00:00", 1, "09:00:00", "2026-11-19 03:30:00"},
		"Kolkata, already the next day":  {"Asia/Kolkata", "2026-11-20 20:00:00", 1, "09:00:00", "2026-11-20 03:30:00"},
		"Los Angeles, the day before":    {"America/Los_Angeles", "2026-11-20 02:00:00", 0, "09:00:00", "2026-11-19 17:00:00"},
		"Los Angeles, no 02:30":          {"America/Los_Angeles", "2027-03-15 12:00:00", 1, "02:30:00", "2027-03-14 10:00:00"},
		"Los Angeles, 01:30 twice":       {"America/Los_Angeles", "2026-11-02 12:00:00", 1, "01:30:00", "2026-11-01 08:30:00"},
		"Los Angeles, across the change": {"America/Los_Angeles", "2027-03-14 20:00:00", 1, "", "2027-03-13 21:00:00"},
		"Auckland, no 02:30":             {"Pacific/Auckland", "2026-09-27 12:00:00", 1, "02:30:00", "2026-09-26 14:00:00"},
		"Auckland, 02:30 twice":          {"Pacific/Auckland", "2027-04-04 20:00:00", 1, "02:30:00", "2027-04-03 13:30:00"},
		"Auckland, across the change":    {"Pacific/Auckland", "2026-09-26 20:00:00", 1, "", "2026-09-25 21:00:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			draft := tickler.TaskDraft{Name: "n", DueAt: new(at(t, test.due)), ReminderDays: &test.days, Notify: true}
			if test.at != "" {
				draft.ReminderTime = clock(t, test.at)
			}
			task := made(t, draft)
			got, moved := task.InZone(loadZone(t, test.zone), tickler.Wants{}, monthBefore(t))
			if want := at(t, test.want); !moved || !got.RemindAt.Equal(want) || !got.WakeAt.Equal(want) {
				t.Errorf("moved: %t, from %v to %v, wakes at %v, want %v", moved, task.RemindAt, got.RemindAt, got.WakeAt, want)
			}
			if back, moved := got.InZone(time.UTC, tickler.Wants{}, monthBefore(t)); !moved || !back.RemindAt.Equal(task.RemindAt) {
				t.Errorf("moved back: %t, to %v, want %v", moved, back.RemindAt, task.RemindAt)
			}
			if _, moved := got.InZone(loadZone(t, test.zone), tickler.Wants{}, monthBefore(t)); moved {
				t.Error("it moves twice")
			}
		})
	}
}

// monthBefore is when the tasks of these tests are made and their zone is changed.
func monthBefore(t *testing.T) time.Time { return at(t, "2026-09-01 00:00:00") }

func made(t *testing.T, draft tickler.TaskDraft) tickler.Task {
	t.Helper()
	task, err := draft.Task(setting(time.UTC, monthBefore(t), withTwo))
	if err != nil {
		t.Fatal(err)
	}
	return task
}

// Past moments stay where they were, and so do reminders that don't depend on a zone.
func TestInZoneLeavesTheRest(t *testing.T) {
	due := at(t, "2026-11-20 12:00:00")
	byDays := made(t, tickler.TaskDraft{Name: "n", DueAt: &due, ReminderDays: new(1), ReminderTime: clock(t, "09:00:00"), Notify: true})
	closed, told := byDays, byDays
	closed.State, closed.WakeAt = tickler.StateCompleted, time.Time{}
	told.WakeAt = time.Time{}
	for name, test := range map[string]struct {
		task tickler.Task
		now  time.Time
	}{
		"by minutes":       {made(t, tickler.TaskDraft{Name: "n", DueAt: &due, ReminderMinutes: new(60), Notify: true}), monthBefore(t)},
		"without a rule":   {made(t, tickler.TaskDraft{Name: "n", DueAt: &due}), monthBefore(t)},
		"closed":           {closed, monthBefore(t)},
		"told already":     {told, byDays.RemindAt},
		"in the same zone": {byDays, monthBefore(t)},
	} {
		zone := loadZone(t, "Asia/Kolkata")
		if name == "in the same zone" {
			zone = loadZone(t, "Africa/Abidjan") // which is UTC
		}
		if got, moved := test.task.InZone(zone, tickler.Wants{}, test.now); moved || !got.RemindAt.Equal(test.task.RemindAt) {
			t.Errorf("%s: it moves to %v", name, got.RemindAt)
		}
	}
}

// A reminder that moves into the past is due at once if the task has not ended, and never after its
// end.
func TestInZoneIntoThePast(t *testing.T) {
	due := at(t, "2026-11-20 12:00:00")
	task := made(t, tickler.TaskDraft{Name: "n", DueAt: &due, ReminderDays: new(0), ReminderTime: clock(t, "09:00:00"), Notify: true})
	now := at(t, "2026-11-20 04:00:00")
	moved, differs := task.InZone(loadZone(t, "Asia/Kolkata"), tickler.Wants{}, now)
	if want := at(t, "2026-11-20 03:30:00"); !differs || !moved.WakeAt.Equal(want) {
		t.Errorf("it wakes at %v, want %v", moved.WakeAt, want)
	}
	task.EndAt = now.Add(-time.Second)
	if moved, differs := task.InZone(loadZone(t, "Asia/Kolkata"), tickler.Wants{}, now); !differs || !moved.WakeAt.IsZero() {
		t.Errorf("it wakes at %v after its end", moved.WakeAt)
	}
}

// A task without a notification keeps its moment in the account's zone, and the move does not arm
// it.
func TestInZoneArmsNothing(t *testing.T) {
	due := at(t, "2026-11-20 12:00:00")
	task := made(t, tickler.TaskDraft{Name: "n", DueAt: &due, ReminderDays: new(1), ReminderTime: clock(t, "09:00:00")})
	moved, differs := task.InZone(loadZone(t, "Asia/Kolkata"), tickler.Wants{}, monthBefore(t))
	if want := at(t, "2026-11-19 03:30:00"); !differs || !moved.RemindAt.Equal(want) || !moved.WakeAt.IsZero() {
		t.Errorf("it reminds at %v and wakes at %v", moved.RemindAt, moved.WakeAt)
	}
}
