package store

import (
	"context"
	"encoding/json"
	"time"

	"tickler"
)

const taskTypeColumns = `account_id, id, name, category, color, default_minutes, is_default, fields, created_by, created_at`

func scanTaskType(row scanner) (t tickler.TaskType, err error) {
	var minutes int64
	var fields string
	err = row.Scan(idColumn{&t.AccountID}, idColumn{&t.ID}, &t.Name, &t.Category, &t.Color, &minutes, &t.IsDefault, &fields,
		idColumn{&t.CreatedBy}, instantColumn{&t.CreatedAt})
	if err != nil {
		return t, err
	}
	t.DefaultDuration = time.Duration(minutes) * time.Minute
	return t, json.Unmarshal([]byte(fields), &t.Fields)
}

// TaskTypes lists an account's task types, the oldest first.
func (s *Store) TaskTypes(ctx context.Context, account tickler.ID) ([]tickler.TaskType, error) {
	rows, err := s.engine.reader().QueryContext(ctx, `SELECT `+taskTypeColumns+` FROM task_type WHERE account_id = $1 ORDER BY id`, idArg(account))
	return collect(rows, err, scanTaskType)
}

// CreateTaskType keeps a new task type. If it is the default one, it takes that from the one before.
func (s *Store) CreateTaskType(ctx context.Context, t tickler.TaskType) error {
	err := s.changeDirectory(ctx, func(ctx context.Context, tx handle) error {
		if t.IsDefault {
			if _, err := tx.ExecContext(ctx, `UPDATE task_type SET is_default = 0 WHERE account_id = $1`, idArg(t.AccountID)); err != nil {
				return err
			}
		}
		return insertTaskType(ctx, tx, t)
	})
	if isUniqueViolation(err) {
		return duplicate("A Task Type with same Name already exists.")
	}
	return err
}

func insertTaskType(ctx context.Context, tx handle, t tickler.TaskType) error {
	fields, err := jsonArg(t.Fields)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO task_type (`+taskTypeColumns+`, name_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		idArg(t.AccountID), idArg(t.ID), t.Name, int(t.Category), t.Color, int64(t.DefaultDuration.Minutes()), flagArg(t.IsDefault),
		fields, idArg(t.CreatedBy), instantArg(t.CreatedAt), tickler.Fold(t.Name))
	return err
}
