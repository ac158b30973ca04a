package app_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/app"
)

// life is a model of a task: what must be true of it after each change.
type life struct {
	exists  bool
	id      tickler.ID
	autoID  int64
	version int
	state   tickler.State
	name    string
	due     time.Time
	// wakeAt is when something is next due about it: its reminder, an hour before the due date.
	wakeAt  time.Time
	history []tickler.ChangeKind
}

// Any sequence of create, update, complete, reopen, cancel and delete follows the transitions of
// docs/contract.md section 4, and leaves status, wake_at, AutoId, version and history consistent.
func TestAnyLifeOfATask(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		rapid.Check(t, func(r *rapid.T) {
			m := &life{}
			for range rapid.IntRange(1, 12).Draw(r, "steps") {
				step := rapid.SampledFrom([]string{"create", "rename", "move", "complete", "reopen", "cancel", "delete", "time passes"}).Draw(r, "step")
				m.take(w, r, step)
				m.compare(w, r)
			}
		})
	})
}

// take applies a step to the task and to its model.
func (m *life) take(w *world, r *rapid.T, step string) {
	ctx, admin := w.t.Context(), w.as("admin")
	now := w.clock.Now()
	var changed app.ChangedTask
	var err error
	before := *m
	switch step {
	case "time passes":
		w.clock.Set(now.Add(time.Duration(rapid.IntRange(0, 100).Draw(r, "minutes")) * time.Minute))
		return
	case "create":
		due := now.Add(2 * time.Hour)
		task, err := w.CreateTask(ctx, admin, tickler.TaskDraft{Name: "new", DueAt: &due, Notify: true, ReminderMinutes: new(60)})
		w.must(err)
		kept, _, err := w.Task(ctx, admin, task.ID)
		w.must(err)
		if kept.AutoID <= m.autoID {
			r.Fatalf("the AutoID %d follows %d", kept.AutoID, m.autoID)
		}
		*m = life{exists: true, id: task.ID, autoID: kept.AutoID, version: 1, name: "new", due: due, wakeAt: due.Add(-time.Hour)}
		return
	case "delete":
		_, rows := w.runBulk(w.ask(admin, tickler.BulkDelete, 1), spoken{{TaskID: m.id}})
		if (rows[0].Fault == nil) != m.exists {
			r.Fatalf("the delete of a task that is there (%t) ends with %v", m.exists, rows[0].Fault)
		}
		if m.exists {
			m.exists = false
			m.changed(tickler.ChangeDeleted)
		}
		return
	case "rename":
		m.name = rapid.SampledFrom([]string{"new", "old", "other"}).Draw(r, "name")
		changed, err = w.UpdateTask(ctx, admin, m.id, patchOf(tickler.TaskDraft{Name: m.name}))
		m.changedIf(m.name != before.name, tickler.ChangeUpdated)
	case "move":
		m.due = now.Add(time.Duration(rapid.IntRange(2, 4).Draw(r, "hours")) * time.Hour)
		changed, err = w.UpdateTask(ctx, admin, m.id, patchOf(tickler.TaskDraft{DueAt: &m.due}))
		m.changedIf(!m.due.Equal(before.due), tickler.ChangeUpdated)
		m.wakeIf(!m.due.Equal(before.due) && m.state == tickler.StateOpen)
	case "complete":
		changed, err = w.CompleteTask(ctx, admin, m.id)
		m.become(tickler.StateCompleted, tickler.ChangeCompleted, m.state == tickler.StateOpen)
	case "reopen":
		changed, err = w.ReopenTask(ctx, admin, m.id)
		m.become(tickler.StateOpen, tickler.ChangeReopened, m.state != tickler.StateOpen)
		m.wakeIf(before.state != tickler.StateOpen && m.due.Add(-time.Hour).After(now))
	case "cancel":
		changed, err = w.CancelTask(ctx, admin, m.id)
		m.become(tickler.StateCancelled, tickler.ChangeCancelled, m.state == tickler.StateOpen)
	}
	refused := tickler.Kind(0)
	switch {
	case !before.exists:
		refused, *m = tickler.KindUnknownEntity, before
	case step == "complete" && before.state == tickler.StateCancelled, step == "cancel" && before.state == tickler.StateCompleted:
		refused = tickler.KindInvalid
	}
	if tickler.KindOf(err) != refused || (err == nil) != (refused == 0) || changed.Changed != (m.version > before.version) {
		r.Fatalf("%s of a task that is there (%t) as %s: changed %t, %v", step, before.exists, before.state, changed.Changed, err)
	}
}

func (m *life) changed(kind tickler.ChangeKind) {
	m.version++
	m.history = append(m.history[:len(m.history):len(m.history)], kind)
}

func (m *life) changedIf(differs bool, kind tickler.ChangeKind) {
	if differs {
		m.changed(kind)
	}
}

// become applies a transition, if there is one from the task's state.
func (m *life) become(state tickler.State, kind tickler.ChangeKind, possible bool) {
	if possible {
		m.state, m.wakeAt = state, time.Time{}
		m.changed(kind)
	}
}

func (m *life) wakeIf(armed bool) {
	if armed {
		m.wakeAt = m.due.Add(-time.Hour)
	}
}

// compare compares the model with the store.
func (m *life) compare(w *world, r *rapid.T) {
	ctx := w.t.Context()
	task, found, err := w.store.Task(ctx, w.account, m.id)
	w.must(err)
	if found != m.exists {
		r.Fatalf("the task is there: %t, want %t", found, m.exists)
	}
	changes, err := w.store.TaskChanges(ctx, w.account, m.id)
	w.must(err)
	kinds := make([]tickler.ChangeKind, len(changes))
	for i, change := range changes {
		kinds[i] = change.Kind
		if change.Version != i+2 {
			r.Fatalf("the entry %d of the history is of version %d", i, change.Version)
		}
	}
	if m.history == nil {
		m.history = []tickler.ChangeKind{}
	}
	if diff := cmp.Diff(m.history, kinds); diff != "" {
		r.Fatalf("the history (-want +got):\n%s", diff)
	}
	if !found {
		return
	}
	got := life{true, task.ID, task.AutoID, task.Version, task.State, task.Name, task.DueAt, task.WakeAt, kinds}
	if diff := cmp.Diff(*m, got, cmp.AllowUnexported(life{})); diff != "" {
		r.Fatalf("(-want +got):\n%s", diff)
	}
	if completed := task.State == tickler.StateCompleted; completed == task.CompletedAt.IsZero() || completed == task.CompletedBy.IsZero() {
		r.Fatalf("it is %s, completed at %v by %s", task.State, task.CompletedAt, task.CompletedBy)
	}
}
