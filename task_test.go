package tickler_test

import (
	"testing"
	"time"

	"tickler"
)

func TestStatusAt(t *testing.T) {
	end := at(t, "2026-11-20 23:59:59")
	tests := map[string]struct {
		state tickler.State
		now   time.Time
		want  tickler.Status
	}{
		"long before the end":       {tickler.StateOpen, end.Add(-24 * time.Hour), tickler.StatusPending},
		"at the end":                {tickler.StateOpen, end, tickler.StatusPending},
		"within the end's second":   {tickler.StateOpen, end.Add(time.Second - time.Nanosecond), tickler.StatusPending},
		"the next second":           {tickler.StateOpen, end.Add(time.Second), tickler.StatusOverdue},
		"a part of the next second": {tickler.StateOpen, end.Add(time.Second + time.Millisecond), tickler.StatusOverdue},
		"told in another zone":      {tickler.StateOpen, end.In(time.FixedZone("", 5*3600)), tickler.StatusPending},
		"completed, before the end": {tickler.StateCompleted, end.Add(-time.Second), tickler.StatusCompleted},
		"completed, after the end":  {tickler.StateCompleted, end.Add(time.Second), tickler.StatusCompleted},
		"cancelled, before the end": {tickler.StateCancelled, end.Add(-time.Second), tickler.StatusCancelled},
		"cancelled, after the end":  {tickler.StateCancelled, end.Add(time.Second), tickler.StatusCancelled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			task := tickler.Task{State: test.state, EndAt: end}
			if got := task.StatusAt(test.now); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Ends before 1970 have negative Unix seconds, where cutting could go the wrong way.
func TestStatusAtBeforeTheEpoch(t *testing.T) {
	task := tickler.Task{EndAt: at(t, "1969-12-31 23:59:58")}
	for nanoseconds, want := range map[time.Duration]tickler.Status{
		0:                                  tickler.StatusPending,
		time.Second - 1:                    tickler.StatusPending,
		time.Second:                        tickler.StatusOverdue,
		time.Second + 500*time.Millisecond: tickler.StatusOverdue,
	} {
		if got := task.StatusAt(task.EndAt.Add(nanoseconds)); got != want {
			t.Errorf("%v after the end it is %s, want %s", nanoseconds, got, want)
		}
	}
}
