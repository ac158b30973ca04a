package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// BulkWire reads bulk requests as they came in, and spells what is told of their end.
type BulkWire interface {
	// Orders reads what each row of a request asks for.
	Orders(operation tickler.BulkOperation, body []byte) ([]BulkOrder, error)
	// Fault returns what is wrong with a row, given its error; nil for an error that is not the
	// sender's.
	Fault(err error) *tickler.RowFault
	// Status returns what is sent to the receiver that a request names.
	Status(r tickler.BulkRequest, rows []tickler.BulkRow) []byte
	// Removal returns the body of a request that removes tasks.
	Removal(tasks []tickler.ID) []byte
	// Update returns the body of a request that does something to tasks; false where the wire has no
	// words for it.
	Update(change BulkChange, tasks []tickler.ID) (body []byte, ok bool)
	// TakingBack returns the body of a request that takes steps back.
	TakingBack(steps []tickler.Step) []byte
}

// BulkOrder is what one row of a bulk request asks for.
type BulkOrder struct {
	Name     string            // of the task, where the row says it
	Draft    tickler.TaskDraft // to be created
	TaskID   tickler.ID        // to be removed, moved or changed
	From, To time.Time         // where to
	Change   *BulkChange       // what is done to it; that of all rows of a request
	Version  int               // of the task after the change that is to be taken back
	Err      error             // the row can't be read
}

// RunBulk runs a bulk request until it has ended, as the user who asked for it. It continues where
// an earlier call broke off, and several nodes may call it at once: ended reports whether this call
// is the one that ended it.
func (a *Bulk) RunBulk(
	ctx context.Context, account, id tickler.ID, job jobs.Ref,
) (r tickler.BulkRequest, ended bool, err error) {
	r, found, err := a.store.BulkRequest(ctx, account, id)
	if err != nil || !found || r.State.IsEnd() {
		return r, false, err
	}
	body, err := a.store.BulkBody(ctx, account, id)
	if err != nil {
		return r, false, err
	}
	orders, err := a.wire.Bulk.Orders(r.Operation, body)
	if err == nil && len(orders) != r.Rows {
		err = fmt.Errorf("the body has %d rows, and %d were accepted", len(orders), r.Rows)
	}
	if err != nil { // what was accepted can no longer be read: somebody has to look into it
		return r, false, jobs.Dead(err)
	}
	run := bulkRun{Bulk: a, request: r, job: job}
	for !run.request.State.IsEnd() {
		if err := run.next(ctx, orders); err != nil {
			return run.request, false, err
		}
	}
	a.wake(tickler.ReportJob)
	a.wake(tickler.WebhookJob)
	return run.request, run.ended, nil
}

// bulkRun is the running of one request.
type bulkRun struct {
	*Bulk
	request tickler.BulkRequest
	ended   bool // by this run
	caller  Caller
	job     jobs.Ref
	planned plannedChange
}

// plannedChange is what all rows of a bulk update do, for the caller who was looked up last.
type plannedChange struct {
	of   *BulkChange
	rule rule
	err  error
}

// next runs the next few rows.
func (b *bulkRun) next(ctx context.Context, orders []BulkOrder) (err error) {
	r := b.request
	// as they and the account are now
	b.caller, err = b.callerFor(ctx, r.AccountID, r.RequestedBy, tickler.Origin{Kind: tickler.ViaBulk, ID: r.ID})
	if err != nil {
		return err
	}
	b.planned = plannedChange{}
	defer b.wakeDeliverer(b.caller.Account)
	first, limit := b.request.Processed(), bulkPlans[r.Operation].atOnce
	steps := make([]bulkStep, 0, limit)
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

// run runs steps in one transaction with their results: no row is run twice or lost, whichever node
// dies when. Steps that another run has done are skipped, and so are all when a person has asked to
// stop the request, or its sender was deactivated. With its last row, or when it is stopped, the
// request ends. If the commit's answer is lost, the second run finds the request ended and does not
// report that this call ended it.
func (b *bulkRun) run(ctx context.Context, steps []bulkStep) error {
	type outcome struct {
		request tickler.BulkRequest
		ended   bool
	}
	run, now := *b, b.caller.Now
	done, err := made(ctx, b.writeRepeatable, func(ctx context.Context, tx Tx) (outcome, error) {
		request, found, err := tx.BulkRequest(ctx, run.request.AccountID, run.request.ID)
		if err == nil && !found {
			err = unknownRequest(run.request.ID)
		}
		if err != nil || request.State.IsEnd() {
			return outcome{request: request}, err
		}
		if !request.CancelAskedAt.IsZero() || !run.caller.User.Active {
			request = request.Stopped(now)
		} else if len(steps) > 0 && steps[0].number == request.Processed()+1 {
			rows, err := run.runSteps(ctx, tx, steps)
			if err != nil {
				return outcome{}, err
			}
			if err := tx.AddBulkRows(ctx, request, rows); err != nil {
				return outcome{}, err
			}
			request = request.WithRows(rows, now)
		}
		if request.State.IsEnd() {
			request.Report.State = tickler.ReportPending
			if err := run.end(ctx, tx, request); err != nil {
				return outcome{}, err
			}
		}
		return outcome{request, request.State.IsEnd()}, tx.PutBulkRequest(ctx, request)
	})
	if err == nil {
		b.request, b.ended = done.request, b.ended || done.ended
	}
	return err
}

// runSteps carries out the steps and returns their results. A step that the sender's mistake makes
// fail fails alone; any other error undoes them all.
func (b *bulkRun) runSteps(ctx context.Context, tx Tx, steps []bulkStep) ([]tickler.BulkRow, error) {
	rows := make([]tickler.BulkRow, len(steps))
	var created []tickler.Outcome
	for i, step := range steps {
		row := tickler.BulkRow{Number: step.number, Name: step.name, State: tickler.RowFailed, Fault: step.fault}
		switch {
		case step.fault != nil:
		case step.create != nil:
			created = append(created, *step.create)
			row.State, row.TaskID = tickler.RowSucceeded, step.create.After.ID
		default:
			if err := b.runChange(ctx, tx, step, &row); err != nil {
				return nil, err
			}
		}
		rows[i] = row
	}
	return rows, tx.Apply(ctx, created...)
}

// runChange carries out a step that changes a task, and fills in its result.
func (b *bulkRun) runChange(ctx context.Context, tx Tx, step bulkStep, row *tickler.BulkRow) error {
	var outcome tickler.Outcome
	var err error
	if step.undo != nil {
		outcome, err = b.undoIn(ctx, tx, *step.undo)
	} else {
		outcome, err = b.tasks.changeIn(ctx, tx, b.caller, step.taskID, step.change)
	}
	fault := b.faultOf(err)
	if err != nil && fault == nil {
		return err
	}
	row.TaskID, row.Fault = step.taskID, fault
	if fault == nil {
		row.State = tickler.RowSucceeded
	}
	if outcome.IsChange() {
		row.Version = outcome.Change.Version
	}
	if row.Name == "" {
		row.Name = outcome.Task().Name
	}
	return nil
}

// end writes what follows from the end of the request: its job is replaced by those that mail its
// report and tell its receiver.
func (b *bulkRun) end(ctx context.Context, tx Tx, r tickler.BulkRequest) error {
	if err := tx.EndJob(ctx, b.job); err != nil {
		return err
	}
	if err := tx.Enqueue(ctx, reportJob(r, b.caller.Now)); err != nil || r.WebhookURL == "" {
		return err
	}
	rows, err := tx.BulkRows(ctx, r.AccountID, r.ID)
	if err != nil {
		return err
	}
	return tx.Announce(ctx, []tickler.Delivery{b.status(r, rows)}, b.caller.Now)
}

// runEachAlone runs each step in its own transaction, so that one that fails by our own fault fails
// alone.
func (b *bulkRun) runEachAlone(ctx context.Context, steps []bulkStep) error {
	for _, step := range steps {
		err := b.run(ctx, []bulkStep{step})
		if err != nil && !isPassing(ctx, err) {
			err = b.run(ctx, []bulkStep{{number: step.number, name: step.name, fault: b.wire.Bulk.Fault(errOurs)}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var errOurs = tickler.Refuse(tickler.FactOurFault, "", nil)

// isPassing reports whether a failure may pass, so that the same steps are worth another try.
func isPassing(ctx context.Context, err error) bool {
	return ctx.Err() != nil || tickler.KindOf(err) == tickler.KindUnavailable || errors.Is(err, context.Canceled)
}

// bulkStep is what is to be done for one row, once what it names has been looked up: nothing
// because of a fault, a task to create, a rule to apply to the task of an ID, or what was done to it
// to take back.
type bulkStep struct {
	number int
	name   string // if the row says it
	fault  *tickler.RowFault
	create *tickler.Outcome
	taskID tickler.ID
	change rule
	undo   *tickler.Step
}

// bulkPlan is how the rows of an operation are run.
type bulkPlan struct {
	// atOnce is how many rows run in one transaction: few enough that concurrent calls don't wait.
	atOnce int
	// plan fills in what a step does.
	plan func(b *bulkRun, ctx context.Context, order BulkOrder, step *bulkStep) error
}

// bulkPlans has a row for each operation.
var bulkPlans = map[tickler.BulkOperation]bulkPlan{
	tickler.BulkCreate:     {25, (*bulkRun).planCreate},
	tickler.BulkReschedule: {25, (*bulkRun).planReschedule},
	tickler.BulkDelete:     {100, planRule(tickler.Task.Delete)},
	tickler.BulkUndo:       {100, planRule(tickler.Task.DeleteUntouched)},
	tickler.BulkUpdate:     {50, (*bulkRun).planUpdate},
	tickler.BulkUndoUpdate: {50, (*bulkRun).planUndoing},
	tickler.BulkUndoDelete: {50, (*bulkRun).planUndoing},
}

// plan works out what is to be done for a row. It returns an error only for a failure that is not
// the row's.
func (b *bulkRun) plan(ctx context.Context, number int, order BulkOrder) (bulkStep, error) {
	step := bulkStep{number: number, name: order.Name, taskID: order.TaskID}
	err := order.Err
	if err == nil {
		err = bulkPlans[b.request.Operation].plan(b, ctx, order, &step)
	}
	if fault := b.faultOf(err); fault != nil {
		step.fault, err = fault, nil
	}
	return step, err
}

// faultOf returns why a row failed; nil for an error that is not the row's.
func (b *bulkRun) faultOf(err error) *tickler.RowFault {
	fault := b.wire.Bulk.Fault(err)
	if fault == nil || fault.Kind == tickler.KindUnavailable {
		return nil
	}
	// Rows of a bulk create are mended and sent again as the API has them.
	isPlain := b.request.Via.Kind == tickler.ViaPage && b.request.Operation != tickler.BulkCreate
	if e, ok := errors.AsType[*tickler.Error](err); ok && isPlain && b.wire.Plain != nil {
		fault.Message = b.wire.Plain(e, b.caller.Account.Zone)
	}
	return fault
}

func (b *bulkRun) planCreate(ctx context.Context, order BulkOrder, step *bulkStep) error {
	task, err := b.tasks.planTask(ctx, b.caller, order.Draft, newID(), b.request.CreatedAt)
	if err != nil {
		return err
	}
	step.create = new(b.announced(b.caller, task.Made()))
	return nil
}

func (b *bulkRun) planReschedule(_ context.Context, order BulkOrder, step *bulkStep) error {
	step.change = func(t tickler.Task, by tickler.Actor) (tickler.Outcome, error) {
		return t.Reschedule(order.From, order.To, by)
	}
	return nil
}

func (b *bulkRun) planUpdate(ctx context.Context, order BulkOrder, step *bulkStep) (err error) {
	if b.planned.of != order.Change { // once for the rows that run together
		b.planned.of = order.Change
		b.planned.rule, b.planned.err = order.Change.doing(b.caller).plan(ctx, b.tasks, b.caller)
	}
	step.change = b.planned.rule
	return b.planned.err
}

func (*bulkRun) planUndoing(_ context.Context, order BulkOrder, step *bulkStep) error {
	step.undo = &tickler.Step{TaskID: order.TaskID, Version: order.Version}
	return nil
}

func planRule(change rule) func(*bulkRun, context.Context, BulkOrder, *bulkStep) error {
	return func(_ *bulkRun, _ context.Context, _ BulkOrder, step *bulkStep) error {
		step.change = change
		return nil
	}
}

// status returns the delivery that tells the request's receiver.
func (b *bulkRun) status(r tickler.BulkRequest, rows []tickler.BulkRow) tickler.Delivery {
	return tickler.Delivery{
		ID: newID(), AccountID: r.AccountID, RequestID: r.ID, Event: r.Operation.String(), Method: "POST",
		URL: r.WebhookURL, ContentType: "application/json", Payload: b.wire.Bulk.Status(r, r.AllRows(rows)),
		CreatedAt: b.caller.Now,
	}
}

// tryBulk does everything of a bulk request but the writing, and returns it as it would end.
func (a *Bulk) tryBulk(ctx context.Context, caller Caller, r tickler.BulkRequest) (SubmittedBulk, error) {
	r.ID = tickler.ID{} // it is never stored
	orders, err := a.wire.Bulk.Orders(r.Operation, r.Body)
	if err != nil {
		return SubmittedBulk{BulkRequest: r}, err
	}
	run := bulkRun{Bulk: a, request: r, caller: caller}
	rows := make([]tickler.BulkRow, len(orders))
	for i, order := range orders {
		step, err := run.plan(ctx, i+1, order)
		if err != nil {
			return SubmittedBulk{BulkRequest: r}, err
		}
		if rows[i], err = run.try(ctx, step); err != nil {
			return SubmittedBulk{BulkRequest: r}, err
		}
	}
	return SubmittedBulk{BulkRequest: r.WithRows(rows, caller.Now), Tried: rows}, nil
}

// try does everything of a step but the writing, and returns how its row would end.
func (b *bulkRun) try(ctx context.Context, step bulkStep) (tickler.BulkRow, error) {
	row := tickler.BulkRow{Number: step.number, Name: step.name, State: tickler.RowSucceeded, Fault: step.fault}
	if row.Fault == nil && step.change != nil {
		changed, err := b.tasks.tryChange(ctx, b.caller, step.taskID, step.change)
		row.TaskID, row.Name, row.Fault = step.taskID, changed.Name, b.faultOf(err)
		if err != nil && row.Fault == nil {
			return row, err
		}
	}
	if row.Fault != nil {
		row.State = tickler.RowFailed
	}
	return row, nil
}
