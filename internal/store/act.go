package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"tickler"
	"tickler/internal/store/engine"
)

const actColumns = `number, account_id, user_id, id, deed, steps, at, undone`

// AddAct stores what a user did. What they had taken back can't be done again any more, and their
// oldest acts are forgotten.
func (tx *Tx) AddAct(ctx context.Context, act tickler.Act) error {
	steps, err := stepsArg(act.Steps)
	if err != nil {
		return err
	}
	account, user := idArg(act.AccountID), idArg(act.UserID)
	for _, s := range []engine.Statement{
		{Query: `DELETE FROM act WHERE account_id = $1 AND user_id = $2 AND undone = 1`, Args: []any{account, user}},
		{
			Query: `INSERT INTO act (account_id, user_id, id, deed, steps, at, undone) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
			Args:  []any{account, user, idArg(act.ID), int(act.Deed), steps, instantArg(act.At)},
		},
		{
			Query: `DELETE FROM act WHERE account_id = $1 AND user_id = $2 AND number <= (
				SELECT number FROM act WHERE account_id = $1 AND user_id = $2 ORDER BY number DESC LIMIT 1 OFFSET $3)`,
			Args: []any{account, user, tickler.KeptActs},
		},
	} {
		if _, err := tx.db.ExecContext(ctx, s.Query, s.Args...); err != nil {
			return err
		}
	}
	return nil
}

// ActToUndo reads and locks the last act of a user that they have not taken back; false when there
// is none.
func (tx *Tx) ActToUndo(ctx context.Context, account, user tickler.ID) (tickler.Act, bool, error) {
	return tx.act(ctx, account, user, `AND undone = 0 ORDER BY number DESC`)
}

// ActToRedo reads and locks the act of a user that they have taken back last; false when there is
// none.
func (tx *Tx) ActToRedo(ctx context.Context, account, user tickler.ID) (tickler.Act, bool, error) {
	return tx.act(ctx, account, user, `AND undone = 1 ORDER BY number`)
}

func (tx *Tx) act(ctx context.Context, account, user tickler.ID, which string) (tickler.Act, bool, error) {
	act, err := scanAct(tx.db.QueryRowContext(ctx,
		`SELECT `+actColumns+` FROM act WHERE account_id = $1 AND user_id = $2 `+which+` LIMIT 1`+
			tx.dialect.LockRowsOf("act"), idArg(account), idArg(user)))
	if errors.Is(err, sql.ErrNoRows) {
		return act, false, nil
	}
	return act, err == nil, err
}

// PutAct stores the steps of an act that was taken back, or done again.
func (tx *Tx) PutAct(ctx context.Context, act tickler.Act) error {
	steps, err := stepsArg(act.Steps)
	if err != nil {
		return err
	}
	_, err = tx.db.ExecContext(ctx, `UPDATE act SET steps = $1, undone = $2
		WHERE account_id = $3 AND user_id = $4 AND number = $5`,
		steps, flagArg(act.Undone), idArg(act.AccountID), idArg(act.UserID), act.Number)
	return err
}

// Acts returns what a user did and can take back or do again, the oldest first.
func (s *Store) Acts(ctx context.Context, account, user tickler.ID) ([]tickler.Act, error) {
	rows, err := s.engine.Reader().QueryContext(ctx,
		`SELECT `+actColumns+` FROM act WHERE account_id = $1 AND user_id = $2 ORDER BY number`,
		idArg(account), idArg(user))
	return engine.Collect(rows, err, scanAct)
}

func scanAct(row engine.Row) (a tickler.Act, err error) {
	var steps string
	err = row.Scan(&a.Number, idColumn{&a.AccountID}, idColumn{&a.UserID}, idColumn{&a.ID}, &a.Deed, &steps,
		instantColumn{&a.At}, &a.Undone)
	if err != nil {
		return a, err
	}
	var stored []storedStep
	if err := json.Unmarshal([]byte(steps), &stored); err != nil {
		return a, err
	}
	for _, s := range stored {
		task, err := tickler.ParseID(s.TaskID)
		if err != nil {
			return a, err
		}
		a.Steps = append(a.Steps, tickler.Step{TaskID: task, Name: s.Name, Version: s.Version})
	}
	return a, nil
}

// storedStep is a step as stored in an act.
type storedStep struct {
	TaskID  string `json:"task_id"`
	Name    string `json:"name"`
	Version int    `json:"version"`
}

func stepsArg(steps []tickler.Step) (string, error) {
	stored := make([]storedStep, len(steps))
	for i, s := range steps {
		stored[i] = storedStep{TaskID: idText(s.TaskID), Name: s.Name, Version: s.Version}
	}
	return jsonArg(stored)
}
