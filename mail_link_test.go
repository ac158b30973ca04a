package tickler_test

import (
	"testing"
	"time"

	"tickler"
)

func TestLinkStanding(t *testing.T) {
	owner := tickler.User{ID: tickler.ID{1}, Active: true}
	moment := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	n := tickler.Notification{OwnerID: owner.ID, Moment: moment}
	task := func(change func(*tickler.Task)) *tickler.Task {
		t := tickler.Task{OwnerID: owner.ID, RemindAt: moment}
		change(&t)
		return &t
	}
	as := func(s tickler.State) func(*tickler.Task) { return func(t *tickler.Task) { t.State = s } }
	unchanged := task(func(*tickler.Task) {})
	handedOn := task(func(t *tickler.Task) {
		t.OwnerID, t.State, t.RemindAt = tickler.ID{2}, tickler.StateCompleted, moment.Add(1)
	})
	moved := func(t *tickler.Task) { t.RemindAt = moment.Add(time.Second) }
	for name, test := range map[string]struct {
		task  *tickler.Task
		owner tickler.User
		used  bool
		want  tickler.LinkStanding
		shows bool
	}{
		"as it was mailed":        {unchanged, owner, false, tickler.LinkWorks, true},
		"used":                    {unchanged, owner, true, tickler.LinkUsed, true},
		"used, and completed":     {task(as(tickler.StateCompleted)), owner, true, tickler.LinkUsed, true},
		"completed":               {task(as(tickler.StateCompleted)), owner, false, tickler.LinkTaskCompleted, true},
		"cancelled":               {task(as(tickler.StateCancelled)), owner, false, tickler.LinkTaskCancelled, true},
		"moved":                   {task(moved), owner, false, tickler.LinkReminderMoved, true},
		"moved, and used":         {task(moved), owner, true, tickler.LinkUsed, true},
		"handed on":               {handedOn, owner, false, tickler.LinkTaskHandedOn, false},
		"used, then handed on":    {handedOn, owner, true, tickler.LinkTaskHandedOn, false},
		"gone":                    {nil, owner, false, tickler.LinkTaskGone, false},
		"used, then gone":         {nil, owner, true, tickler.LinkTaskGone, false},
		"of who has left":         {unchanged, tickler.User{ID: owner.ID}, false, tickler.LinkOfNobody, false},
		"of who has left, a used": {nil, tickler.User{ID: owner.ID}, true, tickler.LinkOfNobody, false},
	} {
		got := n.LinkStanding(test.task, test.owner, test.used)
		if got != test.want || got.ShowsTask() != test.shows {
			t.Errorf("%s: got %d, which shows the task: %t", name, got, got.ShowsTask())
		}
	}
}
