package app

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/jobs"
)

type bulkStore interface {
	BulkRequest(ctx context.Context, account, id tickler.ID) (tickler.BulkRequest, bool, error)
	BulkBody(ctx context.Context, account, id tickler.ID) ([]byte, error)
	BulkRows(ctx context.Context, account, request tickler.ID) ([]tickler.BulkRow, error)
	FirstBulkRows(
		ctx context.Context, account, request tickler.ID, failedOnly bool, limit int,
	) ([]tickler.BulkRow, error)
	BulkRequests(ctx context.Context, f tickler.BulkFilter, page tickler.Page) ([]tickler.BulkRequest, int, error)
	// TaskIDs lists the tasks that a filter selects, in no order, and reports whether these are all.
	TaskIDs(ctx context.Context, f tickler.TaskFilter, most int) (ids []tickler.ID, isAll bool, err error)
}

type bulkTx interface {
	BulkRequest(ctx context.Context, account, id tickler.ID) (tickler.BulkRequest, bool, error)
	BulkRows(ctx context.Context, account, request tickler.ID) ([]tickler.BulkRow, error)
	// AddBulkRequest stores a new request; false when an earlier run has stored it already.
	AddBulkRequest(ctx context.Context, r tickler.BulkRequest) (added bool, err error)
	PutBulkRequest(ctx context.Context, r tickler.BulkRequest) error
	AddBulkRows(ctx context.Context, r tickler.BulkRequest, rows []tickler.BulkRow) error
	OpenBulkRequests(ctx context.Context, account tickler.ID, limit int) (int, error)
	// OtherOf reports whether another bulk request than r follows from the same one by the same
	// operation, and nobody has stopped it.
	OtherOf(ctx context.Context, r tickler.BulkRequest) (bool, error)
}

// BulkSubmission is a bulk request as it came in, its structure checked.
type BulkSubmission struct {
	Operation  tickler.BulkOperation
	Body       []byte // as it was sent
	Rows       int
	WebhookURL string
	SourceID   tickler.ID
	// Change is what is done to each task of a bulk update, as the body says it; nil for others.
	Change *BulkChange
}

// SubmittedBulk is a bulk request that was accepted, or the answer to an earlier call under the
// same key.
type SubmittedBulk struct {
	tickler.BulkRequest
	// Tried are the rows of a dry run with their results.
	Tried []tickler.BulkRow
	// Replay is the answer to an earlier call under the same key, in which case nothing was stored;
	// nil otherwise.
	Replay []byte
}

// SubmitBulk accepts a bulk request, to be run at once in the background. When MaxBulkWaiting of
// the account have not ended, it is an error; nodes that write at the same instant may each accept
// one more.
func (a *Bulk) SubmitBulk(
	ctx context.Context, caller Caller, s BulkSubmission, options Options,
) (SubmittedBulk, error) {
	r, err := newBulkRequest(caller, s, options.id())
	if err == nil && s.Change != nil { // what is wrong with the change is wrong for all rows, and is said at once
		_, err = s.Change.doing(caller).plan(ctx, a.tasks, caller)
	}
	if err != nil {
		return SubmittedBulk{BulkRequest: r}, err
	}
	if options.DryRun {
		return a.tryBulk(ctx, caller, r)
	}
	own := options.answer()
	_, err = once(ctx, a.writeRepeatable, caller, options, nothing(func(ctx context.Context, tx Tx) error {
		return addBulkRequest(ctx, tx, r)
	}))
	a.wake(r.Operation.Job())
	return SubmittedBulk{BulkRequest: r, Replay: options.replay(own)}, err
}

func addBulkRequest(ctx context.Context, tx Tx, r tickler.BulkRequest) error {
	if r.Operation.IsUndo() {
		if err := undoesFirst(ctx, tx, r); err != nil {
			return err
		}
	}
	if added, err := tx.AddBulkRequest(ctx, r); err != nil || !added {
		return err
	}
	open, err := tx.OpenBulkRequests(ctx, r.AccountID, tickler.MaxBulkWaiting+1)
	if err != nil {
		return err
	}
	if open > tickler.MaxBulkWaiting {
		return tickler.TooManyBulkRequests()
	}
	return tx.Enqueue(ctx, jobs.New{
		Ref: jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)}, Kind: r.Operation.Job(), Due: r.CreatedAt,
		CreatedAt: r.CreatedAt,
	})
}

func newBulkRequest(caller Caller, s BulkSubmission, id tickler.ID) (tickler.BulkRequest, error) {
	if s.WebhookURL != "" {
		var err error
		if s.WebhookURL, err = address.ParseURL(tickler.FieldStatusURL, s.WebhookURL); err != nil {
			return tickler.BulkRequest{}, err
		}
	}
	return tickler.BulkRequest{
		ID: id, AccountID: caller.Account.ID, Operation: s.Operation, State: tickler.BulkQueued,
		RequestedBy: caller.User.ID, Via: caller.Via,
		SourceID: s.SourceID, WebhookURL: s.WebhookURL, Body: s.Body, Rows: s.Rows, CreatedAt: caller.Now,
	}, nil
}

// BulkRequest reads a bulk request, without its body, and the results of its rows. Administrators
// see all of the account's, others their own; what the caller may not see does not exist for them
// (KindUnknownEntity).
func (a *Bulk) BulkRequest(
	ctx context.Context, caller Caller, id tickler.ID,
) (tickler.BulkRequest, []tickler.BulkRow, error) {
	r, err := a.visibleBulkRequest(ctx, caller, id)
	if err != nil {
		return r, nil, err
	}
	rows, err := a.store.BulkRows(ctx, caller.Account.ID, id)
	return r, r.AllRows(rows), err
}

// BulkBody reads the body of a bulk request that the caller may see.
func (a *Bulk) BulkBody(ctx context.Context, caller Caller, r tickler.BulkRequest) ([]byte, error) {
	return a.store.BulkBody(ctx, caller.Account.ID, r.ID)
}

// BulkRequestInShort reads a bulk request as BulkRequest does, but of its rows only the first ones,
// or the first of those that failed, and says how many more there are.
func (a *Bulk) BulkRequestInShort(
	ctx context.Context, caller Caller, id tickler.ID, failedOnly bool, limit int,
) (r tickler.BulkRequest, rows []tickler.BulkRow, more int, err error) {
	if r, err = a.visibleBulkRequest(ctx, caller, id); err != nil {
		return r, nil, 0, err
	}
	if rows, err = a.store.FirstBulkRows(ctx, caller.Account.ID, id, failedOnly, limit); err != nil {
		return r, nil, 0, err
	}
	if failedOnly {
		return r, rows, max(0, r.Failed-len(rows)), nil
	}
	all := r.Processed()
	if r.State == tickler.BulkCancelled {
		all = r.Rows
		if len(rows) < limit {
			rows = r.AllRows(rows)
			rows = rows[:min(len(rows), limit)]
		}
	}
	return r, rows, max(0, all-len(rows)), nil
}

// visibleBulkRequest reads a bulk request that the caller may see.
func (a *Bulk) visibleBulkRequest(ctx context.Context, caller Caller, id tickler.ID) (tickler.BulkRequest, error) {
	r, found, err := a.store.BulkRequest(ctx, caller.Account.ID, id)
	if err == nil && (!found || caller.User.Role != tickler.Administrator && r.RequestedBy != caller.User.ID) {
		err = unknownRequest(id)
	}
	return r, err
}

// BulkRequests lists the bulk requests that the caller may see, the newest first, and says how many
// there are in all.
func (a *Bulk) BulkRequests(
	ctx context.Context, caller Caller, filter tickler.BulkFilter, page tickler.Page,
) ([]tickler.BulkRequest, int, error) {
	filter.AccountID = caller.Account.ID
	if caller.User.Role != tickler.Administrator {
		filter.RequestedBy = caller.User.ID
	}
	return a.store.BulkRequests(ctx, filter, page)
}

// CancelBulk stops a bulk request after the rows that are running now.
func (a *Bulk) CancelBulk(ctx context.Context, caller Caller, id tickler.ID) error {
	r, err := a.visibleBulkRequest(ctx, caller, id)
	if err != nil {
		return err
	}
	err = a.changeBulkRequest(ctx, caller, id, Options{}, func(_ context.Context, _ Tx, r *tickler.BulkRequest) error {
		if r.State.IsEnd() {
			return tickler.Refuse(tickler.FactRequestEnded, tickler.FieldRequest, id)
		}
		if r.CancelAskedAt.IsZero() {
			r.CancelAskedAt, r.CancelledBy = caller.Now, caller.User.ID
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.wake(r.Operation.Job())
	return nil
}

// changeBulkRequest changes a bulk request that exists.
func (a *Bulk) changeBulkRequest(
	ctx context.Context, caller Caller, id tickler.ID, options Options,
	change func(ctx context.Context, tx Tx, r *tickler.BulkRequest) error,
) error {
	_, err := once(ctx, a.write, caller, options, nothing(func(ctx context.Context, tx Tx) error {
		r, found, err := tx.BulkRequest(ctx, caller.Account.ID, id)
		if err != nil {
			return err
		}
		if !found {
			return unknownRequest(id)
		}
		if err := change(ctx, tx, &r); err != nil {
			return err
		}
		return tx.PutBulkRequest(ctx, r)
	}))
	return err
}

func unknownRequest(id tickler.ID) error {
	return tickler.Refuse(tickler.FactNoRequest, tickler.FieldRequest, id)
}

// ResendReport mails the report of a bulk request that has ended once more.
func (a *Bulk) ResendReport(ctx context.Context, caller Caller, id tickler.ID, options Options) error {
	if _, err := a.visibleBulkRequest(ctx, caller, id); err != nil {
		return err
	}
	err := a.changeBulkRequest(ctx, caller, id, options, func(
		ctx context.Context, tx Tx, r *tickler.BulkRequest,
	) error {
		if !r.State.IsEnd() || r.Report.State == tickler.ReportPending {
			return tickler.Refuse(tickler.FactReportPending, tickler.FieldRequest, id)
		}
		r.Report.State, r.Report.SettledAt = tickler.ReportPending, time.Time{}
		return tx.Enqueue(ctx, reportJob(*r, caller.Now))
	})
	if err != nil {
		return err
	}
	a.wake(tickler.ReportJob)
	return nil
}

// reportJob mails a bulk request's report. Its payload is the request's id.
func reportJob(r tickler.BulkRequest, now time.Time) jobs.New {
	return jobs.New{
		Ref: jobs.Ref{Account: jobs.ID(r.AccountID)}, Kind: tickler.ReportJob, Payload: r.ID.String(), Due: now,
		CreatedAt: now,
	}
}

// NoteReport records how the mailing of a request's report goes. When that is settled, its job ends
// in the same transaction.
func (a *Bulk) NoteReport(ctx context.Context, account, id tickler.ID, report tickler.ReportMail, job jobs.Ref) error {
	return a.writeRepeatable(ctx, func(ctx context.Context, tx Tx) error {
		r, found, err := tx.BulkRequest(ctx, account, id)
		if err != nil || !found {
			return err
		}
		r.Report = report
		if err := tx.PutBulkRequest(ctx, r); err != nil || report.State == tickler.ReportPending {
			return err
		}
		return tx.EndJob(ctx, job)
	})
}
