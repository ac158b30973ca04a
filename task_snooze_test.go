package tickler_test

import (
	"testing"
	"time"

	"tickler"
)

// snoozable is a task due tomorrow at noon with a reminder an hour before, and its actor now.
func snoozable(t *testing.T) (tickler.Task, tickler.Actor) {
	t.Helper()
	by := actorAt(t, theDayBefore)
	task := fullTask(t)
	return task, by
}

func TestSnoozeMovesOnlyTheReminder(t *testing.T) {
	task, by := snoozable(t)
	until := by.Now.Add(90 * time.Minute)
	o, err := task.Snooze(until, by)
	checkError(t, err, nil)
	got := o.Task()
	if !got.SnoozedUntil.Equal(until) || !got.RemindAt.Equal(until) || !got.WakeAt.Equal(until) {
		t.Errorf("snoozed until %v, reminds at %v, wakes at %v; want %v", got.SnoozedUntil, got.RemindAt, got.WakeAt, until)
	}
	if !got.DueAt.Equal(task.DueAt) || !got.EndAt.Equal(task.EndAt) || !got.Reminder.Equal(task.Reminder) {
		t.Errorf("the task moved: %+v", got)
	}
	woken := got.Wake(tickler.Wants{}, until)
	if len(woken.Notify) != 1 || !woken.Notify[0].Moment.Equal(until) || !woken.Notify[0].StillWanted(*woken.After) {
		t.Errorf("when it wakes: %+v", woken.Notify)
	}
}

// Whoever snoozes a task is told, even if its reminder is not mailed.
func TestASnoozedTaskIsMailedWithoutAReminder(t *testing.T) {
	task, by := snoozable(t)
	o, err := task.Patch(tickler.TaskPatch{Notify: tickler.Of(false)}, tickler.PatchSetting{Actor: by, OldType: withTwo})
	checkError(t, err, nil)
	o, err = o.Task().Snooze(by.Now.Add(time.Hour), by)
	checkError(t, err, nil)
	if got := o.Task().Wake(tickler.Wants{}, o.Task().WakeAt); len(got.Notify) != 1 {
		t.Errorf("notifies %v", got.Notify)
	}
}

func TestWhatEndsASnooze(t *testing.T) {
	for name, c := range map[string]struct {
		patch tickler.TaskPatch
		owner tickler.ID
		ends  bool
	}{
		"another due date":      {patch: tickler.TaskPatch{DueAt: tickler.Of(at(t, "2026-11-21 12:00:00"))}, ends: true},
		"another rule":          {patch: tickler.TaskPatch{ReminderMinutes: tickler.Of(7)}, ends: true},
		"another owner":         {owner: tickler.ID{9}, ends: true},
		"another name":          {patch: tickler.TaskPatch{Name: tickler.Of("Call again")}},
		"another place and end": {patch: tickler.TaskPatch{Location: tickler.Of("Here"), EndAt: tickler.Of(at(t, "2027-01-01 10:00:00"))}},
	} {
		t.Run(name, func(t *testing.T) {
			task, by := snoozable(t)
			until := by.Now.Add(time.Hour)
			snoozed, err := task.Snooze(until, by)
			checkError(t, err, nil)
			o, err := snoozed.Task().Patch(c.patch, tickler.PatchSetting{Actor: by, OldType: withTwo, OwnerID: c.owner})
			checkError(t, err, nil)
			got := o.Task()
			if got.SnoozedUntil.IsZero() != c.ends || got.RemindAt.Equal(until) == c.ends {
				t.Errorf("snoozed until %v, reminds at %v", got.SnoozedUntil, got.RemindAt)
			}
		})
	}
}

// A reminder that was told before the task was snoozed is not told again when the snooze is taken
// back.
func TestATakenBackSnoozeTellsNothingTwice(t *testing.T) {
	task, by := snoozable(t)
	by.Now = task.RemindAt.Add(time.Minute)
	told := *task.Wake(tickler.Wants{}, task.RemindAt).After
	snoozed, err := told.Snooze(by.Now.Add(time.Hour), by)
	checkError(t, err, nil)
	now := snoozed.Task()
	undone, kept, err := snoozed.Change.Undo(&now, &now, by)
	checkError(t, err, nil)
	if got := undone.Task(); got.AwaitsReminder() || !got.SnoozedUntil.IsZero() || !got.RemindAt.Equal(told.RemindAt) || len(kept) > 0 {
		t.Errorf("wakes at %v, reminds at %v, snoozed until %v", got.WakeAt, got.RemindAt, got.SnoozedUntil)
	}
}

func TestWhatCantBeSnoozed(t *testing.T) {
	task, by := snoozable(t)
	done, err := task.Complete(by)
	checkError(t, err, nil)
	_, err = done.Task().Snooze(by.Now.Add(time.Hour), by)
	checkError(t, err, tickler.Refuse(tickler.FactNotOpen, tickler.FieldTask, task.ID))
	_, err = task.Snooze(by.Now, by)
	checkError(t, err, tickler.Refuse(tickler.FactNotAhead, tickler.FieldSnooze, by.Now))
}
