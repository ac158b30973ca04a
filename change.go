package tickler

import "time"

// Change is one entry of a task's history: who changed it, when and through which surface, and the
// task as it was before.
type Change struct {
	AccountID ID
	TaskID    ID
	// Version is the task's version after the change.
	Version int
	Kind    ChangeKind
	At      time.Time
	By      ID
	Via     Origin
	// Act groups what a person did in one go: all changes of one act share its ID. Zero in entries
	// that were written as text.
	Act ID
	// Before is the task as it was; nil where there was none, and in entries that were written as
	// text.
	Before *Task
	// Texts are what changed, in entries older than Before, as they were written then.
	Texts []FieldText
}

// FieldText is a field's old and new value in a history entry that was written as text.
type FieldText struct{ Attribute, Old, New string }

// ChangeKind is what was done to a task. The numbers are stored.
type ChangeKind int

// The kinds of change. Creation is not among them: the task itself records it.
const (
	ChangeUpdated   ChangeKind = 1
	ChangeCompleted ChangeKind = 2
	ChangeReopened  ChangeKind = 3
	ChangeCancelled ChangeKind = 4
	ChangeDeleted   ChangeKind = 5
	ChangeRestored  ChangeKind = 6 // made again after it was deleted
)

// changed returns the outcome of a rule that turns the task into after: it adds an entry to the
// history, increments the version and rearms the task where that is due. When nothing differs, the
// task stays as it was.
func (t Task) changed(after Task, kind ChangeKind, by Actor) Outcome {
	if len(Differences(t, after)) == 0 {
		return t.unchanged()
	}
	after.Version = t.Version + 1
	after.ModifiedAt, after.ModifiedBy = by.now(), by.UserID
	after.rearm(t, kind, by)
	return by.outcome(&t, &after, kind)
}

// outcome returns the outcome of a change from one state of a task to another; one of them may be
// nil.
func (by Actor) outcome(before, after *Task, kind ChangeKind) Outcome {
	o := Outcome{Before: before, After: after}
	t := o.Task()
	c := Change{
		AccountID: t.AccountID, TaskID: t.ID, Version: t.Version, Kind: kind,
		At: by.now(), By: by.UserID, Via: by.Via, Act: by.Act, Before: before,
	}
	if after == nil {
		c.Version++
	}
	o.Change = &c
	o.Events = []Occurrence{{Event: eventOfChange[kind], At: c.At, Before: before, After: after}}
	return o
}

// Told is one entry of a history with the differences that it made.
type Told struct {
	Change
	// Differences are empty in entries that were written as text: see Change.Texts. For a deletion
	// they list everything that the task held.
	Differences []Difference
}

// Tell pairs each change of a history, the oldest first, with what it changed. Now is the task as
// it is; nil when it is gone.
func Tell(history []Change, now *Task) []Told {
	all := make([]Told, len(history))
	after := now
	for i := len(history) - 1; i >= 0; i-- {
		c := history[i]
		all[i].Change = c
		switch {
		case c.Before == nil:
		case c.Kind == ChangeDeleted:
			all[i].Differences = Differences(*c.Before, Task{})
		case after != nil:
			all[i].Differences = Differences(*c.Before, *after)
		}
		after = c.Before
	}
	return all
}

// Removed returns a deleted task as it was before its deletion; false when the history does not end
// with a deletion that kept the task.
func Removed(history []Change) (Task, bool) {
	if len(history) == 0 {
		return Task{}, false
	}
	last := history[len(history)-1]
	if last.Kind != ChangeDeleted || last.Before == nil {
		return Task{}, false
	}
	t := *last.Before
	t.ID, t.AccountID, t.Version = last.TaskID, last.AccountID, last.Version
	return t, true
}
