package tickler_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/civil"
)

// life is a task with its history.
type life struct {
	first, task tickler.Task
	history     []tickler.Change
	types       map[tickler.ID]tickler.TaskType
	zone        *time.Location
	now         time.Time
}

// Whatever is done to a task in whatever order and at whatever time, its status, version, reminder
// and history agree.
func TestLifeOfATask(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		actions := map[string]func(*rapid.T){
			"":       l.check,
			"update": l.update,
			"complete": func(t *rapid.T) {
				l.transit(t, tickler.ChangeCompleted, tickler.Task.Complete, l.task.State == tickler.StateOpen, l.task.State == tickler.StateCancelled)
			},
			"cancel": func(t *rapid.T) {
				l.transit(t, tickler.ChangeCancelled, tickler.Task.Cancel, l.task.State == tickler.StateOpen, l.task.State == tickler.StateCompleted)
			},
			"reopen": func(t *rapid.T) {
				l.transit(t, tickler.ChangeReopened, tickler.Task.Reopen, l.task.State != tickler.StateOpen, false)
			},
			"wait": l.wait,
			"remind": func(*rapid.T) { // as the store does when the reminder has come
				if !l.task.WakeAt.IsZero() && !l.task.WakeAt.After(l.now) {
					l.task.WakeAt = time.Time{}
				}
			},
		}
		t.Repeat(actions)
	})
}

func newLife(t *rapid.T) *life {
	zone, err := time.LoadLocation(rapid.SampledFrom([]string{"UTC", "Asia/Kolkata", "America/New_York"}).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	l := &life{
		zone: zone, now: time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC), // the day before clocks go forward in New York
		types: map[tickler.ID]tickler.TaskType{withRemark.ID: withRemark, withTwo.ID: withTwo},
	}
	taskType := rapid.SampledFrom([]tickler.TaskType{withRemark, withTwo}).Draw(t, "type")
	draft := l.draft(t)
	draft.Name, draft.Completed = "a", rapid.Bool().Draw(t, "completed")
	if draft.EndAt != nil && (draft.DueAt == nil || draft.EndAt.Before(*draft.DueAt)) {
		draft.EndAt = nil
	}
	delete(draft.CustomFields, "mx_Custom_2") // a field that one of the types lacks
	s := setting(zone, l.now, taskType)
	l.first, err = draft.Task(s)
	if err != nil {
		t.Fatal(err)
	}
	l.first.ID = tickler.ID{9}
	l.task = l.first
	l.checkWaking(t, tickler.Task{}, 0)
	return l
}

// draft draws from few values, so that the same one often comes again.
func (l *life) draft(t *rapid.T) tickler.TaskDraft {
	hours := func(name string) *time.Time {
		off := rapid.Ptr(rapid.IntRange(-48, 48), true).Draw(t, name)
		if off == nil {
			return nil
		}
		return new(l.now.Truncate(time.Hour).Add(time.Duration(*off) * time.Hour))
	}
	text := func(name string) string { return rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, name) }
	d := tickler.TaskDraft{
		Name: text("name"), Description: text("description"), Priority: text("priority"),
		DueAt: hours("due"), EndAt: hours("end"),
		ReminderMinutes:  rapid.Ptr(rapid.SampledFrom([]int{0, 15, 24 * 60}), true).Draw(t, "minutes"),
		ReminderDays:     rapid.Ptr(rapid.IntRange(0, 2), true).Draw(t, "days"),
		ReminderTime:     rapid.Ptr(rapid.SampledFrom([]civil.TimeOfDay{0, 36_000}), true).Draw(t, "time"),
		Notify:           rapid.Bool().Draw(t, "notify"),
		PercentCompleted: rapid.Ptr(rapid.IntRange(0, 1), true).Draw(t, "percent"),
		Latitude:         rapid.Ptr(rapid.SampledFrom([]float64{0, 12.5}), true).Draw(t, "latitude"),
		CustomFields:     map[string]string{},
	}
	for _, name := range []string{"mx_Custom_1", "mx_Custom_2"} {
		if value := text(name); value != "" {
			d.CustomFields[name] = value
		}
	}
	return d
}

// patch sets some or all of a drawn draft, and now and then clears something.
func (l *life) patch(t *rapid.T) tickler.TaskPatch {
	draft := l.draft(t)
	p := patchOf(draft)
	if rapid.Bool().Draw(t, "notify said") {
		p = withNotify(p, draft.Notify)
	}
	if rapid.Bool().Draw(t, "related said") {
		p = withRelated(p, draft.RelatedKind, draft.RelatedID)
	}
	clears := func(name string) bool { return rapid.IntRange(0, 5).Draw(t, "clear "+name) == 0 }
	if clears("description") {
		p.Description = tickler.Cleared[string]()
	}
	if clears("end") {
		p.EndAt = tickler.Cleared[time.Time]()
	}
	if clears("reminder") {
		p.ReminderMinutes, p.ReminderDays, p.ReminderTime = tickler.Cleared[int](), tickler.Cleared[int](), tickler.Cleared[civil.TimeOfDay]()
	}
	if clears("a field") {
		p.CustomFields["mx_Custom_1"] = ""
	}
	return p
}

func (l *life) wait(t *rapid.T) {
	l.now = l.now.Add(rapid.SampledFrom([]time.Duration{
		time.Millisecond, time.Second, 15 * time.Minute, time.Hour, 24 * time.Hour,
	}).Draw(t, "for"))
}

func (l *life) actor(t *rapid.T) tickler.Actor {
	return tickler.Actor{
		UserID: rapid.SampledFrom([]tickler.ID{creatorID, ownerID}).Draw(t, "by"),
		Via:    tickler.Origin{Kind: tickler.ViaAPI, ID: keyID}, Now: l.now, Zone: l.zone,
	}
}

func (l *life) update(t *rapid.T) {
	p := l.patch(t)
	s := tickler.PatchSetting{
		Actor: l.actor(t), OldType: l.types[l.task.TypeID],
		NewType: rapid.SampledFrom([]tickler.TaskType{{}, withRemark, withTwo}).Draw(t, "new type"),
		OwnerID: rapid.SampledFrom([]tickler.ID{{}, ownerID, creatorID}).Draw(t, "owner"),
		Related: rapid.SampledFrom([]tickler.Related{{}, {Kind: tickler.RelatedToLead, ID: leadID}}).Draw(t, "related"),
	}
	outcome, err := l.task.Patch(p, s)
	after, change, _ := result(outcome, err)
	if err != nil {
		l.checkRefused(t, outcome, err)
		return
	}
	l.record(t, tickler.ChangeUpdated, s.Actor, after, change)
}

func (l *life) transit(
	t *rapid.T, kind tickler.ChangeKind, do func(tickler.Task, tickler.Actor) (tickler.Outcome, error), changes, refused bool,
) {
	by := l.actor(t)
	outcome, err := do(l.task, by)
	after, change, _ := result(outcome, err)
	if (err != nil) != refused || (change != nil) != changes {
		t.Fatalf("from %v: %+v and %v; a change is due: %t, an error: %t", l.task.State, change, err, changes, refused)
	}
	if err != nil {
		l.checkRefused(t, outcome, err)
		return
	}
	l.record(t, kind, by, after, change)
}

func (l *life) checkRefused(t *rapid.T, outcome tickler.Outcome, err error) {
	if diff := cmp.Diff(tickler.Outcome{}, outcome); tickler.KindOf(err) == 0 || diff != "" {
		t.Fatalf("%v, but it changed (-want +got):\n%s", err, diff)
	}
}

// record checks one step and makes its result the current state.
func (l *life) record(t *rapid.T, kind tickler.ChangeKind, by tickler.Actor, after tickler.Task, change *tickler.Change) {
	before := l.task
	if change == nil {
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("a change without history (-before +after):\n%s", diff)
		}
		return
	}
	at := by.Now.Truncate(time.Second)
	want := tickler.Change{
		AccountID: accountID, TaskID: before.ID, Version: before.Version + 1, Kind: kind, At: at, By: by.UserID, Via: by.Via,
		Before: &before,
	}
	if diff := cmp.Diff(want, *change); diff != "" {
		t.Fatalf("history (-want +got):\n%s", diff)
	}
	if after.Version != change.Version || after.ModifiedAt != at || after.ModifiedBy != by.UserID {
		t.Fatalf("version %d, modified at %v by %v; want what the history says: %+v", after.Version, after.ModifiedAt, after.ModifiedBy, change)
	}
	l.task = after
	l.history = append(l.history, *change)
	l.checkWaking(t, before, kind)
}

// checkWaking checks by docs/contract.md section 2 when the task must wake after a write: its
// creation, if kind is 0.
func (l *life) checkWaking(t *rapid.T, before tickler.Task, kind tickler.ChangeKind) {
	task, now := l.task, l.now.Truncate(time.Second)
	isAhead := task.RemindAt.After(now)
	moved := kind == 0 || before.DueAt != task.DueAt || before.OwnerID != task.OwnerID || before.Notify != task.Notify ||
		!cmp.Equal(before.Reminder, task.Reminder)
	var want time.Time
	switch {
	case task.State != tickler.StateOpen || !task.Notify:
	case kind == tickler.ChangeReopened && !isAhead:
	case kind == tickler.ChangeReopened, moved && (isAhead || !now.After(task.EndAt)):
		want = task.RemindAt
	case !moved:
		want = before.WakeAt
	}
	if !task.WakeAt.Equal(want) {
		t.Fatalf("at %v, after a change of kind %d, it wakes at %v; want %v", now, kind, task.WakeAt, want)
	}
}

// check checks what is true of a task at any time.
func (l *life) check(t *rapid.T) {
	task := l.task
	if task.Version != 1+len(l.history) {
		t.Fatalf("version %d after %d changes", task.Version, len(l.history))
	}
	if isCompleted := task.State == tickler.StateCompleted; task.CompletedAt.IsZero() == isCompleted || task.CompletedBy.IsZero() == isCompleted {
		t.Fatalf("%v, completed at %v by %v", task.State, task.CompletedAt, task.CompletedBy)
	}
	taskType := l.types[task.TypeID]
	if task.Category != taskType.Category || task.EndAt.Before(task.DueAt) {
		t.Fatalf("category %v of type %s, due at %v, ends at %v", task.Category, taskType.Name, task.DueAt, task.EndAt)
	}
	if _, err := taskType.CheckFields(task.CustomFields); err != nil {
		t.Fatal(err)
	}
	if wakes := !task.WakeAt.IsZero(); wakes && (task.State != tickler.StateOpen || !task.Notify || task.WakeAt != task.RemindAt) {
		t.Fatalf("%v, notify %t, moment %v, wakes at %v", task.State, task.Notify, task.RemindAt, task.WakeAt)
	}
	if moment := l.moment(); !task.RemindAt.Equal(moment) {
		t.Fatalf("the moment is %v, want %v", task.RemindAt, moment)
	}
	if task.EndDefaulted {
		fresh, err := tickler.TaskDraft{DueAt: &task.DueAt}.Task(setting(l.zone, l.now, taskType))
		if err != nil || fresh.EndAt != task.EndAt {
			t.Fatalf("ends by default at %v, but a new one at %v, %v", task.EndAt, fresh.EndAt, err)
		}
	}
	l.checkStatus(t)
	l.checkHistory(t)
}

func (l *life) moment() time.Time {
	rule := l.task.Reminder
	if rule == (tickler.Reminder{}) && l.task.Notify {
		rule.Rule = tickler.MinutesBefore
	}
	return rule.Moment(l.task.DueAt, l.zone)
}

func (l *life) checkStatus(t *rapid.T) {
	want := map[tickler.State]tickler.Status{
		tickler.StateOpen: tickler.StatusPending, tickler.StateCompleted: tickler.StatusCompleted, tickler.StateCancelled: tickler.StatusCancelled,
	}[l.task.State]
	if l.task.State == tickler.StateOpen && l.now.Truncate(time.Second).After(l.task.EndAt) {
		want = tickler.StatusOverdue
	}
	if got := l.task.StatusAt(l.now); got != want {
		t.Fatalf("%s at %v, want %s", got, l.now, want)
	}
}

// checkHistory follows the task's states through the history, from the first to the present one.
func (l *life) checkHistory(t *rapid.T) {
	told := tickler.Tell(l.history, &l.task)
	for i, entry := range told {
		if i == 0 {
			if diff := cmp.Diff(content(l.first), content(*entry.Before)); diff != "" {
				t.Fatalf("the history does not begin with the first state (-first +history):\n%s", diff)
			}
		}
		if len(entry.Differences) == 0 {
			t.Fatalf("version %d changed nothing", entry.Version)
		}
		for j, d := range entry.Differences {
			if cmp.Equal(d.Old, d.New) {
				t.Fatalf("version %d: %+v is no difference", entry.Version, d)
			}
			if slices.ContainsFunc(entry.Differences[:j], func(other tickler.Difference) bool { return other.Field == d.Field }) {
				t.Fatalf("version %d tells of %s twice", entry.Version, d.Field)
			}
		}
	}
	// Undoing every change in reverse leads back to the first state.
	undone := l.task
	by := tickler.Actor{UserID: ownerID, Now: l.now, Zone: l.zone}
	for i, c := range slices.Backward(l.history) {
		after := l.task
		if i+1 < len(l.history) {
			after = *l.history[i+1].Before
		}
		outcome, kept, err := c.Undo(&after, &undone, by)
		if err != nil || len(kept) > 0 || !outcome.IsChange() {
			t.Fatalf("version %d can't be undone: %v, %v", c.Version, kept, err)
		}
		undone = outcome.Task()
	}
	if diff := cmp.Diff(content(l.first), content(undone)); diff != "" {
		t.Fatalf("all undone, it is not as it was first (-want +got):\n%s", diff)
	}
}

// content returns a task without what is derived from it or from when it was changed.
func content(task tickler.Task) tickler.Task {
	task.Version, task.ModifiedAt, task.ModifiedBy, task.RemindAt, task.WakeAt = 0, time.Time{}, tickler.ID{}, time.Time{}, time.Time{}
	task.CustomFields = maps.Clone(task.CustomFields)
	if len(task.CustomFields) == 0 {
		task.CustomFields = nil
	}
	return task
}
