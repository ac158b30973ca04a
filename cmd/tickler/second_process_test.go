package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/client"
	"tickler/internal/api/apitest"
	"tickler/internal/eventually"
)

// The command line, a second process on the same database, changes what a running server knows. The
// server polls twice a second; the test's clock makes it poll.

// until moves the server's clock on and repeats the call until the answer is as wanted.
func (s *server) until(wanted func(r apitest.Reply) bool, method, path, body string) {
	s.t.Helper()
	eventually.Holds(s.t, path+" is answered as wanted", func() bool {
		s.clock.Advance(500 * time.Millisecond)
		return wanted(s.call(method, path, body))
	})
}

func answers(status int) func(r apitest.Reply) bool {
	return func(r apitest.Reply) bool { return r.Status == status }
}

func TestARevokedKeyIsRefused(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		admin := at.setUp(t, "--rate-limit=off")
		s := at.serve(t)
		made := at.facts(t, "key create admin@example.com")
		s.keys = apitest.Keys{AccessKey: made["accessKey"], SecretKey: made["secretKey"]}
		s.until(answers(http.StatusOK), http.MethodGet, apitest.WhoAmIPath, "")
		at.do(t, "key revoke "+s.keys.AccessKey)
		s.until(answers(http.StatusUnauthorized), http.MethodGet, apitest.WhoAmIPath, "")
		s.keys = admin
		if r := s.call(http.MethodGet, apitest.WhoAmIPath, ""); r.Status != http.StatusOK {
			t.Errorf("another key is answered %d", r.Status)
		}
	})
}

func TestADeactivatedUserIsRefused(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		admin := at.setUp(t, "--rate-limit=off")
		at.do(t, "user add rep@example.com")
		made := at.facts(t, "key create rep@example.com")
		s := at.serve(t)
		s.keys = apitest.Keys{AccessKey: made["accessKey"], SecretKey: made["secretKey"]}
		id := s.create(client.TaskDraft{Name: "theirs"})
		at.do(t, "user deactivate rep@example.com")
		s.until(answers(http.StatusUnauthorized), http.MethodGet, apitest.WhoAmIPath, "")
		s.keys = admin
		if task := s.task(id); task.OwnerEmailAddress != "rep@example.com" {
			t.Errorf("what the user owned became %v", task)
		}
		r := s.call(http.MethodPost, apitest.CreatePath, `{"Name":"for them","OwnerEmailAddress":"rep@example.com"}`)
		if r.Status != http.StatusBadRequest || !strings.Contains(r.Body, "The Owner 'rep@example.com' is not active") {
			t.Errorf("a task for them is answered %d %s", r.Status, r.Body)
		}
	})
}

func TestWhatTheCommandLineAddsIsThere(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t, "--rate-limit=off")
		s := at.serve(t)
		s.keys = k
		s.call(http.MethodGet, usersPath, "") // which the server remembers
		user := at.facts(t, "user add rep@example.com --manager admin@example.com")
		s.until(func(r apitest.Reply) bool { return strings.Contains(r.Body, user["userId"]) }, http.MethodGet, usersPath, "")
		if r := s.call(http.MethodPost, apitest.CreatePath, `{"Name":"for them","OwnerEmailAddress":"Rep@Example.com"}`); r.Status != http.StatusOK {
			t.Errorf("a task for them is answered %d %s", r.Status, r.Body)
		}
		at.do(t, "task-type add Survey --field String!:Remark")
		s.until(func(r apitest.Reply) bool {
			return strings.Contains(r.Body, "'mx_Custom_1'") // which the type makes mandatory
		}, http.MethodPost, apitest.CreatePath, `{"Name":"n","TaskType":{"Name":"survey"}}`)
		lead := at.facts(t, "lead add --first-name Lea")["leadId"]
		related := client.TaskDraft{Name: "n", RelatedEntity: new(client.RelatedToLead), RelatedEntityID: lead}
		if task := s.task(s.create(related)); task.RelatedEntityIDName != "Lea" {
			t.Errorf("the task is related to %v", task.RelatedEntityIDName)
		}
		at.do(t, "account set --legacy-error-status")
		s.until(answers(http.StatusInternalServerError), http.MethodPost, apitest.CreatePath, `{"Description":"no name"}`)

		second := at.facts(t, "init --email second@example.com")
		s.keys = apitest.Keys{AccessKey: second["accessKey"], SecretKey: second["secretKey"]}
		s.until(answers(http.StatusOK), http.MethodGet, apitest.WhoAmIPath, "")
	})
}

func TestARateLimitHoldsFromTheNextPoll(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t, "--rate-limit=off")
		s := at.serve(t)
		s.keys = k
		limited := func(r apitest.Reply) bool { return r.Header.Get("RateLimit-Policy") != "" }
		if r := s.call(http.MethodGet, apitest.WhoAmIPath, ""); limited(r) {
			t.Errorf("without a limit it answers %v", r.Header)
		}
		at.do(t, "account set --rate-limit 1000/3600s")
		s.until(limited, http.MethodGet, apitest.WhoAmIPath, "")
		if r := s.call(http.MethodGet, apitest.WhoAmIPath, ""); r.Header.Get("RateLimit-Policy") != `"calls";q=1000;w=3600` {
			t.Errorf("it answers %v", r.Header)
		}
	})
}

// The first seed's example, posted as documented except for the owner.
const firstSeed = `{
  "Name": "Todo: Item",
  "Description": "Describing the task",
  "RelatedEntity": 0,
  "RelatedEntityId": "",
  "DueDate": "2020-11-11 10:30:00",
  "EndDate": "2020-11-12 10:29:00",
  "ReminderBeforeDays": "1",
  "ReminderTime": "10:00:00",
  "NotifyBy": "1100",
  "OwnerEmailAddress": "rep@example.com",
  "TaskType": {
    "Name": "Revive Old Lead"
  }
}`

// wireTask reads a task as the API sends it.
func (s *server) wireTask(id tickler.ID) map[string]any {
	s.t.Helper()
	var tasks []map[string]any
	decode(s.t, s.call(http.MethodGet, "/v2/Task.svc/Retrieve.GetById?id="+id.String(), "").Body, &tasks)
	if len(tasks) != 1 {
		s.t.Fatalf("there are %d tasks %s", len(tasks), id)
	}
	return tasks[0]
}

func TestTheFirstSeedsExample(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t, "--rate-limit=off")
		at.do(t, "user add rep@example.com --first-name Rep")
		s := at.serve(t)
		s.keys = k
		s.clock.Set(time.Date(2020, 11, 9, 8, 0, 0, 0, time.UTC))
		id := s.post(firstSeed)

		task := s.wireTask(id)
		for name, want := range map[string]any{
			"UserTaskId": id.String(), "Name": "Todo: Item", "Description": "Describing the task", "Category": 1.0, "RelatedEntity": 0.0,
			"RelatedEntityId": nil, "DueDate": "2020-11-11 10:30:00.000", "EndDate": "2020-11-12 10:29:00.000", "Reminder": 0.0,
			"ReminderBeforeDays": 1.0, "ReminderTime": "10:00:00", "NotifyBy": "1100", "StatusCode": 0.0, "Status": "Pending",
			"OwnerEmailAddress": "rep@example.com", "OwnerName": "Rep", "CreatedByName": "Admin", "CreatedOn": "2020-11-09 08:00:00.000",
		} {
			if task[name] != want {
				t.Errorf("%s is %v, want %v", name, task[name], want)
			}
		}
		if taskType := task["TaskType"].(map[string]any); taskType["Name"] != "Revive Old Lead" {
			t.Errorf("TaskType is %v", taskType)
		}
		kept := at.tasks(t)
		if moment := time.Date(2020, 11, 10, 10, 0, 0, 0, time.UTC); len(kept) != 1 || kept[0].RemindAt != moment || kept[0].WakeAt != moment {
			t.Errorf("the reminder falls at another moment than %v: %+v", moment, kept)
		}

		end := time.Date(2020, 11, 12, 10, 29, 0, 0, time.UTC)
		for _, test := range []struct {
			at   time.Time
			want tickler.Status
		}{
			{end.Add(-time.Second), tickler.StatusPending},
			{end, tickler.StatusPending},
			{end.Add(time.Second), tickler.StatusOverdue},
			{end.AddDate(1, 0, 0), tickler.StatusOverdue},
			{end, tickler.StatusPending},
		} {
			s.clock.Set(test.at)
			if got := s.task(id).Status; got != string(test.want) {
				t.Errorf("at %v it is %v, want %s", test.at, got, test.want)
			}
		}
	})
}
