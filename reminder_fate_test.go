package tickler_test

import (
	"testing"
	"time"

	"tickler"
)

func TestReminderFate(t *testing.T) {
	task := fullTask(t)
	by := actorAt(t, "2026-11-19 08:00:00") // two hours before its reminder
	setting := tickler.PatchSetting{Actor: by, OldType: withTwo}
	result := func(o tickler.Outcome, err error) tickler.Task {
		t.Helper()
		checkError(t, err, nil)
		return o.Task()
	}
	late := by
	late.Now = task.RemindAt.Add(time.Minute)
	told := tickler.Notification{TaskID: task.ID, OwnerID: task.OwnerID, Moment: task.RemindAt, State: tickler.NotificationSent, SettledAt: late.Now}
	woken := *task.Wake(tickler.Wants{}, task.RemindAt).After
	for name, c := range map[string]struct {
		task tickler.Task
		told []tickler.Notification
		now  time.Time
		want tickler.ReminderFate
	}{
		"ahead":                  {task: task, now: task.RemindAt.Add(-time.Second), want: tickler.ReminderAhead},
		"due":                    {task: task, now: task.RemindAt, want: tickler.ReminderDue},
		"told":                   {task: woken, told: []tickler.Notification{told}, now: late.Now, want: tickler.ReminderTold},
		"told to somebody else":  {task: result(task.Patch(tickler.TaskPatch{}, tickler.PatchSetting{Actor: by, OldType: withTwo, OwnerID: tickler.ID{7}})), told: []tickler.Notification{told}, now: by.Now, want: tickler.ReminderAhead},
		"not wanted":             {task: result(task.Patch(tickler.TaskPatch{Notify: tickler.Of(false)}, setting)), now: late.Now, want: tickler.ReminderUnwanted},
		"done before":            {task: result(task.Complete(by)), now: late.Now, want: tickler.ReminderClosed},
		"cancelled before":       {task: result(task.Cancel(by)), now: late.Now, want: tickler.ReminderClosed},
		"missed while cancelled": {task: result(result(task.Cancel(by)).Reopen(late)), now: late.Now, want: tickler.ReminderMissed},
		"snoozed":                {task: result(woken.Snooze(late.Now.Add(time.Hour), late)), told: []tickler.Notification{told}, now: late.Now, want: tickler.ReminderAhead},
	} {
		if got := c.task.ReminderFate(c.told, c.now); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if told.Lateness() != time.Minute || (tickler.Notification{State: tickler.NotificationFailed, SettledAt: late.Now}).Lateness() != 0 {
		t.Errorf("late by %v", told.Lateness())
	}
}
