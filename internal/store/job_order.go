package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// NextAhead finds the first job in any of some series that comes before a job, and returns when it
// is due, the zero of Unix time if it is running; false when there is none.
func (s *Store) NextAhead(ctx context.Context, job jobs.Ref, series []string) (due time.Time, found bool, err error) {
	due, found, err = nextAhead(ctx, s.engine.Reader(), job, series, ``)
	return due, found, engine.Classify(err)
}

// NextAhead is Store.NextAhead, and locks the job that it finds.
func (tx *Tx) NextAhead(ctx context.Context, job jobs.Ref, series []string) (due time.Time, found bool, err error) {
	return nextAhead(ctx, tx.db, job, series, tx.dialect.LockRow)
}

func nextAhead(
	ctx context.Context, db engine.Handle, job jobs.Ref, series []string, lock string,
) (due time.Time, found bool, err error) {
	var at int64
	err = engine.Composed(db).QueryRowContext(ctx, `
		SELECT CASE WHEN state = 0 THEN next_at ELSE 0 END FROM job
		WHERE state < 2 AND serial_key IN (`+engine.Placeholders(3, len(series))+`)
			AND (serial_order, id) < (SELECT serial_order, id FROM job WHERE account_id = $1 AND id = $2)
		ORDER BY serial_order, id LIMIT 1`+lock, withTexts([]any{job.Account[:], job.ID[:]}, series)...).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return due, false, nil
	}
	return time.UnixMilli(at), err == nil, err
}

// PutOff makes a running job wait again, until an instant.
func (tx *Tx) PutOff(ctx context.Context, job jobs.Ref, until time.Time) error {
	_, err := tx.db.ExecContext(ctx, `
		UPDATE job SET state = 0, runner = '', next_at = $1 WHERE account_id = $2 AND id = $3`,
		until.UnixMilli(), job.Account[:], job.ID[:])
	return err
}

// WakeSeries makes the waiting jobs of some series due now, if they are due after now but no later
// than upTo.
func (tx *Tx) WakeSeries(ctx context.Context, series []string, now, upTo time.Time) error {
	if len(series) == 0 {
		return nil
	}
	_, err := engine.Composed(tx.db).ExecContext(ctx, `
		UPDATE job SET next_at = $1
		WHERE next_at > $1 AND next_at <= $2 AND state = 0 AND serial_key IN (`+engine.Placeholders(3, len(series))+`)`,
		withTexts([]any{now.UnixMilli(), upTo.UnixMilli()}, series)...)
	return err
}

// MoveJobs makes those of an account's jobs that wait until from wait until to.
func (tx *Tx) MoveJobs(ctx context.Context, account tickler.ID, ids []tickler.ID, from, to time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	args := []any{to.UnixMilli(), from.UnixMilli(), idArg(account)}
	for _, id := range ids {
		args = append(args, idArg(id))
	}
	_, err := engine.Composed(tx.db).ExecContext(ctx, `
		UPDATE job SET next_at = $1
		WHERE next_at = $2 AND state = 0 AND account_id = $3 AND id IN (`+engine.Placeholders(4, len(ids))+`)`, args...)
	return err
}

// withTexts appends texts to a statement's arguments.
func withTexts(args []any, texts []string) []any {
	for _, text := range texts {
		args = append(args, text)
	}
	return args
}
