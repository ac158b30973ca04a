package store

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// claimTries is how often a claim looks whose turn it is, should another node be quicker.
const claimTries = 3

// Claim implements jobs.Queue.
func (q Queue) Claim(
	ctx context.Context, kind, runner string, now, until time.Time, limit int, except ...jobs.ID,
) ([]jobs.Job, error) {
	for range claimTries {
		accounts, err := q.inTurn(ctx, kind, now, limit, except)
		if err != nil || len(accounts) == 0 {
			return nil, err
		}
		claimed, err := q.claimOf(ctx, accounts, limit/len(accounts), kind, runner, now, until)
		if err != nil || len(claimed) > 0 {
			return claimed, err
		}
	}
	return nil, nil
}

// claimOf takes up to so many jobs of each account.
func (q Queue) claimOf(
	ctx context.Context, accounts []jobs.ID, each int, kind, runner string, now, until time.Time,
) ([]jobs.Job, error) {
	claim := func(ctx context.Context, tx engine.Handle) (claimed []jobs.Job, err error) {
		for _, account := range accounts {
			rows, err := tx.QueryContext(ctx, `
				WITH due AS (
					SELECT j.account_id, j.id FROM job AS j
					WHERE j.kind = $1 AND j.state < 2 AND j.next_at <= $2 AND j.account_id = $3`+firstOfSeries+`
					ORDER BY j.next_at LIMIT $4`+q.store.dialect().SkipLocked+`)
				UPDATE job SET state = 1, runner = $5, next_at = $6, attempts = job.attempts + 1
				FROM due WHERE job.account_id = due.account_id AND job.id = due.id
				RETURNING job.account_id, job.id, job.kind, job.payload, job.attempts, job.created_at`,
				kind, now.UnixMilli(), account[:], each, runner, until.UnixMilli())
			some, err := engine.Collect(rows, err, scanJob)
			if err != nil {
				return nil, err
			}
			claimed = append(claimed, some...)
		}
		return claimed, nil
	}
	return engine.Written(ctx, q.store.write, claim)
}

// firstOfSeries is the condition that a due job is the first of its series, if it is in one, and
// that none of them runs.
const firstOfSeries = ` AND (j.serial_key IS NULL OR NOT EXISTS (
	SELECT 1 FROM job AS other WHERE other.serial_key = j.serial_key AND other.state < 2
		AND ((other.serial_order, other.id) < (j.serial_order, j.id) OR other.state = 1 AND other.next_at > $2)))`

// inTurn lists the accounts with jobs of a kind that can be claimed whose turn it is. However many
// jobs one of them has, the others come next. Who asks again and again in vain takes no lock.
func (q Queue) inTurn(ctx context.Context, kind string, now time.Time, limit int, except []jobs.ID) ([]jobs.ID, error) {
	if due, err := q.isDue(ctx, kind, now); err != nil || !due {
		return nil, err
	}
	return q.store.turns.next(kind, limit, func(after jobs.ID, limit int) ([]jobs.ID, error) {
		return q.claimable(ctx, kind, now, after, limit, except)
	})
}

// isDue looks for a job that is due, which is quick when there is none.
func (q Queue) isDue(ctx context.Context, kind string, now time.Time) (due bool, err error) {
	err = q.store.engine.Housekeeping().QueryRowContext(ctx,
		`SELECT EXISTS (SELECT 1 FROM job WHERE kind = $1 AND state < 2 AND next_at <= $2)`, kind,
		now.UnixMilli()).Scan(&due)
	return due, engine.Classify(err)
}

// claimable lists the first accounts after one that have jobs of a kind that can be claimed. It
// goes from account to account by an index, and so looks at none of the other jobs that an account
// has. It does not ask by EXISTS, of which Postgres would make a join with all jobs that are due.
func (q Queue) claimable(
	ctx context.Context, kind string, now time.Time, after jobs.ID, limit int, except []jobs.ID,
) ([]jobs.ID, error) {
	args := []any{kind, now.UnixMilli(), after[:], limit}
	db, left := q.store.engine.Housekeeping(), ``
	if len(except) > 0 {
		db, left = engine.Composed(db), ` AND account.id NOT IN (`+engine.Placeholders(len(args)+1, len(except))+`)`
	}
	for _, account := range except {
		args = append(args, account[:])
	}
	rows, err := db.QueryContext(ctx, `
		WITH RECURSIVE account (id) AS (
			SELECT (SELECT account_id FROM job WHERE kind = $1 AND state < 2 AND account_id > $3
				ORDER BY account_id LIMIT 1)
			UNION ALL
			SELECT (SELECT account_id FROM job WHERE kind = $1 AND state < 2 AND account_id > account.id
				ORDER BY account_id LIMIT 1)
			FROM account WHERE account.id IS NOT NULL)
		SELECT account.id FROM account WHERE account.id IS NOT NULL`+left+` AND (
			SELECT 1 FROM job AS j
			WHERE j.kind = $1 AND j.state < 2 AND j.next_at <= $2 AND j.account_id = account.id`+firstOfSeries+`
			LIMIT 1) = 1
		LIMIT $4`, args...)
	return engine.Collect(rows, err, func(row engine.Row) (id jobs.ID, err error) {
		return id, row.Scan(idColumn{(*tickler.ID)(&id)})
	})
}
