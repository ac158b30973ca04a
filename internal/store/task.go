package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/store/engine"
)

// selectTask selects tasks with the name of what they are tied to.
const selectTask = taskSelection + fromTask

const taskSelection = `
	SELECT t.auto_id, t.account_id, t.id, t.version, t.name, t.description, t.location,
		t.type_id, t.category, t.related_kind, t.related_id,
		t.owner_id, t.due_at, t.end_at, t.end_defaulted, t.reminder_rule,
		t.reminder_minutes, t.reminder_days, t.reminder_time,
		t.notify, t.remind_at, t.wake_at, t.state, t.completed_at, t.completed_by, t.custom_fields, t.priority,
		t.effort_estimate_unit, t.percent_completed, t.latitude, t.longitude, t.snoozed_until, t.completion_note,
		t.created_at, t.created_by, t.created_via, t.created_via_id, t.modified_at, t.modified_by,
		` + relatedName + ``

const fromTask = ` FROM task AS t`

// relatedName is the name of what a task is tied to; NULL for nobody.
const relatedName = `CASE t.related_kind
			WHEN 1 THEN (
				SELECT l.first_name || ' ' || l.last_name FROM lead AS l
				WHERE l.account_id = t.account_id AND l.id = t.related_id)
			WHEN 5 THEN (
				SELECT o.name FROM opportunity AS o WHERE o.account_id = t.account_id AND o.id = t.related_id)
		END`

func scanTask(row engine.Row) (t tickler.Task, err error) {
	var reminderTime sql.NullInt64
	var relatedName sql.NullString
	var fields string
	err = row.Scan(&t.AutoID, idColumn{&t.AccountID}, idColumn{&t.ID}, &t.Version, &t.Name, &t.Description, &t.Location,
		idColumn{&t.TypeID}, &t.Category, &t.Related.Kind, idColumn{&t.Related.ID},
		idColumn{&t.OwnerID}, instantColumn{&t.DueAt}, instantColumn{&t.EndAt}, &t.EndDefaulted, &t.Reminder.Rule,
		&t.Reminder.Minutes, &t.Reminder.Days, &reminderTime,
		&t.Notify, instantColumn{&t.RemindAt}, instantColumn{&t.WakeAt}, &t.State, instantColumn{&t.CompletedAt},
		idColumn{&t.CompletedBy}, &fields, &t.Priority,
		&t.EffortEstimateUnit, &t.PercentCompleted, &t.Latitude, &t.Longitude, instantColumn{&t.SnoozedUntil},
		&t.CompletionNote,
		instantColumn{&t.CreatedAt}, idColumn{&t.CreatedBy}, &t.CreatedVia.Kind, idColumn{&t.CreatedVia.ID},
		instantColumn{&t.ModifiedAt}, idColumn{&t.ModifiedBy}, &relatedName)
	if err != nil {
		return t, err
	}
	t.Related.Name = strings.TrimSpace(relatedName.String)
	if reminderTime.Valid {
		at := civil.TimeOfDay(reminderTime.Int64)
		t.Reminder.At = &at
	}
	t.CustomFields = map[string]string{}
	if fields != "" {
		err = json.Unmarshal([]byte(fields), &t.CustomFields)
	}
	return t, err
}

// Task reads one task of the account; false when there is none.
func (s *Store) Task(ctx context.Context, account, id tickler.ID) (tickler.Task, bool, error) {
	t, err := scanTask(s.engine.Reader().QueryRowContext(
		ctx, selectTask+` WHERE t.account_id = $1 AND t.id = $2`, idArg(account), idArg(id),
	))
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, engine.Classify(err)
}

// Task reads and locks one task of the account; false when there is none.
func (tx *Tx) Task(ctx context.Context, account, id tickler.ID) (tickler.Task, bool, error) {
	t, err := scanTask(tx.db.QueryRowContext(ctx,
		selectTask+` WHERE t.account_id = $1 AND t.id = $2`+tx.dialect.LockRowsOf("t"), idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, err
}
