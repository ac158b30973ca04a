package app

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"tickler"
)

type actStore interface {
	Acts(ctx context.Context, account, user tickler.ID) ([]tickler.Act, error)
}

type actTx interface {
	TaskChangesFrom(ctx context.Context, account, task tickler.ID, version int) ([]tickler.Change, error)
	AddAct(ctx context.Context, act tickler.Act) error
	ActToUndo(ctx context.Context, account, user tickler.ID) (act tickler.Act, found bool, err error)
	ActToRedo(ctx context.Context, account, user tickler.ID) (act tickler.Act, found bool, err error)
	PutAct(ctx context.Context, act tickler.Act) error
}

// Done is what became of an act.
type Done struct {
	Act tickler.Act
	// Tasks are those that it changed, as they are now, or as they were before they were deleted.
	Tasks []tickler.Task
	// Outcomes are of all tasks that were there, also of those in which nothing changed.
	Outcomes []tickler.Outcome
	// Left are tasks that stay as they are, or of which fields do.
	Left []Left
	// Replay is where the same form led before, in which case nothing was done; nil otherwise.
	Replay []byte
}

// Left is a task that an act leaves alone, wholly or in part.
type Left struct {
	TaskID tickler.ID
	Name   string          // empty if there is no such task
	Fields []tickler.Field // that somebody changed since, if only they stay
	Err    error           // why all of it stays
}

// Act does one thing to several tasks, in one transaction. What can't be done to one of them leaves
// that one alone; if it is the only one, that is the error.
func (a *Acts) Act(ctx context.Context, caller Caller, ids []tickler.ID, doing Doing) (Done, error) {
	if len(ids) > tickler.MaxActTasks {
		return Done{}, tickler.Refuse(tickler.FactTooManyTasks, tickler.FieldTask, len(ids), tickler.MaxActTasks)
	}
	change, err := doing.plan(ctx, a.tasks, caller)
	if err != nil {
		return Done{}, err
	}
	done, err := a.act(ctx, caller, doing.deed, Options{}, func(ctx context.Context, tx Tx, w *actWriter) error {
		return w.change(ctx, tx, ids, change)
	})
	if err == nil && len(ids) == 1 && len(done.Left) == 1 {
		err = done.Left[0].Err
	}
	return done, err
}

// ActCreate creates a task as an act.
func (a *Acts) ActCreate(
	ctx context.Context, caller Caller, draft tickler.TaskDraft, options Options,
) (Done, error) {
	task, err := a.tasks.planTask(ctx, caller, draft, options.id(), caller.Now)
	if err != nil || options.DryRun {
		return Done{Tasks: []tickler.Task{task}}, err
	}
	return a.act(ctx, caller, tickler.DeedCreated, options, func(ctx context.Context, tx Tx, w *actWriter) error {
		return w.apply(ctx, tx, task.Made())
	})
}

// Follow says what came of a task and creates its next step, as one act; next is nil for none.
func (a *Acts) Follow(
	ctx context.Context, caller Caller, id tickler.ID, note string, next *tickler.TaskDraft, options Options,
) (Done, error) {
	var task tickler.Task
	deed := tickler.DeedNoted
	if next != nil {
		var err error
		if task, err = a.tasks.planTask(ctx, caller, *next, options.id(), caller.Now); err != nil {
			return Done{}, err
		}
		deed = tickler.DeedFollowed
	}
	noting := func(t tickler.Task, by tickler.Actor) (tickler.Outcome, error) { return t.Note(note, by) }
	return a.act(ctx, caller, deed, options, func(ctx context.Context, tx Tx, w *actWriter) error {
		outcome, err := a.tasks.planChange(ctx, tx, w.caller, id, noting)
		if err != nil {
			return err
		}
		if err := w.apply(ctx, tx, outcome); err != nil || next == nil {
			return err
		}
		return w.apply(ctx, tx, task.Made())
	})
}

// UndoAct takes back the last act of the caller that is not yet taken back.
func (a *Acts) UndoAct(ctx context.Context, caller Caller) (Done, error) {
	return a.takeBack(ctx, caller, Tx.ActToUndo, tickler.FactNoAct)
}

// RedoAct does again what the caller took back last.
func (a *Acts) RedoAct(ctx context.Context, caller Caller) (Done, error) {
	return a.takeBack(ctx, caller, Tx.ActToRedo, tickler.FactNoUndoneAct)
}

// RecentActs returns the caller's acts that can be taken back or done again, the oldest first.
func (a *Acts) RecentActs(ctx context.Context, caller Caller) ([]tickler.Act, error) {
	return a.store.Acts(ctx, caller.Account.ID, caller.User.ID)
}

// act runs an act in a transaction, and remembers it if it did anything.
func (a *Acts) act(
	ctx context.Context, caller Caller, deed tickler.Deed, options Options,
	run func(ctx context.Context, tx Tx, w *actWriter) error,
) (Done, error) {
	caller.Act = newID()
	defer a.wakeDeliverer(caller.Account)
	own := options.answer()
	done, err := once(ctx, a.write, caller, options, func(ctx context.Context, tx Tx) (Done, error) {
		w := &actWriter{acts: a, caller: caller}
		if err := run(ctx, tx, w); err != nil {
			return Done{}, err
		}
		w.done.Act = tickler.Act{
			ID: caller.Act, AccountID: caller.Account.ID, UserID: caller.User.ID, Deed: deed, Steps: w.steps, At: caller.Now,
		}
		if len(w.steps) == 0 {
			return w.done, nil
		}
		return w.done, tx.AddAct(ctx, w.done.Act)
	})
	done.Replay = options.replay(own)
	return done, err
}

// takeBack takes back the steps of an act, which makes those that would take it again.
func (a *Acts) takeBack(
	ctx context.Context, caller Caller,
	find func(tx Tx, ctx context.Context, account, user tickler.ID) (tickler.Act, bool, error), none tickler.Fact,
) (Done, error) {
	caller.Act = newID()
	defer a.wakeDeliverer(caller.Account)
	return made(ctx, a.write, func(ctx context.Context, tx Tx) (Done, error) {
		act, found, err := find(tx, ctx, caller.Account.ID, caller.User.ID)
		if err != nil {
			return Done{}, err
		}
		if !found {
			return Done{}, tickler.Refuse(none, "", nil)
		}
		w := &actWriter{acts: a, caller: caller}
		for _, step := range act.Steps {
			if err := w.undo(ctx, tx, step); err != nil {
				return Done{}, err
			}
		}
		act.Steps, act.Undone = w.steps, !act.Undone
		w.done.Act = act
		return w.done, tx.PutAct(ctx, act)
	})
}

// actWriter writes the steps of an act.
type actWriter struct {
	acts   *Acts
	caller Caller
	steps  []tickler.Step
	done   Done
}

// change changes several tasks, in the order of their ids, so that no two acts wait for each other.
func (w *actWriter) change(ctx context.Context, tx Tx, ids []tickler.ID, change rule) error {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b tickler.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range slices.Compact(ids) {
		outcome, err := w.acts.tasks.planChange(ctx, tx, w.caller, id, change)
		if err = w.leave(tickler.Step{TaskID: id, Name: outcome.Task().Name}, nil, err); err != nil {
			return err
		}
		if err := w.apply(ctx, tx, outcome); err != nil {
			return err
		}
	}
	return nil
}

// undo takes one step back.
func (w *actWriter) undo(ctx context.Context, tx Tx, step tickler.Step) error {
	outcome, kept, err := planUndo(ctx, tx, w.caller, step)
	if err := w.leave(step, kept, err); err != nil {
		return err
	}
	return w.apply(ctx, tx, outcome)
}

// planUndo reads what follows when a step is taken back, and which fields stay since somebody has
// changed them, but writes nothing.
func planUndo(
	ctx context.Context, tx Tx, caller Caller, step tickler.Step,
) (o tickler.Outcome, kept []tickler.Field, err error) {
	task, found, err := tx.Task(ctx, caller.Account.ID, step.TaskID)
	if err != nil {
		return o, nil, err
	}
	history, err := tx.TaskChangesFrom(ctx, caller.Account.ID, step.TaskID, step.Version)
	if err != nil {
		return o, nil, err
	}
	now := &task
	if !found {
		now = nil
		task, _ = tickler.Removed(history)
	}
	if err := caller.mayChange(task); err != nil {
		return o, nil, err
	}
	return step.Undo(history, now, caller.actor())
}

// leave notes that a task stays as it is, or some of its fields do. A fault is returned.
func (w *actWriter) leave(step tickler.Step, kept []tickler.Field, err error) error {
	refusal, isRefusal := errors.AsType[*tickler.Error](err)
	switch {
	case err == nil && len(kept) == 0:
		return nil
	case err != nil && (!isRefusal || refusal.Kind == tickler.KindUnavailable):
		return err
	}
	w.done.Left = append(w.done.Left, Left{step.TaskID, step.Name, kept, err})
	return nil
}

// apply writes an outcome, if it changes or creates anything.
func (w *actWriter) apply(ctx context.Context, tx Tx, o tickler.Outcome) error {
	if o.Before != nil {
		w.done.Outcomes = append(w.done.Outcomes, o)
	}
	isCreation := o.Before == nil && o.After != nil
	if !o.IsChange() && !isCreation {
		return nil
	}
	w.steps = append(w.steps, tickler.StepOf(o))
	w.done.Tasks = append(w.done.Tasks, o.Task())
	return tx.Apply(ctx, w.acts.announced(w.caller, o))
}
