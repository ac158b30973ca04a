package tickler

// Undo returns the outcome of taking one change back: each field that it changed becomes what it
// was before, unless somebody has changed it since. It returns those fields as kept.
//
// After is the task as the change left it, and now as it is: nil when it is gone. A change that was
// written as text can't be undone, nor one of a task that was deleted since. Undoing an undo makes
// the change again.
func (c Change) Undo(after, now *Task, by Actor) (o Outcome, kept []Field, err error) {
	switch {
	case c.Kind == ChangeDeleted && now == nil && c.Before != nil:
		return c.restore(by), nil, nil
	case c.Kind == ChangeRestored && now != nil && c.Before == nil:
		o, err = now.Delete(by)
		return o, nil, err
	case c.Before == nil || after == nil || now == nil:
		return Outcome{}, nil, c.cantUndo()
	}
	undone := *now
	for _, f := range fieldsOf(*c.Before, *after, *now) {
		switch {
		case f.isUntouched(*c.Before, *after):
		case f.agree(*now, *after):
			f.copy(&undone, *c.Before)
		case !f.agree(*now, *c.Before):
			kept = append(kept, f.field)
		}
	}
	if undone.EndAt.Before(undone.DueAt) { // somebody moved one of them since
		undone.DueAt, undone.EndAt, undone.EndDefaulted = now.DueAt, now.EndAt, now.EndDefaulted
		kept = append(kept, FieldDue, FieldEnd)
	}
	return now.changed(undone, kindOf(now.State, undone.State), by), kept, nil
}

// restore returns the outcome of bringing a deleted task back. What was missed while it was gone
// stays missed.
func (c Change) restore(by Actor) Outcome {
	t := *c.Before
	t.Version = c.Version + 1
	t.ModifiedAt, t.ModifiedBy = by.now(), by.UserID
	t.rearm(t, ChangeReopened, by)
	return by.outcome(nil, &t, ChangeRestored)
}

// kindOf returns the kind of a change that takes a task from one state to another.
func kindOf(from, to State) ChangeKind {
	switch {
	case from == to:
		return ChangeUpdated
	case to == StateCompleted:
		return ChangeCompleted
	case to == StateCancelled:
		return ChangeCancelled
	default:
		return ChangeReopened
	}
}

func (c Change) cantUndo() error {
	return Refuse(FactNotUndoable, FieldTask, c.TaskID)
}
