package store_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

var exceptNotificationID = cmpopts.IgnoreFields(tickler.Notification{}, "ID")

// armedTask is a task whose reminder is due at a moment.
func armedTask(account tickler.ID, moment time.Time) tickler.Task {
	task := plainTask(account)
	task.Notify, task.RemindAt, task.WakeAt = true, moment, moment
	return task
}

// arm puts such a task into the store.
func arm(t *testing.T, s *store.Store, account tickler.ID, moment time.Time) tickler.Task {
	t.Helper()
	task := armedTask(account, moment)
	noError(t, s.CreateTask(t.Context(), task))
	return task
}

// armAgain arms a task again, with an owner and a moment.
func armAgain(t *testing.T, s *store.Store, task tickler.Task, owner tickler.ID, moment time.Time) {
	t.Helper()
	_, _, err := s.ChangeTask(t.Context(), task.AccountID, task.ID, func(found tickler.Task) (tickler.Outcome, error) {
		found.OwnerID, found.RemindAt, found.WakeAt = owner, moment, moment
		return changeTo(found)(found)
	})
	noError(t, err)
}

func claimReminders(t *testing.T, s *store.Store, now time.Time, limit, want int) {
	t.Helper()
	claimed, err := s.ClaimDue(t.Context(), now, limit, nil)
	noError(t, err)
	equal(t, want, claimed)
}

// mailJobs claims every mail job that is due at an instant.
func mailJobs(t *testing.T, s *store.Store, now time.Time) []jobs.Job {
	t.Helper()
	claimed, err := s.Jobs().Claim(t.Context(), tickler.MailJob, "runner", now, now.Add(10*time.Second), 1000)
	noError(t, err)
	return claimed
}

// notificationOf reads what a mail job is about.
func notificationOf(t *testing.T, s *store.Store, job jobs.Job) tickler.Notification {
	t.Helper()
	n, found, err := s.NotificationOf(t.Context(), job)
	noError(t, err)
	equal(t, true, found)
	return n
}

// notifications lists an account's in some states, or all.
func notifications(t *testing.T, s *store.Store, account tickler.ID, states ...tickler.NotificationState) []tickler.Notification {
	t.Helper()
	all, err := s.Notifications(t.Context(), account, states, tickler.Page{Limit: 1000})
	noError(t, err)
	return all
}

// settle records what has become of a notification.
func settle(t *testing.T, s *store.Store, n tickler.Notification, job jobs.Job, state tickler.NotificationState) {
	t.Helper()
	n.State, n.SettledAt = state, noon.Add(time.Minute)
	noError(t, s.SettleNotification(t.Context(), n, job.Ref))
}

// jobCount counts the jobs of every kind and state.
func jobCount(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	counts, err := s.Jobs().Counts(t.Context())
	noError(t, err)
	for _, c := range counts {
		n += c.Count
	}
	return n
}

func TestClaimedReminderHasItsNotificationAndItsMail(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := arm(t, s, newID(), noon)
		now := noon.Add(1500 * time.Millisecond)
		claimReminders(t, s, now, 10, 1)

		after := task
		after.WakeAt = time.Time{}
		equal(t, []tickler.Task{after}, tasksOf(t, s, task.AccountID), exceptTaskAutoID) // no change of the task's own
		want := task.Notification(now.Truncate(time.Second))
		all := notifications(t, s, task.AccountID)
		equal(t, []tickler.Notification{want}, all, exceptNotificationID)
		equal(t, false, all[0].ID.IsZero())

		mails := mailJobs(t, s, now)
		equal(t, 1, len(mails))
		equal(t, jobs.ID(task.AccountID), mails[0].Account)
		equal(t, now.Truncate(time.Second), mails[0].CreatedAt)
		equal(t, all[0], notificationOf(t, s, mails[0]))
		claimReminders(t, s, now.Add(time.Hour), 10, 0)
	})
}

func TestRemindersAreClaimedWhenDueTheOldestFirst(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		moments := []time.Duration{-time.Hour, 0, -24 * time.Hour, time.Second, -time.Minute}
		for _, m := range moments {
			arm(t, s, account, noon.Add(m))
		}
		err := s.CreateTask(t.Context(), plainTask(account)) // not armed
		noError(t, err)
		late := noon.Add(time.Second - time.Millisecond)
		for _, want := range [][]time.Duration{{-24 * time.Hour, -time.Hour}, {-time.Minute, 0}, nil} {
			claimReminders(t, s, late, 2, len(want))
			var got []time.Duration
			for _, job := range mailJobs(t, s, late) {
				got = append(got, notificationOf(t, s, job).Moment.Sub(noon))
			}
			slices.Sort(got)
			equal(t, want, got)
		}
		claimReminders(t, s, noon.Add(time.Second), 2, 1)
	})
}

// Reminders of one batch may be many more than one statement inserts.
func TestManyRemindersAreClaimedAtOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		const count = 250
		account := newID()
		armMany(t, s, account, count)
		claimReminders(t, s, noon, 1000, count)
		equal(t, count, len(notifications(t, s, account)))
		equal(t, count, len(mailJobs(t, s, noon)))
	})
}

// armMany makes many tasks whose moment has come.
func armMany(t *testing.T, s *store.Store, account tickler.ID, count int) {
	t.Helper()
	var all sync.WaitGroup
	for i := range count {
		all.Go(func() {
			if err := s.CreateTask(t.Context(), armedTask(account, noon.Add(-time.Duration(i)*time.Second))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// When many claim at once, from two nodes if the engine allows it, every reminder is claimed
// exactly once.
func TestEveryReminderIsClaimedOnce(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		const count, claimers = 200, 16
		account := newID()
		nodes := twoNodes(t, location)
		armMany(t, nodes[0], account, count)
		claimed := make([]int, claimers)
		var all sync.WaitGroup
		for i := range claimers {
			all.Go(func() {
				for {
					n, err := nodes[i%2].ClaimDue(t.Context(), noon, 7, nil)
					if err != nil {
						t.Error(err)
					}
					if n == 0 || err != nil {
						return
					}
					claimed[i] += n
				}
			})
		}
		all.Wait()
		// A claimer may have stopped while others still held the last ones: those were claimed too.
		sum := 0
		for _, n := range claimed {
			sum += n
		}
		equal(t, count, sum)
		told := map[tickler.ID]bool{}
		for _, n := range notifications(t, nodes[0], account) {
			told[n.TaskID] = true
		}
		equal(t, count, len(told))
		mailed := map[tickler.ID]bool{}
		for _, job := range mailJobs(t, nodes[0], noon) {
			mailed[notificationOf(t, nodes[0], job).TaskID] = true
		}
		equal(t, told, mailed)
		equal(t, count, jobCount(t, nodes[0]))
	})
}

// twoNodes opens two stores on one Postgres, or one store twice.
func twoNodes(t *testing.T, location string) [2]*store.Store {
	t.Helper()
	first := storetest.Open(t, location)
	if !first.Shared() {
		return [2]*store.Store{first, first}
	}
	return [2]*store.Store{first, storetest.OpenAsIs(t, location)}
}

func TestReminderIsNotClaimedWithoutItsMail(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s, account := storetest.Open(t, location), newID()
		for range 2 {
			arm(t, s, account, noon)
		}
		before := tasksOf(t, s, account)
		db := storetest.SQL(t, location)
		storetest.Exec(t, db, `CREATE UNIQUE INDEX in_the_way ON job (kind)`) // which the second job violates
		claimed, err := s.ClaimDue(t.Context(), noon, 10, nil)
		if claimed != 0 || err == nil {
			t.Fatalf("claimed %d, %v; want an error", claimed, err)
		}
		equal(t, before, tasksOf(t, s, account))
		equal(t, nil, notifications(t, s, account))
		equal(t, 0, jobCount(t, s))

		storetest.Exec(t, db, `DROP INDEX in_the_way`)
		claimReminders(t, s, noon, 10, 2)
	})
}

// There is one notification for each task, moment and owner, however often the task is armed.
func TestReminderThatIsArmedAgain(t *testing.T) {
	for state, isSentAgain := range map[tickler.NotificationState]bool{
		tickler.NotificationSent: false, tickler.NotificationExpired: true, tickler.NotificationFailed: true,
		tickler.NotificationUnsent: true, tickler.NotificationWithdrawn: true,
	} {
		t.Run(state.String(), func(t *testing.T) {
			storetest.Run(t, func(t *testing.T, s *store.Store) {
				task := arm(t, s, newID(), noon)
				claimReminders(t, s, noon, 10, 1)
				job := mailJobs(t, s, noon)[0]
				first := notificationOf(t, s, job)
				first.Attempts, first.LastError = 3, "451 try later"
				noError(t, s.NoteAttempt(t.Context(), first))
				armAgain(t, s, task, newID(), noon) // so that it may be withdrawn
				claimReminders(t, s, noon, 10, 1)
				equal(t, 1, len(mailJobs(t, s, noon)))
				settle(t, s, first, job, state)
				settled := notificationOf(t, s, job)

				armAgain(t, s, task, task.OwnerID, noon)
				claimReminders(t, s, noon.Add(time.Hour), 10, 1)
				mails := mailJobs(t, s, noon.Add(5*time.Second))
				want := settled
				if isSentAgain {
					want.State, want.SettledAt = tickler.NotificationPending, time.Time{}
					equal(t, 1, len(mails))
					equal(t, want, notificationOf(t, s, mails[0]))
				}
				equal(t, isSentAgain, len(mails) == 1)
				equal(t, want, notificationOf(t, s, job))
				equal(t, 2, len(notifications(t, s, task.AccountID))) // the other one is the other owner's
			})
		})
	}
}

// While a notification is pending it has its job: a second one would mail it twice.
func TestPendingReminderThatIsArmedAgainHasOneMail(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := arm(t, s, newID(), noon)
		claimReminders(t, s, noon, 10, 1)
		first := notifications(t, s, task.AccountID)
		other := arm(t, s, task.AccountID, noon) // in the same batch
		armAgain(t, s, task, task.OwnerID, noon)
		claimReminders(t, s, noon, 10, 2)
		var tasks []tickler.ID
		for _, job := range mailJobs(t, s, noon) {
			tasks = append(tasks, notificationOf(t, s, job).TaskID)
		}
		equal(t, []tickler.ID{task.ID, other.ID}, tasks, cmpopts.SortSlices(func(a, b tickler.ID) bool { return a.String() < b.String() }))
		equal(t, 2, len(notifications(t, s, task.AccountID)))
		equal(t, first, slices.DeleteFunc(notifications(t, s, task.AccountID), func(n tickler.Notification) bool { return n.TaskID != task.ID }))
	})
}

func TestAnotherMomentOrOwnerIsAnotherNotification(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task, owner := arm(t, s, newID(), noon), newID()
		claimReminders(t, s, noon, 10, 1)
		armAgain(t, s, task, task.OwnerID, noon.Add(time.Second))
		claimReminders(t, s, noon.Add(time.Second), 10, 1)
		armAgain(t, s, task, owner, noon)
		claimReminders(t, s, noon.Add(time.Second), 10, 1)
		equal(t, 3, len(notifications(t, s, task.AccountID)))
		equal(t, 3, len(mailJobs(t, s, noon.Add(time.Second))))
	})
}

func TestNextDue(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		next := func(want time.Time) {
			t.Helper()
			at, isArmed, err := s.NextDue(t.Context())
			noError(t, err)
			equal(t, !want.IsZero(), isArmed)
			if isArmed {
				equal(t, want, at)
				equal(t, "UTC", at.Location().String())
			}
		}
		next(time.Time{})
		arm(t, s, newID(), noon.Add(time.Hour))
		first := arm(t, s, newID(), noon)
		next(noon)
		armAgain(t, s, first, first.OwnerID, noon.Add(2*time.Hour))
		next(noon.Add(time.Hour))
		claimReminders(t, s, noon.Add(time.Hour), 10, 1)
		next(noon.Add(2 * time.Hour))
		claimReminders(t, s, noon.Add(2*time.Hour), 10, 1)
		next(time.Time{})
	})
}

func TestNotificationOfAJob(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := arm(t, s, newID(), noon)
		claimReminders(t, s, noon, 10, 1)
		job := mailJobs(t, s, noon)[0]
		n := notificationOf(t, s, job)
		equal(t, n.ID.String(), job.Payload)

		old := job // as it was made before jobs had the notification's id
		old.Payload = fmt.Sprintf(`{"Account":%q,"Task":%q,"Owner":%q,"Moment":%d}`, task.AccountID, task.ID, task.OwnerID, noon.Unix())
		equal(t, n, notificationOf(t, s, old))

		others, oldOthers, gone, oldGone := job, old, job, old
		others.Account, oldOthers.Account = jobs.ID(newID()), jobs.ID(newID())
		gone.Payload = newID().String()
		oldGone.Payload = strings.Replace(old.Payload, `"Moment":`, `"Moment":1`, 1)
		for _, none := range []jobs.Job{others, oldOthers, gone, oldGone} {
			_, found, err := s.NotificationOf(t.Context(), none)
			noError(t, err)
			equal(t, false, found)
		}

		for _, payload := range []string{``, `{`, `{}`, `{"Task":"x","Owner":"y"}`, `[]`} {
			unreadable := job
			unreadable.Payload = payload
			_, found, err := s.NotificationOf(t.Context(), unreadable)
			if found || reflect.TypeOf(err) != reflect.TypeOf(jobs.Dead(nil)) { // retrying can't help
				t.Errorf("payload %q: found %t, %v; want an error that is dead", payload, found, err)
			}
		}
	})
}

func TestSettledNotificationStaysSettled(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := arm(t, s, newID(), noon)
		claimReminders(t, s, noon, 10, 1)
		job := mailJobs(t, s, noon)[0]
		n := notificationOf(t, s, job)

		n.Attempts, n.LastError = 1, "451 try later"
		noError(t, s.NoteAttempt(t.Context(), n))
		equal(t, n, notificationOf(t, s, job))
		equal(t, 1, jobCount(t, s))

		n.State, n.Attempts, n.LastError, n.SettledAt = tickler.NotificationFailed, 2, "550 no such user", noon.Add(time.Minute)
		noError(t, s.SettleNotification(t.Context(), n, job.Ref))
		equal(t, n, notificationOf(t, s, job))
		equal(t, 0, jobCount(t, s))

		again := n // a lost run reports too late
		again.State, again.Attempts, again.LastError, again.SettledAt = tickler.NotificationSent, 9, "", noon.Add(time.Hour)
		noError(t, s.SettleNotification(t.Context(), again, job.Ref))
		again.State = tickler.NotificationPending
		noError(t, s.NoteAttempt(t.Context(), again))
		equal(t, []tickler.Notification{n}, notifications(t, s, task.AccountID))
	})
}
