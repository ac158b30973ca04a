package store

import (
	"context"
	"errors"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// RunBulkRows runs the next rows of a bulk request, with what comes of each, in one transaction: a row is never run twice
// nor lost, whoever dies when. Steps that are not the next ones, since somebody else ran them, are passed over, and so are all
// when a person wants the request stopped.
//
// With its last row, or when it is stopped, the request ends: in the same transaction the job that runs it is removed, and
// those that mail its report and tell its receiver are made. It gives the request as it then stands, and whether this call ended
// it: of several at once, one did. When the database's answer was lost and found to be done, nobody is told that he did.
//
// What the receiver is told is made by end, from the request and all its rows that were run. It must not wait for anything.
//
// A step whose rule fails with a tickler.Error fails alone. Any other error undoes them all.
func (s *Store) RunBulkRows(
	ctx context.Context, account, id tickler.ID, steps []tickler.BulkStep, now time.Time, job jobs.Ref,
	end func(tickler.BulkRequest, []tickler.BulkRow) tickler.Delivery,
) (r tickler.BulkRequest, ended bool, err error) {
	type outcome struct {
		request tickler.BulkRequest
		ended   bool
	}
	made, err := engine.Written(ctx, s.writeRepeatable, func(ctx context.Context, tx engine.Handle) (outcome, error) {
		request, err := s.lockedBulkRequest(ctx, tx, account, id)
		if err != nil || request.State.IsEnd() {
			return outcome{request: request}, err
		}
		if !request.CancelAskedAt.IsZero() {
			request = request.Stopped(now)
		} else if len(steps) > 0 && steps[0].Number == request.Processed()+1 {
			rows, err := s.runSteps(ctx, tx, request, steps, now)
			if err != nil {
				return outcome{}, err
			}
			request = request.WithRows(rows, now)
		}
		if request.State.IsEnd() {
			request.Report.State = tickler.ReportPending
			if err := s.endBulkRequest(ctx, tx, request, job, now, end); err != nil {
				return outcome{}, err
			}
		}
		return outcome{request, request.State.IsEnd()}, updateBulkRequest(ctx, tx, request)
	})
	return made.request, made.ended, err
}

func updateBulkRequest(ctx context.Context, tx engine.Handle, r tickler.BulkRequest) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE bulk_request SET state = $1, succeeded = $2, failed = $3, started_at = $4, completed_at = $5, report_state = $6
		WHERE account_id = $7 AND id = $8`,
		int(r.State), r.Succeeded, r.Failed, instantArg(r.StartedAt), instantArg(r.CompletedAt), int(r.Report.State), idArg(r.AccountID), idArg(r.ID))
	return err
}

// runSteps does what each step says and keeps what came of it.
func (s *Store) runSteps(ctx context.Context, tx engine.Handle, r tickler.BulkRequest, steps []tickler.BulkStep, now time.Time) ([]tickler.BulkRow, error) {
	rows := make([]tickler.BulkRow, len(steps))
	var created [][]any
	var deliveries []tickler.Delivery
	for i, step := range steps {
		row := tickler.BulkRow{Number: step.Number, Name: step.Name, State: tickler.RowFailed, Fault: step.Fault}
		switch {
		case step.Fault != nil:
		case step.Create != nil:
			args, err := taskArgs(*step.Create)
			if err != nil {
				return nil, err
			}
			created = append(created, args)
			deliveries = append(deliveries, step.Deliveries...)
			row.State, row.TaskID = tickler.RowSucceeded, step.Create.ID
		default:
			if err := s.runChange(ctx, tx, r.AccountID, step, &row); err != nil {
				return nil, err
			}
		}
		rows[i] = row
	}
	if err := s.dialect().InsertAll(ctx, tx, `task (`+taskInsertColumns+`)`, created); err != nil {
		return nil, err
	}
	if err := announce(ctx, tx, deliveries, now); err != nil {
		return nil, err
	}
	return rows, s.insertBulkRows(ctx, tx, r, rows)
}

// runChange changes or removes the task of a step, and says in its row what came of it.
func (s *Store) runChange(ctx context.Context, tx engine.Handle, account tickler.ID, step tickler.BulkStep, row *tickler.BulkRow) error {
	task, _, err := s.changeTask(ctx, tx, account, step.TaskID, step.Change)
	fault, isFault := errors.AsType[*tickler.Error](err)
	if err != nil && !isFault {
		return err
	}
	row.TaskID, row.Fault = step.TaskID, fault
	if row.Name == "" {
		row.Name = task.Name
	}
	if fault == nil {
		row.State = tickler.RowSucceeded
	}
	return nil
}

func (s *Store) insertBulkRows(ctx context.Context, tx engine.Handle, r tickler.BulkRequest, rows []tickler.BulkRow) error {
	values := make([][]any, len(rows))
	for i, row := range rows {
		var kind any
		var fault tickler.Error
		if row.Fault != nil {
			fault, kind = *row.Fault, int(row.Fault.Kind)
		}
		values[i] = []any{
			idArg(r.AccountID), idArg(r.ID), row.Number, int(row.State), idArg(row.TaskID), row.Name, kind, fault.Attribute, fault.Message,
		}
	}
	return s.dialect().InsertAll(ctx, tx, `bulk_row (account_id, request_id, number, state, task_id, name, fault_kind, fault_attribute, fault_message)`, values)
}

// endBulkRequest removes the job of a request that has ended and makes those that tell of it.
func (s *Store) endBulkRequest(
	ctx context.Context, tx engine.Handle, r tickler.BulkRequest, job jobs.Ref, now time.Time, end func(tickler.BulkRequest, []tickler.BulkRow) tickler.Delivery,
) error {
	if err := removeJob(ctx, tx, tickler.ID(job.Account), tickler.ID(job.ID)); err != nil {
		return err
	}
	if err := enqueueReport(ctx, tx, r, now); err != nil {
		return err
	}
	if r.WebhookURL == "" {
		return nil
	}
	rows, err := bulkRows(ctx, tx, r.AccountID, r.ID)
	if err != nil {
		return err
	}
	return announce(ctx, tx, []tickler.Delivery{end(r, rows)}, now)
}
