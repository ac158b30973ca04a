package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/store/engine"
)

const changeColumns = `account_id, task_id, version, kind, at, by_user, via, via_id, act, state_before, fields`

// addChange writes an entry of a task's history. One of the same act and version stays as it is.
func (tx *Tx) addChange(ctx context.Context, c tickler.Change) error {
	var before any
	if c.Before != nil {
		var err error
		if before, err = jsonArg(stateOf(*c.Before)); err != nil {
			return err
		}
	}
	result, err := tx.db.ExecContext(ctx, `
		INSERT INTO task_change (`+changeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')
		ON CONFLICT (account_id, task_id, version) DO UPDATE SET act = excluded.act
			WHERE task_change.act = excluded.act AND task_change.kind = excluded.kind`,
		idArg(c.AccountID), idArg(c.TaskID), c.Version, int(c.Kind), instantArg(c.At), idArg(c.By), int(c.Via.Kind),
		idArg(c.Via.ID), idArg(c.Act), before)
	return affectedOne(result, err, errChangedInBetween)
}

// TaskChanges returns a task's history, the oldest change first.
func (s *Store) TaskChanges(ctx context.Context, account, task tickler.ID) ([]tickler.Change, error) {
	rows, err := s.engine.Reader().QueryContext(ctx,
		`SELECT `+changeColumns+` FROM task_change WHERE account_id = $1 AND task_id = $2 ORDER BY version`,
		idArg(account), idArg(task))
	return engine.Collect(rows, err, scanChange)
}

// TaskChangesFrom returns a task's history from the change on that led to a version, the oldest
// first.
func (tx *Tx) TaskChangesFrom(
	ctx context.Context, account, task tickler.ID, version int,
) ([]tickler.Change, error) {
	rows, err := tx.db.QueryContext(ctx,
		`SELECT `+changeColumns+` FROM task_change WHERE account_id = $1 AND task_id = $2 AND version >= $3
		ORDER BY version`, idArg(account), idArg(task), version)
	return engine.Collect(rows, err, scanChange)
}

// LatestChanges returns up to limit changes of some tasks, the latest first: who did what and when,
// without what changed.
func (s *Store) LatestChanges(
	ctx context.Context, account tickler.ID, tasks []tickler.ID, limit int,
) ([]tickler.Change, error) {
	args := []any{idArg(account)}
	list := idList(tasks, &args)
	args = append(args, limit)
	rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx, `
		SELECT account_id, task_id, version, kind, at, by_user, via, via_id, act, NULL, '' FROM task_change
		WHERE account_id = $1 AND task_id IN (`+list+fmt.Sprintf(`) ORDER BY at DESC, version DESC LIMIT $%d`, len(args)),
		args...)
	return engine.Collect(rows, err, scanChange)
}

func scanChange(row engine.Row) (c tickler.Change, err error) {
	var before *string
	var texts string
	err = row.Scan(idColumn{&c.AccountID}, idColumn{&c.TaskID}, &c.Version, &c.Kind, instantColumn{&c.At},
		idColumn{&c.By}, &c.Via.Kind, idColumn{&c.Via.ID}, idColumn{&c.Act}, &before, &texts)
	if err != nil {
		return c, err
	}
	if texts != "" { // written before the state was kept
		if err := json.Unmarshal([]byte(texts), &c.Texts); err != nil {
			return c, err
		}
	}
	if before != nil {
		c.Before, err = parseState(*before, c)
	}
	return c, err
}

// taskState is a task as stored in an entry of its history: the row's columns under their names,
// without empty ones. Instants are Unix seconds.
type taskState struct {
	AutoID             int64             `json:"auto_id,omitempty"`
	Version            int               `json:"version,omitempty"`
	Name               string            `json:"name,omitempty"`
	Description        string            `json:"description,omitempty"`
	Location           string            `json:"location,omitempty"`
	TypeID             string            `json:"type_id,omitempty"`
	Category           int               `json:"category,omitempty"`
	RelatedKind        int               `json:"related_kind,omitempty"`
	RelatedID          string            `json:"related_id,omitempty"`
	RelatedName        string            `json:"related_name,omitempty"`
	OwnerID            string            `json:"owner_id,omitempty"`
	DueAt              *int64            `json:"due_at,omitempty"`
	EndAt              *int64            `json:"end_at,omitempty"`
	EndDefaulted       bool              `json:"end_defaulted,omitempty"`
	ReminderRule       int               `json:"reminder_rule,omitempty"`
	ReminderMinutes    int               `json:"reminder_minutes,omitempty"`
	ReminderDays       int               `json:"reminder_days,omitempty"`
	ReminderTime       *civil.TimeOfDay  `json:"reminder_time,omitempty"`
	Notify             bool              `json:"notify,omitempty"`
	RemindAt           *int64            `json:"remind_at,omitempty"`
	WakeAt             *int64            `json:"wake_at,omitempty"`
	State              int               `json:"state,omitempty"`
	CompletedAt        *int64            `json:"completed_at,omitempty"`
	CompletedBy        string            `json:"completed_by,omitempty"`
	CustomFields       map[string]string `json:"custom_fields,omitempty"`
	Priority           string            `json:"priority,omitempty"`
	EffortEstimateUnit string            `json:"effort_estimate_unit,omitempty"`
	PercentCompleted   int               `json:"percent_completed,omitempty"`
	Latitude           float64           `json:"latitude,omitempty"`
	Longitude          float64           `json:"longitude,omitempty"`
	SnoozedUntil       *int64            `json:"snoozed_until,omitempty"`
	CompletionNote     string            `json:"completion_note,omitempty"`
	ModifiedAt         *int64            `json:"modified_at,omitempty"`
	ModifiedBy         string            `json:"modified_by,omitempty"`
	CreatedAt          *int64            `json:"created_at,omitempty"`
	CreatedBy          string            `json:"created_by,omitempty"`
	CreatedVia         int               `json:"created_via,omitempty"`
	CreatedViaID       string            `json:"created_via_id,omitempty"`
}

func stateOf(t tickler.Task) taskState {
	return taskState{
		AutoID: t.AutoID, Version: t.Version, Name: t.Name, Description: t.Description, Location: t.Location,
		TypeID: idText(t.TypeID), Category: int(t.Category),
		RelatedKind: int(t.Related.Kind), RelatedID: idText(t.Related.ID), RelatedName: t.Related.Name,
		OwnerID: idText(t.OwnerID), DueAt: seconds(t.DueAt), EndAt: seconds(t.EndAt), EndDefaulted: t.EndDefaulted,
		ReminderRule: int(t.Reminder.Rule), ReminderMinutes: t.Reminder.Minutes, ReminderDays: t.Reminder.Days,
		ReminderTime: t.Reminder.At, Notify: t.Notify, RemindAt: seconds(t.RemindAt), WakeAt: seconds(t.WakeAt),
		State: int(t.State), CompletedAt: seconds(t.CompletedAt), CompletedBy: idText(t.CompletedBy),
		CustomFields: t.CustomFields, Priority: t.Priority, EffortEstimateUnit: t.EffortEstimateUnit,
		PercentCompleted: t.PercentCompleted, Latitude: t.Latitude, Longitude: t.Longitude,
		SnoozedUntil: seconds(t.SnoozedUntil), CompletionNote: t.CompletionNote,
		ModifiedAt: seconds(t.ModifiedAt), ModifiedBy: idText(t.ModifiedBy),
		CreatedAt: seconds(t.CreatedAt), CreatedBy: idText(t.CreatedBy), CreatedVia: int(t.CreatedVia.Kind),
		CreatedViaID: idText(t.CreatedVia.ID),
	}
}

// parseState reads the task that is stored in an entry of its history.
func parseState(text string, c tickler.Change) (*tickler.Task, error) {
	var s taskState
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return nil, err
	}
	t := tickler.Task{
		ID: c.TaskID, AccountID: c.AccountID, AutoID: s.AutoID, Version: s.Version,
		Name: s.Name, Description: s.Description, Location: s.Location, Category: tickler.Category(s.Category),
		Related: tickler.Related{Kind: tickler.RelatedKind(s.RelatedKind), Name: s.RelatedName},
		DueAt:   instantOf(s.DueAt), EndAt: instantOf(s.EndAt), EndDefaulted: s.EndDefaulted,
		Reminder: tickler.Reminder{
			Rule: tickler.ReminderRule(s.ReminderRule), Minutes: s.ReminderMinutes, Days: s.ReminderDays,
			At: s.ReminderTime,
		},
		Notify: s.Notify, RemindAt: instantOf(s.RemindAt), WakeAt: instantOf(s.WakeAt),
		State: tickler.State(s.State), CompletedAt: instantOf(s.CompletedAt),
		CustomFields: s.CustomFields, Priority: s.Priority, EffortEstimateUnit: s.EffortEstimateUnit,
		PercentCompleted: s.PercentCompleted, Latitude: s.Latitude, Longitude: s.Longitude,
		SnoozedUntil: instantOf(s.SnoozedUntil), CompletionNote: s.CompletionNote,
		ModifiedAt: instantOf(s.ModifiedAt), CreatedAt: instantOf(s.CreatedAt),
		CreatedVia: tickler.Origin{Kind: tickler.OriginKind(s.CreatedVia)},
	}
	if t.CustomFields == nil {
		t.CustomFields = map[string]string{}
	}
	for into, text := range map[*tickler.ID]string{
		&t.TypeID: s.TypeID, &t.Related.ID: s.RelatedID, &t.OwnerID: s.OwnerID, &t.CompletedBy: s.CompletedBy,
		&t.ModifiedBy: s.ModifiedBy, &t.CreatedBy: s.CreatedBy, &t.CreatedVia.ID: s.CreatedViaID,
	} {
		if text == "" {
			continue
		}
		var err error
		if *into, err = tickler.ParseID(text); err != nil {
			return nil, err
		}
	}
	return &t, nil
}

func idText(id tickler.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func seconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	return new(t.Unix())
}

func instantOf(seconds *int64) time.Time {
	if seconds == nil {
		return time.Time{}
	}
	return time.Unix(*seconds, 0).UTC()
}
