package store

import (
	"context"
	"slices"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// OpenTasksDue returns up to limit open tasks of an owner that are due by an instant, the earliest
// first.
func (s *Store) OpenTasksDue(
	ctx context.Context, account, owner tickler.ID, by time.Time, limit int,
) ([]tickler.Task, error) {
	rows, err := s.engine.Reader().QueryContext(ctx, selectTask+`
		WHERE t.account_id = $1 AND t.owner_id = $2 AND t.due_at <= $3 AND t.state = 0
		ORDER BY t.due_at, t.auto_id LIMIT $4`, idArg(account), idArg(owner), by.Unix(), limit)
	return engine.Collect(rows, err, scanTask)
}

// TasksDone returns up to limit tasks that a user has completed since an instant, the latest first,
// and how many there are in all.
func (s *Store) TasksDone(
	ctx context.Context, account, user tickler.ID, since time.Time, limit int,
) (tasks []tickler.Task, total int, err error) {
	const done = ` WHERE t.account_id = $1 AND t.completed_by = $2 AND t.completed_at >= $3`
	rows, err := s.engine.Reader().QueryContext(ctx,
		taskSelection+`, (SELECT count(*)`+fromTask+done+`)`+fromTask+done+` ORDER BY t.completed_at DESC LIMIT $4`,
		idArg(account), idArg(user), since.Unix(), limit)
	tasks, err = engine.Collect(rows, err, func(row engine.Row) (tickler.Task, error) {
		return scanTask(counted{row, &total})
	})
	return tasks, total, err
}

// LeadsByID returns those of an account's leads that have one of the ids, in any order.
func (s *Store) LeadsByID(ctx context.Context, account tickler.ID, ids []tickler.ID) (leads []tickler.Lead, err error) {
	for some := range slices.Chunk(ids, 500) {
		args := []any{idArg(account)}
		rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx,
			`SELECT auto_id, `+leadColumns+` FROM lead WHERE account_id = $1 AND id IN (`+idList(some, &args)+`)`, args...)
		found, err := engine.Collect(rows, err, scanLead)
		if err != nil {
			return nil, err
		}
		leads = append(leads, found...)
	}
	return leads, nil
}
