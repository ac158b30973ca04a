package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/pgtest"
	"tickler/internal/store/engine"
)

// Write records what is read in a unit too.
func (r *recorder) Write(ctx context.Context, u engine.Unit) error {
	run := u.Run
	u.Run = func(ctx context.Context, tx engine.Handle) error { return run(ctx, recordingHandle{tx, r}) }
	return r.Engine.Write(ctx, u)
}

// What every node polls all day must not read tasks and jobs that it is not about.
func TestWhatIsDueIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	// Postgres plans by the tables' contents: here, every other task is armed, and one task and one
	// job of many are due.
	crowd := []string{
		`INSERT INTO task SELECT n, md5((n / 100)::text)::uuid, gen_random_uuid(), 1, '', '', '', a, 1, 0, NULL, a, n, n, 0, 0, 0, 0, NULL, 1, n,
			CASE WHEN n % 2 = 0 THEN 1000000 + n END, 0, NULL, NULL, '', '', '', 0, 0, 0, 0, a, 1, NULL, 0, a
		FROM generate_series(1, 20000) AS n, (SELECT gen_random_uuid() AS a) AS account`,
		`INSERT INTO job SELECT gen_random_uuid(), gen_random_uuid(), 'mail', '', CASE WHEN n % 2 = 0 THEN (n / 10)::text END, n % 3, 1000000000 + n,
			'', 0, '', 0, 0
		FROM generate_series(1, 20000) AS n`,
		`ANALYZE task`, `ANALYZE job`,
	}
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := filledStore(t, location, crowd...)
			err := s.write(t.Context(), func(ctx context.Context, tx engine.Handle) error {
				return enqueue(ctx, tx, jobs.New{Ref: jobs.Ref{Account: jobs.ID(newID())}, Kind: tickler.MailJob, Due: time.Unix(1, 0)})
			})
			if err != nil {
				t.Fatal(err)
			}
			task := newTask()
			task.RemindAt, task.WakeAt = time.Unix(1, 0), time.Unix(1, 0)
			if err := s.CreateTask(t.Context(), task); err != nil {
				t.Fatal(err)
			}
			covering := func(index string) string { return map[bool]string{false: "only "}[s.Shared()] + index } // Postgres looks at rows to lock them
			oldest, pairs := `only task_to_wake(wake_at<); no sort`, `only task_to_wake(wake_at,account_id> wake_at<); no other; no sort`
			claimOldest, claimTurn := `task_to_wake(wake_at<); no sort`, `task_to_wake(wake_at= account_id=); no sort`
			look := covering(`job_due(kind= next_at<)`)
			if s.Shared() {
				look += ` | job_turn(kind= next_at<)`
			}
			ahead := `; job_in_series(serial_key=)`
			claim := covering(`job_turn(kind= account_id= next_at<)`) + ahead
			turn := covering(`job_turn(kind= account_id>)`) + `; ` + claim
			r := &recorder{Engine: s.engine}
			recorded, now := newStore(r), time.Unix(100, 0)
			_, _, err = recorded.NextDue(t.Context())
			wantPlans(t, s, r, err, `only task_to_wake`)
			_, _, err = recorded.NextDue(t.Context(), newID())
			wantPlans(t, s, r, err, `only task_to_wake`)
			_, err = recorded.DueTurns(t.Context(), now, 1)
			wantPlans(t, s, r, err, oldest, pairs)
			_, err = recorded.DueTurns(t.Context(), now, 1, newID())
			wantPlans(t, s, r, err, oldest, pairs)
			due := tickler.Turn{AccountID: task.AccountID, Due: []time.Time{task.WakeAt}}
			err = recorded.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				_, _, err := tx.DueTasks(ctx, now, 2, []tickler.Turn{due}, newID())
				return err
			})
			wantPlans(t, s, r, err, claimTurn, claimOldest)
			_, err = recorded.ClaimDue(t.Context(), now, 200, nil)
			wantPlans(t, s, r, err, oldest, claimOldest)
			_, err = recorded.Jobs().Claim(t.Context(), tickler.BulkJob, "runner", now, now.Add(time.Second), 8) // nothing is due: no lock
			wantPlans(t, s, r, err, look)
			_, err = recorded.Jobs().Claim(t.Context(), tickler.MailJob, "runner", now, now.Add(time.Second), 8)
			wantPlans(t, s, r, err, look, turn, claim)
			now = now.Add(time.Minute)
			_, err = recorded.Jobs().Claim(t.Context(), tickler.MailJob, "runner", now, now.Add(time.Second), 8, jobs.ID{1})
			wantPlans(t, s, r, err, look, turn, turn, claim)
			_, _, err = recorded.NextAhead(t.Context(), jobs.Ref{}, []string{"1", "2"})
			wantPlans(t, s, r, err, `job_in_series(serial_key=)`)
			_, err = recorded.Jobs().Renew(t.Context(), "runner", []jobs.Ref{{}, {Account: jobs.ID{1}}}, now.Add(time.Second))
			wantPlans(t, s, r, err, `either; pkey of job(account_id= id=)`)
		})
	}
}
