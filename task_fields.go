package tickler

import (
	"maps"
	"slices"
	"time"
)

// taskField is a part of a task that people change: history lists it by itself, and undo takes it
// back as one.
type taskField struct {
	field Field
	// value is a text, number, instant, ID, Related, Reminder or State, or whether something holds.
	value func(Task) any
	// copy copies the field, with what goes with it, from another state of the task.
	copy func(into *Task, from Task)
}

// taskFields lists all but the custom fields, in the order in which a history names them.
var taskFields = []taskField{
	plainField(FieldName, func(t *Task) *string { return &t.Name }),
	plainField(FieldDescription, func(t *Task) *string { return &t.Description }),
	{FieldType, func(t Task) any { return t.TypeID }, func(into *Task, from Task) {
		into.TypeID, into.Category = from.TypeID, from.Category
	}},
	plainField(FieldRelated, func(t *Task) *Related { return &t.Related }),
	plainField(FieldOwner, func(t *Task) *ID { return &t.OwnerID }),
	plainField(FieldDue, func(t *Task) *time.Time { return &t.DueAt }),
	{FieldEnd, func(t Task) any { return t.EndAt }, func(into *Task, from Task) {
		into.EndAt, into.EndDefaulted = from.EndAt, from.EndDefaulted
	}},
	plainField(FieldReminder, func(t *Task) *Reminder { return &t.Reminder }),
	plainField(FieldNotify, func(t *Task) *bool { return &t.Notify }),
	plainField(FieldSnooze, func(t *Task) *time.Time { return &t.SnoozedUntil }),
	plainField(FieldLocation, func(t *Task) *string { return &t.Location }),
	plainField(FieldPriority, func(t *Task) *string { return &t.Priority }),
	plainField(FieldPercent, func(t *Task) *int { return &t.PercentCompleted }),
	plainField(FieldEffort, func(t *Task) *string { return &t.EffortEstimateUnit }),
	plainField(FieldLatitude, func(t *Task) *float64 { return &t.Latitude }),
	plainField(FieldLongitude, func(t *Task) *float64 { return &t.Longitude }),
	{FieldState, func(t Task) any { return t.State }, func(into *Task, from Task) {
		into.State, into.CompletedAt, into.CompletedBy = from.State, from.CompletedAt, from.CompletedBy
	}},
	plainField(FieldCompletionNote, func(t *Task) *string { return &t.CompletionNote }),
}

// plainField is a field that is one part of the task, with nothing that goes with it.
func plainField[T any](field Field, part func(*Task) *T) taskField {
	return taskField{
		field: field,
		value: func(t Task) any { return *part(&t) },
		copy:  func(into *Task, from Task) { *part(into) = *part(&from) },
	}
}

// customFieldOf is the custom field of a schema name.
func customFieldOf(name string) taskField {
	return taskField{Field(name), func(t Task) any { return t.CustomFields[name] }, func(into *Task, from Task) {
		kept := maps.Clone(into.CustomFields)
		if kept == nil {
			kept = map[string]string{}
		}
		if value := from.CustomFields[name]; value != "" {
			kept[name] = value
		} else {
			delete(kept, name)
		}
		into.CustomFields = kept
	}}
}

// fieldsOf lists the fields of some states of a task, those of their custom fields last.
func fieldsOf(states ...Task) []taskField {
	names := map[string]bool{}
	for _, t := range states {
		for name := range t.CustomFields {
			names[name] = true
		}
	}
	fields := slices.Clone(taskFields)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		fields = append(fields, customFieldOf(name))
	}
	return fields
}

// agree reports whether two states of a task agree in the field.
func (f taskField) agree(a, b Task) bool {
	switch x := f.value(a).(type) {
	case time.Time:
		return x.Equal(f.value(b).(time.Time))
	case Reminder:
		return x.Equal(f.value(b).(Reminder))
	case Related: // its name is no part of the task
		y := f.value(b).(Related)
		return x.Kind == y.Kind && x.ID == y.ID
	default:
		return x == f.value(b)
	}
}

// isUntouched reports whether a change left the field alone. An end that was given, and so is no
// longer a default, counts as a change, though its value may be the same.
func (f taskField) isUntouched(before, after Task) bool {
	return f.agree(before, after) && (f.field != FieldEnd || before.EndDefaulted == after.EndDefaulted)
}

// Difference is a field in which two states of a task differ, with its value in each: a text,
// number, instant, ID, [Related], [Reminder] or [State], or whether something holds.
type Difference struct {
	Field    Field
	Old, New any
}

// Differences lists the fields in which two states of a task differ. A custom field goes by its
// schema name.
func Differences(before, after Task) []Difference {
	var all []Difference
	for _, f := range fieldsOf(before, after) {
		if !f.agree(before, after) {
			all = append(all, Difference{f.field, f.value(before), f.value(after)})
		}
	}
	return all
}
