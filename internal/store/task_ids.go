package store

import (
	"context"
	"fmt"

	"tickler"
	"tickler/internal/store/engine"
)

// TaskIDs lists the tasks that a filter selects, in no order, and reports whether these are all:
// there are more where it lists as many as most, and there may be where more tasks than that have
// the words that are sought.
func (s *Store) TaskIDs(
	ctx context.Context, f tickler.TaskFilter, most int,
) (ids []tickler.ID, isAll bool, err error) {
	if f.Text != "" {
		return s.taskIDsByText(ctx, f, most)
	}
	if isScan(f) {
		giveBack, err := s.scans.take(ctx, f.AccountID)
		if err != nil {
			return nil, false, engine.Classify(err)
		}
		defer giveBack()
	}
	where, args := taskConditions(f)
	ids, _, err = s.collectIDs(ctx, fmt.Sprintf(`SELECT t.id, 0`+fromTask+where+` LIMIT $%d`, len(args)+1),
		append(args, most+1)...)
	return ids[:min(len(ids), most)], len(ids) <= most, err
}

// taskIDsByText finds tasks as FindTasks does, but looks at as many documents as it may list tasks.
func (s *Store) taskIDsByText(
	ctx context.Context, f tickler.TaskFilter, most int,
) (ids []tickler.ID, isAll bool, err error) {
	expression, possible := s.search().expression(f)
	if !possible {
		return nil, true, nil
	}
	where, args := taskConditions(f)
	args = append(args, expression, most+1)
	ids, looked, err := s.collectIDs(ctx, fmt.Sprintf(`WITH d AS MATERIALIZED (%s)
		SELECT t.id, (SELECT count(*) FROM d) FROM d %s%s`,
		fmt.Sprintf(s.search().matching, len(args)-1, len(args)), s.search().join, where), args...)
	return ids[:min(len(ids), most)], looked <= most, err
}

// collectIDs returns the ids of a statement's rows, and the number that each has beside it.
func (s *Store) collectIDs(
	ctx context.Context, query string, args ...any,
) (ids []tickler.ID, number int, err error) {
	rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx, query, args...)
	ids, err = engine.Collect(rows, err, func(row engine.Row) (id tickler.ID, err error) {
		return id, row.Scan(idColumn{&id}, &number)
	})
	return ids, number, err
}
