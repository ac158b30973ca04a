package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tickler"
	"tickler/internal/store/engine"
)

const bulkColumns = `account_id, id, operation, state, requested_by, via, via_id, source_id, webhook_url, row_count,
	succeeded, failed, created_at, started_at, completed_at, cancel_asked_at, cancelled_by,
	report_state, report_attempts, report_error, report_at`

func scanBulkRequest(row engine.Row) (r tickler.BulkRequest, err error) {
	return r, row.Scan(idColumn{&r.AccountID}, idColumn{&r.ID}, &r.Operation, &r.State, idColumn{&r.RequestedBy},
		&r.Via.Kind, idColumn{&r.Via.ID}, idColumn{&r.SourceID}, &r.WebhookURL, &r.Rows, &r.Succeeded, &r.Failed,
		instantColumn{&r.CreatedAt}, instantColumn{&r.StartedAt},
		instantColumn{&r.CompletedAt}, instantColumn{&r.CancelAskedAt}, idColumn{&r.CancelledBy}, &r.Report.State,
		&r.Report.Attempts,
		&r.Report.LastError, instantColumn{&r.Report.SettledAt})
}

// AddBulkRequest stores a new bulk request with its body; false when it is there already, from an
// earlier run whose answer was lost.
func (tx *Tx) AddBulkRequest(ctx context.Context, r tickler.BulkRequest) (added bool, err error) {
	result, err := tx.db.ExecContext(ctx, `
		INSERT INTO bulk_request (`+bulkColumns+`) VALUES (`+engine.Placeholders(1, 21)+`)
		ON CONFLICT (account_id, id) DO NOTHING`,
		idArg(r.AccountID), idArg(r.ID), int(r.Operation), int(r.State), idArg(r.RequestedBy), int(r.Via.Kind),
		idArg(r.Via.ID), idArg(r.SourceID), r.WebhookURL, r.Rows, r.Succeeded, r.Failed, r.CreatedAt.Unix(),
		instantArg(r.StartedAt), instantArg(r.CompletedAt), instantArg(r.CancelAskedAt), idArg(r.CancelledBy),
		int(r.Report.State), r.Report.Attempts, r.Report.LastError, instantArg(r.Report.SettledAt))
	if err != nil {
		return false, err
	}
	if made, err := result.RowsAffected(); err != nil || made == 0 {
		return false, err
	}
	_, err = tx.db.ExecContext(ctx, `INSERT INTO bulk_body (account_id, request_id, body) VALUES ($1, $2, $3)`,
		idArg(r.AccountID), idArg(r.ID), r.Body)
	return true, err
}

// OpenBulkRequests counts an account's bulk requests that have not ended, up to a limit.
func (tx *Tx) OpenBulkRequests(ctx context.Context, account tickler.ID, limit int) (n int, err error) {
	err = tx.db.QueryRowContext(ctx, `
		SELECT count(*) FROM (
			SELECT 1 FROM bulk_request WHERE completed_at IS NULL AND account_id = $1 LIMIT $2) AS open`,
		idArg(account), limit).Scan(&n)
	return n, err
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

// BulkBody reads the body of a bulk request that exists.
func (s *Store) BulkBody(ctx context.Context, account, id tickler.ID) (body []byte, err error) {
	err = s.engine.Reader().QueryRowContext(ctx,
		`SELECT body FROM bulk_body WHERE account_id = $1 AND request_id = $2`, idArg(account), idArg(id)).Scan(&body)
	return body, engine.Classify(err)
}

// BulkRows lists what came of the rows that were run, in their order.
func (tx *Tx) BulkRows(ctx context.Context, account, request tickler.ID) ([]tickler.BulkRow, error) {
	return bulkRows(ctx, tx.db, account, request)
}

// BulkRows lists what came of the rows that were run, in their order.
func (s *Store) BulkRows(ctx context.Context, account, request tickler.ID) ([]tickler.BulkRow, error) {
	return bulkRows(ctx, s.engine.Reader(), account, request)
}

func bulkRows(ctx context.Context, db engine.Handle, account, request tickler.ID) ([]tickler.BulkRow, error) {
	rows, err := db.QueryContext(ctx, `
		SELECT `+bulkRowColumns+` FROM bulk_row
		WHERE account_id = $1 AND request_id = $2 ORDER BY number`, idArg(account), idArg(request))
	return engine.Collect(rows, err, scanBulkRow)
}

const bulkRowColumns = `number, state, task_id, name, fault_kind, fault_attribute, fault_message, version`

func scanBulkRow(row engine.Row) (r tickler.BulkRow, err error) {
	var kind sql.NullInt64
	var fault tickler.RowFault
	err = row.Scan(&r.Number, &r.State, idColumn{&r.TaskID}, &r.Name, &kind, &fault.Attribute, &fault.Message, &r.Version)
	if kind.Valid {
		fault.Kind = tickler.Kind(kind.Int64)
		r.Fault = &fault
	}
	return r, err
}

// FirstBulkRows lists what came of the first rows that were run, or of the first of those that
// failed.
func (s *Store) FirstBulkRows(
	ctx context.Context, account, request tickler.ID, failedOnly bool, limit int,
) ([]tickler.BulkRow, error) {
	query := `SELECT ` + bulkRowColumns + ` FROM bulk_row WHERE account_id = $1 AND request_id = $2`
	if failedOnly {
		query += fmt.Sprintf(` AND state = %d`, tickler.RowFailed)
	}
	rows, err := s.engine.Reader().QueryContext(ctx, query+` ORDER BY number LIMIT $3`,
		idArg(account), idArg(request), limit)
	return engine.Collect(rows, err, scanBulkRow)
}

// OtherOf reports whether another bulk request than r follows from the same one by the same
// operation, and nobody has stopped it.
func (tx *Tx) OtherOf(ctx context.Context, r tickler.BulkRequest) (bool, error) {
	var found int
	err := tx.db.QueryRowContext(ctx, `
		SELECT count(*) FROM bulk_request
		WHERE account_id = $1 AND source_id = $2 AND operation = $3 AND id <> $4 AND state <> $5`,
		idArg(r.AccountID), idArg(r.SourceID), int(r.Operation), idArg(r.ID), int(tickler.BulkCancelled)).Scan(&found)
	return found > 0, err
}

// BulkRequests returns a page of the requests that a filter selects, without their bodies, the
// newest first, and how many it selects in all.
func (s *Store) BulkRequests(
	ctx context.Context, f tickler.BulkFilter, page tickler.Page,
) ([]tickler.BulkRequest, int, error) {
	where, args := bulkConditions(f)
	db := engine.Composed(s.engine.Reader())
	var total int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM bulk_request`+where, args...).Scan(&total)
	if err != nil || total <= page.Offset {
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
	if !f.SourceID.IsZero() {
		add(`source_id = $%d`, idArg(f.SourceID))
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

// BulkRequest reads and locks a bulk request, without its body; false when there is none.
func (tx *Tx) BulkRequest(ctx context.Context, account, id tickler.ID) (tickler.BulkRequest, bool, error) {
	r, err := scanBulkRequest(tx.db.QueryRowContext(ctx,
		`SELECT `+bulkColumns+` FROM bulk_request WHERE account_id = $1 AND id = $2`+tx.dialect.LockRow, idArg(account),
		idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

// PutBulkRequest updates how far a bulk request has come, who has stopped it, and how the mailing
// of its report goes.
func (tx *Tx) PutBulkRequest(ctx context.Context, r tickler.BulkRequest) error {
	_, err := tx.db.ExecContext(ctx, `
		UPDATE bulk_request SET state = $1, succeeded = $2, failed = $3, started_at = $4, completed_at = $5,
			cancel_asked_at = $6, cancelled_by = $7,
			report_state = $8, report_attempts = $9, report_error = $10, report_at = $11
		WHERE account_id = $12 AND id = $13`,
		int(r.State), r.Succeeded, r.Failed, instantArg(r.StartedAt), instantArg(r.CompletedAt),
		instantArg(r.CancelAskedAt), idArg(r.CancelledBy), int(r.Report.State), r.Report.Attempts, r.Report.LastError,
		instantArg(r.Report.SettledAt), idArg(r.AccountID), idArg(r.ID))
	return err
}

// AddBulkRows stores the results of some rows of a bulk request.
func (tx *Tx) AddBulkRows(ctx context.Context, r tickler.BulkRequest, rows []tickler.BulkRow) error {
	values := make([][]any, len(rows))
	for i, row := range rows {
		var kind any
		var fault tickler.RowFault
		if row.Fault != nil {
			fault, kind = *row.Fault, int(row.Fault.Kind)
		}
		values[i] = []any{
			idArg(r.AccountID), idArg(r.ID), row.Number, int(row.State), idArg(row.TaskID), row.Name, kind,
			fault.Attribute, fault.Message, row.Version,
		}
	}
	return tx.dialect.InsertAll(ctx, tx.db,
		`bulk_row (account_id, request_id, number, state, task_id, name, fault_kind, fault_attribute, fault_message, version)`,
		values)
}
