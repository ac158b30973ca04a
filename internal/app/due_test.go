package app_test

import (
	"context"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/store"
)

// crowd makes count tasks of the caller's, all with a reminder at one instant, and returns the
// last.
func (w *world) crowd(caller app.Caller, count int, moment time.Time) (last tickler.Task) {
	w.t.Helper()
	made := make([]tickler.Outcome, count)
	for i := range made {
		last = tickler.Task{
			ID: newID(), AccountID: caller.Account.ID, TypeID: newID(), OwnerID: caller.User.ID, Name: "Call back", Category: tickler.CategoryToDo,
			Notify: true, Version: 1, RemindAt: moment, WakeAt: moment, DueAt: moment.Add(time.Hour), EndAt: moment.Add(time.Hour),
			CreatedAt: now, CreatedBy: caller.User.ID, ModifiedAt: now, ModifiedBy: caller.User.ID,
		}
		made[i] = last.Made()
	}
	w.must(w.store.Write(w.t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.Apply(ctx, made...) }))
	return last
}

// However much is due in one account, no other account waits: what comes due there a second later
// is claimed in the first batch after its moment.
func TestACrowdThatIsDueDelaysNoOtherAccount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		const batch = 200
		w.crowd(w.as("seller"), 10*batch, now)
		theirs := w.crowd(w.stranger(), 1, now.Add(time.Second))
		claim := func() (claimed int, done bool) {
			claimed, err := w.ClaimDue(t.Context(), w.Now(), batch)
			w.must(err)
			task, found, err := w.store.Task(t.Context(), theirs.AccountID, theirs.ID)
			w.must(err)
			return claimed, found && task.WakeAt.IsZero()
		}
		if claimed, done := claim(); claimed != batch || done {
			t.Fatalf("claimed %d in one batch, theirs before its moment %t; want %d of the crowd", claimed, done, batch)
		}
		w.clock.Advance(time.Second)
		if _, done := claim(); !done {
			t.Error("the crowd is claimed before what is due of others")
		}
		claimed := 1
		for claimed > 0 {
			claimed, _ = claim()
		}
		if _, armed, err := w.NextDue(t.Context()); armed || err != nil {
			t.Errorf("something of the crowd is left, %v", err)
		}
	})
}
