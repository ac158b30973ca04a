package app

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// Doing is what can be done to tasks in an act.
type Doing struct {
	deed tickler.Deed
	// plan checks what is wanted, and finds what its names stand for.
	plan func(ctx context.Context, tasks *Tasks, caller Caller) (rule, error)
	// asked is how a bulk request asks for the same; zero where none can.
	asked BulkChange
}

// simply is a doing that needs nothing to be found.
func simply(deed tickler.Deed, change rule, asked BulkChange) Doing {
	return Doing{deed, func(context.Context, *Tasks, Caller) (rule, error) { return change, nil }, asked}
}

// Completing marks tasks as done.
func Completing() Doing {
	return simply(tickler.DeedCompleted, tickler.Task.Complete, BulkChange{Complete: true})
}

// Reopening makes tasks open again.
func Reopening() Doing { return simply(tickler.DeedReopened, tickler.Task.Reopen, BulkChange{}) }

// Cancelling cancels tasks.
func Cancelling() Doing {
	return simply(tickler.DeedCancelled, tickler.Task.Cancel, BulkChange{Cancel: true})
}

// Deleting removes tasks.
func Deleting() Doing {
	return simply(tickler.DeedDeleted, tickler.Task.Delete, BulkChange{Delete: true})
}

// Snoozing puts the reminders of tasks off until an instant, and leaves the tasks where they are.
// The zero instant ends that.
func Snoozing(until time.Time) Doing {
	deed := tickler.DeedSnoozed
	if until.IsZero() {
		deed = tickler.DeedUnsnoozed
	}
	return simply(deed, func(t tickler.Task, by tickler.Actor) (tickler.Outcome, error) {
		return t.Snooze(until, by)
	}, BulkChange{})
}

// Noting says what came of tasks.
func Noting(text string) Doing {
	return simply(tickler.DeedNoted, func(t tickler.Task, by tickler.Actor) (tickler.Outcome, error) {
		return t.Note(text, by)
	}, BulkChange{})
}

// MovingTo moves tasks to a calendar day of the zone, each at its time of day there.
func MovingTo(day time.Time, zone *time.Location) Doing {
	local := day.In(zone)
	date := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	return moving(func(due time.Time) time.Time {
		return civil.OnDay(day, zone, 0, civil.TimeOfDayOf(due.In(zone)))
	}, BulkChange{MoveTo: date, Zone: zone})
}

// MovingBy moves tasks by calendar days of the zone, each at its time of day there.
func MovingBy(days int, zone *time.Location) Doing {
	return moving(func(due time.Time) time.Time {
		moved := civil.Clamp(civil.OnDay(due, zone, days, civil.TimeOfDayOf(due.In(zone))))
		if moved.Before(civil.Earliest) {
			return civil.Earliest
		}
		return moved
	}, BulkChange{MoveBy: &days, Zone: zone})
}

// MovingAt moves tasks to an instant.
func MovingAt(at time.Time) Doing {
	return moving(func(time.Time) time.Time { return at }, BulkChange{})
}

func moving(to func(due time.Time) time.Time, asked BulkChange) Doing {
	return Doing{tickler.DeedMoved, func(_ context.Context, _ *Tasks, caller Caller) (rule, error) {
		return func(t tickler.Task, by tickler.Actor) (tickler.Outcome, error) {
			taskType, _ := caller.Account.TaskType(t.TypeID)
			return t.Move(to(t.DueAt), tickler.PatchSetting{Actor: by, OldType: taskType})
		}, nil
	}, asked}
}

// Assigning gives tasks to another owner.
func Assigning(owner tickler.ID) Doing {
	return patching(tickler.DeedAssigned, tickler.TaskPatch{OwnerID: owner})
}

// Changing applies a patch.
func Changing(patch tickler.TaskPatch) Doing { return patching(tickler.DeedChanged, patch) }

func patching(deed tickler.Deed, patch tickler.TaskPatch) Doing {
	return Doing{deed, func(ctx context.Context, tasks *Tasks, caller Caller) (rule, error) {
		return tasks.planPatch(ctx, caller, patch)
	}, BulkChange{Patch: &patch}}
}
