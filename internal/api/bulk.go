package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tickler"
	"tickler/internal/app"
)

// The bodies of bulk requests (contract sections 3 and 4).
var (
	bulkCreateShape     = object(append(values("StatusWebhookURL"), attribute{"TaskList", rowsOf(taskShape, tickler.MaxBulkRows)})...)
	bulkDeleteShape     = object(append(values("StatusWebhookURL"), attribute{"TaskIds", rowsOf(anyValue, tickler.MaxBulkDeletes)})...)
	rescheduleShape     = object(values("UserTaskId", "FromDate", "ToDate")...)
	bulkRescheduleShape = object(append(values("StatusWebhookURL"), attribute{"TaskList", rowsOf(rescheduleShape, tickler.MaxBulkRows)})...)
)

// bulkBody is what an operation's body looks like.
type bulkBody struct {
	shape *shape
	rows  string // the attribute that holds them
}

var bulkBodies = map[tickler.BulkOperation]bulkBody{
	tickler.BulkCreate:     {bulkCreateShape, "TaskList"},
	tickler.BulkReschedule: {bulkRescheduleShape, "TaskList"},
	tickler.BulkDelete:     {bulkDeleteShape, "TaskIds"},
	tickler.BulkUndo:       {bulkDeleteShape, "TaskIds"},
}

func (a *API) createBulk(ctx context.Context, c call) (answer, error) {
	queued := func(id tickler.ID) answer {
		return bulkQueued(id, tickler.BulkCreate, len(bulkRows(tickler.BulkCreate, c.body)))
	}
	options, replay, err := a.options(ctx, c, "Task.svc/Bulk/Create", queued)
	if err != nil || replay != nil {
		return replayed(replay), err
	}
	return a.submitBulk(ctx, c, tickler.BulkCreate, options)
}

func (a *API) deleteTasks(ctx context.Context, c call) (answer, error) {
	return a.submitBulk(ctx, c, tickler.BulkDelete, app.Options{})
}

func (a *API) rescheduleAppointments(ctx context.Context, c call) (answer, error) {
	return a.submitBulk(ctx, c, tickler.BulkReschedule, app.Options{})
}

func (a *API) submitBulk(ctx context.Context, c call, operation tickler.BulkOperation, options app.Options) (answer, error) {
	submission, err := submissionOf(operation, c.body, c.raw)
	if err != nil {
		return answer{}, err
	}
	made, err := a.App.SubmitBulk(ctx, c.caller, submission, options)
	switch {
	case made.Replay != nil:
		return replayed(made.Replay), err
	case options.DryRun:
		return ok(statusBody(made.BulkRequest, made.Tried)), err
	default:
		return bulkQueued(made.ID, operation, submission.Rows), err
	}
}

// bulkQueued is the answer to a bulk request that was accepted (contract sections 3 and 4). That of BulkUpdateAppointmentTime has no text.
func bulkQueued(id tickler.ID, operation tickler.BulkOperation, rows int) answer {
	message := wireObject{{"Id", id.String()}, {"IsSuccessful", true}}
	if verb := map[tickler.BulkOperation]string{tickler.BulkCreate: "create", tickler.BulkDelete: "delete"}[operation]; verb != "" {
		text := fmt.Sprintf("Your request to %s %d task(s) has been queued.", verb, rows)
		message = append(message, wireAttribute{"Message", text})
	}
	return ok(wireObject{{"Status", "Success"}, {"Message", message}})
}

// submissionOf makes a submission of a body of the operation's shape.
func submissionOf(operation tickler.BulkOperation, body node, raw []byte) (app.BulkSubmission, error) {
	r := read(body, nil)
	url := r.word("StatusWebhookURL")
	rows := bulkRows(operation, body)
	if operation == tickler.BulkDelete {
		if once := withoutRepeated(rows); len(once) < len(rows) { // what is kept has as many rows as are counted
			rows, raw = once, deletion(once, url)
		}
	}
	return app.BulkSubmission{Operation: operation, Body: raw, Rows: len(rows), WebhookURL: url}, r.err
}

// withoutRepeated gives the ids of a deletion, each of them once.
func withoutRepeated(ids []node) []node {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(ids), func(id node) bool {
		folded := tickler.Fold(id.text)
		isRepeated := seen[folded]
		seen[folded] = true
		return isRepeated && folded != ""
	})
}

// deletion is the body that deletes tasks by what was sent as their ids.
func deletion(ids []node, webhookURL string) []byte {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.text
	}
	return marshal(wireObject{{bulkBodies[tickler.BulkDelete].rows, texts}, {"StatusWebhookURL", webhookURL}})
}

// bulkRows gives the rows of a body of the operation's shape.
func bulkRows(operation tickler.BulkOperation, body node) []node {
	return read(body, nil).node(bulkBodies[operation].rows).items
}

// BulkWire spells bulk requests as the wire does, for whoever works through them and shows them.
type BulkWire struct{}

var _ app.BulkWire = BulkWire{}

// Wire spells for the use cases all that they keep as it came in, and what they tell others.
var Wire = app.Wire{Events: EventWire{}, Bulk: BulkWire{}}

// Submission reads a bulk create as a person has edited it. Its length and structure are checked as a call's are.
func (BulkWire) Submission(raw []byte) (app.BulkSubmission, error) {
	if len(raw) > bulkBodyLimit {
		return app.BulkSubmission{}, malformed(nil, "%s", bulkCreateShape.tooLarge(bulkBodyLimit))
	}
	body, err := readBulk(tickler.BulkCreate, raw)
	if err != nil {
		return app.BulkSubmission{}, err
	}
	return submissionOf(tickler.BulkCreate, body, raw)
}

func readBulk(operation tickler.BulkOperation, raw []byte) (node, error) {
	return bulkBodies[operation].shape.read(raw)
}

// Orders implements app.BulkWire.
func (BulkWire) Orders(operation tickler.BulkOperation, raw []byte) ([]app.BulkOrder, error) {
	body, err := readBulk(operation, raw)
	if err != nil {
		return nil, err
	}
	rows := bulkRows(operation, body)
	switch operation {
	case tickler.BulkCreate:
		return createOrders(rows), nil
	case tickler.BulkReschedule:
		return rescheduleOrders(rows), nil
	default:
		return deleteOrders(rows), nil
	}
}

// Fault implements app.BulkWire.
func (BulkWire) Fault(err error) *tickler.RowFault {
	m := faultOf(err)
	if m == nil {
		return nil
	}
	return &tickler.RowFault{Kind: m.kind, Attribute: m.attribute, Message: m.text}
}

// Removal implements app.BulkWire.
func (BulkWire) Removal(tasks []tickler.ID) []byte {
	ids := make([]string, len(tasks))
	for i, task := range tasks {
		ids[i] = task.String()
	}
	return marshal(wireObject{{bulkBodies[tickler.BulkUndo].rows, ids}})
}

func createOrders(rows []node) []app.BulkOrder {
	orders := make([]app.BulkOrder, len(rows))
	for i, row := range rows {
		draft, err := bindTask(row)
		orders[i] = app.BulkOrder{Name: nameOfRow(draft.Name), Draft: draft, Err: err}
	}
	return orders
}

// nameOfRow is the name by which people know a row again: of one that is too long for a task, the first part.
func nameOfRow(name string) string {
	if utf8.RuneCountInString(name) > tickler.MaxTaskName {
		return tickler.Cut(name)
	}
	return name
}

func deleteOrders(rows []node) []app.BulkOrder {
	orders := make([]app.BulkOrder, len(rows))
	for i, row := range rows {
		r := reader{members: []member{{"UserTaskId", row}}}
		orders[i] = app.BulkOrder{TaskID: r.id("UserTaskId")}
		if r.err == nil && orders[i].TaskID.IsZero() {
			r.miss("UserTaskId", "deleting a task")
		}
		orders[i].Err = r.err
	}
	return orders
}

func rescheduleOrders(rows []node) []app.BulkOrder {
	orders := make([]app.BulkOrder, len(rows))
	for i, row := range rows {
		r := read(row, nil)
		orders[i] = app.BulkOrder{TaskID: r.id("UserTaskId")}
		if orders[i].TaskID.IsZero() {
			r.miss("UserTaskId", "moving an appointment")
		}
		from, to := r.instant("FromDate"), r.instant("ToDate")
		for _, date := range []string{"FromDate", "ToDate"} {
			if !r.said(date) {
				r.miss(date, "moving an appointment")
			}
		}
		if from != nil && to != nil {
			orders[i].From, orders[i].To = *from, *to
		}
		orders[i].Err = r.err
	}
	return orders
}

// Rows gives the JSON of some rows of a bulk create, as they were sent, in a body that can be sent again. The body is one that
// was accepted.
func (BulkWire) Rows(raw []byte, keep func(number int) bool) []byte {
	var whole map[string]json.RawMessage
	var rows, kept []json.RawMessage
	_ = json.Unmarshal(bytes.TrimPrefix(raw, []byte(byteOrderMark)), &whole) // what was accepted can be read
	for name, value := range whole {
		if strings.EqualFold(name, "TaskList") {
			_ = json.Unmarshal(value, &rows)
		}
	}
	for i, row := range rows {
		if keep(i + 1) {
			kept = append(kept, row)
		}
	}
	var indented bytes.Buffer
	// What we have just written can be laid out.
	_ = json.Indent(&indented, marshal(wireObject{{"TaskList", kept}}), "", "  ")
	return indented.Bytes()
}
