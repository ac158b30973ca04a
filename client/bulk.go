package client

import (
	"context"
	"net/url"
	"time"
)

// BulkTasks are tasks to be made in one go.
type BulkTasks struct {
	TaskList         []TaskDraft // 1 to 50
	StatusWebhookURL string      `json:",omitempty"` // where a BulkOutcome is to be posted when all is done
}

// Queued is a bulk request that was taken, and will be carried out.
type Queued struct {
	ID           string `json:"Id"`
	IsSuccessful bool
	Message      string // what is going to be done, in words; empty of MoveAppointments
}

// CreateTasks hands in up to 50 tasks, which are made later, each on its own. See WaitForBulk.
func (c *Client) CreateTasks(ctx context.Context, tasks BulkTasks, options ...CreateOption) (Queued, error) {
	var answer message[Queued]
	err := c.do(ctx, once(call{method: post, operation: "Task.svc/Bulk/Create", body: tasks}, options), &answer)
	return answer.Message, err
}

// CheckTasks makes all checks of CreateTasks, those of each task too, and writes nothing.
func (c *Client) CheckTasks(ctx context.Context, tasks BulkTasks) (BulkOutcome, error) {
	return read[BulkOutcome](ctx, c,
		call{method: post, operation: "Task.svc/Bulk/Create", query: dryRun(), body: tasks})
}

// BulkUpdate does one thing to many tasks.
type BulkUpdate struct {
	TaskIDs          []string // 1 to 5,000; one that is given twice counts once
	Change           TasksChange
	StatusWebhookURL string
}

// TasksChange is what is done to each of many tasks: either attributes are changed, or open tasks
// are moved, completed or cancelled.
type TasksChange struct {
	Attributes TaskDraft   // what it says is changed, as by UpdateTask
	Clear      []TaskField // what is cleared, as by UpdateTask
	MoveByDays int         // calendar days; each task stays at its time of day
	MoveToDate string      // a day, as YYYY-MM-DD; each task stays at its time of day
	TimeZone   string      // of both, such as Asia/Kolkata; "" is the account's
	Complete   bool
	Cancel     bool
}

// UpdateTasks has tasks changed later, each on its own. See WaitForBulk.
func (c *Client) UpdateTasks(ctx context.Context, tasks BulkUpdate, options ...CreateOption) (Queued, error) {
	var answer message[Queued]
	what := call{method: post, operation: "Task.svc/Bulk/Update", body: tasks.body()}
	err := c.do(ctx, once(what, options), &answer)
	return answer.Message, err
}

// CheckTasksChange makes all checks of UpdateTasks, those of each task too, and writes nothing.
func (c *Client) CheckTasksChange(ctx context.Context, tasks BulkUpdate) (BulkOutcome, error) {
	return read[BulkOutcome](ctx, c,
		call{method: post, operation: "Task.svc/Bulk/Update", query: dryRun(), body: tasks.body()})
}

// tasksChange is a change as it is sent.
type tasksChange struct {
	taskChange
	MoveByDays int    `json:",omitempty"`
	MoveToDate string `json:",omitempty"`
	TimeZone   string `json:",omitempty"`
	Complete   bool   `json:",omitempty"`
	Cancel     bool   `json:",omitempty"`
}

func (u BulkUpdate) body() any {
	c := u.Change
	return struct {
		TaskIDs          []string `json:"TaskIds"`
		Change           tasksChange
		StatusWebhookURL string `json:",omitempty"`
	}{u.TaskIDs, tasksChange{
		taskChange: newTaskChange("", c.Attributes, c.Clear), MoveByDays: c.MoveByDays, MoveToDate: c.MoveToDate,
		TimeZone: c.TimeZone, Complete: c.Complete, Cancel: c.Cancel,
	}, u.StatusWebhookURL}
}

// BulkDelete names tasks to be deleted in one go.
type BulkDelete struct {
	TaskIDs          []string `json:"TaskIds"` // 1 to 5,000
	StatusWebhookURL string   `json:",omitempty"`
}

// DeleteTasks has tasks deleted later. See WaitForBulk.
func (c *Client) DeleteTasks(ctx context.Context, tasks BulkDelete) (Queued, error) {
	return c.queue(ctx, "Task.svc/DeleteTasks", tasks)
}

// BulkAppointmentTimes names appointments to be moved in one go.
type BulkAppointmentTimes struct {
	TaskList         []AppointmentTime // 1 to 50
	StatusWebhookURL string            `json:",omitempty"`
}

// AppointmentTime says when an appointment is to be.
type AppointmentTime struct {
	UserTaskID string `json:"UserTaskId"`
	FromDate   Time
	ToDate     Time
}

// MoveAppointments has appointments moved later. See WaitForBulk.
func (c *Client) MoveAppointments(ctx context.Context, times BulkAppointmentTimes) (Queued, error) {
	return c.queue(ctx, "Task.svc/BulkUpdateAppointmentTime", times)
}

// queue hands in what leaves things as they are when it is carried out a second time.
func (c *Client) queue(ctx context.Context, operation string, body any) (Queued, error) {
	answer, err := read[message[Queued]](ctx, c, call{method: post, operation: operation, body: body})
	return answer.Message, err
}

// BulkStatus is where a bulk request stands.
type BulkStatus struct {
	ID                  string `json:"Id"`
	Operation           string
	Status              string // Queued, In-Progress, Success, Partial Success, Failure or Cancelled
	TasksCount          int
	ProcessedTasksCount int
	CreatedTasksCount   int // of CreateTasks
	UpdatedTasksCount   int // of UpdateTasks and MoveAppointments, and of what undoes them
	DeletedTasksCount   int // of DeleteTasks
	RestoredTasksCount  int // of what undoes DeleteTasks
	FailedTasksCount    int
	CreatedOn           Time
	CompletedOn         Time // zero while it is not done
	Tasks               []BulkRow
}

// Done reports whether nothing more will happen.
func (s BulkStatus) Done() bool { return s.Status != "Queued" && s.Status != "In-Progress" }

// BulkRow is what became of one row of a bulk request.
type BulkRow struct {
	RowNumber        int    // from 1
	Status           string // Success, Failure or Cancelled
	UserTaskID       string `json:"UserTaskId"`
	Name             string
	ExceptionType    string
	ExceptionMessage string
}

// BulkOutcome is what became of a bulk request: what is posted to its StatusWebhookURL, and what a
// dry run answers.
type BulkOutcome struct {
	Status            string // Success, Partial Success, Failure or Cancelled
	Operation         string
	RequestID         string `json:"RequestId"`
	TasksCount        int
	CreatedTasksCount int // of CreateTasks
	UpdatedTasksCount int // of UpdateTasks and MoveAppointments
	DeletedTasksCount int // of DeleteTasks
	FailedTasksCount  int
	FailureReason     string
	Tasks             []BulkRow
}

// BulkStatus tells where a bulk request stands.
func (c *Client) BulkStatus(ctx context.Context, id string) (BulkStatus, error) {
	return read[BulkStatus](ctx, c, call{method: get, operation: "Task.svc/Bulk/Status", query: url.Values{"id": {id}}})
}

// How often WaitForBulk asks: soon at first, because most bulk requests are done in no time, then
// seldom enough to leave other calls room under the rate limit.
const (
	firstPoll   = 250 * time.Millisecond
	longestPoll = 4 * time.Second
)

// WaitForBulk waits until a bulk request is done. It gives up when the context ends.
func (c *Client) WaitForBulk(ctx context.Context, id string) (BulkStatus, error) {
	for wait := firstPoll; ; wait = min(2*wait, longestPoll) {
		status, err := c.BulkStatus(ctx, id)
		if err != nil || status.Done() {
			return status, err
		}
		if err := c.sleep(ctx, wait); err != nil {
			return status, err
		}
	}
}

// ReportFormat is what a report comes as.
type ReportFormat string

// The two formats.
const (
	CSV  ReportFormat = "csv"
	XLSX ReportFormat = "xlsx"
)

// BulkReport returns the report of a bulk request that is done: a file with a line for each row.
func (c *Client) BulkReport(ctx context.Context, id string, format ReportFormat) ([]byte, error) {
	query := url.Values{"id": {id}, "format": {string(format)}}
	return read[[]byte](ctx, c, call{method: get, operation: "Task.svc/Bulk/Report", query: query})
}
