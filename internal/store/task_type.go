package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"golang.org/x/text/unicode/norm"

	"tickler"
	"tickler/internal/store/engine"
)

const taskTypeColumns = `account_id, id, name, category, color, default_minutes, is_default, fields,
	next_type_id, next_after_days, created_by, created_at`

func scanTaskType(row engine.Row) (t tickler.TaskType, err error) {
	var minutes int64
	var fields string
	err = row.Scan(idColumn{&t.AccountID}, idColumn{&t.ID}, &t.Name, &t.Category, &t.Color, &minutes,
		&t.IsDefault, &fields, idColumn{&t.Next.TypeID}, &t.Next.AfterDays, idColumn{&t.CreatedBy},
		instantColumn{&t.CreatedAt})
	if err != nil {
		return t, err
	}
	t.DefaultDuration = time.Duration(minutes) * time.Minute
	return t, json.Unmarshal([]byte(fields), &t.Fields)
}

// TaskTypes lists an account's task types, the oldest first.
func (s *Store) TaskTypes(ctx context.Context, account tickler.ID) ([]tickler.TaskType, error) {
	rows, err := s.engine.Housekeeping().QueryContext(
		ctx, `SELECT `+taskTypeColumns+` FROM task_type WHERE account_id = $1 ORDER BY id`, idArg(account),
	)
	return engine.Collect(rows, err, scanTaskType)
}

// CreateTaskType stores a new task type. If it is the default one, the present default no longer
// is.
func (s *Store) CreateTaskType(ctx context.Context, t tickler.TaskType) error {
	err := s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		if err := clearDefault(ctx, tx, t); err != nil {
			return err
		}
		return insertTaskType(ctx, tx, t)
	})
	if engine.IsUniqueViolation(err) {
		return errSameTypeName
	}
	return err
}

var errSameTypeName = tickler.Refuse(tickler.FactTypeNameTaken, tickler.FieldName, nil)

// clearDefault unsets the current default if t is to become it.
func clearDefault(ctx context.Context, tx engine.Handle, t tickler.TaskType) error {
	if !t.IsDefault {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE task_type SET is_default = 0 WHERE account_id = $1`, idArg(t.AccountID))
	return err
}

// ChangeTaskType applies a rule to one task type of the account; nobody else can change it in
// between. If it becomes the default one, the present default no longer is. Its category can't
// change while tasks have it. A type that does not exist is an error of KindUnknownEntity.
func (s *Store) ChangeTaskType(
	ctx context.Context, account, id tickler.ID, rule func(tickler.TaskType) (tickler.TaskType, error),
) error {
	err := s.changeDirectory(ctx, func(ctx context.Context, tx engine.Handle) error {
		before, err := scanTaskType(tx.QueryRowContext(ctx,
			`SELECT `+taskTypeColumns+` FROM task_type WHERE account_id = $1 AND id = $2`, idArg(account), idArg(id)))
		if errors.Is(err, sql.ErrNoRows) {
			return tickler.Refuse(tickler.FactNoTaskType, tickler.FieldTaskType, id)
		}
		if err != nil {
			return err
		}
		after, err := rule(before)
		if err != nil {
			return err
		}
		if after.Category != before.Category {
			if err := checkUnused(ctx, tx, before, after.Category); err != nil {
				return err
			}
		}
		if err := clearDefault(ctx, tx, after); err != nil {
			return err
		}
		return updateTaskType(ctx, tx, after)
	})
	if engine.IsUniqueViolation(err) {
		return errSameTypeName
	}
	return err
}

// checkUnused refuses a new category for a type that a task has. It has no index, since it rarely
// runs.
func checkUnused(ctx context.Context, tx engine.Handle, t tickler.TaskType, category tickler.Category) error {
	var one int
	err := tx.QueryRowContext(
		ctx, `SELECT 1 FROM task WHERE account_id = $1 AND type_id = $2 LIMIT 1`, idArg(t.AccountID), idArg(t.ID),
	).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.InUse(category)
}

func updateTaskType(ctx context.Context, tx engine.Handle, t tickler.TaskType) error {
	if err := checkTypeName(ctx, tx, t); err != nil {
		return err
	}
	fields, err := jsonArg(t.Fields)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE task_type SET name = $1, name_key = $2, category = $3, color = $4, default_minutes = $5,
			is_default = $6, fields = $7, next_type_id = $8, next_after_days = $9
		WHERE account_id = $10 AND id = $11`,
		t.Name, tickler.Fold(t.Name), int(t.Category), t.Color, int64(t.DefaultDuration.Minutes()),
		flagArg(t.IsDefault), fields, idArg(t.Next.TypeID), t.Next.AfterDays, idArg(t.AccountID), idArg(t.ID))
	return err
}

// checkTypeName refuses the name of another type of the account. The unique index does so too, but for
// one that was kept with its accents apart, before names were composed.
func checkTypeName(ctx context.Context, tx engine.Handle, t tickler.TaskType) error {
	var others int
	err := tx.QueryRowContext(ctx,
		`SELECT count(*) FROM task_type WHERE account_id = $1 AND id <> $2 AND name_key IN ($3, $4)`,
		idArg(t.AccountID), idArg(t.ID), tickler.Fold(t.Name), norm.NFD.String(tickler.Fold(t.Name))).Scan(&others)
	if err == nil && others > 0 {
		err = errSameTypeName
	}
	return err
}

func insertTaskType(ctx context.Context, tx engine.Handle, t tickler.TaskType) error {
	if err := checkTypeName(ctx, tx, t); err != nil {
		return err
	}
	fields, err := jsonArg(t.Fields)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO task_type (`+taskTypeColumns+`, name_key) VALUES (`+engine.Placeholders(1, 13)+`)`,
		idArg(t.AccountID), idArg(t.ID), t.Name, int(t.Category), t.Color, int64(t.DefaultDuration.Minutes()),
		flagArg(t.IsDefault), fields, idArg(t.Next.TypeID), t.Next.AfterDays, idArg(t.CreatedBy), instantArg(t.CreatedAt),
		tickler.Fold(t.Name))
	return err
}
