package app

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/jobs"
)

type bulkStore interface {
	CreateBulkRequest(ctx context.Context, r tickler.BulkRequest, once *tickler.Once) (first *tickler.Once, err error)
	BulkRequest(ctx context.Context, account, id tickler.ID) (tickler.BulkRequest, bool, error)
	BulkBody(ctx context.Context, account, id tickler.ID) ([]byte, error)
	BulkRows(ctx context.Context, account, request tickler.ID) ([]tickler.BulkRow, error)
	BulkRequests(ctx context.Context, f tickler.BulkFilter, page tickler.Page) ([]tickler.BulkRequest, int, error)
	CancelBulkRequest(ctx context.Context, account, id, by tickler.ID, now time.Time) error
	RunBulkRows(
		ctx context.Context, account, id tickler.ID, steps []tickler.BulkStep, now time.Time, job jobs.Ref,
		end func(tickler.BulkRequest, []tickler.BulkRow) tickler.Delivery,
	) (r tickler.BulkRequest, ended bool, err error)
}

// BulkSubmission is a bulk request as it comes in, its structure checked.
type BulkSubmission struct {
	Operation  tickler.BulkOperation
	Body       []byte // as it was sent
	Rows       int
	WebhookURL string
	SourceID   tickler.ID
}

// SubmitBulk keeps a bulk request, to be worked through at once but apart from the call.
func (a *App) SubmitBulk(ctx context.Context, caller Caller, s BulkSubmission) (tickler.BulkRequest, error) {
	r, err := a.newBulkRequest(caller, s)
	if err != nil {
		return r, err
	}
	if _, err := a.store.CreateBulkRequest(ctx, r, nil); err != nil {
		return r, err
	}
	a.wake(r.Operation.Job())
	return r, nil
}

// SubmitBulkOnce keeps a bulk request unless a call under the same key did; either way it gives the first call's answer.
func (a *App) SubmitBulkOnce(ctx context.Context, caller Caller, s BulkSubmission, once OnceKey) (answer []byte, replayed bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, onceWait)
	defer cancel()
	r, err := a.newBulkRequest(caller, s)
	if err != nil {
		return nil, false, err
	}
	answer, replayed, err = a.keepOnce(caller, once, r.ID, r.CreatedAt, func(memory *tickler.Once) (*tickler.Once, error) {
		return a.store.CreateBulkRequest(ctx, r, memory)
	})
	a.wake(r.Operation.Job())
	return answer, replayed, err
}

func (a *App) newBulkRequest(caller Caller, s BulkSubmission) (tickler.BulkRequest, error) {
	if s.WebhookURL != "" {
		var err error
		if s.WebhookURL, err = address.ParseURL("StatusWebhookURL", s.WebhookURL); err != nil {
			return tickler.BulkRequest{}, err
		}
	}
	return tickler.BulkRequest{
		ID: newID(), AccountID: caller.Account.ID, Operation: s.Operation, State: tickler.BulkQueued, RequestedBy: caller.User.ID, Via: caller.Via,
		SourceID: s.SourceID, WebhookURL: s.WebhookURL, Body: s.Body, Rows: s.Rows, CreatedAt: a.now(),
	}, nil
}

// BulkRequest reads a bulk request, without its body, and what came of its rows. An administrator sees all of the account's, others
// their own; what the caller may not see does not exist for him (KindUnknownEntity).
func (a *App) BulkRequest(ctx context.Context, caller Caller, id tickler.ID) (tickler.BulkRequest, []tickler.BulkRow, error) {
	r, err := a.visibleBulkRequest(ctx, caller, id)
	if err != nil {
		return r, nil, err
	}
	rows, err := a.store.BulkRows(ctx, caller.Account.ID, id)
	return r, r.AllRows(rows), err
}

// BulkBody reads what was sent of a bulk request that the caller was given.
func (a *App) BulkBody(ctx context.Context, caller Caller, r tickler.BulkRequest) ([]byte, error) {
	return a.store.BulkBody(ctx, caller.Account.ID, r.ID)
}

// visibleBulkRequest reads a bulk request that the caller may see.
func (a *App) visibleBulkRequest(ctx context.Context, caller Caller, id tickler.ID) (tickler.BulkRequest, error) {
	r, found, err := a.store.BulkRequest(ctx, caller.Account.ID, id)
	if err == nil && (!found || caller.User.Role != tickler.Administrator && r.RequestedBy != caller.User.ID) {
		err = tickler.UnknownEntity("id", "Request Id", id.String())
	}
	return r, err
}

// BulkRequests lists the bulk requests that the caller may see, the newest first, and says how many there are in all.
func (a *App) BulkRequests(ctx context.Context, caller Caller, filter tickler.BulkFilter, page tickler.Page) ([]tickler.BulkRequest, int, error) {
	filter.AccountID = caller.Account.ID
	if caller.User.Role != tickler.Administrator {
		filter.RequestedBy = caller.User.ID
	}
	return a.store.BulkRequests(ctx, filter, page)
}

// CancelBulk stops a bulk request after the rows that are just being run.
func (a *App) CancelBulk(ctx context.Context, caller Caller, id tickler.ID) error {
	r, err := a.visibleBulkRequest(ctx, caller, id)
	if err != nil {
		return err
	}
	if err := a.store.CancelBulkRequest(ctx, caller.Account.ID, id, caller.User.ID, a.now()); err != nil {
		return err
	}
	a.wake(r.Operation.Job())
	return nil
}

// UndoBulk asks, as a bulk request of its own, for the tasks to be removed that a bulk create made and that nobody touched
// since.
func (a *App) UndoBulk(ctx context.Context, caller Caller, id tickler.ID, wire BulkWire) (tickler.BulkRequest, error) {
	submission, err := a.undoing(ctx, caller, id, wire)
	if err != nil {
		return tickler.BulkRequest{}, err
	}
	return a.SubmitBulk(ctx, caller, submission)
}

// UndoBulkOnce is UndoBulk unless a call under the same key asked for it; either way it returns the first call's answer.
func (a *App) UndoBulkOnce(ctx context.Context, caller Caller, id tickler.ID, wire BulkWire, once OnceKey) (answer []byte, err error) {
	submission, err := a.undoing(ctx, caller, id, wire)
	if err != nil {
		return nil, err
	}
	answer, _, err = a.SubmitBulkOnce(ctx, caller, submission, once)
	return answer, err
}

// undoing is the request that undoes a bulk create.
func (a *App) undoing(ctx context.Context, caller Caller, id tickler.ID, wire BulkWire) (BulkSubmission, error) {
	r, rows, err := a.BulkRequest(ctx, caller, id)
	if err != nil {
		return BulkSubmission{}, err
	}
	if r.Operation != tickler.BulkCreate || !r.State.IsEnd() || r.Succeeded == 0 {
		return BulkSubmission{}, &tickler.Error{Kind: tickler.KindInvalid, Message: "Only a bulk create that has ended and has made tasks can be undone."}
	}
	var made []tickler.ID
	for _, row := range rows {
		if row.State == tickler.RowSucceeded {
			made = append(made, row.TaskID)
		}
	}
	return BulkSubmission{Operation: tickler.BulkUndo, Body: wire.Removal(made), Rows: len(made), SourceID: id}, nil
}

// ResendReport has the report of a bulk request that has ended mailed once more.
func (a *App) ResendReport(ctx context.Context, caller Caller, id tickler.ID, options Options) error {
	if _, err := a.visibleBulkRequest(ctx, caller, id); err != nil {
		return err
	}
	now := a.now()
	_, err := once(ctx, a, a.write, caller, options, nothing(func(ctx context.Context, tx Tx) error { return tx.ResendReport(ctx, caller.Account.ID, id, now) }))
	if err != nil {
		return err
	}
	a.wake(tickler.ReportJob)
	return nil
}
