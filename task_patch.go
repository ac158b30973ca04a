package tickler

import (
	"maps"
	"time"

	"tickler/internal/civil"
)

// TaskPatch is what somebody wants changed in a task. What it does not give stays as it is.
type TaskPatch struct {
	// IfVersion is the version that the task must still have, so that nobody's change is lost; 0
	// for any.
	IfVersion int

	Name               Optional[string] // can't be cleared
	Description        Optional[string]
	Location           Optional[string]
	Priority           Optional[string]
	EffortEstimateUnit Optional[string]
	CompletionNote     Optional[string]
	PercentCompleted   Optional[int]
	Latitude           Optional[float64]
	Longitude          Optional[float64]

	// Without a kind, an ID is that of another lead or opportunity, as the task is tied to one; on
	// a task that is tied to nobody it means nothing. A kind that is cleared unties the task.
	RelatedKind Optional[RelatedKind]
	RelatedID   ID

	DueAt Optional[time.Time] // can't be cleared
	EndAt Optional[time.Time] // cleared, it follows from DueAt and the type again

	// The rule, by its parts. In a day rule that stays one, the part that is not given stays.
	// Without any part left there is no rule.
	ReminderMinutes Optional[int]
	ReminderDays    Optional[int]
	ReminderTime    Optional[civil.TimeOfDay]
	Notify          Optional[bool]

	// One of each pair is enough; if both are given, they must agree. None can be cleared.
	OwnerID    ID
	OwnerEmail string
	TypeID     ID
	TypeName   string

	// CustomFields are by schema name; an empty text clears the field.
	CustomFields map[string]string
	// Category, if given, must be that of the task's type.
	Category *Category
}

// Validate checks everything that the patch alone can tell.
func (p TaskPatch) Validate() error {
	if name, _ := p.Name.Value(); p.Name.Said() && name == "" {
		return Refuse(FactNeededByAnyTask, FieldName, nil)
	}
	if err := checkLength(FieldCompletionNote, p.CompletionNote.Or(""), MaxCompletionNote); err != nil {
		return err
	}
	values := p.values()
	if p.RelatedKind.Said() {
		if err := values.checkRelated(FactNeededByNewRelation); err != nil {
			return err
		}
	}
	return values.checkValues()
}

// values returns what the patch gives, as a draft.
func (p TaskPatch) values() TaskDraft {
	return TaskDraft{
		Name: p.Name.Or(""), Description: p.Description.Or(""), Location: p.Location.Or(""),
		Priority: p.Priority.Or(""), EffortEstimateUnit: p.EffortEstimateUnit.Or(""),
		RelatedKind: p.RelatedKind.Or(RelatedToNobody), RelatedID: p.RelatedID,
		ReminderMinutes: p.ReminderMinutes.pointer(), ReminderDays: p.ReminderDays.pointer(),
		PercentCompleted: p.PercentCompleted.pointer(), Latitude: p.Latitude.pointer(),
		Longitude: p.Longitude.pointer(),
	}
}

// PatchSetting is what a patch takes from its surroundings: what its names stand for, zero where it
// names nothing.
type PatchSetting struct {
	Actor
	OldType TaskType // the task's own
	NewType TaskType
	OwnerID ID
	Related Related // of a RelatedID without a kind: the lead or opportunity that has it, if there is one
}

// Patch returns the outcome of applying a patch to the task.
func (t Task) Patch(p TaskPatch, s PatchSetting) (Outcome, error) {
	if p.IfVersion != 0 && p.IfVersion != t.Version {
		return Outcome{}, t.changedMeanwhile()
	}
	after, taskType := t, s.OldType
	typeChanges := !s.NewType.ID.IsZero()
	if typeChanges {
		taskType = s.NewType
		after.TypeID, after.Category = taskType.ID, taskType.Category
	}
	if p.Category != nil && *p.Category != taskType.Category {
		return Outcome{}, wrongCategory(*p.Category, taskType)
	}
	p.applyValues(&after)
	if err := p.applyRelated(&after, s.Related); err != nil {
		return Outcome{}, err
	}
	if !s.OwnerID.IsZero() {
		after.OwnerID = s.OwnerID
	}
	p.applyReminder(&after)
	err := p.applyDates(&after, t, taskType, s.Zone)
	if err != nil {
		return Outcome{}, err
	}
	switch {
	case typeChanges && after.TypeID != t.TypeID:
		err = p.moveFields(&after, taskType)
	case len(p.CustomFields) > 0 || typeChanges:
		err = p.applyFields(&after, taskType)
	}
	if err != nil {
		return Outcome{}, err
	}
	return t.changed(after, ChangeUpdated, s.Actor), nil
}

func (p TaskPatch) applyValues(t *Task) {
	t.Name = p.Name.Or(t.Name)
	t.Description = p.Description.Or(t.Description)
	t.Location = p.Location.Or(t.Location)
	t.Priority = p.Priority.Or(t.Priority)
	t.EffortEstimateUnit = p.EffortEstimateUnit.Or(t.EffortEstimateUnit)
	t.CompletionNote = p.CompletionNote.Or(t.CompletionNote)
	t.PercentCompleted = p.PercentCompleted.Or(t.PercentCompleted)
	t.Latitude = p.Latitude.Or(t.Latitude)
	t.Longitude = p.Longitude.Or(t.Longitude)
	t.Notify = p.Notify.Or(t.Notify)
}

// applyRelated ties the task to what was found for the patch.
func (p TaskPatch) applyRelated(t *Task, found Related) error {
	switch {
	case p.RelatedKind.Said():
		t.Related = found
	case p.RelatedID.IsZero() || t.Related.Kind == RelatedToNobody:
	case found.Kind != t.Related.Kind:
		return UnknownRelated(t.Related.Kind, p.RelatedID)
	default:
		t.Related = found
	}
	return nil
}

// applyReminder changes the rule by the parts that are given.
func (p TaskPatch) applyReminder(t *Task) {
	if !p.ReminderMinutes.Said() && !p.ReminderDays.Said() && !p.ReminderTime.Said() || p.repeatsReminder(t.Reminder) {
		return
	}
	rule := NewReminder(p.ReminderMinutes.pointer(), p.ReminderDays.pointer(), p.ReminderTime.pointer())
	switch {
	case rule.Rule == NoReminder: // the patch only clears parts
		t.Reminder = p.withoutCleared(t.Reminder)
		return
	case rule.Rule == DaysBefore && t.Reminder.Rule == DaysBefore:
		rule.Days = valueOr(p.ReminderDays.pointer(), t.Reminder.Days)
		if !p.ReminderTime.Said() {
			rule.At = t.Reminder.At
		}
	}
	t.Reminder = rule
}

// withoutCleared returns the rule without the parts that are cleared.
func (p TaskPatch) withoutCleared(rule Reminder) Reminder {
	if rule.Rule == MinutesBefore && p.ReminderMinutes.IsCleared() ||
		rule.Rule == DaysBefore && p.ReminderDays.IsCleared() {
		return Reminder{}
	}
	if p.ReminderTime.IsCleared() {
		rule.At = nil
	}
	return rule
}

// repeatsReminder reports whether the patch gives all three parts of the reminder as reads return
// them. Reads have 0 for a rule that does not hold, so a task without a reminder, read and written
// back, says 0 minutes before.
func (p TaskPatch) repeatsReminder(r Reminder) bool {
	minutes, days, at := p.ReminderMinutes.pointer(), p.ReminderDays.pointer(), p.ReminderTime.pointer()
	return minutes != nil && *minutes == r.Minutes && days != nil && *days == r.Days &&
		(at == nil) == (r.At == nil) && valueOr(at, 0) == valueOr(r.At, 0)
}

// applyDates moves the dates: a due date alone keeps the duration, and an end that nobody gave is
// recomputed when the due date or the type changes.
func (p TaskPatch) applyDates(t *Task, before Task, taskType TaskType, zone *time.Location) error {
	if due, said := p.DueAt.Value(); said {
		t.DueAt = due
	}
	t.EndDefaulted = t.EndDefaulted || p.EndAt.IsCleared()
	moved := !t.DueAt.Equal(before.DueAt) || p.EndAt.IsCleared()
	end, endSaid := p.EndAt.Value()
	switch {
	case endSaid:
		t.EndAt, t.EndDefaulted = end, false
	case t.EndDefaulted && (moved || t.TypeID != before.TypeID):
		t.EndAt = defaultEnd(t.DueAt, taskType, zone)
	case moved: // in seconds: a Duration ends after 292 years
		t.EndAt = civil.Clamp(time.Unix(t.EndAt.Unix()+t.DueAt.Unix()-before.DueAt.Unix(), 0).UTC())
	}
	return t.checkDates()
}

// applyFields changes the custom fields that are given and leaves the others as they are, even
// those that the type no longer has or no longer accepts.
func (p TaskPatch) applyFields(t *Task, taskType TaskType) error {
	said, err := taskType.checkValues(p.CustomFields)
	if err != nil {
		return err
	}
	kept := maps.Clone(t.CustomFields)
	if kept == nil {
		kept = map[string]string{}
	}
	for name, value := range p.CustomFields {
		if field, _ := taskType.field(name); value == "" {
			delete(kept, field.SchemaName)
		}
	}
	maps.Copy(kept, said)
	t.CustomFields = kept
	return taskType.checkMandatory(kept)
}

// moveFields moves the custom fields to another type, with those that are given. Fields that it
// lacks are dropped.
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
		case value == "":
			delete(values, field.SchemaName)
		default:
			values[field.SchemaName] = value
		}
	}
	fields, err := taskType.CheckFields(values)
	t.CustomFields = fields
	return err
}

func (t Task) changedMeanwhile() error {
	return Refuse(FactChanged, FieldTask, t.ID)
}
