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
