package tickler

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"tickler/internal/civil"
)

// Change is one entry of a task's history: who changed what, when and by what way.
type Change struct {
	AccountID ID
	TaskID    ID
	// Version is the task's version after the change.
	Version int
	Kind    ChangeKind
	At      time.Time
	By      ID
	Via     Origin
	Fields  []FieldChange
	// Deliveries tell the account's subscriptions of it. They are written with it, and are no part of the history.
	Deliveries []Delivery
}

// ChangeKind says what was done to a task. The numbers are stored.
type ChangeKind int

// The kinds of change. A task's making is not among them: the task itself tells of it.
const (
	Updated   ChangeKind = 1
	Finished  ChangeKind = 2 // marked complete
	Reopened  ChangeKind = 3
	CalledOff ChangeKind = 4 // cancelled
	Deleted   ChangeKind = 5 // its Fields are the whole last state
)

// FieldChange is one attribute's old and new value, as a person reads them.
type FieldChange struct {
	Attribute string
	Old, New  string
}

// differences lists the attributes in which two states of a task differ, in the order of the wire.
func differences(before, after Task) []FieldChange {
	var fields []FieldChange
	add := func(attribute, from, to string) {
		if from != to {
			fields = append(fields, FieldChange{attribute, from, to})
		}
	}
	add("Name", before.Name, after.Name)
	add("Description", before.Description, after.Description)
	add("TaskType", before.TypeID.String(), after.TypeID.String())
	add("RelatedEntity", strconv.Itoa(int(before.Related.Kind)), strconv.Itoa(int(after.Related.Kind)))
	add("RelatedEntityId", textOf(before.Related.ID), textOf(after.Related.ID))
	add("OwnerId", before.OwnerID.String(), after.OwnerID.String())
	add("DueDate", civil.FormatInstant(before.DueAt), civil.FormatInstant(after.DueAt))
	add("EndDate", civil.FormatInstant(before.EndAt), civil.FormatInstant(after.EndAt))
	add("Reminder", before.Reminder.String(), after.Reminder.String())
	add("NotifyBy", NotifyBy(before.Notify), NotifyBy(after.Notify))
	add("Location", before.Location, after.Location)
	add("Priority", before.Priority, after.Priority)
	add("PercentCompleted", strconv.Itoa(before.PercentCompleted), strconv.Itoa(after.PercentCompleted))
	add("EffortEstimateUnit", before.EffortEstimateUnit, after.EffortEstimateUnit)
	add("Latitude", formatDegrees(before.Latitude), formatDegrees(after.Latitude))
	add("Longitude", formatDegrees(before.Longitude), formatDegrees(after.Longitude))
	add("Status", before.State.String(), after.State.String())
	for _, name := range fieldNames(before, after) {
		add(name, before.CustomFields[name], after.CustomFields[name])
	}
	return fields
}

// lastState lists all that is known of a task, for the entry of its history that outlives it.
func lastState(t Task) []FieldChange {
	fields := differences(t, Task{})
	for i := range fields {
		fields[i].New = ""
	}
	fields = append(fields,
		FieldChange{"AutoId", strconv.FormatInt(t.AutoID, 10), ""},
		FieldChange{"CreatedOn", civil.FormatInstant(t.CreatedAt), ""},
		FieldChange{"CreatedBy", t.CreatedBy.String(), ""})
	if !t.CompletedAt.IsZero() {
		fields = append(fields, FieldChange{"CompletedOn", civil.FormatInstant(t.CompletedAt), ""}, FieldChange{"CompletedBy", t.CompletedBy.String(), ""})
	}
	return fields
}

// Removed gives what the history tells of a task that was deleted: who it was about and when it was made, and no more than that.
// False when its last entry is no deletion. What lastState wrote can be read; what it did not is left empty.
func Removed(history []Change) (Task, bool) {
	if len(history) == 0 || history[len(history)-1].Kind != Deleted {
		return Task{}, false
	}
	last := history[len(history)-1]
	t := Task{ID: last.TaskID, AccountID: last.AccountID, Version: last.Version}
	for _, f := range last.Fields {
		switch f.Attribute {
		case "Name":
			t.Name = f.Old
		case "TaskType":
			t.TypeID, _ = ParseID(f.Old)
		case "OwnerId":
			t.OwnerID, _ = ParseID(f.Old)
		case "CreatedBy":
			t.CreatedBy, _ = ParseID(f.Old)
		case "CreatedOn":
			t.CreatedAt, _ = civil.ParseInstant(f.Old)
		}
	}
	return t, true
}

func fieldNames(before, after Task) []string {
	names := maps.Clone(before.CustomFields)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, after.CustomFields)
	return slices.Sorted(maps.Keys(names))
}

// textOf is the empty text for the ID of nobody.
func textOf(id ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func formatDegrees(degrees float64) string { return strconv.FormatFloat(degrees, 'g', -1, 64) }

// String describes the rule in words, for a task's history.
func (r Reminder) String() string {
	switch {
	case r.Rule == MinutesBefore:
		return fmt.Sprintf("%d minutes before", r.Minutes)
	case r.Rule == DaysBefore && r.At != nil:
		return fmt.Sprintf("%d days before at %s", r.Days, r.At)
	case r.Rule == DaysBefore:
		return fmt.Sprintf("%d days before", r.Days)
	default:
		return "none"
	}
}
