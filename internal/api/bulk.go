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
	bulkDeleteShape     = bulkShape(bulkIDs, wire.AnyValue, tickler.BulkDelete)
	bulkUpdateShape     = bulkShape(bulkIDs, wire.AnyValue, tickler.BulkUpdate).With(bulkChange, bulkChangeShape)
	// bulkUndoShape is of our own bodies: what was changed, and the version that this led to.
	bulkUndoShape = bulkShape(bulkIDs, wire.AnyValue, tickler.BulkUndoUpdate).
			With(bulkVersions, wire.ListOf(wire.AnyValue))
)

// Attributes of the bodies of bulk requests.
const (
	bulkIDs      = "TaskIds"
	bulkChange   = "Change"
	bulkVersions = "Versions"
)

func bulkShape(rows string, row *wire.Shape, operation tickler.BulkOperation) *wire.Shape {
	return wire.ShapeOf("StatusWebhookURL").With(rows, wire.RowsOf(row, operation.MaxRows()))
}

// bulkBody is how an operation is spelled.
type bulkBody struct {
	shape  *wire.Shape
	rows   string // the attribute that holds them
	orders func(body wire.Node, rows []wire.Node) []app.BulkOrder
	count  string // what the number of rows that went well is called
	verb   string // in the answer's text; "": it has none
	// Once says that the rows are ids, and that one given twice counts once.
	once bool
	// InShort says that its receiver is told counts alone, as the vendor does.
	inShort bool
}

var bulkBodies = map[tickler.BulkOperation]bulkBody{
	tickler.BulkCreate: {
		shape: bulkCreateShape, rows: "TaskList", orders: createOrders, count: "CreatedTasksCount", verb: "create",
	},
	tickler.BulkReschedule: {
		shape: bulkRescheduleShape, rows: "TaskList", orders: rescheduleOrders, count: "UpdatedTasksCount",
	},
	tickler.BulkDelete: {
		shape: bulkDeleteShape, rows: bulkIDs, orders: deleteOrders, count: "DeletedTasksCount", verb: "delete",
		once: true, inShort: true,
	},
	tickler.BulkUndo: {
		shape: bulkDeleteShape, rows: bulkIDs, orders: deleteOrders, count: "DeletedTasksCount", inShort: true,
	},
	tickler.BulkUpdate: {
		shape: bulkUpdateShape, rows: bulkIDs, orders: updateOrders, count: "UpdatedTasksCount", verb: "update", once: true,
	},
	tickler.BulkUndoUpdate: {shape: bulkUndoShape, rows: bulkIDs, orders: undoOrders, count: "UpdatedTasksCount"},
	tickler.BulkUndoDelete: {shape: bulkUndoShape, rows: bulkIDs, orders: undoOrders, count: "RestoredTasksCount"},
}

func (a *API) createBulk(ctx context.Context, c call) (answer, error) {
	return a.submitBulkOnce(ctx, c, tickler.BulkCreate, "Task.svc/Bulk/Create")
}

func (a *API) updateBulk(ctx context.Context, c call) (answer, error) {
	return a.submitBulkOnce(ctx, c, tickler.BulkUpdate, "Task.svc/Bulk/Update")
}

func (a *API) deleteTasks(ctx context.Context, c call) (answer, error) {
	return a.submitBulk(ctx, c, tickler.BulkDelete, app.Options{})
}

func (a *API) rescheduleAppointments(ctx context.Context, c call) (answer, error) {
	return a.submitBulk(ctx, c, tickler.BulkReschedule, app.Options{})
}

// submitBulkOnce takes a request that can be a dry run, or be sent under an Idempotency-Key.
func (a *API) submitBulkOnce(
	ctx context.Context, c call, operation tickler.BulkOperation, path string,
) (answer, error) {
	queued := func(id tickler.ID) answer { return bulkQueued(id, operation, len(bulkRows(operation, c.body))) }
	options, replay, err := a.options(ctx, c, path, queued)
	if err != nil || replay != nil {
		return replayed(replay), err
	}
	return a.submitBulk(ctx, c, operation, options)
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
	s := app.BulkSubmission{
		Operation: operation, Body: raw, Rows: len(bulkRows(operation, body)), WebhookURL: r.Raw("StatusWebhookURL"),
	}
	if operation == tickler.BulkUpdate {
		s.Change = changeFrom(r)
	}
	return s, r.Err()
}

// withoutRepeated returns ids, each of them once.
func withoutRepeated(ids []wire.Node) []wire.Node {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(ids), func(id wire.Node) bool {
		folded := tickler.Fold(id.Text)
		isRepeated := seen[folded]
		seen[folded] = true
		return isRepeated && folded != ""
	})
}

// bulkRows returns the rows of a body of the operation's shape.
func bulkRows(operation tickler.BulkOperation, body wire.Node) []wire.Node {
	rows := wire.Read(body).Node(bulkBodies[operation].rows).Items
	if bulkBodies[operation].once {
		return withoutRepeated(rows)
	}
	return rows
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
	body, err := bulkCreateShape.Read(raw)
	if err != nil {
		return app.BulkSubmission{}, err
	}
	return submissionOf(tickler.BulkCreate, body, raw)
}

// readBulk reads a body that was accepted.
func readBulk(operation tickler.BulkOperation, raw []byte) (wire.Node, error) {
	return bulkBodies[operation].shape.ReadKept(raw)
}

// Orders implements app.BulkWire.
func (BulkWire) Orders(operation tickler.BulkOperation, raw []byte) ([]app.BulkOrder, error) {
	body, err := readBulk(operation, raw)
	if err != nil {
		return nil, err
	}
	return bulkBodies[operation].orders(body, bulkRows(operation, body)), nil
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
	return wire.Marshal(wire.Object{{bulkIDs, idTexts(tasks)}})
}

func idTexts(ids []tickler.ID) []string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return texts
}

func createOrders(_ wire.Node, rows []wire.Node) []app.BulkOrder {
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

func deleteOrders(_ wire.Node, rows []wire.Node) []app.BulkOrder {
	return ordersByID(rows, "deleting a task")
}

// ordersByID reads rows that are ids of tasks, each of which is mandatory for an action.
func ordersByID(rows []wire.Node, action string) []app.BulkOrder {
	orders := make([]app.BulkOrder, len(rows))
	for i, row := range rows {
		r := wire.ReadValue("UserTaskId", row)
		orders[i] = app.BulkOrder{TaskID: r.ID("UserTaskId")}
		if r.Err() == nil && orders[i].TaskID.IsZero() {
			r.Miss("UserTaskId", action)
		}
		orders[i].Err = r.Err()
	}
	return orders
}

func rescheduleOrders(_ wire.Node, rows []wire.Node) []app.BulkOrder {
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
