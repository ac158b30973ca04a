package app_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// armed is a task of the seller's whose reminder is due now.
func (w *world) armed(caller app.Caller) tickler.Task {
	w.t.Helper()
	due := w.Now()
	task, err := w.CreateTask(w.t.Context(), caller, tickler.TaskDraft{Name: "armed", DueAt: &due, ReminderMinutes: new(0), Notify: true})
	w.must(err)
	return task
}

func (w *world) claimDue(want int) {
	w.t.Helper()
	claimed, err := w.ClaimDue(w.t.Context(), w.Now(), 10)
	w.must(err)
	wantEqual(w.t, want, claimed)
}

// mailed claims the only mail job, and reads its notification.
func (w *world) mailed() (tickler.Notification, jobs.Job) {
	w.t.Helper()
	claimed, err := w.store.Jobs().Claim(w.t.Context(), tickler.MailJob, "runner", w.Now(), w.Now().Add(time.Second), 10)
	w.must(err)
	wantEqual(w.t, 1, len(claimed))
	return w.notificationOf(claimed[0]), claimed[0]
}

func (w *world) notificationOf(job jobs.Job) tickler.Notification {
	w.t.Helper()
	n, found, err := w.store.NotificationOf(w.t.Context(), job)
	w.must(err)
	wantEqual(w.t, true, found)
	return n
}

// settle records what has become of a notification.
func (w *world) settle(n tickler.Notification, job jobs.Job, state tickler.NotificationState) {
	w.t.Helper()
	n.State, n.SettledAt = state, w.Now()
	w.must(w.SettleNotification(w.t.Context(), n, job.Ref))
	wantEqual(w.t, n, w.notificationOf(job))
}

// move changes a task's dates or owner.
func (w *world) move(task tickler.Task, patch tickler.TaskPatch) {
	w.t.Helper()
	changed, err := w.UpdateTask(w.t.Context(), w.as("admin"), task.ID, patch)
	w.must(err)
	wantEqual(w.t, true, changed.Changed)
}

func TestSettledNotificationCanBeSentOnceMore(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task := w.armed(w.as("seller"))
		w.claimDue(1)
		for _, state := range tickler.NotificationStates()[1:] {
			w.clock.Advance(time.Hour)
			before, job := w.mailed()
			wantKind(t, w.ResendNotification(t.Context(), w.as("admin"), before.ID), tickler.KindInvalid) // it is pending
			if state == tickler.NotificationWithdrawn {
				w.move(task, tickler.TaskPatch{DueAt: tickler.Of(now.Add(1000 * time.Hour))})
			}
			w.settle(before, job, state)
			wantKind(t, w.ResendNotification(t.Context(), w.as("admin"), newID()), tickler.KindUnknownEntity)
			wantKind(t, w.ResendNotification(t.Context(), w.stranger(), before.ID), tickler.KindUnknownEntity)
			wantEqual(t, nil, w.waiting())

			w.must(w.ResendNotification(t.Context(), w.as("admin"), before.ID))
			want := before
			want.Deadline = w.Now().Add(tickler.ResendKept)
			all, err := w.Notifications(t.Context(), w.as("admin"), nil, tickler.Page{Limit: 10})
			w.must(err)
			wantEqual(t, []tickler.Notification{want}, all)
			wantEqual(t, map[string]int{tickler.MailJob: 1}, w.waiting())
		}
	})
}

func TestOneOfManyResendsAtOnceHolds(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		w, nodes := twoNodes(t, location)
		w.armed(w.as("seller"))
		w.claimDue(1)
		n, job := w.mailed()
		w.settle(n, job, tickler.NotificationFailed)
		admin := w.as("admin")
		outcomes := make([]error, 16)
		var all sync.WaitGroup
		for i := range outcomes {
			all.Go(func() { outcomes[i] = nodes[i%2].ResendNotification(t.Context(), admin, n.ID) })
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
		wantEqual(t, 1, resent)
		wantEqual(t, map[string]int{tickler.MailJob: 1}, w.waiting())
	})
}

func TestSettledNotificationStaysSettled(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.armed(w.as("seller"))
		w.claimDue(1)
		n, job := w.mailed()
		n.Attempts, n.LastError = 1, "451 try later"
		w.must(w.NoteAttempt(t.Context(), n))
		wantEqual(t, n, w.notificationOf(job))
		wantEqual(t, map[string]int{tickler.MailJob: 1}, w.waiting())

		n.State, n.Attempts, n.LastError, n.SettledAt = tickler.NotificationFailed, 2, "550 no such user", now.Add(time.Minute)
		w.must(w.SettleNotification(t.Context(), n, job.Ref))
		wantEqual(t, n, w.notificationOf(job))
		wantEqual(t, nil, w.waiting())

		again := n // a lost run reports too late
		again.State, again.Attempts, again.LastError, again.SettledAt = tickler.NotificationSent, 9, "", now.Add(time.Hour)
		w.must(w.SettleNotification(t.Context(), again, job.Ref))
		again.State = tickler.NotificationPending
		w.must(w.NoteAttempt(t.Context(), again))
		wantEqual(t, n, w.notificationOf(job))
	})
}

// After a run has read the task and before it decides, the task may be armed anew for the same
// moment and owner.
func TestNotificationThatIsWantedAgainIsNotWithdrawn(t *testing.T) {
	armAgain := func(w *world, task tickler.Task) {
		w.move(task, tickler.TaskPatch{DueAt: tickler.Of(now.Add(time.Hour))})
		w.move(task, tickler.TaskPatch{DueAt: tickler.Of(now)})
	}
	for name, test := range map[string]struct {
		meanwhile func(w *world, task tickler.Task)
		withdrawn bool
	}{
		"claimed again": {func(w *world, task tickler.Task) {
			armAgain(w, task)
			w.claimDue(1)
		}, false},
		"armed, not yet claimed": {armAgain, true},
		"handed on":              {func(w *world, task tickler.Task) { w.move(task, tickler.TaskPatch{OwnerID: w.users["boss"].ID}) }, true},
		"gone": {func(w *world, task tickler.Task) {
			w.must(w.store.Write(w.t.Context(), func(ctx context.Context, tx *store.Tx) error {
				outcome, err := task.Delete(tickler.Actor{UserID: task.OwnerID, Now: now})
				if err != nil {
					return err
				}
				return tx.Apply(ctx, outcome)
			}))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, w *world) {
				task := w.armed(w.as("seller"))
				w.claimDue(1)
				n, job := w.mailed()
				test.meanwhile(w, task)
				n.State, n.SettledAt = tickler.NotificationWithdrawn, now
				if err := w.SettleNotification(t.Context(), n, job.Ref); (err == nil) != test.withdrawn {
					t.Errorf("got %v", err)
				}
				left := w.notificationOf(job)
				if test.withdrawn {
					wantEqual(t, n, left)
					wantEqual(t, nil, w.waiting())
					return
				}
				wantEqual(t, tickler.NotificationPending, left.State)
				wantEqual(t, map[string]int{tickler.MailJob: 1}, w.waiting())
			})
		})
	}
}

// A row that can't be read stops neither its own reminder nor any other from being claimed.
func TestARowThatCantBeReadStopsNoClaim(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		w := newWorld(t, storetest.Open(t, location))
		s, err := w.CreateSubscription(t.Context(), w.as("admin"), draftOf(tickler.TaskReminded), app.Options{})
		w.must(err)
		bad, good := w.armed(w.as("seller")), w.armed(w.as("boss"))
		w.armed(w.stranger())
		storetest.Exec(t, storetest.SQL(t, location), `UPDATE task SET custom_fields = 'none of ours' WHERE id = $1`, bad.ID[:])
		claimed, err := w.ClaimDue(t.Context(), now, 10)
		wantEqual(t, 3, claimed)
		if err == nil || !strings.Contains(err.Error(), bad.ID.String()) || strings.Contains(err.Error(), good.ID.String()) {
			t.Errorf("the claim said %v, want the task %s", err, bad.ID)
		}
		told, err := w.DeliveriesOfSubscription(t.Context(), w.as("admin"), s.ID, tickler.Page{Limit: 10})
		w.must(err)
		wantEqual(t, 1, len(told))
		wantEqual(t, good.ID, told[0].TaskID)
		for caller, want := range map[*app.Caller]int{new(w.as("admin")): 2, new(w.stranger()): 1} {
			all, err := w.Notifications(t.Context(), *caller, nil, tickler.Page{Limit: 10})
			w.must(err)
			wantEqual(t, want, len(all))
		}
		w.claimDue(0)
	})
}

// The caller's context ends while their call is being written. The writer must not touch what the
// caller has afterwards (the race detector would tell).
func TestCallerThatLeavesIsNotWrittenTo(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		gone := func() *goneOnceSeen { return &goneOnceSeen{Context: t.Context(), done: make(chan struct{})} }
		admin := w.as("admin")
		under := func(answer string) app.Options {
			return app.Options{Once: &tickler.Once{Operation: create, Key: "k", Answer: []byte(answer)}}
		}
		_, err := w.App.CreateTask(t.Context(), admin, tickler.TaskDraft{Name: "first"}, under("first"))
		w.must(err)
		for range 20 {
			task := w.armed(admin)
			if claimed, err := w.ClaimDue(gone(), now, 10); err != nil && claimed != 0 {
				t.Fatalf("got both %d and %v", claimed, err)
			}
			if changed, err := w.CompleteTask(gone(), admin, task.ID); err != nil && changed.Changed {
				t.Fatalf("got both a change and %v", err)
			}
			made, err := w.App.CreateTask(gone(), admin, tickler.TaskDraft{Name: "again"}, under("again"))
			if err != nil && made.Replay != nil {
				t.Fatalf("got both %q and %v", made.Replay, err)
			}
		}
	})
}

// goneOnceSeen is a context that ends right after Err first returned nil.
type goneOnceSeen struct {
	context.Context
	done chan struct{}
	once sync.Once
}

func (c *goneOnceSeen) Done() <-chan struct{} { return c.done }

func (c *goneOnceSeen) Err() (err error) {
	select {
	case <-c.done:
		return context.Canceled
	default:
		c.once.Do(func() { close(c.done) })
		return nil
	}
}
