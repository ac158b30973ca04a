package worker

import (
	"bytes"
	"context"
	"errors"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/mail"
	"tickler/internal/sheet"
)

// Reporter mails the report of a bulk request that has ended to who asked for it: it is what a
// report job does.
type Reporter struct {
	Deps
	sent handOvers[tickler.ReportMail]
}

type reportStore interface {
	BulkRequest(ctx context.Context, account, id tickler.ID) (tickler.BulkRequest, bool, error)
	BulkBody(ctx context.Context, account, id tickler.ID) ([]byte, error)
	BulkRows(ctx context.Context, account, request tickler.ID) ([]tickler.BulkRow, error)
}

type reportApp interface {
	NoteReport(ctx context.Context, account, id tickler.ID, report tickler.ReportMail, job jobs.Ref) error
}

// NewReporter makes a reporter. Without a mail server, reports are marked as unsent.
func NewReporter(d Deps) *Reporter { return &Reporter{Deps: d} }

const reportWorkers, reportsPerAccount = 2, 1

// Kind is how report jobs are run: tried again as reminders are, until a day after they were asked
// for.
func (m *Reporter) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.ReportJob, Workers: reportWorkers, PerAccount: reportsPerAccount, TimeLimit: mailTimeLimit,
		Run:     m.Run,
		Backoff: mailBackoff,
	}
}

// Run mails the report of the request whose id is the job's payload.
func (m *Reporter) Run(ctx context.Context, job jobs.Job) error {
	id, err := subject(job)
	if err != nil {
		return err
	}
	r, found, err := m.Store.BulkRequest(ctx, tickler.ID(job.Account), id)
	if err != nil {
		return err
	}
	this := handOver{job: job.Ref}
	if !found || r.Report.State != tickler.ReportPending {
		m.sent.forget(this)
		return nil
	}
	return m.sent.once(this, func() (tickler.ReportMail, bool, error) {
		report, err := m.handOver(ctx, r, job)
		return report, report.State == tickler.ReportSent, err
	}, func(report tickler.ReportMail) error { return m.settle(ctx, r, job, report) })
}

// handOver mails a report and returns what has become of it. An error says that it stays pending.
func (m *Reporter) handOver(ctx context.Context, r tickler.BulkRequest, job jobs.Job) (tickler.ReportMail, error) {
	report := r.Report
	if m.Mail == nil {
		report.State, report.LastError = tickler.ReportUnsent, "no mail server is configured: see --smtp-url"
		return report, nil
	}
	message, problem, err := m.message(ctx, r, job)
	if err != nil {
		return tickler.ReportMail{}, err
	}
	if problem != "" {
		report.State, report.LastError = tickler.ReportFailed, problem
		return report, nil
	}
	report.Attempts++
	_, err = m.Mail.Send(ctx, message)
	if err == nil {
		report.State, report.LastError = tickler.ReportSent, ""
		return report, nil
	}
	report.LastError = err.Error()
	if mail.IsPermanent(err) || m.Clock.Now().Sub(job.CreatedAt) > tickler.ReportKept {
		report.State = tickler.ReportFailed
		return report, nil
	}
	ctx, cancel := recording(ctx)
	defer cancel()
	return tickler.ReportMail{}, errors.Join(err, m.App.NoteReport(ctx, r.AccountID, r.ID, report, job.Ref))
}

// settle records what has become of a report's mail, and ends its job with it.
func (m *Reporter) settle(ctx context.Context, r tickler.BulkRequest, job jobs.Job, report tickler.ReportMail) error {
	report.SettledAt = m.Clock.Now().UTC()
	ctx, cancel := recording(ctx)
	defer cancel()
	if err := m.App.NoteReport(ctx, r.AccountID, r.ID, report, job.Ref); err != nil {
		return err
	}
	return jobs.Settled
}

// message writes the mail, or says why there is nobody to get it.
func (m *Reporter) message(
	ctx context.Context, r tickler.BulkRequest, job jobs.Job,
) (message mail.Message, problem string, err error) {
	account, err := m.App.Account(ctx, r.AccountID)
	if err != nil {
		return message, "", err
	}
	user, found := account.User(r.RequestedBy)
	if !found || !user.Active {
		return message, "the user " + user.Email + " is not active", nil
	}
	if r.Body, err = m.Store.BulkBody(ctx, r.AccountID, r.ID); err != nil {
		return message, "", err
	}
	rows, err := m.Store.BulkRows(ctx, r.AccountID, r.ID)
	if err != nil {
		return message, "", err
	}
	rows = r.AllRows(rows)
	columns, table := m.Wire.Report(r, rows)
	var file bytes.Buffer
	if err := sheet.CSV.Write(sheet.Table{Columns: columns, Rows: table}, &file); err != nil {
		return message, "", err
	}
	message, err = reportMessage(reportFacts{
		Request: r, Rows: rows, User: user, Times: timesOf(user, account, m.Clock.Now()),
		Link: m.PublicURL + "/requests/" + r.ID.String(),
	})
	// Of the job, so that one that is sent again is another mail.
	message.ID = tickler.ID(job.ID).String() + "@" + m.Mail.Domain()
	message.Attachments = []mail.Attachment{{
		Name: "report.csv", ContentType: sheet.CSV.ContentType,
		Content: file.Bytes(),
	}}
	return message, "", err
}
