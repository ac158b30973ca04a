package store

import (
	"fmt"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/store/engine"
)

// The columns of a task in the order of taskArgs: the key, those that changes may touch, and those
// fixed for life.
var (
	taskKey     = []string{"account_id", "id"}
	taskMutable = []string{
		"version", "name", "description", "location", "type_id", "category", "related_kind", "related_id", "owner_id",
		"due_at", "end_at", "end_defaulted", "reminder_rule", "reminder_minutes", "reminder_days", "reminder_time",
		"notify", "remind_at", "wake_at", "state", "completed_at", "completed_by", "custom_fields", "priority",
		"effort_estimate_unit", "percent_completed", "latitude", "longitude", "snoozed_until", "completion_note",
		"modified_at", "modified_by",
	}
	taskFixed = []string{"created_at", "created_by", "created_via", "created_via_id"}
)

// taskArgs returns a task's values for all columns but auto_id, which the database assigns.
func taskArgs(t tickler.Task) ([]any, error) {
	fields, err := customFieldsArg(t.CustomFields)
	if err != nil {
		return nil, err
	}
	var reminderTime any
	if t.Reminder.At != nil {
		reminderTime = int(*t.Reminder.At)
	}
	return []any{
		t.AccountID[:], t.ID[:],
		t.Version, t.Name, t.Description, t.Location, t.TypeID[:], int(t.Category),
		int(t.Related.Kind), idArg(t.Related.ID), t.OwnerID[:],
		t.DueAt.Unix(), t.EndAt.Unix(), flagArg(t.EndDefaulted), int(t.Reminder.Rule),
		t.Reminder.Minutes, t.Reminder.Days, reminderTime,
		flagArg(t.Notify), instantArg(t.RemindAt), instantArg(t.WakeAt), int(t.State), instantArg(t.CompletedAt),
		idArg(t.CompletedBy), fields, t.Priority,
		t.EffortEstimateUnit, t.PercentCompleted, t.Latitude, t.Longitude, instantArg(t.SnoozedUntil),
		t.CompletionNote, t.ModifiedAt.Unix(), t.ModifiedBy[:],
		t.CreatedAt.Unix(), t.CreatedBy[:], int(t.CreatedVia.Kind), idArg(t.CreatedVia.ID),
	}, nil
}

var (
	insertTask = insertStatement()
	updateTask = updateStatement()
)

// taskInsertColumns are the columns of taskArgs.
var taskInsertColumns = strings.Join(slices.Concat(taskKey, taskMutable, taskFixed), ", ")

func insertStatement() string {
	places := engine.Placeholders(1, len(taskKey)+len(taskMutable)+len(taskFixed))
	return `INSERT INTO task (` + taskInsertColumns + `) VALUES (` + places + `)
		ON CONFLICT (account_id, id) DO NOTHING`
}

// updateStatement updates a task that is still as it was read: its last argument is the version
// before.
func updateStatement() string {
	assignments := make([]string, len(taskMutable))
	for i, column := range taskMutable {
		assignments[i] = fmt.Sprintf(`%s = $%d`, column, len(taskKey)+i+1)
	}
	return fmt.Sprintf(`UPDATE task SET %s WHERE account_id = $1 AND id = $2 AND version = $%d`,
		strings.Join(assignments, ", "), len(taskKey)+len(taskMutable)+1)
}

func customFieldsArg(fields map[string]string) (string, error) {
	if len(fields) == 0 {
		return "", nil
	}
	return jsonArg(fields)
}
