package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/jobs"
)

// send carries out a bulk request: somebody sends it, and it runs.
func (t *teller) send(ctx context.Context, step Step) error {
	if err := t.db.together(ctx, func(ctx context.Context) error { return t.wakeUntil(ctx, step.At) }); err != nil {
		return err
	}
	t.clock.now = step.At
	caller := t.caller(step.By, step.Via, step.At)
	sent, err := t.submit(ctx, caller, step.Bulk)
	if err != nil {
		return fmt.Errorf("sending a bulk request at %s: %w", step.At, err)
	}
	if step.Bulk.Stopped {
		if err := t.CancelBulk(ctx, caller, sent.ID); err != nil {
			return err
		}
	}
	t.clock.pace = time.Second
	job := jobs.Ref{Account: jobs.ID(sent.AccountID), ID: jobs.ID(sent.ID)}
	ended, _, err := t.RunBulk(ctx, sent.AccountID, sent.ID, job)
	t.clock.pace = 0
	if err != nil {
		return fmt.Errorf("running a bulk request of %s: %w", step.At, err)
	}
	t.bulk[step.Bulk] = ended
	if err := t.noteRows(ctx, caller, step.Bulk, ended.ID); err != nil {
		return err
	}
	return t.handOver(ctx, step.Bulk)
}

// submit sends a bulk request in.
func (t *teller) submit(ctx context.Context, caller app.Caller, bulk *Bulk) (app.SubmittedBulk, error) {
	options := app.Options{ID: bulk.ID}
	if bulk.Undoes != nil {
		return t.UndoBulk(ctx, caller, t.bulk[bulk.Undoes].ID, options)
	}
	body, err := t.body(bulk)
	if err != nil {
		return app.SubmittedBulk{}, err
	}
	submission := app.BulkSubmission{
		Operation: bulk.Operation, Body: body, Rows: len(bulk.Rows), WebhookURL: bulk.WebhookURL,
	}
	if bulk.Retries != nil {
		submission.SourceID = t.bulk[bulk.Retries].ID
	}
	return t.SubmitBulk(ctx, caller, submission, options)
}

// noteRows remembers which tasks a request has made, and when those that it has moved wake.
func (t *teller) noteRows(ctx context.Context, caller app.Caller, bulk *Bulk, id tickler.ID) error {
	_, rows, err := t.BulkRequest(ctx, caller, id)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.State != tickler.RowSucceeded || bulk.Undoes != nil {
			continue
		}
		t.tasks[bulk.Rows[row.Number-1].Task] = row.TaskID
		task, _, err := t.db.Task(ctx, t.db.account, row.TaskID)
		if err != nil {
			return err
		}
		t.wakes.add(task)
	}
	return nil
}

// body spells a request as it goes over the wire.
func (t *teller) body(bulk *Bulk) ([]byte, error) {
	const list = "TaskList"
	content := map[string]any{}
	if bulk.WebhookURL != "" {
		content["StatusWebhookURL"] = bulk.WebhookURL
	}
	switch bulk.Operation {
	case tickler.BulkCreate:
		rows := make([]map[string]any, len(bulk.Rows))
		for i, row := range bulk.Rows {
			rows[i] = t.spelled(row)
		}
		content[list] = rows
	case tickler.BulkReschedule:
		rows := make([]map[string]any, len(bulk.Rows))
		for i, row := range bulk.Rows {
			rows[i] = map[string]any{
				"UserTaskId": t.tasks[row.Task].String(), "FromDate": civil.FormatInstant(row.From),
				"ToDate": civil.FormatInstant(row.To),
			}
		}
		content[list] = rows
	case tickler.BulkDelete:
		ids := make([]string, len(bulk.Rows))
		for i, row := range bulk.Rows {
			ids[i] = t.tasks[row.Task].String()
		}
		content["TaskIds"] = ids
	default:
		return nil, errors.New("such a request has no body of its own")
	}
	return json.Marshal(content)
}

// spelled is a row that makes a task.
func (t *teller) spelled(row Row) map[string]any {
	draft := t.tied(row.Draft, row.Lead, false)
	attributes := map[string]any{
		"Name": draft.Name, "OwnerEmailAddress": draft.OwnerEmail, "DueDate": civil.FormatInstant(*draft.DueAt),
		"TaskType": map[string]string{"Name": draft.TypeName}, "RelatedEntity": int(draft.RelatedKind),
		"RelatedEntityId": draft.RelatedID.String(),
	}
	for name, text := range map[string]string{
		"Description": draft.Description, "Location": draft.Location, "Priority": draft.Priority,
	} {
		if text != "" {
			attributes[name] = text
		}
	}
	if draft.EndAt != nil {
		attributes["EndDate"] = civil.FormatInstant(*draft.EndAt)
	}
	for name, text := range row.Mistake {
		attributes[name] = text
		if name == "TaskType" {
			attributes[name] = map[string]string{"Name": text}
		}
	}
	return attributes
}

// runner is who does the jobs of a story.
const runner = "demo"

// handOver does the jobs that wait, as if a mail server and a receiver of webhooks were there:
// nothing leaves the demo. Bulk is the request whose end is told.
func (t *teller) handOver(ctx context.Context, bulk *Bulk) error {
	const limit, lease = 100_000, time.Hour
	pending, err := t.Notifications(ctx, t.account, []tickler.NotificationState{tickler.NotificationPending},
		tickler.Page{Limit: limit})
	if err != nil {
		return err
	}
	byID := make(map[string]tickler.Notification, len(pending))
	for _, n := range pending {
		byID[n.ID.String()] = n
	}
	kinds := []string{tickler.MailJob, tickler.ReportJob, tickler.WebhookJob}
	waiting := map[string][]jobs.Job{}
	for _, kind := range kinds {
		if waiting[kind], err = t.db.Jobs().Claim(ctx, kind, runner, t.story.Now, t.story.Now.Add(lease), limit); err != nil {
			return err
		}
	}
	return t.db.together(ctx, func(ctx context.Context) error {
		for _, job := range waiting[tickler.MailJob] {
			if err := t.mail(ctx, byID[job.Payload], job.Ref); err != nil {
				return err
			}
		}
		for _, job := range waiting[tickler.ReportJob] {
			if err := t.report(ctx, job); err != nil {
				return err
			}
		}
		for _, job := range waiting[tickler.WebhookJob] {
			if err := t.deliver(ctx, job, bulk.Refusals); err != nil {
				return err
			}
		}
		return nil
	})
}

// mail notes that a reminder was sent a moment after it came due.
func (t *teller) mail(ctx context.Context, n tickler.Notification, job jobs.Ref) error {
	const soon = 4 // seconds
	n.State, n.Attempts = tickler.NotificationSent, 1
	n.SettledAt = n.CreatedAt.Add(time.Duration(n.TaskID[15]%soon) * time.Second)
	return t.SettleNotification(ctx, n, job)
}

// report notes that a request's report was sent.
func (t *teller) report(ctx context.Context, job jobs.Job) error {
	id, err := tickler.ParseID(job.Payload)
	if err != nil {
		return err
	}
	sent := tickler.ReportMail{
		State: tickler.ReportSent, Attempts: 1, SettledAt: job.CreatedAt.Add(2 * time.Second),
	}
	return t.NoteReport(ctx, t.db.account, id, sent, job.Ref)
}

// deliver notes the attempts at telling a receiver, the last of which it takes.
func (t *teller) deliver(ctx context.Context, job jobs.Job, refusals int) error {
	at := job.CreatedAt.Add(time.Second)
	for i := range refusals + 1 {
		attempt := tickler.DeliveryAttempt{
			At: at, Took: 340 * time.Millisecond, Status: 503, Answer: "The CRM is being updated, back in a minute",
			Error: "the receiver answered 503 Service Unavailable",
		}
		if i == refusals {
			attempt.Took, attempt.Status, attempt.Answer, attempt.Error = 128*time.Millisecond, 204, "", ""
		}
		if _, err := t.RecordAttempt(ctx, t.db.account, tickler.ID(job.ID), attempt); err != nil {
			return err
		}
		at = at.Add(tickler.DeliveryBackoff[i])
	}
	return nil
}
