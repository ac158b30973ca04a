package store

import (
	"context"

	"tickler"
	"tickler/internal/store/engine"
)

// OpenTasks reads up to limit of an account's open tasks, in the order of their ids from the one
// after an id on.
func (tx *Tx) OpenTasks(ctx context.Context, account, after tickler.ID, limit int) ([]tickler.Task, error) {
	rows, err := tx.db.QueryContext(ctx, selectTask+`
		WHERE t.account_id = $1 AND t.id > $2 AND t.state = 0 ORDER BY t.id LIMIT $3`+tx.dialect.LockRowsOf("t"),
		idArg(account), after[:], limit)
	return engine.Collect(rows, err, scanTask)
}

// PutWakeAt keeps when something is next due about a task, its reminder's moment and the instant to wake at, and nothing
// else of it.
func (tx *Tx) PutWakeAt(ctx context.Context, t tickler.Task) error {
	_, err := tx.db.ExecContext(ctx, `UPDATE task SET wake_at = $1, remind_at = $2 WHERE account_id = $3 AND id = $4`,
		instantArg(t.WakeAt), instantArg(t.RemindAt), idArg(t.AccountID), idArg(t.ID))
	return err
}
