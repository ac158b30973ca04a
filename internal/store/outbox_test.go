package store_test

import (
	"context"
	"testing"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestNotificationsAreListedByState(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		arm(t, s, newID(), noon) // another account's
		for i := range 5 {
			arm(t, s, account, noon.Add(-time.Duration(i)*time.Minute))
		}
		claimReminders(t, s, noon, 10, 6)
		equal(t, 5, len(notifications(t, s, account)))
		for _, job := range mailJobs(t, s, noon) {
			n := notificationOf(t, s, job)
			switch noon.Sub(n.Moment).Minutes() {
			case 1, 3:
				settle(t, s, n, job, tickler.NotificationSent)
			case 4:
				settle(t, s, n, job, tickler.NotificationFailed)
			}
		}
		list := func(page tickler.Page, states ...tickler.NotificationState) (ages []int) {
			t.Helper()
			all, err := s.Notifications(t.Context(), account, states, page)
			noError(t, err)
			for _, n := range all {
				equal(t, account, n.AccountID)
				ages = append(ages, int(noon.Sub(n.Moment).Minutes()))
			}
			return ages
		}
		whole := tickler.Page{Limit: 100}
		equal(t, []int{0, 1, 2, 3, 4}, list(whole))
		equal(t, []int{1, 3}, list(whole, tickler.NotificationSent))
		equal(t, []int{0, 2, 4}, list(whole, tickler.NotificationFailed, tickler.NotificationPending))
		equal(t, nil, list(whole, tickler.NotificationExpired))
		equal(t, []int{1, 2}, list(tickler.Page{Offset: 1, Limit: 2}))
		equal(t, []int{4}, list(tickler.Page{Offset: 2, Limit: 2}, tickler.NotificationFailed, tickler.NotificationPending))
		equal(t, nil, list(tickler.Page{Offset: 5, Limit: 2}))
	})
}

// A settled notification becomes pending again only if nobody else has changed it meanwhile.
func TestNotificationIsPutOnlyFromTheStateItIsIn(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := arm(t, s, newID(), noon)
		claimReminders(t, s, noon, 10, 1)
		job := mailJobs(t, s, noon)[0]
		settle(t, s, notificationOf(t, s, job), job, tickler.NotificationFailed)
		settled := notificationOf(t, s, job)
		resent := settled.Resent(noon.Add(time.Hour))
		put := func(n tickler.Notification, was tickler.NotificationState) {
			t.Helper()
			noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.PutNotification(ctx, n, was) }))
		}
		foreign := resent
		foreign.AccountID = newID()
		put(foreign, tickler.NotificationFailed)
		put(resent, tickler.NotificationSent)
		equal(t, settled, notificationOf(t, s, job))
		put(resent, tickler.NotificationFailed)
		equal(t, []tickler.Notification{resent}, notifications(t, s, task.AccountID))
		read := func(account, id tickler.ID) (n tickler.Notification, found bool) {
			t.Helper()
			noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				n, found, err = tx.Notification(ctx, account, id)
				return err
			}))
			return n, found
		}
		got, found := read(task.AccountID, settled.ID)
		equal(t, true, found)
		equal(t, resent, got)
		noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.EnqueueMail(ctx, got, noon.Add(time.Hour)) }))
		equal(t, resent, notificationOf(t, s, mailJobs(t, s, noon)[0]))
		for _, none := range [][2]tickler.ID{{newID(), settled.ID}, {task.AccountID, newID()}} {
			_, found := read(none[0], none[1])
			equal(t, false, found)
		}
	})
}

// The caller's context ends while their claim is being written. The writer must not touch what the
// caller has afterwards (the race detector would tell).
func TestClaimerThatLeavesIsNotWrittenTo(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		gone := func() *goneOnceSeen { return &goneOnceSeen{Context: t.Context(), done: make(chan struct{})} }
		for range 20 {
			task := arm(t, s, newID(), noon)
			if claimed, err := s.ClaimDue(gone(), noon, 10, nil); err != nil && claimed != 0 {
				t.Fatalf("got both %d and %v", claimed, err)
			}
			claimed, err := s.Jobs().Claim(gone(), tickler.MailJob, "runner", noon, noon.Add(time.Second), 10)
			if err != nil && claimed != nil {
				t.Fatalf("got both %v and %v", claimed, err)
			}
			own, err := s.Jobs().Renew(gone(), "runner", []jobs.Ref{{ID: jobs.ID(newID())}}, noon.Add(time.Second))
			if err != nil && own != nil {
				t.Fatalf("got both %v and %v", own, err)
			}
			_, changed, err := s.ChangeTask(gone(), task.AccountID, task.ID, changeTo(task))
			if err != nil && changed {
				t.Fatalf("got both a change and %v", err)
			}
		}
	})
}
