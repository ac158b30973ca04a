package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
)

// The bodies of bulk requests (docs/contract.md sections 3 and 4).
var (
	rescheduleShape     = wire.ShapeOf("UserTaskId", "FromDate", "ToDate")
	bulkCreateShape     = bulkShape("TaskList", taskShape, tickler.BulkCreate)
	bulkRescheduleShape = bulkShape("TaskList", rescheduleShape, tickler.BulkReschedule)
	bulkDeleteShape     = bulkShape(bulkDeleteRows, wire.AnyValue, tickler.BulkDelete)
)

func bulkShape(rows string, row *wire.Shape, operation tickler.BulkOperation) *wire.Shape {
	return wire.ShapeOf("StatusWebhookURL").With(rows, wire.RowsOf(row, operation.MaxRows()))
}

// bulkBody is how an operation is spelled.
type bulkBody struct {
	shape  *wire.Shape
	rows   string // the attribute that holds them
	orders func(rows []wire.Node) []app.BulkOrder
	count  string // what the number of rows that went well is called
	verb   string // in the answer's text; "": it has none
}

var bulkBodies = map[tickler.BulkOperation]bulkBody{
	tickler.BulkCreate:     {bulkCreateShape, "TaskList", createOrders, "CreatedTasksCount", "create"},
	tickler.BulkReschedule: {bulkRescheduleShape, "TaskList", rescheduleOrders, "UpdatedTasksCount", ""},
	tickler.BulkDelete:     {bulkDeleteShape, bulkDeleteRows, deleteOrders, "DeletedTasksCount", "delete"},
	tickler.BulkUndo:       {bulkDeleteShape, bulkDeleteRows, deleteOrders, "DeletedTasksCount", ""},
}

const bulkDeleteRows = "TaskIds"

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

func (a *API) submitBulk(
	ctx context.Context, c call, operation tickler.BulkOperation, options app.Options,
) (answer, error) {
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

// bulkQueued is the answer to a bulk request that was accepted (docs/contract.md sections 3 and 4).
// That of BulkUpdateAppointmentTime has no text.
func bulkQueued(id tickler.ID, operation tickler.BulkOperation, rows int) answer {
	message := wire.Object{{"Id", id.String()}, {"IsSuccessful", true}}
	if verb := bulkBodies[operation].verb; verb != "" {
		text := fmt.Sprintf("Your request to %s %d task(s) has been queued.", verb, rows)
		message = message.With("Message", text)
	}
	return ok(wire.Object{{"Status", "Success"}, {"Message", message}})
}

// submissionOf makes a submission of a body of the operation's shape.
func submissionOf(operation tickler.BulkOperation, body wire.Node, raw []byte) (app.BulkSubmission, error) {
	r := wire.Read(body)
	url := r.Raw("StatusWebhookURL")
	rows := bulkRows(operation, body)
	if operation == tickler.BulkDelete {
		if once := withoutRepeated(rows); len(once) < len(rows) { // what is kept has as many rows as are counted
			rows, raw = once, deletion(once, url)
		}
	}
	return app.BulkSubmission{Operation: operation, Body: raw, Rows: len(rows), WebhookURL: url}, r.Err()
}

// withoutRepeated returns the ids of a deletion, each of them once.
func withoutRepeated(ids []wire.Node) []wire.Node {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(ids), func(id wire.Node) bool {
		folded := tickler.Fold(id.Text)
		isRepeated := seen[folded]
		seen[folded] = true
		return isRepeated && folded != ""
	})
}

// deletion is the body that deletes tasks by what was sent as their ids.
func deletion(ids []wire.Node, webhookURL string) []byte {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.Text
	}
	return wire.Marshal(wire.Object{{bulkDeleteRows, texts}, {"StatusWebhookURL", webhookURL}})
}

// bulkRows returns the rows of a body of the operation's shape.
func bulkRows(operation tickler.BulkOperation, body wire.Node) []wire.Node {
	return wire.Read(body).Node(bulkBodies[operation].rows).Items
}

// BulkWire spells bulk requests as the wire does, for what runs and shows them.
type BulkWire struct{}

var _ app.BulkWire = BulkWire{}

// Wire spells, for the use cases, all that they keep as it came in and all that they send to
// others.
var Wire = app.Wire{Events: EventWire{}, Bulk: BulkWire{}}

// Submission reads a bulk create as a person has edited it. Its length and structure are checked as
// a call's are.
func (BulkWire) Submission(raw []byte) (app.BulkSubmission, error) {
	if len(raw) > bulkBodyLimit {
		return app.BulkSubmission{}, wire.Malformed("%s", bulkCreateShape.TooLarge(bulkBodyLimit))
	}
	body, err := readBulk(tickler.BulkCreate, raw)
	if err != nil {
		return app.BulkSubmission{}, err
	}
	return submissionOf(tickler.BulkCreate, body, raw)
}

func readBulk(operation tickler.BulkOperation, raw []byte) (wire.Node, error) {
	return bulkBodies[operation].shape.Read(raw)
}

// Orders implements app.BulkWire.
func (BulkWire) Orders(operation tickler.BulkOperation, raw []byte) ([]app.BulkOrder, error) {
	body, err := readBulk(operation, raw)
	if err != nil {
		return nil, err
	}
	return bulkBodies[operation].orders(bulkRows(operation, body)), nil
}

// Fault implements app.BulkWire.
func (BulkWire) Fault(err error) *tickler.RowFault {
	m := faultOf(err)
	if m == nil {
		return nil
	}
	return &tickler.RowFault{Kind: m.Kind, Attribute: m.Attribute, Message: m.Text}
}

// Removal implements app.BulkWire.
func (BulkWire) Removal(tasks []tickler.ID) []byte {
	ids := make([]string, len(tasks))
	for i, task := range tasks {
		ids[i] = task.String()
	}
	return wire.Marshal(wire.Object{{bulkBodies[tickler.BulkUndo].rows, ids}})
}

func createOrders(rows []wire.Node) []app.BulkOrder {
	orders := make([]app.BulkOrder, len(rows))
	for i, row := range rows {
		draft, err := bindTask(row)
		orders[i] = app.BulkOrder{Name: nameOfRow(draft.Name), Draft: draft, Err: err}
	}
	return orders
}

// nameOfRow is the name by which people recognize a row: the first part of one that is too long for
// a task.
func nameOfRow(name string) string {
	if utf8.RuneCountInString(name) > tickler.MaxTaskName {
		return tickler.Cut(name)
	}
	return name
}

func deleteOrders(rows []wire.Node) []app.BulkOrder {
	orders := make([]app.BulkOrder, len(rows))
	for i, row := range rows {
		r := wire.ReadValue("UserTaskId", row)
		orders[i] = app.BulkOrder{TaskID: r.ID("UserTaskId")}
		if r.Err() == nil && orders[i].TaskID.IsZero() {
			r.Miss("UserTaskId", "deleting a task")
		}
		orders[i].Err = r.Err()
	}
	return orders
}

func rescheduleOrders(rows []wire.Node) []app.BulkOrder {
	orders := make([]app.BulkOrder, len(rows))
	for i, row := range rows {
		r := wire.Read(row)
		orders[i] = app.BulkOrder{TaskID: r.ID("UserTaskId")}
		if orders[i].TaskID.IsZero() {
			r.Miss("UserTaskId", "moving an appointment")
		}
		from, to := r.Instant("FromDate"), r.Instant("ToDate")
		for _, date := range []string{"FromDate", "ToDate"} {
			if !r.Has(date) {
				r.Miss(date, "moving an appointment")
			}
		}
		if from != nil && to != nil {
			orders[i].From, orders[i].To = *from, *to
		}
		orders[i].Err = r.Err()
	}
	return orders
}

// Rows returns the JSON of some rows of a bulk create, as they were sent, in a body that can be
// sent again. The body is one that was accepted.
func (BulkWire) Rows(raw []byte, keep func(number int) bool) []byte {
	var kept []json.RawMessage
	for i, row := range wire.RawItems(raw, bulkBodies[tickler.BulkCreate].rows) {
		if keep(i + 1) {
			kept = append(kept, row)
		}
	}
	var indented bytes.Buffer
	// What we have just written can be laid out.
	_ = json.Indent(&indented, wire.Marshal(wire.Object{{"TaskList", kept}}), "", "  ")
	return indented.Bytes()
}
