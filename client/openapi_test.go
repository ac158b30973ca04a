package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"tickler/client"
)

const someID = "0192f0c1-7c5e-7d5a-9a51-3f6f0e7a1b2c"

var someTime = client.At(time.Date(2026, 3, 12, 10, 30, 0, 0, time.UTC))

// fullDraft sets every field of a new task.
var fullDraft = client.TaskDraft{
	Name: "Call Ada back", Description: "About the engine", RelatedEntity: new(client.RelatedToLead), RelatedEntityID: someID,
	DueDate: someTime, EndDate: someTime, Reminder: new(0), ReminderBeforeDays: new(1), ReminderTime: "10:00:00",
	NotifyBy: client.NotifyByEmail, OwnerID: someID, OwnerEmailAddress: "ada@example.com",
	TaskType: client.TaskTypeName{ID: someID, Name: "To-Do"}, Location: "Koramangala", CustomFields: map[string]any{"mx_Custom_1": 17},
	Category: new(client.ToDo), StatusCode: new(client.Completed), Priority: "High", EffortEstimateUnit: "Hours", PercentCompleted: new(0),
	Latitude: new(0.5), Longitude: new(-0.5),
}

var (
	change  = func() client.TaskDraft { d := fullDraft; d.StatusCode = nil; return d }()
	cleared = []client.TaskField{
		client.DescriptionField, client.LocationField, client.PriorityField, client.EffortEstimateUnitField, "mx_Custom_1",
	}
	tasks    = client.BulkTasks{TaskList: []client.TaskDraft{fullDraft}, StatusWebhookURL: "https://example.com/done"}
	named    = client.LeadAttribute{Attribute: "FirstName", Value: "Ada"}
	paging   = client.Paging{Offset: 1, RowCount: 2}
	sorting  = client.Sorting{ColumnName: "CreatedOn", Direction: client.Descending}
	byUser   = client.PeriodSearch{From: someTime, To: someTime, UserIDs: []string{someID}, Paging: paging}
	byEmail  = client.PeriodSearch{From: someTime, To: someTime, UserEmails: []string{"ada@example.com"}}
	criteria = []client.GroupCondition{{GroupOperator: "AND", GroupConditions: []client.GroupCondition{{Condition: []client.Condition{
		{LookupName: "FirstName", Operator: "lik_s", LookupValue: "A", ConditionOperator: "OR"},
		{LookupName: "LastName", Operator: "eq", LookupValue: "Lovelace"},
	}}}}, {Condition: []client.Condition{{LookupName: "StatusCode", Operator: "eq", LookupValue: "0"}}}}
	byCriteria = client.PeriodSearch{From: someTime, To: someTime, Conditions: criteria}
	search     = client.TaskSearch{
		OwnerID: someID, From: someTime, To: someTime, StatusCode: new(client.Open), TaskType: someID, Exclude: "CustomFields",
		Sorting: sorting, Paging: paging,
	}
	byOwnersEmail = client.TaskSearch{OwnerEmailAddress: "ada@example.com"}
	users         = client.UserSearch{GroupConditions: criteria, Sorting: []client.Sorting{{ColumnName: "FirstName", Direction: client.Descending}}, Paging: paging}
	leads         = client.LeadSearch{Parameter: client.LeadParameter{LookupName: "FirstName", LookupValue: "Ada", SQLOperator: "="}, Sorting: sorting, Paging: paging}
	webhook       = client.WebhookDraft{
		Description: "To the calendar", URL: "https://example.com/hook", Method: "POST", ContentType: "application/json",
		WebhookEvent: client.TaskCreated, NotifyOnFailure: new(true), CustomHeaders: []client.WebhookHeader{{Key: "x-api-key", Value: "v"}},
	}
	taskType = client.TaskTypeDraft{
		Name: "Site Visit", Category: new(client.Appointment), Color: "#CFD8DC", DefaultDuration: 45, IsDefault: true,
		ColumnConfiguration: []client.Column{{SchemaName: "mx_Custom_1", DisplayName: "Mood", DataType: client.DropdownData, Options: []string{"Warm"}}},
	}
	webhooks = client.WebhookSearch{Parameter: client.WebhookParameter{WebhookID: someID}, Sorting: sorting, Paging: paging}
)

// everyCall calls each method of a client, with every argument and field set.
var everyCall = map[string]func(context.Context, *client.Client) error{
	"CreateTask": func(ctx context.Context, c *client.Client) error { return second(c.CreateTask(ctx, fullDraft)) },
	"CheckTask":  func(ctx context.Context, c *client.Client) error { return c.CheckTask(ctx, fullDraft) },
	"UpdateTask": func(ctx context.Context, c *client.Client) error { return second(c.UpdateTask(ctx, someID, change)) },
	"UpdateTaskClear": func(ctx context.Context, c *client.Client) error {
		return second(c.UpdateTask(ctx, someID, client.TaskDraft{}, cleared...))
	},
	"CheckTaskChange": func(ctx context.Context, c *client.Client) error {
		return c.CheckTaskChange(ctx, someID, change, cleared...)
	},
	"CompleteTask": func(ctx context.Context, c *client.Client) error { return second(c.CompleteTask(ctx, someID)) },
	"CompleteTaskWith": func(ctx context.Context, c *client.Client) error {
		return second(c.CompleteTaskWith(ctx, someID, "She takes two licences."))
	},
	"ReopenTask":      func(ctx context.Context, c *client.Client) error { return second(c.ReopenTask(ctx, someID)) },
	"CancelTask":      func(ctx context.Context, c *client.Client) error { return second(c.CancelTask(ctx, someID)) },
	"Task":            func(ctx context.Context, c *client.Client) error { return third(c.Task(ctx, someID)) },
	"Tasks":           func(ctx context.Context, c *client.Client) error { return second(c.Tasks(ctx, search)) },
	"AllTasks":        func(ctx context.Context, c *client.Client) error { return last(c.AllTasks(ctx, byOwnersEmail)) },
	"Appointments":    func(ctx context.Context, c *client.Client) error { return second(c.Appointments(ctx, byUser)) },
	"AllAppointments": func(ctx context.Context, c *client.Client) error { return last(c.AllAppointments(ctx, byEmail)) },
	"AppointmentsBy":  func(ctx context.Context, c *client.Client) error { return second(c.Appointments(ctx, byCriteria)) },
	"ToDos":           func(ctx context.Context, c *client.Client) error { return second(c.ToDos(ctx, byUser)) },
	"AllToDos":        func(ctx context.Context, c *client.Client) error { return last(c.AllToDos(ctx, byEmail)) },
	"ToDosBy":         func(ctx context.Context, c *client.Client) error { return second(c.ToDos(ctx, byCriteria)) },
	"TasksOfLead":     func(ctx context.Context, c *client.Client) error { return second(c.TasksOfLead(ctx, someID, paging)) },
	"CreateTasks":     func(ctx context.Context, c *client.Client) error { return second(c.CreateTasks(ctx, tasks)) },
	"CheckTasks":      func(ctx context.Context, c *client.Client) error { return second(c.CheckTasks(ctx, tasks)) },
	"BulkStatus":      func(ctx context.Context, c *client.Client) error { return second(c.BulkStatus(ctx, someID)) },
	"WaitForBulk":     func(ctx context.Context, c *client.Client) error { return second(c.WaitForBulk(ctx, someID)) },
	"BulkReport": func(ctx context.Context, c *client.Client) error {
		return second(c.BulkReport(ctx, someID, client.CSV))
	},
	"TaskTypes":      func(ctx context.Context, c *client.Client) error { return second(c.TaskTypes(ctx)) },
	"TaskTypesOf":    func(ctx context.Context, c *client.Client) error { return second(c.TaskTypesOf(ctx, client.ToDo)) },
	"CreateTaskType": func(ctx context.Context, c *client.Client) error { return second(c.CreateTaskType(ctx, taskType)) },
	"UpdateTaskType": func(ctx context.Context, c *client.Client) error {
		return second(c.UpdateTaskType(ctx, someID, taskType))
	},
	"TaskTypeByName": func(ctx context.Context, c *client.Client) error { return third(c.TaskTypeByName(ctx, "Meeting")) },
	"CreateLead":     func(ctx context.Context, c *client.Client) error { return second(c.CreateLead(ctx, named)) },
	"CaptureLead":    func(ctx context.Context, c *client.Client) error { return second(c.CaptureLead(ctx, named)) },
	"CaptureLeadKeeping": func(ctx context.Context, c *client.Client) error {
		return second(c.CaptureLeadKeeping(ctx, client.DoNotUpdate, named))
	},
	"UpdateLead":  func(ctx context.Context, c *client.Client) error { return second(c.UpdateLead(ctx, someID, named)) },
	"Lead":        func(ctx context.Context, c *client.Client) error { return third(c.Lead(ctx, someID)) },
	"LeadByEmail": func(ctx context.Context, c *client.Client) error { return third(c.LeadByEmail(ctx, "ada@example.com")) },
	"LeadByPhone": func(ctx context.Context, c *client.Client) error {
		return third(c.LeadByPhone(ctx, "+44 20 7946 0000"))
	},
	"Leads":         func(ctx context.Context, c *client.Client) error { return second(c.Leads(ctx, leads)) },
	"AllLeads":      func(ctx context.Context, c *client.Client) error { return last(c.AllLeads(ctx, leads)) },
	"WhoAmI":        func(ctx context.Context, c *client.Client) error { return second(c.WhoAmI(ctx)) },
	"Users":         func(ctx context.Context, c *client.Client) error { return second(c.Users(ctx)) },
	"User":          func(ctx context.Context, c *client.Client) error { return third(c.User(ctx, someID)) },
	"UserByEmail":   func(ctx context.Context, c *client.Client) error { return third(c.UserByEmail(ctx, "ada@example.com")) },
	"SearchUsers":   func(ctx context.Context, c *client.Client) error { return second(c.SearchUsers(ctx, users)) },
	"AllUsersFound": func(ctx context.Context, c *client.Client) error { return last(c.AllUsersFound(ctx, users)) },
	"CreateWebhook": func(ctx context.Context, c *client.Client) error { return second(c.CreateWebhook(ctx, webhook)) },
	"UpdateWebhook": func(ctx context.Context, c *client.Client) error {
		return second(c.UpdateWebhook(ctx, someID, webhook))
	},
	"DeleteWebhook": func(ctx context.Context, c *client.Client) error { return second(c.DeleteWebhook(ctx, someID)) },
	"Webhooks":      func(ctx context.Context, c *client.Client) error { return second(c.Webhooks(ctx, webhooks)) },
	"AllWebhooks":   func(ctx context.Context, c *client.Client) error { return last(c.AllWebhooks(ctx, webhooks)) },
	"UpdateTasks": func(ctx context.Context, c *client.Client) error {
		moved := client.TasksChange{MoveByDays: 1, MoveToDate: "2026-03-12", TimeZone: "Asia/Kolkata", Complete: true, Cancel: true}
		return second(c.UpdateTasks(ctx, client.BulkUpdate{TaskIDs: []string{someID}, Change: moved, StatusWebhookURL: tasks.StatusWebhookURL}))
	},
	"CheckTasksChange": func(ctx context.Context, c *client.Client) error {
		return second(c.CheckTasksChange(ctx, client.BulkUpdate{TaskIDs: []string{someID}, Change: client.TasksChange{Attributes: change, Clear: cleared}}))
	},
	"DeleteTasks": func(ctx context.Context, c *client.Client) error {
		return second(c.DeleteTasks(ctx, client.BulkDelete{TaskIDs: []string{someID}, StatusWebhookURL: tasks.StatusWebhookURL}))
	},
	"MoveAppointments": func(ctx context.Context, c *client.Client) error {
		moved := client.AppointmentTime{UserTaskID: someID, FromDate: someTime, ToDate: someTime}
		return second(c.MoveAppointments(ctx, client.BulkAppointmentTimes{TaskList: []client.AppointmentTime{moved}, StatusWebhookURL: tasks.StatusWebhookURL}))
	},
	"AllTasksOfLead":        func(ctx context.Context, c *client.Client) error { return last(c.AllTasksOfLead(ctx, someID)) },
	"AllTasksOfOpportunity": func(ctx context.Context, c *client.Client) error { return last(c.AllTasksOfOpportunity(ctx, someID)) },
	"TasksOfOpportunity": func(ctx context.Context, c *client.Client) error {
		return second(c.TasksOfOpportunity(ctx, someID, paging))
	},
	"CreateOpportunity": func(ctx context.Context, c *client.Client) error {
		return second(c.CreateOpportunity(ctx, client.NewOpportunity{LeadID: someID, Name: "Analytical Engine"}))
	},
	"AllOpportunitiesOfLead": func(ctx context.Context, c *client.Client) error {
		return last(c.AllOpportunitiesOfLead(ctx, someID))
	},
	"OpportunitiesOfLead": func(ctx context.Context, c *client.Client) error {
		return second(c.OpportunitiesOfLead(ctx, someID, client.OpportunitySearch{Sorting: sorting, Paging: paging}))
	},
}

func second[A any](_ A, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }

func last[A any](all iter.Seq2[A, error]) (err error) {
	for _, err = range all {
		continue
	}
	return err
}

// otherNames are aliases of paths that the client uses.
var otherNames = []string{"/v2/UserManagement.svc/User.AdvancedSearch"}

// Every method sends what the document allows and reads every answer that it shows, and every path
// of the document has a method. The client may know calls that the document does not have yet.
func TestEveryCallIsAsDocumented(t *testing.T) {
	document := loadOpenAPI(t)
	reached := slices.Clone(otherNames)
	methods := reflect.TypeFor[*client.Client]()
	for i := range methods.NumMethod() {
		if name := methods.Method(i).Name; everyCall[name] == nil {
			t.Errorf("%s has no row in everyCall", name)
		}
	}
	for name, run := range everyCall {
		t.Run(name, func(t *testing.T) {
			for example := 0; ; example++ {
				d := &documented{t: t, document: document, example: example}
				server := httptest.NewServer(d)
				c := newClient(t, server.URL, client.Strict)
				if err := run(t.Context(), c); err != nil {
					t.Errorf("after example %d: %v", example, err)
				}
				server.Close()
				reached = append(reached, d.path)
				if !d.more {
					return
				}
			}
		})
	}
	for path := range document.Paths.Map() {
		if !slices.Contains(reached, path) {
			t.Errorf("no method calls %s", path)
		}
	}
}

func loadOpenAPI(t *testing.T) *openapi3.T {
	t.Helper()
	content, err := os.ReadFile("../internal/api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	document, err := openapi3.NewLoader().LoadFromData(content)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// documented is a service that checks each call against the document and answers with one of its
// examples.
type documented struct {
	t        *testing.T
	document *openapi3.T
	example  int
	more     bool // there are more examples
	path     string
}

func (d *documented) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.path = r.URL.Path
	item := d.document.Paths.Value(d.path)
	if item == nil { // not yet
		_, _ = w.Write([]byte(`null`))
		return
	}
	operation := item.GetOperation(r.Method)
	if operation == nil {
		d.t.Errorf("%s does not take %s", d.path, r.Method)
		return
	}
	d.validate(r, item, operation)
	examples := answersOf(operation, r.URL.Query().Has("dryRun"))
	if len(examples) == 0 {
		d.t.Errorf("%s has no example of an answer", d.path)
		return
	}
	d.more = d.example+1 < len(examples)
	_, _ = w.Write(examples[d.example])
}

func (d *documented) validate(r *http.Request, item *openapi3.PathItem, operation *openapi3.Operation) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		d.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	err = openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r,
		Route:   &routers.Route{Spec: d.document, Path: d.path, PathItem: item, Method: r.Method, Operation: operation},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, RejectWhenRequestBodyNotSpecified: true, SkipSettingDefaults: true},
	})
	if err != nil {
		d.t.Errorf("%s sends what is not documented: %v\n%s", d.path, err, sent)
	}
}

// answersOf returns the examples of a successful answer; a dry run has its own.
func answersOf(operation *openapi3.Operation, dryRun bool) (bodies [][]byte) {
	for mediaType, content := range operation.Responses.Status(http.StatusOK).Value.Content {
		examples := map[string]any{"": content.Example}
		if content.Example == nil {
			delete(examples, "")
		}
		for name, example := range content.Examples {
			if strings.Contains(name, "dry run") == dryRun {
				examples[name] = example.Value.Value
			}
		}
		for _, example := range examples {
			body, isText := example.(string)
			if written, err := json.Marshal(example); err == nil && (!isText || mediaType == "application/json") {
				body = string(written)
			}
			bodies = append(bodies, []byte(body))
		}
	}
	slices.SortFunc(bodies, bytes.Compare)
	return bodies
}

// The client knows every type of error that the service has.
func TestErrorTypes(t *testing.T) {
	known := []any{
		client.InvalidInput, client.MandatoryMissing, client.MandatoryFieldMissing, client.InvalidEntity, client.InvalidEntityReference,
		client.UnknownAttribute, client.DuplicateEntry, client.AuthenticationFailed, client.UnauthorizedAccess, client.APINotFound,
		client.MethodNotAllowed, client.DuplicateRequest, client.RequestTooLarge, client.RateLimitExceeded, client.InternalServer,
		client.ServiceUnavailable,
	}
	documented := loadOpenAPI(t).Components.Schemas["Error"].Value.Properties["ExceptionType"].Value.Enum
	if !slices.Equal(known, documented) {
		t.Errorf("known are %q, documented %q", known, documented)
	}
}
