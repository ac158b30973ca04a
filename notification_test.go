package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

// A notification is sent until max(EndDate, moment + 24 h) (docs/contract.md section 2).
func TestNotificationOfATask(t *testing.T) {
	now := at(t, "2026-11-20 11:45:01")
	for name, test := range map[string]struct{ end, deadline string }{
		"a short task": {"2026-11-20 12:30:00", "2026-11-21 11:45:00"},
		"a long task":  {"2026-11-25 00:00:00", "2026-11-25 00:00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			task := aCall(t, call, func(d *tickler.TaskDraft) { d.EndAt = new(at(t, test.end)) })
			want := tickler.Notification{
				AccountID: accountID,
				TaskID:    task.ID,
				OwnerID:   ownerID,
				Moment:    at(t, "2026-11-20 11:45:00"),
				Deadline:  at(t, test.deadline),
				State:     tickler.NotificationPending,
				CreatedAt: now,
			}
			if diff := cmp.Diff(want, task.Notification(now)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNotificationStillWanted(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*tickler.Task)
		want   bool
	}{
		"unchanged":       {func(*tickler.Task) {}, true},
		"renamed":         {func(x *tickler.Task) { x.Name = "y" }, true},
		"completed":       {func(x *tickler.Task) { x.State = tickler.StateCompleted }, false},
		"cancelled":       {func(x *tickler.Task) { x.State = tickler.StateCancelled }, false},
		"nobody to tell":  {func(x *tickler.Task) { x.Notify = false }, false},
		"handed on":       {func(x *tickler.Task) { x.OwnerID = tickler.ID{12} }, false},
		"another moment":  {func(x *tickler.Task) { x.RemindAt = x.RemindAt.Add(time.Second) }, false},
		"read in a zone":  {func(x *tickler.Task) { x.RemindAt = x.RemindAt.In(time.FixedZone("", 3600)) }, true},
		"deleted to zero": {func(x *tickler.Task) { *x = tickler.Task{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			task := aCall(t, call, nil)
			notification := task.Notification(at(t, "2026-11-20 11:45:00"))
			test.change(&task)
			if got := notification.StillWanted(task); got != test.want {
				t.Errorf("still wanted: %t, want %t", got, test.want)
			}
		})
	}
}

func TestNotificationIsLate(t *testing.T) {
	notification := aCall(t, call, nil).Notification(at(t, "2026-11-20 11:45:00"))
	for now, want := range map[string]bool{
		"2026-11-20 11:45:00": false, "2026-11-20 11:45:59": false, "2026-11-20 11:46:00": true, "2026-11-21 11:45:00": true,
	} {
		if got := notification.IsLate(at(t, now)); got != want {
			t.Errorf("late at %s: %t, want %t", now, got, want)
		}
	}
}

func TestNotificationStatesHaveNames(t *testing.T) {
	var got []string
	for _, state := range tickler.NotificationStates() {
		got = append(got, state.String())
	}
	want := []string{"pending", "sent", "expired", "failed", "withdrawn", "unsent"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// If a task's end is moved while the mail server is down, its reminder is sent until the new end.
func TestNotificationExpires(t *testing.T) {
	moment := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	task := tickler.Task{RemindAt: moment, EndAt: moment.Add(time.Hour)}
	n := task.Notification(moment)
	putOff := task
	putOff.EndAt = moment.Add(48 * time.Hour)
	for _, test := range []struct {
		task  tickler.Task
		after time.Duration
		want  bool
	}{
		{task, 24 * time.Hour, false},
		{task, 24*time.Hour + 1, true},
		{putOff, 48 * time.Hour, false},
		{putOff, 48*time.Hour + 1, true},
	} {
		if got := n.IsExpired(test.task, moment.Add(test.after)); got != test.want {
			t.Errorf("%s after the moment, with the end at %s: %t, want %t", test.after, test.task.EndAt, got, test.want)
		}
	}
	n.Deadline = moment.Add(72 * time.Hour) // somebody had it sent again
	if n.IsExpired(putOff, n.Deadline) || !n.IsExpired(putOff, n.Deadline.Add(1)) {
		t.Error("a deadline of its own does not hold")
	}
}
