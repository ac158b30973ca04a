package app_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/store"
)

// outcome is the result of a lookup: a value, or an error.
type outcome struct {
	value string
	err   *tickler.Error
}

func outcomeOf(t *testing.T, value string, err error) outcome {
	t.Helper()
	if err == nil {
		return outcome{value: value}
	}
	e, ok := errors.AsType[*tickler.Error](err)
	if !ok {
		t.Fatalf("not an Error: %v", err)
	}
	return outcome{err: e}
}

func refusedBy(fact tickler.Fact, field tickler.Field, value any, with ...any) outcome {
	return outcome{err: tickler.Refuse(fact, field, value, with...)}
}

func TestOwner(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		boss, seller, gone, nobody, foreign := w.users["boss"].ID, w.users["seller"].ID, w.users["gone"].ID, newID(), w.stranger().User.ID
		inactive := refusedBy(tickler.FactInactiveOwner, tickler.FieldOwner, "gone@example.com")
		for _, test := range []struct {
			name  string
			id    tickler.ID
			email string
			want  outcome
		}{
			{"neither: the caller", tickler.ID{}, "", outcome{value: "loner"}},
			{"an id", boss, "", outcome{value: "boss"}},
			{"an address", tickler.ID{}, "boss@example.com", outcome{value: "boss"}},
			{"an address in another case", tickler.ID{}, "BOSS@Example.COM", outcome{value: "boss"}},
			{"both of one user", boss, "Boss@example.com", outcome{value: "boss"}},
			{"each of another user", seller, "boss@example.com", refusedBy(tickler.FactOtherOwner, tickler.FieldOwnerEmail, "boss@example.com", tickler.FieldOwner)},
			{"an unknown id", nobody, "", refusedBy(tickler.FactNoOwner, tickler.FieldOwner, nobody)},
			{"an unknown address", tickler.ID{}, "vir@example.com", refusedBy(tickler.FactNoOwner, tickler.FieldOwnerEmail, "vir@example.com")},
			{"an unknown id and an address", nobody, "boss@example.com", refusedBy(tickler.FactNoOwner, tickler.FieldOwner, nobody)},
			{"an id and an unknown address", boss, "vir@example.com", refusedBy(tickler.FactNoOwner, tickler.FieldOwnerEmail, "vir@example.com")},
			{"an inactive one by id", gone, "", inactive},
			{"an inactive one by address", tickler.ID{}, "gone@example.com", inactive},
			{"one of another account", foreign, "", refusedBy(tickler.FactNoOwner, tickler.FieldOwner, foreign)},
		} {
			t.Run(test.name, func(t *testing.T) {
				task, err := w.PlanTask(t.Context(), w.as("loner"), tickler.TaskDraft{Name: "n", OwnerID: test.id, OwnerEmail: test.email})
				got := outcomeOf(t, w.nameOf(task.OwnerID), err)
				if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(outcome{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	})
}

func (w *world) nameOf(id tickler.ID) string {
	for name, user := range w.users {
		if user.ID == id {
			return name
		}
	}
	return ""
}

func TestTaskType(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		meeting, _ := admin.Account.TaskTypeByName("Meeting")
		foreign, _ := w.stranger().Account.TaskTypeByName("Meeting")
		nobody := newID()
		for _, test := range []struct {
			name     string
			id       tickler.ID
			typeName string
			want     outcome
		}{
			{"neither: the default", tickler.ID{}, "", outcome{value: "To-Do"}},
			{"an id", meeting.ID, "", outcome{value: "Meeting"}},
			{"a name in another case", tickler.ID{}, "revive OLD lead", outcome{value: "Revive Old Lead"}},
			{"both of one type", meeting.ID, "meeting", outcome{value: "Meeting"}},
			{"each of another type", meeting.ID, "To-Do", refusedBy(tickler.FactOtherType, tickler.FieldTypeName, "To-Do", tickler.FieldType)},
			{"an unknown id", nobody, "Meeting", refusedBy(tickler.FactNoTypeForTask, tickler.FieldType, nobody)},
			{"an unknown name", tickler.ID{}, "Lunch", refusedBy(tickler.FactNoTypeForTask, tickler.FieldTypeName, "Lunch")},
			{"an id and an unknown name", meeting.ID, "Lunch", refusedBy(tickler.FactNoTypeForTask, tickler.FieldTypeName, "Lunch")},
			{"one of another account", foreign.ID, "", refusedBy(tickler.FactNoTypeForTask, tickler.FieldType, foreign.ID)},
		} {
			t.Run(test.name, func(t *testing.T) {
				task, err := w.PlanTask(t.Context(), admin, tickler.TaskDraft{Name: "n", TypeID: test.id, TypeName: test.typeName})
				taskType, _ := admin.Account.TaskType(task.TypeID)
				got := outcomeOf(t, taskType.Name, err)
				if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(outcome{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if err == nil && task.Category != taskType.Category {
					t.Errorf("the task is of category %v", task.Category)
				}
			})
		}
	})
}

func TestRelatedEntity(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		lead, err := w.CreateLead(t.Context(), admin, tickler.Lead{FirstName: "Lea"})
		w.must(err)
		opportunity, err := w.CreateOpportunity(t.Context(), admin, tickler.Opportunity{LeadID: lead.ID, Name: "Big deal"})
		w.must(err)
		foreign, err := w.CreateLead(t.Context(), w.stranger(), tickler.Lead{FirstName: "Leo"})
		w.must(err)
		foreignOpportunity, err := w.CreateOpportunity(t.Context(), w.stranger(), tickler.Opportunity{LeadID: foreign.ID, Name: "Theirs"})
		w.must(err)
		for _, test := range []struct {
			name string
			kind tickler.RelatedKind
			id   tickler.ID
			want outcome
		}{
			{"nobody", tickler.RelatedToNobody, tickler.ID{}, outcome{}},
			{"nobody, whatever the id", tickler.RelatedToNobody, lead.ID, outcome{}},
			{"a lead", tickler.RelatedToLead, lead.ID, outcome{value: "Lea"}},
			{"an opportunity", tickler.RelatedToOpportunity, opportunity.ID, outcome{value: "Big deal"}},
			{"an opportunity as a lead", tickler.RelatedToLead, opportunity.ID, refusedBy(tickler.FactNoLead, tickler.FieldRelated, opportunity.ID)},
			{"a lead as an opportunity", tickler.RelatedToOpportunity, lead.ID, refusedBy(tickler.FactNoOpportunity, tickler.FieldRelated, lead.ID)},
			{"another account's lead", tickler.RelatedToLead, foreign.ID, refusedBy(tickler.FactNoLead, tickler.FieldRelated, foreign.ID)},
			{
				"another account's opportunity", tickler.RelatedToOpportunity, foreignOpportunity.ID,
				refusedBy(tickler.FactNoOpportunity, tickler.FieldRelated, foreignOpportunity.ID),
			},
			{"a lead without an id", tickler.RelatedToLead, tickler.ID{}, refusedBy(tickler.FactNeededByRelation, tickler.FieldRelated, nil, tickler.RelatedToLead)},
		} {
			t.Run(test.name, func(t *testing.T) {
				task, err := w.CreateTask(t.Context(), admin, tickler.TaskDraft{Name: "n", RelatedKind: test.kind, RelatedID: test.id})
				if err == nil {
					task, _, err = w.Task(t.Context(), admin, task.ID)
				}
				got := outcomeOf(t, task.Related.Name, err)
				if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(outcome{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if test.want.value == "" && task.Related != (tickler.Related{}) {
					t.Errorf("related to %+v", task.Related)
				}
			})
		}
	})
}

func TestCreateTaskTakesFromAroundIt(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		kolkata, err := tickler.ParseZone("Asia/Kolkata")
		w.must(err)
		_, err = w.ChangeAccount(t.Context(), w.as("admin"), tickler.AccountPatch{Zone: kolkata})
		w.must(err)
		w.clock.Set(now.Add(999 * time.Millisecond))
		caller := w.as("loner")
		made, err := w.CreateTask(t.Context(), caller, tickler.TaskDraft{Name: "n", OwnerID: w.users["boss"].ID})
		w.must(err)
		task, found, err := w.Task(t.Context(), w.as("boss"), made.ID)
		w.must(err)
		if !found || task.AccountID != w.account || task.CreatedBy != caller.User.ID || task.ModifiedBy != caller.User.ID ||
			task.CreatedVia != caller.Via || task.CreatedAt != now || task.ModifiedAt != now {
			t.Errorf("found %t: %+v", found, task)
		}
		if due := time.Date(2026, 2, 28, 18, 30, 0, 0, time.UTC); task.DueAt != due { // midnight in Kolkata
			t.Errorf("due at %v, want the start of the account's day %v", task.DueAt, due)
		}
	})
}

func TestARefusedTaskLeavesNothing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		minus := -1
		for _, draft := range []tickler.TaskDraft{
			{},
			{Name: "n", OwnerEmail: "vir@example.com"},
			{Name: "n", TypeName: "Lunch"},
			{Name: "n", RelatedKind: tickler.RelatedToLead, RelatedID: newID()},
			{Name: "n", PercentCompleted: &minus},
			{Name: "n", CustomFields: map[string]string{"mx_Custom_1": "x"}},
		} {
			if _, err := w.CreateTask(t.Context(), admin, draft); tickler.KindOf(err) == 0 {
				t.Errorf("%+v: %v", draft, err)
			}
			if _, _, err := tryOver(t, w.App, admin, draft, onceKey("k")); tickler.KindOf(err) == 0 {
				t.Errorf("%+v, once: %v", draft, err)
			}
		}
		_, err := w.PlanTask(t.Context(), admin, tickler.TaskDraft{Name: "only planned"})
		w.must(err)
		if n := w.taskCount(w.account); n != 0 {
			t.Errorf("%d tasks were made", n)
		}
	})
}

// sees lists whose tasks each user sees (docs/contract.md section 7): those that somebody in the
// list owns or created.
var sees = map[string][]string{
	"admin":    {"admin", "marketer", "boss", "seller", "junior", "loner"},
	"marketer": {"admin", "marketer", "boss", "seller", "junior", "loner"},
	"boss":     {"boss", "seller", "junior"},
	"seller":   {"seller", "junior"},
	"junior":   {"junior"},
	"loner":    {"loner"},
}

func seesTaskOf(caller, creator, owner string) bool {
	for _, name := range sees[caller] {
		if name == creator || name == owner {
			return true
		}
	}
	return false
}

func TestVisibility(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		names := sees["admin"]
		made := map[[2]string]tickler.Task{}
		for _, creator := range names {
			for _, owner := range names {
				made[[2]string{creator, owner}] = w.task(creator, owner)
			}
		}
		foreign, err := w.CreateTask(t.Context(), w.stranger(), tickler.TaskDraft{Name: "n"})
		w.must(err)
		for _, name := range names {
			caller := w.as(name)
			for pair, task := range made {
				got, found, err := w.Task(t.Context(), caller, task.ID)
				w.must(err)
				if want := seesTaskOf(name, pair[0], pair[1]); found != want || found && got.Name != task.Name {
					t.Errorf("%s sees the task of %v: %t, want %t", name, pair, found, want)
				}
			}
			for _, owner := range names {
				tasks, total, err := w.TasksOfOwner(t.Context(), caller, app.TaskQuery{
					OwnerEmail: owner + "@example.com", Order: tickler.TaskOrder{By: tickler.ByDueDate}, Page: tickler.Page{Limit: 100},
				})
				w.must(err)
				var want []string
				for _, creator := range names {
					if seesTaskOf(name, creator, owner) {
						want = append(want, made[[2]string{creator, owner}].Name)
					}
				}
				var got []string
				for _, task := range tasks {
					got = append(got, task.Name)
				}
				if diff := cmp.Diff(want, got); diff != "" || total != len(want) {
					t.Errorf("%s lists the tasks of %s, %d in all (-want +got):\n%s", name, owner, total, diff)
				}
			}
			if _, found, err := w.Task(t.Context(), caller, foreign.ID); found || err != nil {
				t.Errorf("%s sees a task of another account, %v", name, err)
			}
		}
		if _, found, err := w.Task(t.Context(), w.stranger(), made[[2]string{"admin", "admin"}].ID); found || err != nil {
			t.Errorf("another account's administrator sees a task of this one, %v", err)
		}
	})
}

func TestTasksNarrows(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		boss := w.users["boss"].ID
		meeting, _ := admin.Account.TaskTypeByName("Meeting")
		day := 24 * time.Hour
		create := func(name, typeName string, due time.Time, completed bool) {
			t.Helper()
			_, err := w.CreateTask(t.Context(), admin, tickler.TaskDraft{Name: name, OwnerID: boss, TypeName: typeName, DueAt: &due, Completed: completed})
			w.must(err)
		}
		create("first", "", now, false)
		create("second", "Meeting", now.Add(day), false)
		create("third", "", now.Add(2*day), true)
		completed, open := tickler.StateCompleted, tickler.StateOpen
		for _, test := range []struct {
			name  string
			query app.TaskQuery
			want  []string
		}{
			{"all, by id", app.TaskQuery{OwnerID: boss}, []string{"first", "second", "third"}},
			{"neither id nor address: the caller's", app.TaskQuery{}, nil},
			{"inclusive from", app.TaskQuery{OwnerID: boss, From: now.Add(day)}, []string{"second", "third"}},
			{"inclusive to", app.TaskQuery{OwnerID: boss, To: now.Add(day)}, []string{"first", "second"}},
			{"one second less", app.TaskQuery{OwnerID: boss, From: now.Add(time.Second), To: now.Add(day - time.Second)}, nil},
			{"open", app.TaskQuery{OwnerID: boss, State: &open}, []string{"first", "second"}},
			{"completed", app.TaskQuery{OwnerID: boss, State: &completed}, []string{"third"}},
			{"by type's id", app.TaskQuery{OwnerID: boss, TypeID: meeting.ID}, []string{"second"}},
			{"by type's name", app.TaskQuery{OwnerID: boss, TypeName: "to-do"}, []string{"first", "third"}},
		} {
			t.Run(test.name, func(t *testing.T) {
				test.query.Order, test.query.Page = tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: 10}
				tasks, total, err := w.TasksOfOwner(t.Context(), admin, test.query)
				w.must(err)
				var got []string
				for _, task := range tasks {
					got = append(got, task.Name)
				}
				if diff := cmp.Diff(test.want, got); diff != "" || total != len(test.want) {
					t.Errorf("%d in all (-want +got):\n%s", total, diff)
				}
			})
		}
		nobody := newID()
		_, _, err := w.TasksOfOwner(t.Context(), admin, app.TaskQuery{OwnerID: nobody})
		wantError(t, err, tickler.Refuse(tickler.FactNoOwner, tickler.FieldOwner, nobody))
		_, _, err = w.TasksOfOwner(t.Context(), admin, app.TaskQuery{TypeName: "Lunch"})
		wantKind(t, err, tickler.KindUnknownEntity)
	})
}

func TestStatusOf(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task := w.task("boss", "boss")
		for _, test := range []struct {
			at   time.Time
			want tickler.Status
		}{
			{task.EndAt, tickler.StatusPending},
			{task.EndAt.Add(time.Second - 1), tickler.StatusPending},
			{task.EndAt.Add(time.Second), tickler.StatusOverdue},
		} {
			w.clock.Set(test.at)
			if got := task.StatusAt(w.Now()); got != test.want {
				t.Errorf("%v after its end: %s, want %s", test.at.Sub(task.EndAt), got, test.want)
			}
		}
	})
}

func TestLeads(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		caller := w.as("loner")
		lead, err := w.CreateLead(t.Context(), caller, tickler.Lead{FirstName: "Lea", Email: "Lea@example.com"})
		w.must(err)
		if lead.AccountID != w.account || lead.CreatedBy != caller.User.ID || lead.CreatedAt != now || lead.ModifiedAt != now {
			t.Errorf("made %+v", lead)
		}
		byID, found, err := w.Lead(t.Context(), caller, lead.ID)
		w.must(err)
		if !found || byID.FirstName != "Lea" {
			t.Errorf("by id: %t, %+v", found, byID)
		}
		byEmail, found, err := w.LeadByEmail(t.Context(), caller, "LEA@example.com")
		w.must(err)
		if !found || byEmail.ID != lead.ID {
			t.Errorf("by e-mail: %t, %+v", found, byEmail)
		}
		if _, found, err := w.Lead(t.Context(), w.stranger(), lead.ID); found || err != nil {
			t.Errorf("another account finds it by id: %v", err)
		}
		if _, found, err := w.LeadByEmail(t.Context(), w.stranger(), "lea@example.com"); found || err != nil {
			t.Errorf("another account finds it by e-mail: %v", err)
		}
		_, err = w.CreateLead(t.Context(), caller, tickler.Lead{Email: "lea@Example.com"})
		wantError(t, err, tickler.Refuse(tickler.FactLeadEmailTaken, tickler.FieldEmail, nil))
		_, err = w.CreateLead(t.Context(), w.stranger(), tickler.Lead{Email: "lea@example.com"})
		w.must(err)
		_, err = w.CreateLead(t.Context(), caller, tickler.Lead{})
		wantKind(t, err, tickler.KindMissing)
	})
}

func TestOpportunityNeedsALeadOfItsAccount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		lead, err := w.CreateLead(t.Context(), w.stranger(), tickler.Lead{FirstName: "Leo"})
		w.must(err)
		_, err = w.CreateOpportunity(t.Context(), w.as("admin"), tickler.Opportunity{LeadID: lead.ID, Name: "n"})
		wantError(t, err, tickler.Refuse(tickler.FactNoLead, tickler.FieldRelated, lead.ID))
		_, err = w.CreateOpportunity(t.Context(), w.as("admin"), tickler.Opportunity{Name: "n"})
		wantKind(t, err, tickler.KindMissing)
		made, err := w.CreateOpportunity(t.Context(), w.stranger(), tickler.Opportunity{LeadID: lead.ID, Name: "n"})
		w.must(err)
		if made.AccountID != w.other || made.CreatedAt != now {
			t.Errorf("made %+v", made)
		}
	})
}

// deadlines is a store that records how long a write may take.
type deadlines struct {
	app.Database[*store.Tx]
	taken chan time.Duration
}

func (d deadlines) WriteRepeatable(ctx context.Context, _ func(ctx context.Context, tx *store.Tx) error) error {
	deadline, _ := ctx.Deadline()
	d.taken <- time.Until(deadline)
	return tickler.Unavailable(time.Second, ctx.Err())
}

func TestWaitsNoLongerThan5SecondsForTheFirstUnderAKey(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		d := deadlines{w.store, make(chan time.Duration, 1)}
		_, _, err := tryOver(t, app.New(d, w.directoryOf(), w.clock, app.Wire{Events: plainWire{}}), w.as("admin"), tickler.TaskDraft{Name: "n"}, onceKey("k"))
		wantKind(t, err, tickler.KindUnavailable)
		if left := <-d.taken; left <= 0 || left > 5*time.Second {
			t.Errorf("it would wait for %v", left)
		}
	})
}
