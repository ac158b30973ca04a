package store

import (
	"context"
	"slices"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// What use cases do in one transaction, built from its verbs but without their permissions and
// rules, for tests of what is written and of who waits for whom.

// LookPairs is how many pairs of an instant and an account a look at a crowd goes through.
const LookPairs = lookPairs

// inTransaction returns what a transaction makes, once it has taken effect.
func inTransaction[T any](
	ctx context.Context, s *Store, write func(context.Context, func(context.Context, engine.Handle) error) error,
	run func(ctx context.Context, tx *Tx) (T, error),
) (T, error) {
	return engine.Written(ctx, write, func(ctx context.Context, db engine.Handle) (T, error) {
		return run(ctx, &Tx{db: db, dialect: s.dialect(), beats: &s.beats})
	})
}

// once runs a transaction unless a call under the same key did: then it returns the memory of that
// call.
func (s *Store) once(ctx context.Context, once *tickler.Once, run func(ctx context.Context, tx *Tx) error) (*tickler.Once, error) {
	return inTransaction(ctx, s, s.writeRepeatable, func(ctx context.Context, tx *Tx) (*tickler.Once, error) {
		if once != nil {
			if first, err := tx.TakeOnce(ctx, *once); first != nil || err != nil {
				return first, err
			}
		}
		return nil, run(ctx, tx)
	})
}

// TakeAllForLarge has lists of an account be found as if it had very many tasks.
func (s *Store) TakeAllForLarge() { s.small = 0 }

// CreateAccessKey stores a new key.
func (s *Store) CreateAccessKey(ctx context.Context, key tickler.AccessKey) error {
	return s.Write(ctx, func(ctx context.Context, tx *Tx) error { return tx.CreateAccessKey(ctx, key) })
}

// MakeTask creates a task with all that follows; under a key, only once.
func (s *Store) MakeTask(ctx context.Context, made tickler.Outcome, once *tickler.Once) (*tickler.Once, error) {
	return s.once(ctx, once, func(ctx context.Context, tx *Tx) error { return tx.Apply(ctx, made) })
}

// ChangeTask changes a task by a rule. It returns the task as it then is, and whether it was
// changed.
func (s *Store) ChangeTask(
	ctx context.Context, account, id tickler.ID, rule func(tickler.Task) (tickler.Outcome, error),
) (tickler.Task, bool, error) {
	changed := false
	outcome, err := inTransaction(ctx, s, s.writeRepeatable, func(ctx context.Context, tx *Tx) (tickler.Outcome, error) {
		task, found, err := tx.Task(ctx, account, id)
		if err == nil && !found {
			err = tickler.Refuse(tickler.FactNoTask, tickler.FieldTask, id)
		}
		if err != nil {
			return tickler.Outcome{}, err
		}
		outcome, err := rule(task)
		if err != nil || !outcome.IsChange() {
			return outcome, err
		}
		changed = true
		return outcome, tx.Apply(ctx, outcome)
	})
	return outcome.Task(), err == nil && changed, err
}

// ClaimDue claims up to limit due tasks and writes what is told of them. With nil announcers it
// claims from all accounts, otherwise from the accounts in the map, whose value may be nil.
func (s *Store) ClaimDue(
	ctx context.Context, now time.Time, limit int, announcers map[tickler.ID]*tickler.Announcer, leftOut ...tickler.ID,
) (int, error) {
	turns, err := s.DueTurns(ctx, now, limit, leftOut...)
	if err != nil {
		return 0, err
	}
	if announcers != nil {
		turns = slices.DeleteFunc(turns, func(turn tickler.Turn) bool { _, known := announcers[turn.AccountID]; return !known })
	}
	return inTransaction(ctx, s, s.write, func(ctx context.Context, tx *Tx) (int, error) {
		tasks, _, err := tx.DueTasks(ctx, now, limit, turns, leftOut...)
		if err != nil {
			return 0, err
		}
		outcomes := make([]tickler.Outcome, len(tasks))
		for i, task := range tasks {
			announcer := announcers[task.AccountID]
			outcomes[i] = announcer.Announced(task.Wake(announcer.Wants(), now), now)
		}
		return len(outcomes), tx.Apply(ctx, outcomes...)
	})
}

// SettleNotification keeps what has become of a pending notification, and ends its job.
func (s *Store) SettleNotification(ctx context.Context, n tickler.Notification, job jobs.Ref) error {
	return s.WriteRepeatable(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.PutNotification(ctx, n, tickler.NotificationPending); err != nil {
			return err
		}
		return tx.EndJob(ctx, job)
	})
}

// NoteAttempt keeps a failed attempt of a pending notification.
func (s *Store) NoteAttempt(ctx context.Context, n tickler.Notification) error {
	return s.Write(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.PutNotification(ctx, n, tickler.NotificationPending)
	})
}

// CreateBulkRequest creates a bulk request with its job; under a key, only once.
func (s *Store) CreateBulkRequest(ctx context.Context, r tickler.BulkRequest, once *tickler.Once) (*tickler.Once, error) {
	return s.once(ctx, once, func(ctx context.Context, tx *Tx) error {
		if added, err := tx.AddBulkRequest(ctx, r); err != nil || !added {
			return err
		}
		return tx.Enqueue(ctx, jobs.New{
			Ref: jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)}, Kind: r.Operation.Job(), Due: r.CreatedAt, CreatedAt: r.CreatedAt,
		})
	})
}

// RunBulkRows runs the next rows of a bulk request, which create tasks. With the last row the
// request ends: its job is removed, and its webhook is written.
func (s *Store) RunBulkRows(
	ctx context.Context, account, id tickler.ID, tasks []tickler.Task, now time.Time, told func(tickler.BulkRequest, []tickler.BulkRow) tickler.Delivery,
) (tickler.BulkRequest, error) {
	return inTransaction(ctx, s, s.writeRepeatable, func(ctx context.Context, tx *Tx) (tickler.BulkRequest, error) {
		r, _, err := tx.BulkRequest(ctx, account, id)
		if err != nil {
			return r, err
		}
		rows, made := make([]tickler.BulkRow, len(tasks)), make([]tickler.Outcome, len(tasks))
		for i, task := range tasks {
			rows[i] = tickler.BulkRow{Number: r.Processed() + i + 1, State: tickler.RowSucceeded, TaskID: task.ID, Name: task.Name}
			made[i] = task.Made()
		}
		if err := tx.Apply(ctx, made...); err != nil {
			return r, err
		}
		if err := tx.AddBulkRows(ctx, r, rows); err != nil {
			return r, err
		}
		if r = r.WithRows(rows, now); r.State.IsEnd() {
			r.Report.State = tickler.ReportPending
			if err := tx.EndJob(ctx, jobs.Ref{Account: jobs.ID(account), ID: jobs.ID(id)}); err != nil {
				return r, err
			}
			rows, err := tx.BulkRows(ctx, account, id)
			if err != nil {
				return r, err
			}
			if err := tx.Announce(ctx, []tickler.Delivery{told(r, rows)}, now); err != nil {
				return r, err
			}
		}
		return r, tx.PutBulkRequest(ctx, r)
	})
}
