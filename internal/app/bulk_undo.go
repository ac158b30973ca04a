package app

import (
	"context"

	"tickler"
)

// UndoBulk submits a bulk request that takes another one back, as far as nobody has changed its
// tasks since: what was made is removed, what was removed is restored, and fields that were changed
// become what they were. A request is undone once.
func (a *Bulk) UndoBulk(ctx context.Context, caller Caller, id tickler.ID, options Options) (SubmittedBulk, error) {
	r, rows, err := a.BulkRequest(ctx, caller, id)
	if err != nil {
		return SubmittedBulk{}, err
	}
	s := BulkSubmission{Operation: r.Operation.Undo(), SourceID: id}
	if r.Operation == tickler.BulkCreate {
		made := madeIn(rows)
		s.Body, s.Rows = a.wire.Bulk.Removal(made), len(made)
	} else {
		steps := tickler.Steps(rows)
		s.Body, s.Rows = a.wire.Bulk.TakingBack(steps), len(steps)
	}
	if s.Operation == 0 || !r.State.IsEnd() || s.Rows == 0 {
		return SubmittedBulk{}, tickler.Refuse(tickler.FactNothingToUndo, tickler.FieldRequest, id)
	}
	return a.SubmitBulk(ctx, caller, s, options)
}

// madeIn lists the tasks that rows of a bulk create have made.
func madeIn(rows []tickler.BulkRow) (made []tickler.ID) {
	for _, row := range rows {
		if row.State == tickler.RowSucceeded {
			made = append(made, row.TaskID)
		}
	}
	return made
}

// undoesFirst returns an error if another request has undone the same one as r, or is about to.
// Those that are sent at once wait for each other at the row of what they undo.
func undoesFirst(ctx context.Context, tx Tx, r tickler.BulkRequest) error {
	if _, _, err := tx.BulkRequest(ctx, r.AccountID, r.SourceID); err != nil {
		return err
	}
	isUndone, err := tx.OtherOf(ctx, r)
	if err == nil && isUndone {
		err = tickler.Refuse(tickler.FactUndone, tickler.FieldRequest, r.SourceID)
	}
	return err
}

// UndoOf finds the bulk request that has undone another one, or is about to, among those that the
// caller may see; false when there is none.
func (a *Bulk) UndoOf(ctx context.Context, caller Caller, r tickler.BulkRequest) (tickler.ID, bool, error) {
	undoes, _, err := a.BulkRequests(ctx, caller, tickler.BulkFilter{
		SourceID: r.ID, Operation: r.Operation.Undo(), States: notStopped,
	}, tickler.Page{Limit: 1})
	if err != nil || len(undoes) == 0 {
		return tickler.ID{}, false, err
	}
	return undoes[0].ID, true, nil
}

// LastChangeByRequest returns the bulk request by which the caller has changed tasks on the pages, if
// that was the last that they did there and it is not undone: then it, and not their last act, is
// what they want to take back.
func (a *App) LastChangeByRequest(ctx context.Context, caller Caller) (r tickler.BulkRequest, found bool, err error) {
	all, _, err := a.BulkRequests(ctx, caller, tickler.BulkFilter{RequestedBy: caller.User.ID}, tickler.Page{Limit: 1})
	if err != nil || len(all) == 0 {
		return r, false, err
	}
	r = all[0]
	if r.Via.Kind != tickler.ViaPage || r.Operation.IsUndo() || r.Operation.Undo() == 0 || r.State.IsEnd() && r.Succeeded == 0 {
		return r, false, nil
	}
	acts, err := a.RecentActs(ctx, caller)
	if err != nil {
		return r, false, err
	}
	for _, act := range acts {
		if !act.Undone && act.At.After(r.CreatedAt) {
			return r, false, nil
		}
	}
	_, isUndone, err := a.UndoOf(ctx, caller, r)
	return r, !isUndone, err
}

var notStopped = []tickler.BulkState{
	tickler.BulkQueued, tickler.BulkRunning, tickler.BulkSucceeded, tickler.BulkPartly, tickler.BulkFailed,
}

// undoIn takes a step back in a transaction. What somebody has changed since stays, which is the
// row's fault, although the rest is taken back.
func (b *bulkRun) undoIn(ctx context.Context, tx Tx, step tickler.Step) (tickler.Outcome, error) {
	outcome, kept, err := planUndo(ctx, tx, b.caller, step)
	if err == nil && outcome.IsChange() {
		err = tx.Apply(ctx, b.announced(b.caller, outcome))
	}
	switch {
	case err != nil || len(kept) == 0:
		return outcome, err
	case outcome.IsChange():
		return outcome, tickler.Refuse(tickler.FactFieldsStay, tickler.FieldTask, step.TaskID, kept)
	default:
		return outcome, tickler.Refuse(tickler.FactNothingUndone, tickler.FieldTask, step.TaskID)
	}
}
