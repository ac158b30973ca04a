package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// longAfter is when what ended a minute after noon is kept for the last second.
var longAfter = noon.Add(time.Minute + tickler.EndedKept)

func wantForgotten(t *testing.T, forget func(context.Context, time.Time, int) (int64, error), now time.Time, want int64) {
	t.Helper()
	forgotten, err := forget(t.Context(), now, 10)
	noError(t, err)
	equal(t, want, forgotten)
}

// reported settles the mail of a request's report.
func reported(t *testing.T, s *store.Store, r tickler.BulkRequest) {
	t.Helper()
	noError(t, s.NoteReport(t.Context(), r.AccountID, r.ID, tickler.ReportMail{State: tickler.ReportSent, SettledAt: noon}, jobs.Ref{}))
}

// taken has the receiver of a request take what it is told.
func taken(t *testing.T, s *store.Store, r tickler.BulkRequest) {
	t.Helper()
	record(t, s, deliveriesOf(t, s, r)[0], tickler.DeliveryAttempt{At: noon})
}

func deliveriesOf(t *testing.T, s *store.Store, r tickler.BulkRequest) []tickler.Delivery {
	t.Helper()
	all, err := s.DeliveriesOfRequest(t.Context(), r.AccountID, r.ID, tickler.Page{Limit: 10})
	noError(t, err)
	return all
}

// A request goes with all that belongs to it, and nothing of another. One that runs, or of which something is still on its way,
// stays however old it is.
func TestBulkRequestsThatEndedLongAgoAreForgotten(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		account := newID()
		over, unreported, untold, running := submit(t, s, account, 2), submit(t, s, account, 2), submit(t, s, account, 2), submit(t, s, account, 3)
		later := submit(t, s, newID(), 2)
		for _, r := range []tickler.BulkRequest{over, unreported, untold, running} {
			_, err := runRows(t, s, r, creations(account, 1, 2)) // a minute after noon
			noError(t, err)
		}
		_, _, err := s.RunBulkRows(t.Context(), later.AccountID, later.ID, creations(later.AccountID, 1, 2), noon.Add(time.Hour), jobs.Ref{}, told)
		noError(t, err)
		for _, r := range []tickler.BulkRequest{over, untold, later} {
			reported(t, s, r)
		}
		for _, r := range []tickler.BulkRequest{over, unreported, later} {
			taken(t, s, r)
		}

		wantForgotten(t, s.ForgetBulkRequests, longAfter, 0)
		wantForgotten(t, s.ForgetBulkRequests, longAfter.Add(time.Second), 1)
		wantForgotten(t, s.ForgetBulkRequests, longAfter.Add(time.Second), 0)
		_, found, err := s.BulkRequest(t.Context(), account, over.ID)
		noError(t, err)
		equal(t, false, found)
		for table, want := range map[string]int{"bulk_request": 4, "bulk_body": 4, "bulk_row": 8, "delivery": 3, "delivery_attempt": 2, "task": 10} {
			var left int
			noError(t, storetest.SQL(t, location).QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&left))
			if left != want {
				t.Errorf("%s has %d rows, want %d", table, left, want)
			}
		}

		reported(t, s, unreported)
		taken(t, s, untold)
		replay(t, s, deliveriesOf(t, s, later)[0], noon) // somebody wants it sent again
		wantForgotten(t, s.ForgetBulkRequests, longAfter.Add(2*time.Hour), 2)
		taken(t, s, later)
		wantForgotten(t, s.ForgetBulkRequests, longAfter.Add(2*time.Hour), 1)
		wantForgotten(t, s.ForgetBulkRequests, longAfter.Add(10_000*time.Hour), 0) // one still runs
	})
}

// What was sent is forgotten when its task can't be told of the same moment again; what is pending stays.
func TestNotificationsSettledLongAgoAreForgotten(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		for range 2 {
			arm(t, s, account, noon)
		}
		_, err := s.ClaimDue(t.Context(), noon, 10, nil)
		noError(t, err)
		claimed, err := s.Jobs().Claim(t.Context(), tickler.MailJob, "runner", noon, noon.Add(lease), 1)
		noError(t, err)
		sent, _, err := s.NotificationOf(t.Context(), claimed[0])
		noError(t, err)
		settle(t, s, sent, claimed[0], tickler.NotificationSent)
		if !sent.Deadline.After(noon.Add(time.Minute)) {
			t.Fatalf("the deadline %s is not the later one", sent.Deadline)
		}

		wantForgotten(t, s.ForgetNotifications, sent.Deadline.Add(tickler.EndedKept), 0)
		wantForgotten(t, s.ForgetNotifications, sent.Deadline.Add(tickler.EndedKept+time.Second), 1)
		equal(t, []tickler.NotificationState{tickler.NotificationPending}, statesOf(notifications(t, s, account)))
		wantForgotten(t, s.ForgetNotifications, longAfter.Add(10_000*time.Hour), 0)
	})
}

func statesOf(all []tickler.Notification) (states []tickler.NotificationState) {
	for _, n := range all {
		states = append(states, n.State)
	}
	return states
}

// One that was settled long after its deadline, by a server that had stood still, is kept as long as others.
func TestNotificationsSettledLateAreKept(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := arm(t, s, newID(), noon)
		_, err := s.ClaimDue(t.Context(), noon, 10, nil)
		noError(t, err)
		claimed, err := s.Jobs().Claim(t.Context(), tickler.MailJob, "runner", noon, noon.Add(lease), 1)
		noError(t, err)
		n := notifications(t, s, task.AccountID)[0]
		late := n.Deadline.Add(1000 * 24 * time.Hour)
		n.State, n.SettledAt = tickler.NotificationExpired, late
		noError(t, s.SettleNotification(t.Context(), n, claimed[0].Ref))
		wantForgotten(t, s.ForgetNotifications, late.Add(tickler.EndedKept), 0)
		wantForgotten(t, s.ForgetNotifications, late.Add(tickler.EndedKept+time.Second), 1)
	})
}

func TestDeadJobsAreForgotten(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		for range 2 {
			submit(t, s, newID(), 1)
		}
		claimed, err := s.Jobs().Claim(t.Context(), tickler.BulkJob, "runner", noon, noon.Add(time.Minute), 1)
		noError(t, err)
		noError(t, s.Jobs().Bury(t.Context(), "runner", claimed[0].Ref, "it can't be read"))
		wantForgotten(t, s.ForgetDeadJobs, longAfter, 0)
		wantForgotten(t, s.ForgetDeadJobs, longAfter.Add(time.Second), 1)
		wantForgotten(t, s.ForgetDeadJobs, longAfter.Add(10_000*time.Hour), 0) // the other one waits
		equal(t, map[string]int{tickler.BulkJob: 1}, waiting(t, s))
	})
}

// So many of an account may wait; then no more are taken until one has ended. A call that is repeated, since its answer was lost, is
// not one more, and an Idempotency-Key stays free.
func TestOnlySoManyBulkRequestsWait(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		account := newID()
		submit(t, s, account, 1)
		fillBulkRequests(t, location)
		last := submit(t, s, account, 1)
		_, err := s.CreateBulkRequest(t.Context(), last, nil)
		noError(t, err)
		one := plainBulk(account, 1)
		once := &tickler.Once{AccountID: account, Operation: "Bulk", Key: "k", Answer: []byte("{}"), At: noon}
		_, err = s.CreateBulkRequest(t.Context(), one, once)
		equal[error](t, tickler.TooManyBulkRequests(), err)
		_, found, err := s.BulkRequest(t.Context(), account, one.ID)
		noError(t, err)
		equal(t, false, found)
		submit(t, s, newID(), 1) // another account's

		_, err = runRows(t, s, last, creations(account, 1, 1))
		noError(t, err)
		first, err := s.CreateBulkRequest(t.Context(), one, once)
		noError(t, err)
		equal(t, nil, first)
		first, err = s.CreateBulkRequest(t.Context(), plainBulk(account, 1), once) // a replay is none either
		noError(t, err)
		equal(t, "{}", string(first.Answer))
	})
}

// fillBulkRequests makes so many of the one bulk request that is there that there is room for one more.
func fillBulkRequests(t *testing.T, location string) {
	t.Helper()
	id := `randomblob(16)`
	if strings.Contains(location, "://") {
		id = `gen_random_uuid()`
	}
	storetest.Exec(t, storetest.SQL(t, location), `
		WITH RECURSIVE n (n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM n WHERE n < $1)
		INSERT INTO bulk_request (account_id, id, operation, state, requested_by, via, webhook_url, row_count, succeeded, failed, created_at,
			report_state, report_attempts, report_error)
		SELECT account_id, `+id+`, operation, state, requested_by, via, webhook_url, row_count, succeeded, failed, created_at,
			report_state, report_attempts, report_error
		FROM bulk_request, n`, tickler.MaxBulkWaiting)
}
