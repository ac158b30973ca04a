package main

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/client"
)

// byTheClock makes a client wait by the test's clock, which takes no time.
func byTheClock(s *server) client.Option {
	return client.Sleep(func(ctx context.Context, d time.Duration) error {
		s.clock.Advance(d)
		return ctx.Err()
	})
}

// only returns the one item of a list, which must have exactly one.
func only[T any](t *testing.T, list iter.Seq2[T, error]) (one T) {
	t.Helper()
	rows := 0
	for row, err := range list {
		if err != nil {
			t.Fatal(err)
		}
		one = row
		rows++
	}
	if rows != 1 {
		t.Fatalf("the list has %d rows", rows)
	}
	return one
}

// The life of a task, through the Go client.
func TestTheLifeOfATask(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t, "--rate-limit=off")
		s := at.serve(t)
		s.keys = k
		c, ctx := s.api(), t.Context()
		me, err := c.WhoAmI(ctx)
		if err != nil || me.EmailAddress != "admin@example.com" {
			t.Fatalf("the caller is %+v, %v", me, err)
		}
		draft := client.TaskDraft{Name: "Call Ada back", DueDate: client.At(now.Add(time.Hour)), Reminder: new(15), NotifyBy: client.NotifyByEmail}
		if err := c.CheckTask(ctx, draft); err != nil {
			t.Fatal(err)
		}
		id := s.create(draft)
		task := s.task(id)
		if !task.DueDate.Equal(now.Add(time.Hour)) || task.OwnerID != me.ID || task.Reminder != 15 || task.TaskType.Name != "To-Do" || !task.CompletedOn.IsZero() {
			t.Errorf("the task is %+v", task)
		}
		later := client.TaskDraft{DueDate: client.At(now.Add(2 * time.Hour))}
		if err := c.CheckTaskChange(ctx, id.String(), later); err != nil {
			t.Error(err)
		}
		for _, step := range []struct {
			do   func() (client.Affected, error)
			want string
		}{
			{func() (client.Affected, error) { return c.UpdateTask(ctx, id.String(), later) }, "Pending"},
			{func() (client.Affected, error) { return c.CompleteTask(ctx, id.String()) }, "Completed"},
			{func() (client.Affected, error) { return c.ReopenTask(ctx, id.String()) }, "Pending"},
			{func() (client.Affected, error) { return c.CancelTask(ctx, id.String()) }, "Cancelled"},
		} {
			affected, err := step.do()
			if got := s.task(id).Status; err != nil || affected.AffectedRows != 1 || got != step.want {
				t.Errorf("it is %s, not %s, after %+v, %v", got, step.want, affected, err)
			}
		}
		if moved := s.task(id).DueDate; !moved.Equal(now.Add(2 * time.Hour)) {
			t.Errorf("it is due at %v", moved)
		}
		described := client.TaskDraft{Description: "About the engine", Location: "Koramangala", Priority: "High"}
		if _, err := c.UpdateTask(ctx, id.String(), described); err != nil {
			t.Error(err)
		}
		fewer := client.TaskDraft{Location: "Indiranagar"} // which wins over the clearing beside it
		_, err = c.UpdateTask(ctx, id.String(), fewer, client.DescriptionField, client.LocationField)
		if got := s.task(id); err != nil || got.Description != "" || got.Location != "Indiranagar" || got.Priority != "High" {
			t.Errorf("after clearing it is %+v, %v", got, err)
		}
		if err := c.CheckTaskChange(ctx, id.String(), client.TaskDraft{}, "mx_Custom_9"); err == nil {
			t.Error("a field that the type does not have can be cleared")
		}
		_, err = c.CompleteTask(ctx, id.String())
		if refused, ok := errors.AsType[*client.Error](err); !ok || refused.HTTPStatus != http.StatusBadRequest || refused.RequestID == "" {
			t.Errorf("completing a cancelled task: %v", err)
		}
	})
}

// serveMia serves an account with an administrator and a second user, Mia.
func serveMia(t *testing.T) *server {
	t.Helper()
	at := folder(t)
	k := at.setUp(t, "--rate-limit=off")
	at.do(t, "user add mia@example.com --first-name Mia")
	s := at.serve(t)
	s.keys = k
	return s
}

// What surrounds a task, through the Go client.
func TestWhatIsAroundATask(t *testing.T) {
	t.Parallel()
	s := serveMia(t)
	c, ctx := s.api(), t.Context()
	users, err := c.Users(ctx)
	if err != nil || len(users) != 2 || users[1].FirstName != "Mia" || !users[1].IsActive {
		t.Errorf("the users are %+v, %v", users, err)
	}
	types, err := c.TaskTypes(ctx)
	if err != nil || len(types) != len(tickler.FreshTaskTypes()) || !types[0].CreatedOn.Equal(now) {
		t.Errorf("the task types are %+v, %v", types, err)
	}
	ofCategory, err := c.TaskTypesOf(ctx, client.ToDo)
	if err != nil || slices.ContainsFunc(ofCategory, func(t client.TaskType) bool { return t.Category != client.ToDo }) || len(ofCategory) == 0 {
		t.Errorf("the to-do types are %+v, %v", ofCategory, err)
	}
	if meeting, found, err := c.TaskTypeByName(ctx, "meeting"); err != nil || !found || meeting.Category != client.Appointment {
		t.Errorf("a meeting is %+v, %v", meeting, err)
	}
	lead, err := c.CreateLead(ctx, client.LeadAttribute{Attribute: "EmailAddress", Value: "ada@example.com"}, client.LeadAttribute{Attribute: "mx_Shoe_Size", Value: "38"})
	if err != nil {
		t.Fatal(err)
	}
	for _, find := range []func() (client.Lead, bool, error){
		func() (client.Lead, bool, error) { return c.Lead(ctx, lead) },
		func() (client.Lead, bool, error) { return c.LeadByEmail(ctx, "Ada@Example.com") },
	} {
		if ada, found, err := find(); err != nil || !found || ada.ProspectID != lead || len(ada.Attributes) != 1 || ada.Attributes["mx_Shoe_Size"] != "38" {
			t.Errorf("the lead is %+v, %v", ada, err)
		}
	}
	if _, found, err := c.LeadByEmail(ctx, "nobody@example.com"); found || err != nil {
		t.Errorf("there is nobody: %v, %v", found, err)
	}
	deal, err := c.CreateOpportunity(ctx, client.NewOpportunity{LeadID: lead, Name: "Analytical Engine"})
	if err != nil {
		t.Fatal(err)
	}
	if opportunity := only(t, c.AllOpportunitiesOfLead(ctx, lead)); opportunity.OpportunityID != deal || opportunity.Name != "Analytical Engine" {
		t.Errorf("the opportunity is %+v", opportunity)
	}
	id := s.create(client.TaskDraft{Name: "n", RelatedEntity: new(client.RelatedToOpportunity), RelatedEntityID: deal})
	if task := s.task(id); task.RelatedEntityID != deal || task.RelatedEntityIDName != "Analytical Engine" {
		t.Errorf("the task is tied to %+v", task)
	}
	if rows, err := c.TasksOfOpportunity(ctx, deal, client.Paging{}); err != nil || len(rows.List) != 1 || rows.List[0].TaskID != id.String() {
		t.Errorf("its tasks are %+v, %v", rows, err)
	}
}

// Users, to-dos and appointments are found, leads captured and changed, and webhooks kept, by the
// Go client.
func TestFindingThings(t *testing.T) {
	t.Parallel()
	s := serveMia(t)
	c, ctx := s.api(), t.Context()
	mia, found, err := c.UserByEmail(ctx, "Mia@Example.com")
	if err != nil || !found || mia.FirstName != "Mia" {
		t.Fatalf("the user is %+v, %v", mia, err)
	}
	if same, found, err := c.User(ctx, mia.ID); err != nil || !found || same != mia {
		t.Errorf("by their id the user is %+v, %v", same, err)
	}
	named := []client.GroupCondition{{Condition: []client.Condition{{LookupName: "FirstName", Operator: "lik_s", LookupValue: "mi"}}}}
	if user := only(t, c.AllUsersFound(ctx, client.UserSearch{GroupConditions: named})); user != mia {
		t.Errorf("found is %+v", user)
	}
	s.create(client.TaskDraft{Name: "to do", OwnerID: mia.ID})
	s.create(client.TaskDraft{Name: "to meet", OwnerID: mia.ID, TaskType: client.TaskTypeName{Name: "Meeting"}})
	week := client.PeriodSearch{From: client.At(now.AddDate(0, 0, -1)), To: client.At(now.AddDate(0, 0, 6)), UserIDs: []string{mia.ID}}
	if list, err := c.ToDos(ctx, week); err != nil || list.RecordCount != 1 || list.List[0].Name != "to do" {
		t.Errorf("the to-dos are %+v, %v", list, err)
	}
	week.UserIDs, week.Conditions = nil, named
	if list, err := c.Appointments(ctx, week); err != nil || list.RecordCount != 1 || list.List[0].Name != "to meet" {
		t.Errorf("the appointments are %+v, %v", list, err)
	}

	phone := client.LeadAttribute{Attribute: "Phone", Value: "+44 20 7946 0000"}
	lead, err := c.CaptureLead(ctx, phone, client.LeadAttribute{Attribute: "FirstName", Value: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	if same, err := c.CaptureLead(ctx, phone); err != nil || same != lead {
		t.Errorf("captured again it is %s, %v", same, err)
	}
	if changed, err := c.UpdateLead(ctx, lead, client.LeadAttribute{Attribute: "LastName", Value: "Lovelace"}); err != nil || changed.AffectedRows != 1 {
		t.Errorf("changing it: %+v, %v", changed, err)
	}
	if ada, found, err := c.LeadByPhone(ctx, "+442079460000"); err != nil || !found || ada.ProspectID != lead || ada.LastName != "Lovelace" {
		t.Errorf("the lead is %+v, %v", ada, err)
	}
	ada := client.LeadParameter{LookupName: "FirstName", LookupValue: "Ada", SQLOperator: "="}
	if found := only(t, c.AllLeads(ctx, client.LeadSearch{Parameter: ada})); found.ProspectID != lead {
		t.Errorf("the lead is %+v", found)
	}
	tied := s.create(client.TaskDraft{Name: "n", RelatedEntity: new(client.RelatedToLead), RelatedEntityID: lead})
	if rows, err := c.TasksOfLead(ctx, lead, client.Paging{}); err != nil || len(rows.List) != 1 || rows.List[0].TaskID != tied.String() {
		t.Errorf("its tasks are %+v, %v", rows, err)
	}

	hook, err := c.CreateWebhook(ctx, client.WebhookDraft{URL: "https://example.com/hook", WebhookEvent: client.TaskCompleted})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.UpdateWebhook(ctx, hook, client.WebhookDraft{StatusCode: new(client.WebhookOff)}); err != nil {
		t.Error(err)
	}
	if w := only(t, c.AllWebhooks(ctx, client.WebhookSearch{})); w.WebhookID != hook || w.WebhookEvent != client.TaskCompleted || w.StatusCode != client.WebhookOff {
		t.Errorf("the webhook is %+v", w)
	}
	if _, err := c.DeleteWebhook(ctx, hook); err != nil {
		t.Error(err)
	}
	if left, err := c.Webhooks(ctx, client.WebhookSearch{}); err != nil || left.RecordCount != 0 {
		t.Errorf("left are %+v, %v", left, err)
	}
}

// The client waits for the rate limit by itself.
func TestTheClientWaitsForItsPlace(t *testing.T) {
	t.Parallel()
	at := folder(t)
	k := at.setUp(t)
	s := at.serve(t)
	s.keys = k
	c := s.api(byTheClock(s))
	const many = 60
	for range many {
		if _, err := c.CreateTask(t.Context(), client.TaskDraft{Name: "n"}); err != nil {
			t.Fatal(err)
		}
	}
	if waited := s.clock.Now().Sub(now); waited != 10*time.Second {
		t.Errorf("%d calls took %v", many, waited)
	}
	seen := 0
	for task, err := range c.AllTasks(t.Context(), client.TaskSearch{OwnerEmailAddress: "admin@example.com"}) {
		if err != nil || task.Name != "n" {
			t.Fatalf("%+v, %v", task, err)
		}
		seen++
	}
	if seen != many {
		t.Errorf("%d tasks are listed", seen)
	}
}

// forgetful is a transport that loses the first answers.
type forgetful struct {
	way  http.RoundTripper
	lose int
}

var errLost = errors.New("the connection is lost")

func (f *forgetful) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := f.way.RoundTrip(r)
	if f.lose > 0 && err == nil {
		f.lose--
		_ = response.Body.Close()
		return nil, errLost
	}
	return response, err
}

// A task whose answers were lost is sent again, and made once.
func TestATaskWhoseAnswerWasLostIsMadeOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t)
		s := at.serve(t)
		s.keys = k
		way := &forgetful{way: s.client.Transport, lose: 3}
		c := s.api(byTheClock(s), client.HTTPClient(&http.Client{Transport: way}))
		id, err := c.CreateTask(t.Context(), client.TaskDraft{Name: "n"})
		if tasks := at.tasks(t); err != nil || way.lose != 0 || len(tasks) != 1 || tasks[0].ID.String() != id {
			t.Errorf("%q, %v: %+v", id, err, tasks)
		}
	})
}

// Tasks are made, moved and deleted in bulk, and the client waits for each request to end.
func TestBulkRequestsByTheClient(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t, "--rate-limit=off")
		s := at.serve(t)
		s.keys = k
		c, ctx := s.api(byTheClock(s)), t.Context()
		done := func(queued client.Queued, err error) client.BulkStatus {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			status, err := c.WaitForBulk(ctx, queued.ID)
			if err != nil {
				t.Fatal(err)
			}
			return status
		}
		tasks := client.BulkTasks{TaskList: []client.TaskDraft{
			{Name: "Meeting", TaskType: client.TaskTypeName{Name: "Meeting"}}, {Name: "Document Collection", OwnerEmailAddress: "vir@example.com"},
		}}
		if tried, err := c.CheckTasks(ctx, tasks); err != nil || tried.Status != "Partial Success" || len(at.tasks(t)) != 0 {
			t.Errorf("the trial run gives %+v, %v", tried, err)
		}
		made := done(c.CreateTasks(ctx, tasks, client.IdempotencyKey("import-17")))
		if again := done(c.CreateTasks(ctx, tasks, client.IdempotencyKey("import-17"))); again.ID != made.ID {
			t.Errorf("the same key gives %s and %s", made.ID, again.ID)
		}
		if made.Status != "Partial Success" || made.CreatedTasksCount != 1 || made.FailedTasksCount != 1 || len(made.Tasks) != 2 || made.Tasks[1].ExceptionType != client.InvalidEntity {
			t.Fatalf("it ends as %+v", made)
		}
		report, err := c.BulkReport(ctx, made.ID, client.CSV)
		if err != nil || !strings.Contains(string(report), "vir@example.com") {
			t.Errorf("the report is %q, %v", report, err)
		}
		meeting := made.Tasks[0].UserTaskID
		tomorrow := client.AppointmentTime{UserTaskID: meeting, FromDate: client.At(now.AddDate(0, 0, 1)), ToDate: client.At(now.AddDate(0, 0, 1).Add(time.Hour))}
		if moved := done(c.MoveAppointments(ctx, client.BulkAppointmentTimes{TaskList: []client.AppointmentTime{tomorrow}})); moved.Status != "Success" || moved.UpdatedTasksCount != 1 {
			t.Errorf("it ends as %+v", moved)
		}
		if task, _, err := c.Task(ctx, meeting); err != nil || task.DueDate != tomorrow.FromDate || task.EndDate != tomorrow.ToDate {
			t.Errorf("the meeting is %+v, %v", task, err)
		}
		if deleted := done(c.DeleteTasks(ctx, client.BulkDelete{TaskIDs: []string{meeting}})); deleted.Status != "Success" || deleted.DeletedTasksCount != 1 {
			t.Errorf("it ends as %+v", deleted)
		}
		if _, found, err := c.Task(ctx, meeting); found || err != nil {
			t.Errorf("it is still there: %v", err)
		}
	})
}
