package tickler

import (
	"slices"
	"time"
)

// Act is what a person did on the pages in one go, to one task or to several, so that they can take
// it back and do it again.
type Act struct {
	ID        ID // groups its changes in the histories of the tasks: see Change.Act
	AccountID ID
	UserID    ID
	Number    int64 // the store gives it: later acts of a user have higher ones
	Deed      Deed
	Steps     []Step // in the order in which they were taken
	At        time.Time
	// Undone says that it was taken back. Steps are then those that took it back.
	Undone bool
}

// Deed is what was done in an act. The numbers are stored.
type Deed int

// The deeds.
const (
	DeedCreated   Deed = 1
	DeedCompleted Deed = 2
	DeedReopened  Deed = 3
	DeedCancelled Deed = 4
	DeedDeleted   Deed = 5
	DeedChanged   Deed = 6
	DeedMoved     Deed = 7
	DeedAssigned  Deed = 8
	DeedSnoozed   Deed = 9
	DeedUnsnoozed Deed = 10
	DeedNoted     Deed = 11
	DeedFollowed  Deed = 12 // said what came of the first task, and created the next one
)

// Limits of acts: how many tasks one has at most, and how many of a user are kept.
const (
	MaxActTasks = 500
	KeptActs    = 20
)

// Step is what an act did to one task.
type Step struct {
	TaskID ID
	Name   string // of the task, for those who are told of it
	// Version is the task's version after the step: 1 if it was created.
	Version int
}

// isCreation reports whether the step created the task.
func (s Step) isCreation() bool { return s.Version == 1 }

// StepOf returns the step that an outcome is.
func StepOf(o Outcome) Step {
	t := o.Task()
	if o.Change == nil {
		return Step{t.ID, t.Name, t.Version}
	}
	return Step{t.ID, t.Name, o.Change.Version}
}

// Undo returns the outcome of taking a step back, and the fields that somebody has changed since,
// which stay as they are. A task that the step made or brought back is removed only if it is as the
// step left it. Undoing the step that took another one back takes that other one again.
//
// History is the task's, the oldest change first, from the step on or from before it, and now the
// task as it is: nil when it is gone.
func (s Step) Undo(history []Change, now *Task, by Actor) (Outcome, []Field, error) {
	after := now
	if next := slices.IndexFunc(history, func(c Change) bool { return c.Version > s.Version }); next >= 0 {
		after = history[next].Before
	}
	i := slices.IndexFunc(history, func(c Change) bool { return c.Version == s.Version })
	switch {
	case s.isCreation(), i >= 0 && history[i].Kind == ChangeRestored:
		return s.remove(after, now, by)
	case now == nil && (i < 0 || history[i].Kind != ChangeDeleted):
		return Outcome{}, nil, Refuse(FactNoTask, FieldTask, s.TaskID)
	case i < 0:
		return Outcome{}, nil, Refuse(FactNotUndoable, FieldTask, s.TaskID)
	default:
		return history[i].Undo(after, now, by)
	}
}

// remove returns the outcome of removing the task that the step made.
func (s Step) remove(after, now *Task, by Actor) (Outcome, []Field, error) {
	if now == nil {
		return Outcome{}, nil, Refuse(FactNoTask, FieldTask, s.TaskID)
	}
	if after == nil || len(Differences(*after, *now)) > 0 {
		return Outcome{}, nil, Refuse(FactTouchedTask, FieldTask, s.TaskID)
	}
	o, err := now.Delete(by)
	return o, nil, err
}
