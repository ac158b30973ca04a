package tickler

import (
	"fmt"
	"maps"
	"time"

	"tickler/internal/civil"
)

// Hand is who changes a task, when, and by what way.
type Hand struct {
	UserID ID
	Via    Origin
	Now    time.Time
	Zone   *time.Location // the account's
	Wants  Wants          // of the account's subscriptions
}

// TaskPatch is what a caller wants changed of a task. Of its draft, an empty text and nil leave the attribute as it is
// (contract section 4, Update).
type TaskPatch struct {
	TaskDraft
	// NotifySaid and RelatedSaid tell that the draft's Notify and RelatedKind were said. A RelatedID without RelatedSaid is that of
	// another lead or opportunity, as the task is tied to one; on a task that is tied to nobody it means nothing.
	NotifySaid, RelatedSaid bool
}

// Validate checks all that can be told from the patch alone.
func (p TaskPatch) Validate() error {
	if p.RelatedSaid {
		if err := p.checkRelated("changing a task"); err != nil {
			return err
		}
	}
	return p.checkValues()
}

// PatchSetting is what a patch takes from around it: what its names stand for. Zero where it names nothing.
type PatchSetting struct {
	Hand
	OldType TaskType // the task's own
	NewType TaskType
	OwnerID ID
	Related Related // of a RelatedID without RelatedSaid: the lead or opportunity that has it, if there is one
}

// Patch gives the task with a patch applied, and the entry for its history; nil when nothing differs.
func (t Task) Patch(p TaskPatch, s PatchSetting) (Task, *Change, error) {
	after, taskType := t, s.OldType
	typeChanges := !s.NewType.ID.IsZero()
	if typeChanges {
		taskType = s.NewType
		after.TypeID, after.Category = taskType.ID, taskType.Category
	}
	if p.Category != nil && *p.Category != taskType.Category {
		return t, nil, wrongCategory(*p.Category, taskType)
	}
	p.applyTexts(&after)
	if err := p.applyRelated(&after, s.Related); err != nil {
		return t, nil, err
	}
	if !s.OwnerID.IsZero() {
		after.OwnerID = s.OwnerID
	}
	if p.NotifySaid {
		after.Notify = p.Notify
	}
	p.applyReminder(&after)
	err := p.applyDates(&after, t, taskType, s.Zone)
	if err != nil {
		return t, nil, err
	}
	switch {
	case typeChanges && after.TypeID != t.TypeID:
		err = p.moveFields(&after, taskType)
	case len(p.CustomFields) > 0 || typeChanges:
		err = p.applyFields(&after, taskType)
	}
	if err != nil {
		return t, nil, err
	}
	return t.changed(after, Updated, s.Hand)
}

func (p TaskPatch) applyTexts(t *Task) {
	for _, text := range []struct {
		into *string
		said string
	}{
		{&t.Name, p.Name},
		{&t.Description, p.Description},
		{&t.Location, p.Location},
		{&t.Priority, p.Priority},
		{&t.EffortEstimateUnit, p.EffortEstimateUnit},
	} {
		if text.said != "" {
			*text.into = text.said
		}
	}
	t.PercentCompleted = valueOr(p.PercentCompleted, t.PercentCompleted)
	t.Latitude = valueOr(p.Latitude, t.Latitude)
	t.Longitude = valueOr(p.Longitude, t.Longitude)
}

// applyRelated ties the task to what was found of what is said of it.
func (p TaskPatch) applyRelated(t *Task, found Related) error {
	switch {
	case p.RelatedSaid:
		t.Related = found
	case p.RelatedID.IsZero() || t.Related.Kind == RelatedToNobody:
	case found.Kind != t.Related.Kind:
		return UnknownRelated(t.Related.Kind, p.RelatedID)
	default:
		t.Related = found
	}
	return nil
}

// applyReminder changes the rule by what is said of it. Of a day rule that stays one, the day or the time that is not
// said stays.
func (p TaskPatch) applyReminder(t *Task) {
	rule := NewReminder(p.ReminderMinutes, p.ReminderDays, p.ReminderTime)
	if rule.Rule == NoReminder || p.repeatsReminder(t.Reminder) {
		return
	}
	if rule.Rule == DaysBefore && t.Reminder.Rule == DaysBefore {
		rule.Days = valueOr(p.ReminderDays, t.Reminder.Days)
		if p.ReminderTime == nil {
			rule.At = t.Reminder.At
		}
	}
	t.Reminder = rule
}

// repeatsReminder tells whether all three attributes of the reminder are said as reads give them. These have 0 for a rule that does not
// hold, so that a task without a reminder, read and written back, says 0 minutes before.
func (p TaskPatch) repeatsReminder(r Reminder) bool {
	return p.ReminderMinutes != nil && *p.ReminderMinutes == r.Minutes && p.ReminderDays != nil && *p.ReminderDays == r.Days &&
		(p.ReminderTime == nil) == (r.At == nil) && valueOr(p.ReminderTime, 0) == valueOr(r.At, 0)
}

// applyDates moves the dates: a due date alone keeps the duration, and an end that nobody gave is defaulted anew where
// what it follows from has changed.
func (p TaskPatch) applyDates(t *Task, before Task, taskType TaskType, zone *time.Location) error {
	t.DueAt = valueOr(p.DueAt, t.DueAt)
	moved := !t.DueAt.Equal(before.DueAt)
	switch {
	case p.EndAt != nil:
		t.EndAt, t.EndDefaulted = *p.EndAt, false
	case t.EndDefaulted && (moved || t.TypeID != before.TypeID):
		t.EndAt = defaultEnd(t.DueAt, taskType, zone)
	case moved: // in seconds: a Duration ends after 292 years
		t.EndAt = civil.Clamp(time.Unix(t.EndAt.Unix()+t.DueAt.Unix()-before.DueAt.Unix(), 0).UTC())
	}
	return t.checkDates()
}

// applyFields changes the custom fields that are said and leaves the others as they are, also those that the type has no
// longer, or with other values.
func (p TaskPatch) applyFields(t *Task, taskType TaskType) error {
	said, err := taskType.checkValues(p.CustomFields)
	if err != nil {
		return err
	}
	kept := maps.Clone(t.CustomFields)
	if kept == nil {
		kept = map[string]string{}
	}
	maps.Copy(kept, said)
	t.CustomFields = kept
	return taskType.checkMandatory(kept)
}

// moveFields takes the custom fields over to another type, with those that are said. What it lacks is dropped.
func (p TaskPatch) moveFields(t *Task, taskType TaskType) error {
	values := map[string]string{}
	for name, value := range t.CustomFields {
		if _, ok := taskType.field(name); ok {
			values[name] = value
		}
	}
	for name, value := range p.CustomFields {
		field, known := taskType.field(name)
		switch {
		case !known:
			values[name] = value // for CheckFields to refuse
		case value != "":
			values[field.SchemaName] = value
		}
	}
	fields, err := taskType.CheckFields(values)
	t.CustomFields = fields
	return err
}

// Complete marks an open task as done; a completed one stays as it is, and nil comes back.
func (t Task) Complete(by Hand) (Task, *Change, error) {
	switch t.State {
	case Completed:
		return t, nil, nil
	case Cancelled:
		return t, nil, t.wrongState("cancelled", "completed")
	default:
		after := t
		after.State, after.CompletedAt, after.CompletedBy = Completed, by.now(), by.UserID
		return t.changed(after, Finished, by)
	}
}

// Reopen makes a completed or cancelled task open again; an open one stays as it is, and nil comes back.
func (t Task) Reopen(by Hand) (Task, *Change, error) {
	if t.State == Open {
		return t, nil, nil
	}
	after := t
	after.State, after.CompletedAt, after.CompletedBy = Open, time.Time{}, ID{}
	return t.changed(after, Reopened, by)
}

// Cancel calls an open task off; a cancelled one stays as it is, and nil comes back.
func (t Task) Cancel(by Hand) (Task, *Change, error) {
	switch t.State {
	case Cancelled:
		return t, nil, nil
	case Completed:
		return t, nil, t.wrongState("completed", "cancelled")
	default:
		after := t
		after.State = Cancelled
		return t.changed(after, CalledOff, by)
	}
}

// changed makes the history's entry of what differs, counts the version up and arms the reminder anew where that is due
// (contract section 2, "The reminder"). When nothing differs the task stays as it was.
func (t Task) changed(after Task, kind ChangeKind, by Hand) (Task, *Change, error) {
	fields := differences(t, after)
	if len(fields) == 0 {
		return t, nil, nil
	}
	after.Version++
	after.ModifiedAt, after.ModifiedBy = by.now(), by.UserID
	after.rearm(t, kind, by)
	return after, &Change{
		AccountID: t.AccountID, TaskID: t.ID, Version: after.Version, Kind: kind, At: by.now(), By: by.UserID, Via: by.Via, Fields: fields,
	}, nil
}

// rearm decides what is due about the task after a change of it as it was before.
func (t *Task) rearm(before Task, kind ChangeKind, by Hand) {
	moved := before.Reminder.String() != t.Reminder.String() || !before.DueAt.Equal(t.DueAt) ||
		before.OwnerID != t.OwnerID || before.Notify != t.Notify
	reminder := before.AwaitsReminder()
	if moved || kind == Reopened {
		t.setMoment(by.Zone)
		reminder = t.inTimeToRemind(by.now())
	}
	if kind == Reopened && !t.RemindAt.After(by.now()) { // what was missed while it was closed stays so
		reminder = false
	}
	overdue := before.awaitsOverdue()
	if kind == Reopened || !t.EndAt.Equal(before.EndAt) { // else it is told once, however the clocks of those differ who change it
		overdue = overdue || t.overdueAt().After(by.now()) || before.StatusAt(by.now()) != StatusOverdue
	}
	t.wakeFor(reminder, overdue, by.Wants, by.now())
}

func (by Hand) now() time.Time { return by.Now.UTC().Truncate(time.Second) }

func (t Task) checkDates() error {
	if t.EndAt.Before(t.DueAt) {
		return Invalid("EndDate", civil.FormatInstant(t.EndAt), "DueDate ("+civil.FormatInstant(t.DueAt)+") or later")
	}
	return nil
}

func (t Task) wrongState(is, wanted string) error {
	return &Error{
		Kind: KindInvalid, Attribute: "UserTaskId",
		Message: fmt.Sprintf("The task '%s' is %s and can't be %s. Mark it incomplete first.", t.ID, is, wanted),
	}
}

// Delete removes a task for good. Its history stays, and keeps the task's last state.
func (t Task) Delete(by Hand) (Task, *Change, error) {
	return t, &Change{
		AccountID: t.AccountID, TaskID: t.ID, Version: t.Version + 1, Kind: Deleted, At: by.now(), By: by.UserID, Via: by.Via, Fields: lastState(t),
	}, nil
}

// DeleteUntouched removes a task that nobody has changed since it was made.
func (t Task) DeleteUntouched(by Hand) (Task, *Change, error) {
	if t.Version > 1 {
		return t, nil, &Error{
			Kind: KindInvalid, Attribute: "UserTaskId",
			Message: fmt.Sprintf("The task '%s' was changed since it was made, so it stays.", t.ID),
		}
	}
	return t.Delete(by)
}

// Reschedule moves an appointment (contract section 4, BulkUpdateAppointmentTime).
func (t Task) Reschedule(from, to time.Time, by Hand) (Task, *Change, error) {
	if t.Category != Appointment {
		return t, nil, &Error{
			Kind: KindInvalid, Attribute: "UserTaskId", Message: fmt.Sprintf("The task '%s' is a to-do. Expected an appointment.", t.ID),
		}
	}
	if to.Before(from) {
		return t, nil, Invalid("ToDate", civil.FormatInstant(to), "FromDate ("+civil.FormatInstant(from)+") or later")
	}
	after := t
	after.DueAt, after.EndAt, after.EndDefaulted = from, to, false
	return t.changed(after, Updated, by)
}
