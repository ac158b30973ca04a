package demo_test

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tickler"
	"tickler/internal/api"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/demo"
	"tickler/internal/directory"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestMain(m *testing.M) {
	app.Hashing.Memory = 64 // KiB; what a password costs is not tested here
	goleak.VerifyTestMain(m)
}

// office is a demo that was made.
type office struct {
	*app.App
	store  *store.Store
	caller app.Caller // who is to sign in
	people *directory.Account
	tasks  []tickler.Task
}

func open(t *testing.T, s *store.Store) *office {
	t.Helper()
	made, err := demo.Make(t.Context(), demo.Config{Store: s, Wire: api.Wire, Now: now, Seed: demo.DefaultSeed})
	if err != nil {
		t.Fatal(err)
	}
	clock := clocktest.New(now)
	o := &office{store: s}
	o.App = app.New(s, directory.New(s, clock, slog.New(slog.DiscardHandler)), clock, api.Wire)
	user, err := o.SignIn(t.Context(), made.Person.Email(), demo.Password)
	if err != nil {
		t.Fatalf("signing in: %v", err)
	}
	if o.caller, err = o.Operator(t.Context(), user.AccountID); err != nil {
		t.Fatal(err)
	}
	if o.caller.User.ID != user.ID {
		t.Errorf("who signs in is %s, and not the administrator", user.Name())
	}
	o.people = o.caller.Account
	o.tasks, _, err = s.Tasks(t.Context(), tickler.TaskFilter{AccountID: user.AccountID},
		tickler.TaskOrder{By: tickler.ByID}, tickler.Page{Limit: math.MaxInt32})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestADemo(t *testing.T) {
	o := open(t, storetest.Open(t, storetest.SQLite(t)))
	t.Run("Counts", o.testCounts)
	t.Run("Every task is valid", o.testTasks)
	t.Run("Nothing is due", o.testNothingIsDue)
	t.Run("Today", o.testToday)
	t.Run("Request History", o.testRequests)
	t.Run("A second demo is refused", func(t *testing.T) {
		_, err := demo.Make(t.Context(), demo.Config{Store: o.store, Wire: api.Wire, Now: now, Seed: demo.DefaultSeed})
		if !errors.Is(err, demo.ErrNotEmpty) {
			t.Errorf("it gives %v", err)
		}
	})
	// but for the ids that the service gives itself
	t.Run("Another one of the same instant and seed has the same rows", func(t *testing.T) {
		rows, others := o.rows(t), open(t, storetest.Open(t, storetest.SQLite(t))).rows(t)
		for i := range min(len(rows), len(others)) {
			if rows[i] != others[i] {
				t.Fatalf("they differ:\n%s\n%s", rows[i], others[i])
			}
		}
		if len(rows) != len(others) || len(rows) < 2*demo.TaskCount {
			t.Errorf("they have %d and %d rows", len(rows), len(others))
		}
	})
}

func (o *office) testCounts(t *testing.T) {
	leads, err := o.SearchLeads(t.Context(), o.caller, tickler.LeadSearch{Page: tickler.Page{Limit: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	if len(o.people.Users()) != 12 || len(leads) != 400 || len(o.tasks) != 3000 {
		t.Errorf("%d people, %d leads, %d tasks", len(o.people.Users()), len(leads), len(o.tasks))
	}
	for _, taskType := range o.people.TaskTypes() {
		if taskType.Next.TypeID.IsZero() && taskType.Name != "To-Do" && taskType.Name != "Follow-Up" {
			t.Errorf("nothing follows a %s", taskType.Name)
		}
	}
	kinds, overdue := map[tickler.ChangeKind]int{}, 0
	for _, task := range o.tasks {
		if task.StatusAt(now) == tickler.StatusOverdue {
			overdue++
		}
		if task.DueAt.Before(now.AddDate(0, 0, -30)) || task.DueAt.After(now.AddDate(0, 0, 16)) {
			t.Errorf("%s is due at %s", task.Name, task.DueAt)
		}
		if task.Version == 1 {
			continue
		}
		changes, err := o.store.TaskChanges(t.Context(), task.AccountID, task.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			kinds[c.Kind]++
		}
	}
	for _, kind := range []tickler.ChangeKind{
		tickler.ChangeUpdated, tickler.ChangeCompleted, tickler.ChangeReopened, tickler.ChangeCancelled,
	} {
		if kinds[kind] < 20 {
			t.Errorf("histories have %d changes of the kind %d", kinds[kind], kind)
		}
	}
	if overdue < 20 || overdue > 150 {
		t.Errorf("%d tasks are overdue", overdue)
	}
}

// testTasks checks that each task could be made anew as it is.
func (o *office) testTasks(t *testing.T) {
	for _, task := range o.tasks {
		draft := tickler.TaskDraft{
			Name: task.Name, Description: task.Description, Location: task.Location, DueAt: &task.DueAt,
			EndAt: &task.EndAt, CustomFields: task.CustomFields, Priority: task.Priority,
		}
		taskType, ok := o.people.TaskType(task.TypeID)
		if err := draft.Validate(); err != nil || !ok {
			t.Errorf("%s: %v, its type is there: %t", task.Name, err, ok)
		}
		if _, err := draft.Task(tickler.Setting{Type: taskType, Actor: tickler.Actor{Zone: time.UTC}}); err != nil {
			t.Errorf("%s: %v", task.Name, err)
		}
		if task.CreatedAt.After(now) || task.ModifiedAt.After(now) || task.ModifiedAt.Before(task.CreatedAt) {
			t.Errorf("%s was made at %s and changed at %s", task.Name, task.CreatedAt, task.ModifiedAt)
		}
		if task.Related.Name == "" {
			t.Errorf("%s is about nobody", task.Name)
		}
	}
}

// testNothingIsDue checks that whoever begins to serve finds no reminder to send and no job to do.
func (o *office) testNothingIsDue(t *testing.T) {
	at, armed, err := o.NextDue(t.Context())
	if err != nil || !armed || !at.After(now) {
		t.Errorf("the next reminder is due at %s, armed: %t, %v", at, armed, err)
	}
	waiting, err := o.store.Jobs().Counts(t.Context())
	if err != nil || len(waiting) > 0 {
		t.Errorf("jobs wait: %v, %v", waiting, err)
	}
	notifications, err := o.Notifications(t.Context(), o.caller, nil, tickler.Page{Limit: math.MaxInt32})
	if err != nil || len(notifications) < 500 {
		t.Errorf("there are %d notifications, %v", len(notifications), err)
	}
	for _, n := range notifications {
		if n.State != tickler.NotificationSent || n.SettledAt.Before(n.Moment) || n.SettledAt.Sub(n.Moment) > time.Minute {
			t.Errorf("the reminder of %s is %s at %s", n.Moment, n.State, n.SettledAt)
		}
	}
}

func (o *office) testToday(t *testing.T) {
	today, err := o.Today(t.Context(), o.caller, tickler.ID{})
	if err != nil {
		t.Fatal(err)
	}
	overdue, snoozed := len(today.Overdue), len(today.Snoozed)
	isDueToday := func(task tickler.Task) bool {
		return task.OwnerID == o.caller.User.ID && task.StatusAt(now) == tickler.StatusPending
	}
	late := overdue + snoozed - count(today.Snoozed, isDueToday)
	if late != 5 || snoozed != 2 {
		t.Errorf("%d tasks are overdue, and %d snoozed", late, snoozed)
	}
	if all := len(today.Tasks) + count(today.Snoozed, isDueToday) + today.DoneCount; all != 11 || today.DoneCount != 4 {
		t.Errorf("%d of %d tasks are done today", today.DoneCount, all)
	}
}

func count[T any](all []T, is func(T) bool) (n int) {
	for _, one := range all {
		if is(one) {
			n++
		}
	}
	return n
}

func (o *office) testRequests(t *testing.T) {
	requests, _, err := o.BulkRequests(t.Context(), o.caller, tickler.BulkFilter{}, tickler.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	states, operations := map[tickler.BulkState]int{}, map[tickler.BulkOperation]int{}
	attempts := 0
	for _, r := range requests {
		states[r.State]++
		operations[r.Operation]++
		if r.Report.State != tickler.ReportSent {
			t.Errorf("the report of %s is %s", r.ID, r.Report.State)
		}
		deliveries, err := o.DeliveriesOfRequest(t.Context(), o.caller, r.ID, tickler.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range deliveries {
			attempts += d.Attempts
			if d.State != tickler.DeliveryDone {
				t.Errorf("a delivery is %s: %s", d.State, d.LastError)
			}
		}
	}
	for _, state := range []tickler.BulkState{
		tickler.BulkSucceeded, tickler.BulkPartly, tickler.BulkFailed, tickler.BulkCancelled,
	} {
		if states[state] == 0 {
			t.Errorf("no request is %s", state)
		}
	}
	if len(operations) != 4 || attempts < 8 {
		t.Errorf("the operations are %v, with %d attempts at deliveries", operations, attempts)
	}
	if ago := now.Sub(requests[0].CompletedAt); ago < 0 || ago > 5*time.Minute {
		t.Errorf("the last one ended %s ago", ago)
	}
}

// rows spells all tasks with their histories, by names in place of ids.
func (o *office) rows(t *testing.T) (rows []string) {
	t.Helper()
	slices.SortFunc(o.tasks, func(a, b tickler.Task) int { return cmp.Compare(a.AutoID, b.AutoID) })
	for _, task := range o.tasks {
		rows = append(rows, o.row(task))
		changes, err := o.store.TaskChanges(t.Context(), task.AccountID, task.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			rows = append(rows, fmt.Sprintln(c.Version, c.Kind, c.At, o.email(c.By), c.Via.Kind, o.row(*c.Before)))
		}
	}
	return rows
}

func (o *office) row(task tickler.Task) string {
	taskType, _ := o.people.TaskType(task.TypeID)
	if task.CreatedVia.Kind == tickler.ViaBulk { // the service gives these ids
		task.ID = tickler.ID{}
	}
	names := fmt.Sprint(taskType.Name, o.email(task.OwnerID), o.email(task.CreatedBy), o.email(task.ModifiedBy),
		o.email(task.CompletedBy), task.CreatedVia.Kind, task.Reminder)
	task.AccountID, task.TypeID, task.Related.ID, task.CreatedVia.ID = tickler.ID{}, tickler.ID{}, tickler.ID{}, tickler.ID{}
	task.OwnerID, task.CreatedBy, task.ModifiedBy, task.CompletedBy = tickler.ID{}, tickler.ID{}, tickler.ID{}, tickler.ID{}
	task.Reminder = tickler.Reminder{}
	return fmt.Sprintf("%s %+v", names, task)
}

func (o *office) email(id tickler.ID) string {
	user, _ := o.people.User(id)
	return user.Email
}
