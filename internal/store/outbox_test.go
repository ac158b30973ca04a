package store_test

import (
	"sync"
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

func TestSettledNotificationCanBeSentOnceMore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := arm(t, s, newID(), noon)
		claimReminders(t, s, noon, 10, 1)
		for _, state := range tickler.NotificationStates()[1:] {
			job := mailJobs(t, s, noon.Add(time.Hour))[0]
			before := notificationOf(t, s, job)
			resend := func(account, id tickler.ID) error {
				return s.ResendNotification(t.Context(), account, id, noon.Add(time.Hour), noon.Add(48*time.Hour))
			}
			wantKind(t, resend(task.AccountID, before.ID), tickler.KindInvalid) // it is pending
			if state == tickler.NotificationWithdrawn {
				armAgain(t, s, task, newID(), noon.Add(1000*time.Hour))
			}
			settle(t, s, before, job, state)
			wantKind(t, resend(task.AccountID, newID()), tickler.KindUnknownEntity)
			wantKind(t, resend(newID(), before.ID), tickler.KindUnknownEntity)
			equal(t, 0, jobCount(t, s))

			noError(t, resend(task.AccountID, before.ID))
			want := before
			want.Deadline = noon.Add(48 * time.Hour)
			equal(t, []tickler.Notification{want}, notifications(t, s, task.AccountID))
			equal(t, 1, jobCount(t, s))
		}
	})
}

func TestOneOfManyResendsAtOnceHolds(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		nodes := twoNodes(t, location)
		s := nodes[0]
		arm(t, s, newID(), noon)
		claimReminders(t, s, noon, 10, 1)
		job := mailJobs(t, s, noon)[0]
		n := notificationOf(t, s, job)
		settle(t, s, n, job, tickler.NotificationFailed)
		outcomes := make([]error, 16)
		var all sync.WaitGroup
		for i := range outcomes {
			all.Go(func() {
				outcomes[i] = nodes[i%2].ResendNotification(t.Context(), n.AccountID, n.ID, noon, noon.Add(time.Hour))
			})
		}
		all.Wait()
		resent := 0
		for _, err := range outcomes {
			if err == nil {
				resent++
			} else {
				wantKind(t, err, tickler.KindInvalid)
			}
		}
		equal(t, 1, resent)
		equal(t, 1, jobCount(t, s))
	})
}

// The caller's context ends while his claim is being written. What the writer finds out later must not reach into what
// the caller has by then (the race detector tells).
func TestClaimerThatGoesAwayMeanwhileLearnsNothing(t *testing.T) {
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
