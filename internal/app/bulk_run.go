package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// BulkWire is how bulk requests are spelled where they come from and where their end is told.
type BulkWire interface {
	// Orders reads what each row of a request asks for.
	Orders(operation tickler.BulkOperation, body []byte) ([]BulkOrder, error)
	// Status is what the receiver of a request's end is sent.
	Status(r tickler.BulkRequest, rows []tickler.BulkRow) []byte
	// Removal is the body of a request that removes tasks.
	Removal(tasks []tickler.ID) []byte
}

// BulkOrder is what one row of a bulk request asks for.
type BulkOrder struct {
	Name     string            // of the task, where the row says it
	Draft    tickler.TaskDraft // to be created
	TaskID   tickler.ID        // to be removed or moved
	From, To time.Time         // where to
	Err      error             // the row can't be read
}

// How many rows are run in one transaction: few enough that calls beside it don't wait.
const (
	rowsAtOnce     = 25
	removalsAtOnce = 100
)

// RunBulk works through a bulk request until it has ended, in the name of who asked for it. It may be called again where a
// call before it broke off, and by several nodes at once: ended says that this call is the one that ended it.
func (a *App) RunBulk(ctx context.Context, account, id tickler.ID, job jobs.Ref, wire BulkWire) (r tickler.BulkRequest, ended bool, err error) {
	r, found, err := a.store.BulkRequest(ctx, account, id)
	if err != nil || !found || r.State.IsEnd() {
		return r, false, err
	}
	body, err := a.store.BulkBody(ctx, account, id)
	if err != nil {
		return r, false, err
	}
	orders, err := wire.Orders(r.Operation, body)
	if err == nil && len(orders) != r.Rows {
		err = fmt.Errorf("the body has %d rows, and %d were accepted", len(orders), r.Rows)
	}
	if err != nil { // what was accepted can't be read any more: for people to look at
		return r, false, jobs.Dead(err)
	}
	run := bulkRun{App: a, request: r, job: job, wire: wire}
	for !run.request.State.IsEnd() {
		if err := run.next(ctx, orders); err != nil {
			return run.request, false, err
		}
	}
	a.wake(tickler.ReportJob)
	a.wake(tickler.WebhookJob)
	return run.request, run.ended, nil
}

// bulkRun is the working through one request.
type bulkRun struct {
	*App
	request tickler.BulkRequest
	ended   bool // by this run
	caller  Caller
	job     jobs.Ref
	wire    BulkWire
}

// next runs the next few rows.
func (b *bulkRun) next(ctx context.Context, orders []BulkOrder) (err error) {
	r := b.request
	b.caller, err = b.callerFor(ctx, r.AccountID, r.RequestedBy, tickler.Origin{Kind: tickler.ViaBulk, ID: r.ID}) // as he and the account are now
	if err != nil {
		return err
	}
	defer b.wakeDeliverer(b.caller.Account)
	limit := rowsAtOnce
	if b.request.Operation.Job() == tickler.BulkRemovalJob {
		limit = removalsAtOnce
	}
	first := b.request.Processed()
	steps := make([]tickler.BulkStep, 0, limit)
	for i := first; i < min(first+limit, len(orders)); i++ {
		step, err := b.plan(ctx, i+1, orders[i])
		if err != nil {
			return err
		}
		steps = append(steps, step)
	}
	err = b.run(ctx, steps)
	if err == nil || isPassing(ctx, err) {
		return err
	}
	return b.runEachAlone(ctx, steps)
}

// run runs steps in one transaction.
func (b *bulkRun) run(ctx context.Context, steps []tickler.BulkStep) error {
	r, ended, err := b.store.RunBulkRows(ctx, b.request.AccountID, b.request.ID, steps, b.now(), b.job, b.status)
	if err == nil {
		b.request, b.ended = r, b.ended || ended
	}
	return err
}

// runEachAlone is for steps of which one makes them all fail by a fault of ours: that one fails alone.
func (b *bulkRun) runEachAlone(ctx context.Context, steps []tickler.BulkStep) error {
	for _, step := range steps {
		err := b.run(ctx, []tickler.BulkStep{step})
		if err != nil && !isPassing(ctx, err) {
			err = b.run(ctx, []tickler.BulkStep{{Number: step.Number, Name: step.Name, Fault: ourFault}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var ourFault = &tickler.Error{Message: "The row failed by a fault of ours. It can be sent again."}

// isPassing tells whether a failure is worth another try as it is.
func isPassing(ctx context.Context, err error) bool {
	return ctx.Err() != nil || tickler.KindOf(err) == tickler.KindUnavailable || errors.Is(err, context.Canceled)
}

// plan says what is to be done for a row. Only a failure that is not the row's comes back as an error.
func (b *bulkRun) plan(ctx context.Context, number int, order BulkOrder) (tickler.BulkStep, error) {
	step := tickler.BulkStep{Number: number, Name: order.Name, TaskID: order.TaskID}
	err := order.Err
	if err == nil {
		switch b.request.Operation {
		case tickler.BulkCreate:
			err = b.planCreate(ctx, order, &step)
		case tickler.BulkReschedule:
			step.Change = b.asCaller(func(t tickler.Task, by tickler.Hand) (tickler.Task, *tickler.Change, error) {
				return t.Reschedule(order.From, order.To, by)
			})
		case tickler.BulkDelete:
			step.Change = b.asCaller(tickler.Task.Delete)
		case tickler.BulkUndo:
			step.Change = b.asCaller(tickler.Task.DeleteUntouched)
		}
	}
	if fault, ok := errors.AsType[*tickler.Error](err); ok && fault.Kind != tickler.KindUnavailable {
		step.Fault, err = fault, nil
	}
	return step, err
}

func (b *bulkRun) planCreate(ctx context.Context, order BulkOrder, step *tickler.BulkStep) error {
	task, err := b.planTask(ctx, b.caller, order.Draft, b.request.CreatedAt)
	if err != nil {
		return err
	}
	task.ID = newID()
	step.Create, step.Deliveries = &task, b.tellOfCreated(b.caller, task)
	return nil
}

// asCaller applies a rule to tasks that the caller may change.
func (b *bulkRun) asCaller(change rule) func(tickler.Task) (tickler.Task, *tickler.Change, error) {
	by := b.hand(b.caller)
	change = b.told(b.caller.Account, change)
	return func(task tickler.Task) (tickler.Task, *tickler.Change, error) {
		if err := b.mayChange(b.caller, task); err != nil {
			return tickler.Task{}, nil, err // not even its name is shown to him
		}
		return change(task, by)
	}
}

// status is what the request's receiver is sent.
func (b *bulkRun) status(r tickler.BulkRequest, rows []tickler.BulkRow) tickler.Delivery {
	return tickler.Delivery{
		ID: newID(), AccountID: r.AccountID, RequestID: r.ID, Event: r.Operation.String(), Method: "POST", URL: r.WebhookURL,
		ContentType: "application/json", Payload: b.wire.Status(r, r.AllRows(rows)), CreatedAt: b.now(),
	}
}

// TryBulk does all of a bulk create but the writing, and gives the request as it would end.
func (a *App) TryBulk(ctx context.Context, caller Caller, s BulkSubmission, wire BulkWire) (tickler.BulkRequest, []tickler.BulkRow, error) {
	r, err := a.newBulkRequest(caller, s)
	if err != nil {
		return r, nil, err
	}
	r.ID = tickler.ID{} // it is never kept
	orders, err := wire.Orders(s.Operation, s.Body)
	if err != nil {
		return r, nil, err
	}
	run := bulkRun{App: a, request: r, caller: caller}
	rows := make([]tickler.BulkRow, len(orders))
	for i, order := range orders {
		step, err := run.plan(ctx, i+1, order)
		if err != nil {
			return r, nil, err
		}
		rows[i] = tickler.BulkRow{Number: step.Number, Name: step.Name, State: tickler.RowSucceeded, Fault: step.Fault}
		if step.Fault != nil {
			rows[i].State = tickler.RowFailed
		}
	}
	return r.WithRows(rows, a.now()), rows, nil
}
