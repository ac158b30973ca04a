package app_test

import (
	"context"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/store"
)

// When the account's zone changes, reminders by days stay where they were until somebody moves
// them.
func TestRemindersMoveToANewZoneWhenAsked(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		due, days, minutes := now.Add(72*time.Hour), 1, 60
		remind := func(draft tickler.TaskDraft) tickler.ID {
			t.Helper()
			draft.Name, draft.DueAt, draft.Notify = "n", &due, true
			task, err := w.CreateTask(t.Context(), w.as("seller"), draft)
			w.must(err)
			return task.ID
		}
		at := civil.TimeOfDay(9 * 3600)
		byDays := remind(tickler.TaskDraft{ReminderDays: &days, ReminderTime: &at})
		byMinutes := remind(tickler.TaskDraft{ReminderMinutes: &minutes})
		wantMoments := func(daysAt time.Time) {
			t.Helper()
			for id, want := range map[tickler.ID]time.Time{byDays: daysAt, byMinutes: due.Add(-time.Hour)} {
				task, _, err := w.Task(t.Context(), w.as("seller"), id)
				w.must(err)
				if !task.RemindAt.Equal(want) || !task.WakeAt.Equal(want) || task.Version != 1 {
					t.Errorf("it reminds at %v, wakes at %v in version %d, want %v", task.RemindAt, task.WakeAt, task.Version, want)
				}
			}
		}
		before := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
		wantMoments(before)
		kolkata, err := tickler.ParseZone("Asia/Kolkata")
		w.must(err)
		_, err = w.ChangeAccount(t.Context(), w.as("admin"), tickler.AccountPatch{Zone: kolkata})
		w.must(err)
		wantMoments(before)
		var count int
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // which never ends
		defer cancel()
		w.must(w.store.Write(ctx, func(context.Context, *store.Tx) error { // counting waits for no writer
			var err error
			count, err = w.RemindersElsewhere(ctx, w.as("admin"))
			return err
		}))
		moved, err := w.MoveReminders(t.Context(), w.as("admin"))
		w.must(err)
		again, err := w.MoveReminders(t.Context(), w.as("admin"))
		w.must(err)
		if count != 1 || moved != 1 || again != 0 {
			t.Errorf("%d are elsewhere, %d were moved, and %d once more", count, moved, again)
		}
		wantMoments(before.Add(-5*time.Hour - 30*time.Minute))
		_, err = w.MoveReminders(t.Context(), w.as("marketer"))
		wantKind(t, err, tickler.KindForbidden)
	})
}

// More reminders than one step takes are all found and moved, even between tasks that have none by
// days.
func TestManyRemindersMoveInSteps(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		due, days := now.Add(72*time.Hour), 1
		const many = 2*app.FollowAtOnce + 1
		for range many {
			_, err := w.CreateTask(t.Context(), w.as("seller"), tickler.TaskDraft{Name: "n", DueAt: &due, ReminderDays: &days, ReminderTime: new(civil.TimeOfDay(0))})
			w.must(err)
			_, err = w.CreateTask(t.Context(), w.as("seller"), tickler.TaskDraft{Name: "n", DueAt: &due})
			w.must(err)
		}
		_, err := w.ChangeAccount(t.Context(), w.as("admin"), tickler.AccountPatch{Zone: tickler.KeptZone("Asia/Kolkata")})
		w.must(err)
		for _, want := range []int{many, 0} {
			count, err := w.RemindersElsewhere(t.Context(), w.as("admin"))
			w.must(err)
			moved, err := w.MoveReminders(t.Context(), w.as("admin"))
			w.must(err)
			if count != want || moved != want {
				t.Errorf("%d are elsewhere and %d were moved, want %d", count, moved, want)
			}
		}
	})
}
