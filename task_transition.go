package tickler

import "time"

// Actor is who changes a task, when, through which surface, and in which act.
type Actor struct {
	UserID ID
	Via    Origin
	Now    time.Time
	Act    ID             // groups what they do in one go: see Change.Act
	Zone   *time.Location // the account's
	Wants  Wants          // of the account's subscriptions
}

func (by Actor) now() time.Time { return by.Now.UTC().Truncate(time.Second) }

// Complete marks an open task as done; a completed one stays as it is.
func (t Task) Complete(by Actor) (Outcome, error) {
	switch t.State {
	case StateCompleted:
		return t.unchanged(), nil
	case StateCancelled:
		return Outcome{}, Refuse(FactCancelledTask, FieldTask, t.ID)
	default:
		after := t
		after.State, after.CompletedAt, after.CompletedBy = StateCompleted, by.now(), by.UserID
		return t.changed(after, ChangeCompleted, by), nil
	}
}

// CompleteWith marks an open task as done, and says what came of it. A completed one stays so, and
// gets the note. Without a note it is as Complete.
func (t Task) CompleteWith(note string, by Actor) (Outcome, error) {
	if note == "" {
		return t.Complete(by)
	}
	if t.State == StateCompleted {
		return t.Note(note, by)
	}
	if err := checkLength(FieldCompletionNote, note, MaxCompletionNote); err != nil {
		return Outcome{}, err
	}
	o, err := t.Complete(by)
	if err == nil {
		o.After.CompletionNote = note
	}
	return o, err
}

// Reopen makes a completed or cancelled task open again; an open one stays as it is.
func (t Task) Reopen(by Actor) (Outcome, error) {
	if t.State == StateOpen {
		return t.unchanged(), nil
	}
	after := t
	after.State, after.CompletedAt, after.CompletedBy = StateOpen, time.Time{}, ID{}
	return t.changed(after, ChangeReopened, by), nil
}

// Cancel cancels an open task; a cancelled one stays as it is.
func (t Task) Cancel(by Actor) (Outcome, error) {
	switch t.State {
	case StateCancelled:
		return t.unchanged(), nil
	case StateCompleted:
		return Outcome{}, Refuse(FactCompletedTask, FieldTask, t.ID)
	default:
		after := t
		after.State = StateCancelled
		return t.changed(after, ChangeCancelled, by), nil
	}
}

// Snooze puts the reminder of an open task off until an instant ahead, and leaves the task where it
// is. The zero instant ends that: the reminder is its rule's again, and one that has passed stays
// so.
func (t Task) Snooze(until time.Time, by Actor) (Outcome, error) {
	switch {
	case t.State != StateOpen:
		return Outcome{}, Refuse(FactNotOpen, FieldTask, t.ID)
	case !until.IsZero() && !until.After(by.now()):
		return Outcome{}, Refuse(FactNotAhead, FieldSnooze, until)
	}
	after := t
	after.SnoozedUntil = until
	return t.changed(after, ChangeUpdated, by), nil
}

// Move moves an open task to another due date; its end follows, as in a patch.
func (t Task) Move(due time.Time, s PatchSetting) (Outcome, error) {
	if t.State != StateOpen {
		return Outcome{}, Refuse(FactNotOpen, FieldTask, t.ID)
	}
	return t.Patch(TaskPatch{DueAt: Of(due)}, s)
}

// Note sets what came of a task; "" removes it.
func (t Task) Note(text string, by Actor) (Outcome, error) {
	if err := checkLength(FieldCompletionNote, text, MaxCompletionNote); err != nil {
		return Outcome{}, err
	}
	after := t
	after.CompletionNote = text
	return t.changed(after, ChangeUpdated, by), nil
}

// Delete removes a task. Its history stays, with the task's last state.
func (t Task) Delete(by Actor) (Outcome, error) { return by.outcome(&t, nil, ChangeDeleted), nil }

// DeleteUntouched removes a task that nobody has changed since it was made.
func (t Task) DeleteUntouched(by Actor) (Outcome, error) {
	if t.Version > 1 {
		return Outcome{}, Refuse(FactTouchedTask, FieldTask, t.ID)
	}
	return t.Delete(by)
}

// Reschedule moves an appointment (docs/contract.md section 4, BulkUpdateAppointmentTime).
func (t Task) Reschedule(from, to time.Time, by Actor) (Outcome, error) {
	if t.Category != CategoryAppointment {
		return Outcome{}, Refuse(FactNotAppointment, FieldTask, t.ID)
	}
	if to.Before(from) {
		return Outcome{}, Refuse(FactEndsBeforeStart, FieldTo, to, FieldFrom, from)
	}
	after := t
	after.DueAt, after.EndAt, after.EndDefaulted = from, to, false
	return t.changed(after, ChangeUpdated, by), nil
}
