package store

import (
	"context"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/pgtest"
	"tickler/internal/store/engine"
)

// Write notes what is read in a unit too.
func (r *recorder) Write(ctx context.Context, u engine.Unit) error {
	run := u.Run
	u.Run = func(ctx context.Context, tx engine.Handle) error { return run(ctx, recordingHandle{tx, r}) }
	return r.Engine.Write(ctx, u)
}

// What every node asks all day must not look at tasks and jobs that it is not about.
func TestWhatIsDueIsFoundByItsIndex(t *testing.T) {
	t.Parallel()
	// Postgres goes by what is in the table: here, one task of many is armed, and one job of many is due.
	crowd := []string{
		`INSERT INTO task SELECT n, a, gen_random_uuid(), 1, '', '', '', a, 1, 0, NULL, a, n, n, 0, 0, 0, 0, NULL, 1, n,
			CASE WHEN n % 2 = 0 THEN 1000000 + n END, 0, NULL, NULL, '', '', '', 0, 0, 0, 0, a, 1, NULL, 0, a
		FROM generate_series(1, 20000) AS n, (SELECT gen_random_uuid() AS a) AS account`,
		`INSERT INTO job SELECT gen_random_uuid(), gen_random_uuid(), 'mail', '', CASE WHEN n % 2 = 0 THEN (n / 10)::text END, n % 3, 1000000000 + n,
			'', 0, '', 0, 0
		FROM generate_series(1, 20000) AS n`,
		`ANALYZE task`, `ANALYZE job`,
	}
	for name, on := range map[string]struct {
		location, explain string
		prepare           []string
		// Patterns of the plans.
		next, wake, look, turn, claim, ahead, renew string
	}{
		"SQLite": {
			filepath.Join(t.TempDir(), "tickler.db"), `EXPLAIN QUERY PLAN `, nil,
			`SEARCH task USING COVERING INDEX task_to_wake`,
			`SEARCH t USING INDEX task_to_wake \(wake_at<\?\)`,
			`SEARCH job USING COVERING INDEX job_due \(kind=\? AND next_at<\?\)`,
			`(?s)SEARCH job USING COVERING INDEX job_turn \(kind=\? AND account_id>\?\).*` +
				`SEARCH j USING COVERING INDEX job_turn \(kind=\? AND account_id=\? AND next_at<\?\).*SEARCH other`,
			`(?s)SEARCH j USING COVERING INDEX job_turn \(kind=\? AND account_id=\? AND next_at<\?\).*SEARCH other USING INDEX job_in_series \(serial_key=\?`,
			`SEARCH job USING INDEX job_in_series \(serial_key=\?`,
			`MULTI-INDEX OR\n.*\nSEARCH job USING PRIMARY KEY \(account_id=\? AND id=\?\)`,
		},
		"Postgres": {
			pgtest.URL(t), `EXPLAIN `, crowd,
			`Index Only Scan using task_to_wake`,
			`(?s)Index Scan using task_to_wake on task .*Index Cond: \(wake_at <= `,
			`(?s)Index (Only )?Scan using job_(due|turn) on job .*Index Cond: .*next_at <= `,
			`(?s)Index (Only )?Scan using job_turn on job .*Index Cond: .*account_id > .*Scan using job_turn on job j`,
			`(?s)Index Scan using job_turn on job j.*Index Cond: .*next_at <= .*Index Scan using job_in_series on job other`,
			`Index Scan using job_in_series on job|Bitmap Index Scan on job_in_series`,
			`(?s)BitmapOr.*Bitmap Index Scan on job_pkey`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, on.location)
			for _, statement := range on.prepare {
				if _, err := s.engine.Database().ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			err := s.write(t.Context(), func(ctx context.Context, tx engine.Handle) error {
				return enqueue(ctx, tx, jobs.New{Ref: jobs.Ref{Account: jobs.ID(newID())}, Kind: tickler.MailJob, Due: time.Unix(1, 0)})
			})
			if err != nil {
				t.Fatal(err)
			}
			r := &recorder{Engine: s.engine}
			recorded, now := newStore(r), time.Unix(100, 0)
			_, _, err = recorded.NextDue(t.Context())
			wantPlan(t, s, r, err, on.explain, on.next)
			_, err = recorded.ClaimDue(t.Context(), now, 200, nil)
			wantPlan(t, s, r, err, on.explain, on.wake)
			_, err = recorded.Jobs().Claim(t.Context(), tickler.BulkJob, "runner", now, now.Add(time.Second), 8) // nothing is due: no lock
			wantPlan(t, s, r, err, on.explain, on.look)
			_, err = recorded.Jobs().Claim(t.Context(), tickler.MailJob, "runner", now, now.Add(time.Second), 8)
			wantPlan(t, s, r, err, on.explain, on.look, on.turn, on.claim)
			now = now.Add(time.Minute)
			_, err = recorded.Jobs().Claim(t.Context(), tickler.MailJob, "runner", now, now.Add(time.Second), 8, jobs.ID{1})
			wantPlan(t, s, r, err, on.explain, on.look, on.turn, on.turn, on.claim)
			_, _, err = recorded.NextAhead(t.Context(), jobs.Ref{}, []string{"1", "2"})
			wantPlan(t, s, r, err, on.explain, on.ahead)
			_, err = recorded.Jobs().Renew(t.Context(), "runner", []jobs.Ref{{}, {Account: jobs.ID{1}}}, now.Add(time.Second))
			wantPlan(t, s, r, err, on.explain, on.renew)
		})
	}
}

// wantPlan wants so many queries to have been recorded, each of a plan that matches its pattern, and forgets them.
func wantPlan(t *testing.T, s *Store, r *recorder, err error, explainer string, patterns ...string) {
	t.Helper()
	if err != nil || len(r.queries) != len(patterns) {
		t.Fatalf("%d queries were recorded, %v", len(r.queries), err)
	}
	for i, q := range r.queries {
		if plan := explain(t, s, explainer+q.text, q.args); !regexp.MustCompile(patterns[i]).MatchString(plan) {
			t.Errorf("%s\nis not run as %s:\n%s", q.text, patterns[i], plan)
		}
	}
	r.queries = nil
}
