package tickler

import "time"

// arm computes the reminder's moment of a new task and the instant to wake at: see wakeFor.
func (t *Task) arm(now time.Time, zone *time.Location, wants Wants) {
	t.setMoment(zone)
	t.wakeFor(t.inTimeToRemind(now), true, wants, now)
}

func (t *Task) setMoment(zone *time.Location) {
	rule := t.Reminder
	if rule.Rule == NoReminder && t.Notify {
		rule.Rule = MinutesBefore
	}
	t.RemindAt = rule.Moment(t.DueAt, zone)
	if t.isSnoozed() {
		t.RemindAt = t.SnoozedUntil
	}
}

func (t *Task) isSnoozed() bool { return !t.SnoozedUntil.IsZero() }

// tellsOwner reports whether the owner is told at RemindAt. Whoever snoozes a task wants to be.
func (t *Task) tellsOwner() bool { return t.Notify || t.isSnoozed() }

// inTimeToRemind reports whether the reminder's moment is ahead, or past while the task has not
// ended (docs/contract.md section 2, "The reminder").
func (t *Task) inTimeToRemind(now time.Time) bool {
	return t.RemindAt.After(now) || now.Unix() <= t.EndAt.Unix()
}

// wakeFor sets WakeAt of an open task to the earlier of what is still to come: its reminder's
// moment, if anybody is to be told of it, and the first second in which it is overdue, if a
// subscription wants to know. What has passed is due at once. The two are claimed in order of time,
// so that WakeAt alone says which of them are still to come.
func (t *Task) wakeFor(reminder, overdue bool, wants Wants, now time.Time) {
	t.WakeAt = time.Time{}
	if t.State != StateOpen {
		return
	}
	if reminder && (t.tellsOwner() || wants.Reminder) {
		t.WakeAt = t.RemindAt
	}
	if !overdue || !wants.Overdue {
		return
	}
	at := t.overdueAt()
	if skipped := !reminder && !t.RemindAt.After(now); skipped && t.RemindAt.After(at) {
		at = t.RemindAt.Add(time.Second) // else the missed moment would seem to be still to come
	}
	t.wakeBy(at)
}

// wakeBy makes the task wake at an instant, unless it wakes earlier.
func (t *Task) wakeBy(at time.Time) {
	if t.WakeAt.IsZero() || at.Before(t.WakeAt) {
		t.WakeAt = at
	}
}

// rearm decides what is still due about the task after it was changed from before (docs/contract.md
// section 2, "The reminder").
func (t *Task) rearm(before Task, kind ChangeKind, by Actor) {
	reminder := t.rearmReminder(before, kind, by)
	overdue := before.awaitsOverdue()
	// otherwise it is told once, even if the clocks of two nodes differ
	if kind == ChangeReopened || !t.EndAt.Equal(before.EndAt) {
		overdue = overdue || t.overdueAt().After(by.now()) || before.StatusAt(by.now()) != StatusOverdue
	}
	t.wakeFor(reminder, overdue, by.Wants, by.now())
}

// rearmReminder sets the reminder's moment anew where the change bears on it, and reports whether
// the reminder is still to come.
func (t *Task) rearmReminder(before Task, kind ChangeKind, by Actor) bool {
	moved := t.remindsOtherwise(before)
	snooze := !before.SnoozedUntil.Equal(t.SnoozedUntil)
	if moved && !snooze {
		t.SnoozedUntil = time.Time{}
	}
	if !moved && !snooze && kind != ChangeReopened {
		return before.AwaitsReminder()
	}
	t.setMoment(by.Zone)
	isAhead := t.RemindAt.After(by.now())
	switch {
	case kind == ChangeReopened: // what was missed while it was closed stays missed
		return isAhead
	case !moved && !t.isSnoozed(): // its own moment has been told already, if it has passed
		return isAhead
	default:
		return t.inTimeToRemind(by.now())
	}
}

// remindsOtherwise reports whether the owner or the moment of the reminder's rule is another than
// before.
func (t *Task) remindsOtherwise(before Task) bool {
	return !before.Reminder.Equal(t.Reminder) || !before.DueAt.Equal(t.DueAt) || before.OwnerID != t.OwnerID ||
		before.Notify != t.Notify
}

// overdueAt is the first instant at which the task is Overdue, if it is open then.
func (t Task) overdueAt() time.Time { return t.EndAt.Add(time.Second) }

// AwaitsReminder reports whether the moment of the task's reminder is still to be claimed.
func (t Task) AwaitsReminder() bool { return !t.WakeAt.IsZero() && !t.WakeAt.After(t.RemindAt) }

// awaitsOverdue reports whether the task's becoming overdue is still to be claimed, if anybody
// wants to know.
func (t Task) awaitsOverdue() bool {
	return !t.WakeAt.IsZero() && (!t.WakeAt.Equal(t.RemindAt) || !t.overdueAt().Before(t.RemindAt))
}

// Wake returns the outcome of claiming what is due about the task at WakeAt: its owner and
// subscriptions are told, and it is armed for what comes next. It does not count as a change.
func (t Task) Wake(wants Wants, now time.Time) Outcome {
	at := t.WakeAt
	reminder := at.Equal(t.RemindAt)
	overdue := !reminder || at.Equal(t.overdueAt())
	after := t
	after.wakeFor(t.RemindAt.After(at), t.overdueAt().After(at), wants, at)
	o := Outcome{Before: &t, After: &after}
	if reminder && t.tellsOwner() {
		o.Notify = []Notification{t.Notification(now)}
	}
	told := at // no event is older than the version of the task that it tells of
	if t.ModifiedAt.After(at) {
		told = t.ModifiedAt
	}
	if reminder {
		o.Events = append(o.Events, Occurrence{Event: TaskReminded, At: told, Before: &t, After: &t})
	}
	if overdue {
		o.Events = append(o.Events, Occurrence{Event: TaskOverdue, At: told, Before: &t, After: &t})
	}
	return o
}

// ArmedSince returns the task armed also for what subscriptions made at an instant want from then
// on. A reminder that is mailed stays as it is.
func (t Task) ArmedSince(made time.Time, wants Wants) Task {
	if t.State != StateOpen {
		return t
	}
	reminder := wants.Reminder && !t.tellsOwner() && !t.AwaitsReminder()
	overdue := wants.Overdue && !t.awaitsOverdue()
	if reminder && t.RemindAt.After(made) {
		t.wakeBy(t.RemindAt)
	}
	if overdue && t.overdueAt().After(made) {
		t.wakeBy(t.overdueAt())
	}
	return t
}
