package client

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"slices"
)

// Category is whether a task is a to-do or an appointment. A task has its type's.
type Category int

// The two categories.
const (
	Appointment Category = 0
	ToDo        Category = 1
)

// RelatedEntity is what a task is tied to.
type RelatedEntity int

// What a task can be tied to.
const (
	RelatedToNobody      RelatedEntity = 0
	RelatedToLead        RelatedEntity = 1
	RelatedToOpportunity RelatedEntity = 5
)

// StatusCode is what people have made of a task.
type StatusCode int

// What can be made of a task.
const (
	Open      StatusCode = 0
	Completed StatusCode = 1
	Cancelled StatusCode = 2
)

// NotifyBy says whether the owner is reminded.
type NotifyBy string

// The two ways.
const (
	NotifyByEmail NotifyBy = "1100"
	NotifyNobody  NotifyBy = "1000"
)

// TaskDraft is what a caller says of a task. Of a new task only Name is mandatory, and what is
// absent has a default; of a task that is changed, what is absent stays.
type TaskDraft struct {
	Name               string         `json:",omitempty"`
	Description        string         `json:",omitempty"`
	RelatedEntity      *RelatedEntity `json:",omitempty"`
	RelatedEntityID    string         `json:"RelatedEntityId,omitempty"` // the lead or opportunity
	DueDate            Time           `json:",omitzero"`
	EndDate            Time           `json:",omitzero"`
	Reminder           *int           `json:",omitempty"` // minutes before DueDate
	ReminderBeforeDays *int           `json:",omitempty"`
	ReminderTime       string         `json:",omitempty"` // HH:MM:SS in the account's time zone
	NotifyBy           NotifyBy       `json:",omitempty"`
	OwnerID            string         `json:"OwnerId,omitempty"` // or OwnerEmailAddress; if neither, the caller
	OwnerEmailAddress  string         `json:",omitempty"`
	TaskType           TaskTypeName   `json:",omitzero"`
	Location           string         `json:",omitempty"`
	CustomFields       map[string]any `json:",omitempty"` // by schema name, such as mx_Custom_1; "" clears
	Category           *Category      `json:",omitempty"` // if given, the task type's
	StatusCode         *StatusCode    `json:",omitempty"` // of a new task only: Open or Completed
	Priority           string         `json:",omitempty"`
	EffortEstimateUnit string         `json:",omitempty"`
	PercentCompleted   *int           `json:",omitempty"`
	Latitude           *float64       `json:",omitempty"` // degrees
	Longitude          *float64       `json:",omitempty"` // degrees
}

// TaskTypeName names a task type, by its name in any case or by its id.
type TaskTypeName struct {
	ID   string `json:"Id,omitempty"`
	Name string `json:",omitempty"`
}

// CreateTask makes a to-do or an appointment, as its type says, and returns its id.
func (c *Client) CreateTask(ctx context.Context, draft TaskDraft, options ...CreateOption) (id string, err error) {
	var answer message[made]
	err = c.do(ctx, once(call{method: post, operation: "Task.svc/Create", body: draft}, options), &answer)
	return answer.Message.ID, err
}

// CheckTask makes all checks of CreateTask and writes nothing: its error is what CreateTask would
// return.
func (c *Client) CheckTask(ctx context.Context, draft TaskDraft) error {
	return c.check(ctx, call{method: post, operation: "Task.svc/Create", body: draft})
}

func (c *Client) check(ctx context.Context, what call) error {
	what.query = dryRun()
	_, err := read[message[struct {
		ID     *string `json:"Id"`
		DryRun bool
	}]](ctx, c, what)
	return err
}

func dryRun() url.Values { return url.Values{"dryRun": {"true"}} }

// TaskField names what UpdateTask can clear: one of the constants, or a custom field by its schema
// name, such as mx_Custom_1.
type TaskField string

// The attributes that can be cleared.
const (
	DescriptionField        TaskField = "Description"
	LocationField           TaskField = "Location"
	PriorityField           TaskField = "Priority"
	EffortEstimateUnitField TaskField = "EffortEstimateUnit"
)

// taskChange is a draft in which the texts that can be cleared are pointers: nil is not sent, ""
// clears.
type taskChange struct {
	UserTaskID string `json:"UserTaskId,omitempty"`
	TaskDraft
	Description        *string        `json:",omitempty"`
	Location           *string        `json:",omitempty"`
	Priority           *string        `json:",omitempty"`
	EffortEstimateUnit *string        `json:",omitempty"`
	CustomFields       map[string]any `json:",omitempty"`
}

func newTaskChange(id string, draft TaskDraft, cleared []TaskField) taskChange {
	text := func(field TaskField, said string) *string {
		if said == "" && !slices.Contains(cleared, field) {
			return nil
		}
		return &said
	}
	change := taskChange{
		UserTaskID: id, TaskDraft: draft, CustomFields: map[string]any{},
		Description:        text(DescriptionField, draft.Description),
		Location:           text(LocationField, draft.Location),
		Priority:           text(PriorityField, draft.Priority),
		EffortEstimateUnit: text(EffortEstimateUnitField, draft.EffortEstimateUnit),
	}
	for _, field := range cleared {
		switch field {
		case DescriptionField, LocationField, PriorityField, EffortEstimateUnitField:
		default:
			change.CustomFields[string(field)] = ""
		}
	}
	maps.Copy(change.CustomFields, draft.CustomFields)
	return change
}

// UpdateTask changes what the draft says of a task, and clears the fields that are named after it.
// Everything else stays; if a field is in both, the draft's text wins. A mandatory custom
// field can't be cleared.
func (c *Client) UpdateTask(ctx context.Context, id string, draft TaskDraft, cleared ...TaskField) (Affected, error) {
	return c.change(ctx, call{method: post, operation: "Task.svc/Update", body: newTaskChange(id, draft, cleared)})
}

// CheckTaskChange makes all checks of UpdateTask and writes nothing.
func (c *Client) CheckTaskChange(ctx context.Context, id string, draft TaskDraft, cleared ...TaskField) error {
	return c.check(ctx, call{method: post, operation: "Task.svc/Update", body: newTaskChange(id, draft, cleared)})
}

// CompleteTask marks an open task as done.
func (c *Client) CompleteTask(ctx context.Context, id string) (Affected, error) {
	return c.change(ctx, call{method: post, operation: "Task.svc/MarkComplete", query: url.Values{"id": {id}}})
}

// CompleteTaskWith marks an open task as done, and says what came of it. One that is done already
// gets the note.
func (c *Client) CompleteTaskWith(ctx context.Context, id, note string) (Affected, error) {
	return c.change(ctx, call{
		method: post, operation: "Task.svc/MarkComplete", query: url.Values{"id": {id}},
		body: map[string]string{"Note": note},
	})
}

// ReopenTask opens a completed or cancelled task again.
func (c *Client) ReopenTask(ctx context.Context, id string) (Affected, error) {
	return c.change(ctx, call{method: post, operation: "Task.svc/MarkInComplete", query: url.Values{"id": {id}}})
}

// CancelTask calls an open task off.
func (c *Client) CancelTask(ctx context.Context, id string) (Affected, error) {
	return c.change(ctx, call{method: post, operation: "Task.svc/Cancel", query: url.Values{"id": {id}}})
}

// change makes a call that leaves things as they are when it comes a second time.
func (c *Client) change(ctx context.Context, what call) (Affected, error) {
	what.repeatable = true
	var answer message[Affected]
	err := c.do(ctx, what, &answer)
	return answer.Message, err
}

// Task is a task as it stands at the moment of the call.
type Task struct {
	UserTaskID          string `json:"UserTaskId"`
	Name                string
	Category            Category
	Description         string
	RelatedEntity       RelatedEntity
	RelatedEntityID     string `json:"RelatedEntityId"`     // empty when it is tied to nobody
	RelatedEntityIDName string `json:"RelatedEntityIdName"` // the name of the lead or opportunity
	DueDate             Time
	EndDate             Time
	Reminder            int // minutes before DueDate
	ReminderBeforeDays  int
	ReminderTime        string // HH:MM:SS in the account's time zone; empty when minutes hold
	NotifyBy            NotifyBy
	StatusCode          StatusCode
	Status              string // Pending, Overdue, Completed or Cancelled
	OwnerID             string `json:"OwnerId"`
	OwnerName           string
	OwnerEmailAddress   string
	CreatedBy           string
	CreatedByName       string
	CreatedOn           Time
	ModifiedBy          string
	ModifiedByName      string
	ModifiedOn          Time
	CompletedOn         Time // zero while it is not completed
	CompletedBy         string
	CompletedByName     string
	CompletionNote      string // what came of it; empty where nobody has said
	TaskType            TaskTypeOfTask
	Location            string
	Priority            string
	PercentCompleted    int
	EffortEstimateUnit  string
	Latitude            float64
	Longitude           float64
	CustomFields        map[string]string
}

// TaskTypeOfTask is what a task has of its type.
type TaskTypeOfTask struct {
	ID       string `json:"Id"`
	Name     string
	Category Category
	Color    string
}

// Task finds a task by its id. Of a task that does not exist, or that the user may not see, found
// is false.
func (c *Client) Task(ctx context.Context, id string) (task Task, found bool, err error) {
	return one[Task](ctx, c, "Task.svc/Retrieve.GetById", url.Values{"id": {id}})
}

// one makes a call that answers an array of one or none.
func one[T any](ctx context.Context, c *Client, operation string, query url.Values) (thing T, found bool, err error) {
	things, err := read[[]T](ctx, c, call{method: get, operation: operation, query: query})
	if len(things) == 0 {
		return thing, false, err
	}
	return things[0], true, err
}

// read makes a call that changes nothing.
func read[T any](ctx context.Context, c *Client, what call) (answer T, err error) {
	what.repeatable = true
	err = c.do(ctx, what, &answer)
	return answer, err
}

// TaskSearch picks tasks of one owner, whom OwnerID or OwnerEmailAddress names.
type TaskSearch struct {
	OwnerID           string
	OwnerEmailAddress string
	From, To          Time        // of DueDate, inclusive
	StatusCode        *StatusCode // Open or Completed; nil is all
	TaskType          string      // a type's id or name; empty is all
	Exclude           string      // attributes to leave out of the tasks, separated by commas
	Sorting           Sorting     // by DueDate unless said
	Paging            Paging
}

type taskSearch struct {
	Parameter taskParameter
	Columns   struct {
		Exclude string `json:"Exclude_CSV,omitempty"`
	} `json:",omitzero"`
	Sorting Sorting `json:",omitzero"`
	Paging  Paging  `json:",omitzero"`
}

type taskParameter struct {
	LookupName, LookupValue string
	FromDate                Time        `json:",omitzero"`
	ToDate                  Time        `json:",omitzero"`
	StatusCode              *StatusCode `json:",omitempty"`
	TypeName                string      `json:",omitempty"`
}

// Tasks returns a page of the tasks of one owner.
func (c *Client) Tasks(ctx context.Context, search TaskSearch) (List[Task], error) {
	body := taskSearch{Sorting: search.Sorting, Paging: search.Paging, Parameter: taskParameter{
		LookupName: "OwnerId", LookupValue: search.OwnerID,
		FromDate: search.From, ToDate: search.To, StatusCode: search.StatusCode, TypeName: search.TaskType,
	}}
	if search.OwnerID == "" {
		body.Parameter.LookupName, body.Parameter.LookupValue = "OwnerEmailAddress", search.OwnerEmailAddress
	}
	body.Columns.Exclude = search.Exclude
	return read[List[Task]](ctx, c, call{method: post, operation: "Task.svc/Retrieve", body: body})
}

// AllTasks goes through all tasks that Tasks has on its pages, whatever search.Paging says.
func (c *Client) AllTasks(ctx context.Context, search TaskSearch) iter.Seq2[Task, error] {
	return each(func(paging Paging) (List[Task], error) {
		search.Paging = paging
		return c.Tasks(ctx, search)
	})
}

// PeriodSearch picks to-dos or appointments of several users, at most 100 days from From to To. A
// From of 1970-01-01 is no bound. The users are named by Users, or described by Conditions.
type PeriodSearch struct {
	From, To   Time
	UserIDs    []string         // whose: by their ids,
	UserEmails []string         // or by their e-mail addresses,
	Conditions []GroupCondition // or by what holds of them
	Paging     Paging
}

type periodSearch struct {
	FromDate           Time     `json:",omitzero"`
	ToDate             Time     `json:",omitzero"`
	Users              []string `json:",omitempty"`
	UserSearchCriteria struct {
		GroupConditions []GroupCondition `json:",omitempty"`
	} `json:",omitzero"`
	Paging Paging `json:",omitzero"`
}

// Appointments returns a page of the appointments of some users.
func (c *Client) Appointments(ctx context.Context, search PeriodSearch) (List[Task], error) {
	return c.period(ctx, "Task.svc/RetrieveAppointments/", search)
}

// AllAppointments goes through all of them, whatever search.Paging says.
func (c *Client) AllAppointments(ctx context.Context, search PeriodSearch) iter.Seq2[Task, error] {
	return each(func(paging Paging) (List[Task], error) {
		search.Paging = paging
		return c.Appointments(ctx, search)
	})
}

// ToDos returns a page of the to-dos of some users.
func (c *Client) ToDos(ctx context.Context, search PeriodSearch) (List[Task], error) {
	return c.period(ctx, "Task.svc/RetrieveToDos/", search)
}

// AllToDos goes through all of them, whatever search.Paging says.
func (c *Client) AllToDos(ctx context.Context, search PeriodSearch) iter.Seq2[Task, error] {
	return each(func(paging Paging) (List[Task], error) {
		search.Paging = paging
		return c.ToDos(ctx, search)
	})
}

func (c *Client) period(ctx context.Context, operation string, search PeriodSearch) (List[Task], error) {
	body := periodSearch{FromDate: search.From, ToDate: search.To, Paging: search.Paging}
	switch {
	case len(search.UserIDs) > 0:
		operation, body.Users = operation+"ByUserId", search.UserIDs
	case len(search.UserEmails) > 0:
		operation, body.Users = operation+"ByUserEmailAddress", search.UserEmails
	default:
		operation, body.UserSearchCriteria.GroupConditions = operation+"ByUserSearchCriteria", search.Conditions
	}
	return read[List[Task]](ctx, c, call{method: post, operation: operation, body: body})
}

// TaskRow is a task as the lists by lead and by opportunity give it.
type TaskRow struct {
	TaskID        string // the id of the task
	Name          string
	Description   string
	DueDate       Time
	CreatedOn     Time
	OwnerID       string
	OwnerName     string
	CreatedBy     string
	CreatedByName string
	Status        string // Pending, Overdue, Completed or Cancelled
	Reminder      string
}

// TasksOfLead returns a page of the tasks that are tied to a lead.
func (c *Client) TasksOfLead(ctx context.Context, leadID string, paging Paging) (List[TaskRow], error) {
	list, err := read[struct {
		RecordCount int
		TaskList    []TaskRow
	}](ctx, c, call{
		method: get, operation: "LeadManagement.svc/RetrieveTaskByLeadId", query: paging.query("leadId", leadID),
	})
	return List[TaskRow]{RecordCount: list.RecordCount, List: list.TaskList}, err
}

// AllTasksOfLead goes through all tasks that are tied to a lead.
func (c *Client) AllTasksOfLead(ctx context.Context, leadID string) iter.Seq2[TaskRow, error] {
	return each(func(paging Paging) (List[TaskRow], error) { return c.TasksOfLead(ctx, leadID, paging) })
}

// TasksOfOpportunity returns a page of the tasks that are tied to an opportunity.
func (c *Client) TasksOfOpportunity(ctx context.Context, opportunityID string, paging Paging) (List[TaskRow], error) {
	query := paging.query("opportunityId", opportunityID)
	return read[List[TaskRow]](ctx, c, call{
		method: get, operation: "OpportunityManagement.svc/RetrieveTasksByOpportunityId", query: query,
	})
}

// AllTasksOfOpportunity goes through all tasks that are tied to an opportunity.
func (c *Client) AllTasksOfOpportunity(ctx context.Context, opportunityID string) iter.Seq2[TaskRow, error] {
	return each(func(paging Paging) (List[TaskRow], error) { return c.TasksOfOpportunity(ctx, opportunityID, paging) })
}
