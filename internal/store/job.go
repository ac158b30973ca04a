package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// Queue is the job table as a [jobs.Queue].
type Queue struct{ store *Store }

var _ jobs.Queue = Queue{}

// Jobs returns the store's job table.
func (s *Store) Jobs() Queue { return Queue{s} }

// The states of a job, as they are stored.
const (
	jobWaiting = 0
	jobRunning = 1
	jobDead    = 2
)

const jobColumns = `account_id, id, kind, payload, serial_key, state, next_at, runner, attempts, last_error,
	created_at, serial_order`

const jobInto = `job (` + jobColumns + `)`

// jobArgs returns the values of jobInto.
func jobArgs(j jobs.New) []any {
	if j.ID == (jobs.ID{}) {
		j.ID = jobs.ID(newID())
	}
	return []any{
		j.Account[:], j.ID[:], j.Kind, j.Payload, textArg(j.SerialKey), jobWaiting, j.Due.UnixMilli(), "", 0, "",
		j.CreatedAt.Unix(), j.SerialOrder,
	}
}

// Enqueue makes jobs.
func (tx *Tx) Enqueue(ctx context.Context, all ...jobs.New) error {
	for some := range slices.Chunk(all, engine.RowsAtOnce) {
		rows := make([][]any, len(some))
		for i, j := range some {
			rows[i] = jobArgs(j)
		}
		statement, args := engine.Insertion(jobInto, rows)
		if _, err := engine.Composed(tx.db).ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	return nil
}

func enqueue(ctx context.Context, tx engine.Handle, j jobs.New) error {
	statement, args := engine.Insertion(jobInto, [][]any{jobArgs(j)})
	_, err := tx.ExecContext(ctx, statement, args...)
	return err
}

// EndJob removes a job in the transaction that records its result, whichever runner holds it by
// now.
func (tx *Tx) EndJob(ctx context.Context, job jobs.Ref) error {
	return removeJob(ctx, tx.db, tickler.ID(job.Account), tickler.ID(job.ID))
}

// removeJob is EndJob on a bare handle.
func removeJob(ctx context.Context, tx engine.Handle, account, id tickler.ID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM job WHERE account_id = $1 AND id = $2`, idArg(account), idArg(id))
	return err
}

func scanJob(row engine.Row) (j jobs.Job, err error) {
	return j, row.Scan(idColumn{(*tickler.ID)(&j.Account)}, idColumn{(*tickler.ID)(&j.ID)}, &j.Kind, &j.Payload,
		&j.Attempt, instantColumn{&j.CreatedAt})
}

// EndJob removes a job whose result is recorded nowhere else, whichever runner holds it by now.
func (s *Store) EndJob(ctx context.Context, job jobs.Ref) error {
	return s.WriteRepeatable(ctx, func(ctx context.Context, tx *Tx) error { return tx.EndJob(ctx, job) })
}

// Renew implements jobs.Queue.
func (q Queue) Renew(ctx context.Context, runner string, refs []jobs.Ref, until time.Time) ([]jobs.Ref, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	return engine.Written(ctx, q.store.write, func(ctx context.Context, tx engine.Handle) ([]jobs.Ref, error) {
		args := []any{until.UnixMilli(), runner}
		each := make([]string, len(refs))
		for i, ref := range refs {
			each[i] = fmt.Sprintf(`account_id = $%d AND id = $%d`, len(args)+1, len(args)+2)
			args = append(args, ref.Account[:], ref.ID[:])
		}
		rows, err := tx.QueryContext(ctx, fmt.Sprintf(`
			UPDATE job SET next_at = $1 WHERE state = 1 AND runner = $2 AND (%s) RETURNING account_id, id`,
			strings.Join(each, ` OR `)), args...)
		return engine.Collect(rows, err, func(row engine.Row) (ref jobs.Ref, err error) {
			return ref, row.Scan(idColumn{(*tickler.ID)(&ref.Account)}, idColumn{(*tickler.ID)(&ref.ID)})
		})
	})
}

// own runs a statement on a job if a runner still holds it. The parameters of that condition follow
// the statement's own.
func (q Queue) own(ctx context.Context, statement, runner string, ref jobs.Ref, args ...any) error {
	return q.store.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		n := len(args)
		_, err := tx.ExecContext(ctx,
			fmt.Sprintf(statement+` WHERE account_id = $%d AND id = $%d AND runner = $%d AND state = 1`, n+1, n+2, n+3),
			append(args, ref.Account[:], ref.ID[:], runner)...)
		return err
	})
}

// Finish implements jobs.Queue.
func (q Queue) Finish(ctx context.Context, runner string, ref jobs.Ref) error {
	return q.own(ctx, `DELETE FROM job`, runner, ref)
}

// Retry implements jobs.Queue.
func (q Queue) Retry(ctx context.Context, runner string, ref jobs.Ref, at time.Time, reason string) error {
	return q.own(
		ctx, `UPDATE job SET state = 0, runner = '', next_at = $1, last_error = $2`, runner, ref, at.UnixMilli(),
		reason,
	)
}

// Bury implements jobs.Queue.
func (q Queue) Bury(ctx context.Context, runner string, ref jobs.Ref, reason string) error {
	return q.own(ctx, `UPDATE job SET state = 2, last_error = $1`, runner, ref, reason)
}

// ReleaseAll makes every running job wait again, due at now. It must only be called when no other
// runner is alive: a server that starts on its own data folder need not wait for the leases of the
// previous one.
func (q Queue) ReleaseAll(ctx context.Context, now time.Time) error {
	return q.store.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		_, err := tx.ExecContext(
			ctx, `UPDATE job SET state = 0, runner = '', next_at = $1 WHERE state = 1`, now.UnixMilli(),
		)
		return err
	})
}

// Counts returns how many jobs of each kind are waiting, running and dead.
func (q Queue) Counts(ctx context.Context) ([]JobCount, error) {
	rows, err := q.store.engine.Reader().QueryContext(
		ctx, `SELECT kind, state, count(*) FROM job GROUP BY kind, state ORDER BY kind, state`,
	)
	return engine.Collect(rows, err, func(row engine.Row) (c JobCount, err error) {
		var state int
		err = row.Scan(&c.Kind, &state, &c.Count)
		c.State = jobStates[state]
		return c, err
	})
}

// JobCount is how many jobs of a kind are in a state.
type JobCount struct {
	Kind, State string
	Count       int
}

var jobStates = map[int]string{jobWaiting: "waiting", jobRunning: "running", jobDead: "dead"}
