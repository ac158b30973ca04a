package store_test

import (
	"context"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// longAfter is the last second for which what ended a minute after noon is kept.
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
	noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		r, _, err := tx.BulkRequest(ctx, r.AccountID, r.ID)
		if err != nil {
			return err
		}
		r.Report = tickler.ReportMail{State: tickler.ReportSent, SettledAt: noon}
		return tx.PutBulkRequest(ctx, r)
	}))
}

// taken makes the receiver of a request accept its webhook.
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

// A request is deleted with everything that belongs to it, and nothing else. One that runs, or
// whose report or webhook is still on its way, stays, however old it is.
func TestBulkRequestsThatEndedLongAgoAreForgotten(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		account := newID()
		over, unreported, untold, running := submit(t, s, account, 2), submit(t, s, account, 2), submit(t, s, account, 2), submit(t, s, account, 3)
		later := submit(t, s, newID(), 2)
		for _, r := range []tickler.BulkRequest{over, unreported, untold, running} {
			runRows(t, s, r, creations(account, 1, 2)) // a minute after noon
		}
		_, err := s.RunBulkRows(t.Context(), later.AccountID, later.ID, creations(later.AccountID, 1, 2), noon.Add(time.Hour), told)
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

// A settled notification is forgotten once the same moment can't be notified again; a pending one
// stays.
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

// A notification that was settled long after its deadline, because the server was down, is kept as
// long as others.
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
