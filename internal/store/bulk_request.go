package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

const bulkColumns = `account_id, id, operation, state, requested_by, via, via_id, source_id, webhook_url, row_count, succeeded, failed,
	created_at, started_at, completed_at, cancel_asked_at, cancelled_by, report_state, report_attempts, report_error, report_at`

func scanBulkRequest(row engine.Row) (r tickler.BulkRequest, err error) {
	return r, row.Scan(idColumn{&r.AccountID}, idColumn{&r.ID}, &r.Operation, &r.State, idColumn{&r.RequestedBy}, &r.Via.Kind, idColumn{&r.Via.ID},
		idColumn{&r.SourceID}, &r.WebhookURL, &r.Rows, &r.Succeeded, &r.Failed, instantColumn{&r.CreatedAt}, instantColumn{&r.StartedAt},
		instantColumn{&r.CompletedAt}, instantColumn{&r.CancelAskedAt}, idColumn{&r.CancelledBy}, &r.Report.State, &r.Report.Attempts,
		&r.Report.LastError, instantColumn{&r.Report.SettledAt})
}

// CreateBulkRequest keeps a new bulk request with the job that runs it, which has the request's id. Its Once works as CreateTask's does.
// One more than MaxBulkWaiting that have not ended is an error; of nodes that write at the same instant each may write one more.
func (s *Store) CreateBulkRequest(ctx context.Context, r tickler.BulkRequest, once *tickler.Once) (*tickler.Once, error) {
	return engine.Written(ctx, s.writeRepeatable, func(ctx context.Context, tx engine.Handle) (*tickler.Once, error) {
		if once != nil {
			if first, err := takeOnce(ctx, tx, *once); first != nil || err != nil {
				return first, err
			}
		}
		return nil, insertBulkRequest(ctx, tx, r)
	})
}

func insertBulkRequest(ctx context.Context, tx engine.Handle, r tickler.BulkRequest) error {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO bulk_request (`+bulkColumns+`) VALUES (`+engine.Placeholders(1, 21)+`) ON CONFLICT (account_id, id) DO NOTHING`,
		idArg(r.AccountID), idArg(r.ID), int(r.Operation), int(r.State), idArg(r.RequestedBy), int(r.Via.Kind), idArg(r.Via.ID),
		idArg(r.SourceID), r.WebhookURL, r.Rows, r.Succeeded, r.Failed, r.CreatedAt.Unix(), instantArg(r.StartedAt),
		instantArg(r.CompletedAt), instantArg(r.CancelAskedAt), idArg(r.CancelledBy), int(r.Report.State), r.Report.Attempts,
		r.Report.LastError, instantArg(r.Report.SettledAt))
	if err != nil {
		return err
	}
	if made, err := result.RowsAffected(); err != nil || made == 0 { // by a run before this one, whose answer was lost
		return err
	}
	if err := checkBulkWaiting(ctx, tx, r.AccountID); err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, `INSERT INTO bulk_body (account_id, request_id, body) VALUES ($1, $2, $3)`,
		idArg(r.AccountID), idArg(r.ID), r.Body); err != nil {
		return err
	}
	return enqueue(ctx, tx, jobs.New{
		Ref: jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)}, Kind: r.Operation.Job(), Due: r.CreatedAt, CreatedAt: r.CreatedAt,
	})
}

// checkBulkWaiting gives an error when more of an account's bulk requests than may wait have not ended.
func checkBulkWaiting(ctx context.Context, tx engine.Handle, account tickler.ID) error {
	var waiting int
	err := tx.QueryRowContext(ctx, `
		SELECT count(*) FROM (SELECT 1 FROM bulk_request WHERE completed_at IS NULL AND account_id = $1 LIMIT $2) AS open`,
		idArg(account), tickler.MaxBulkWaiting+1).Scan(&waiting)
	if err == nil && waiting > tickler.MaxBulkWaiting {
		return tickler.TooManyBulkRequests()
	}
	return err
}

// enqueueReport makes the job that mails a bulk request's report. Its payload is the request's id.
func enqueueReport(ctx context.Context, tx engine.Handle, r tickler.BulkRequest, now time.Time) error {
	return enqueue(ctx, tx, jobs.New{
		Ref: jobs.Ref{Account: jobs.ID(r.AccountID)}, Kind: tickler.ReportJob, Payload: r.ID.String(), Due: now, CreatedAt: now,
	})
}

// BulkRequest reads a bulk request without its body; false when there is none.
func (s *Store) BulkRequest(ctx context.Context, account, id tickler.ID) (tickler.BulkRequest, bool, error) {
	r, err := scanBulkRequest(s.engine.Reader().QueryRowContext(ctx,
		`SELECT `+bulkColumns+` FROM bulk_request WHERE account_id = $1 AND id = $2`, idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, engine.Classify(err)
}

// BulkBody reads what was sent of a bulk request that is there.
func (s *Store) BulkBody(ctx context.Context, account, id tickler.ID) (body []byte, err error) {
	err = s.engine.Reader().QueryRowContext(ctx,
		`SELECT body FROM bulk_body WHERE account_id = $1 AND request_id = $2`, idArg(account), idArg(id)).Scan(&body)
	return body, engine.Classify(err)
}

// BulkRows lists what came of the rows that were run, in their order.
func (s *Store) BulkRows(ctx context.Context, account, request tickler.ID) ([]tickler.BulkRow, error) {
	return bulkRows(ctx, s.engine.Reader(), account, request)
}

func bulkRows(ctx context.Context, db engine.Handle, account, request tickler.ID) ([]tickler.BulkRow, error) {
	rows, err := db.QueryContext(ctx, `
		SELECT number, state, task_id, name, fault_kind, fault_attribute, fault_message FROM bulk_row
		WHERE account_id = $1 AND request_id = $2 ORDER BY number`, idArg(account), idArg(request))
	return engine.Collect(rows, err, func(row engine.Row) (r tickler.BulkRow, err error) {
		var kind sql.NullInt64
		var fault tickler.Error
		err = row.Scan(&r.Number, &r.State, idColumn{&r.TaskID}, &r.Name, &kind, &fault.Attribute, &fault.Message)
		if kind.Valid {
			fault.Kind = tickler.Kind(kind.Int64)
			r.Fault = &fault
		}
		return r, err
	})
}

// BulkRequests lists a page of the requests that a filter picks, without their bodies and the newest first, and how many it
// picks in all.
func (s *Store) BulkRequests(ctx context.Context, f tickler.BulkFilter, page tickler.Page) ([]tickler.BulkRequest, int, error) {
	where, args := bulkConditions(f)
	db := engine.Composed(s.engine.Reader())
	var total int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM bulk_request`+where, args...).Scan(&total); err != nil || total <= page.Offset {
		return nil, total, engine.Classify(err)
	}
	rows, err := db.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM bulk_request%s ORDER BY id DESC LIMIT $%d OFFSET $%d`,
		bulkColumns, where, len(args)+1, len(args)+2), append(args, page.Limit, page.Offset)...)
	requests, err := engine.Collect(rows, err, scanBulkRequest)
	return requests, total, err
}

func bulkConditions(f tickler.BulkFilter) (where string, args []any) {
	var conditions []string
	add := func(condition string, arg any) {
		args = append(args, arg)
		conditions = append(conditions, fmt.Sprintf(condition, len(args)))
	}
	add(`account_id = $%d`, idArg(f.AccountID))
	if !f.RequestedBy.IsZero() {
		add(`requested_by = $%d`, idArg(f.RequestedBy))
	}
	if f.Operation != 0 {
		add(`operation = $%d`, int(f.Operation))
	}
	if !f.From.IsZero() {
		add(`created_at >= $%d`, f.From.Unix())
	}
	if !f.To.IsZero() {
		add(`created_at <= $%d`, f.To.Unix())
	}
	if len(f.States) > 0 {
		conditions = append(conditions, `state IN (`+engine.Placeholders(len(args)+1, len(f.States))+`)`)
		for _, state := range f.States {
			args = append(args, int(state))
		}
	}
	return ` WHERE ` + strings.Join(conditions, ` AND `), args
}

// lockedBulkRequest reads a bulk request that nobody else changes until the transaction ends.
func (s *Store) lockedBulkRequest(ctx context.Context, tx engine.Handle, account, id tickler.ID) (tickler.BulkRequest, error) {
	r, err := scanBulkRequest(tx.QueryRowContext(ctx,
		`SELECT `+bulkColumns+` FROM bulk_request WHERE account_id = $1 AND id = $2`+s.dialect().LockRow, idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return r, noSuch("Request Id", id.String())
	}
	return r, err
}

// CancelBulkRequest notes that a person wants a request stopped. One that has ended is an error of KindInvalid.
func (s *Store) CancelBulkRequest(ctx context.Context, account, id, by tickler.ID, now time.Time) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		r, err := s.lockedBulkRequest(ctx, tx, account, id)
		if err != nil || !r.CancelAskedAt.IsZero() {
			return err
		}
		if r.State.IsEnd() {
			return &tickler.Error{Kind: tickler.KindInvalid, Message: "The request has ended: there is nothing left to stop."}
		}
		_, err = tx.ExecContext(ctx, `UPDATE bulk_request SET cancel_asked_at = $1, cancelled_by = $2 WHERE account_id = $3 AND id = $4`,
			now.Unix(), idArg(by), idArg(account), idArg(id))
		return err
	})
}

// NoteReport records how the mailing of a request's report goes. When it is settled its job is removed in the same
// transaction.
func (s *Store) NoteReport(ctx context.Context, account, id tickler.ID, report tickler.ReportMail, job jobs.Ref) error {
	return s.writeRepeatable(ctx, func(ctx context.Context, tx engine.Handle) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE bulk_request SET report_state = $1, report_attempts = $2, report_error = $3, report_at = $4 WHERE account_id = $5 AND id = $6`,
			int(report.State), report.Attempts, report.LastError, instantArg(report.SettledAt), idArg(account), idArg(id))
		if err != nil || report.State == tickler.ReportPending {
			return err
		}
		return removeJob(ctx, tx, tickler.ID(job.Account), tickler.ID(job.ID))
	})
}

// ResendReport has the report of a request that has ended mailed once more. One that is still being mailed is an error.
func (s *Store) ResendReport(ctx context.Context, account, id tickler.ID, now time.Time) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		r, err := s.lockedBulkRequest(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if !r.State.IsEnd() || r.Report.State == tickler.ReportPending {
			return &tickler.Error{Kind: tickler.KindInvalid, Message: "The report of the request '" + id.String() + "' is still to be mailed without being asked."}
		}
		_, err = tx.ExecContext(ctx, `UPDATE bulk_request SET report_state = $1, report_at = NULL WHERE account_id = $2 AND id = $3`,
			int(tickler.ReportPending), idArg(account), idArg(id))
		if err != nil {
			return err
		}
		return enqueueReport(ctx, tx, r, now)
	})
}
