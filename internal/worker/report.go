package worker

import (
	"context"
	"errors"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/mail"
	"tickler/internal/sheet"
)

// Reporter mails the report of a bulk request that has ended to who asked for it: it is what a report job does.
type Reporter struct {
	store    reportStore
	accounts accounts
	sender   Sender
	wire     reportWire
	clock    tickler.Clock
	// publicURL is where the link of the mail leads.
	publicURL string
}

type reportStore interface {
	BulkRequest(ctx context.Context, account, id tickler.ID) (tickler.BulkRequest, bool, error)
	BulkBody(ctx context.Context, account, id tickler.ID) ([]byte, error)
	BulkRows(ctx context.Context, account, request tickler.ID) ([]tickler.BulkRow, error)
	NoteReport(ctx context.Context, account, id tickler.ID, report tickler.ReportMail, job jobs.Ref) error
}

// reportWire lays a request's report out as the wire has it.
type reportWire interface {
	Report(r tickler.BulkRequest, rows []tickler.BulkRow) (columns []string, table [][]any)
}

// NewReporter makes a reporter. Without a sender, reports are marked as unsent.
func NewReporter(store reportStore, accounts accounts, sender Sender, wire reportWire, clock tickler.Clock, publicURL string) *Reporter {
	return &Reporter{store: store, accounts: accounts, sender: sender, wire: wire, clock: clock, publicURL: publicURL}
}

const reportWorkers, reportsPerAccount = 2, 1

// Kind is how report jobs are run: tried again as reminders are, until a day after they were asked for.
func (m *Reporter) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.ReportJob, Workers: reportWorkers, PerAccount: reportsPerAccount, TimeLimit: mailTimeLimit, Run: m.Run,
		Backoff: mailBackoff,
	}
}

// Run mails the report of a job's request.
func (m *Reporter) Run(ctx context.Context, job jobs.Job) error {
	account := tickler.ID(job.Account)
	id, err := tickler.ParseID(job.Payload)
	if err != nil {
		return jobs.Dead(err)
	}
	r, found, err := m.store.BulkRequest(ctx, account, id)
	if err != nil {
		return err
	}
	if !found || r.Report.State != tickler.ReportPending {
		return nil
	}
	if m.sender == nil {
		return m.settle(ctx, r, job, tickler.ReportUnsent, "no mail server is configured: see --smtp-url")
	}
	message, problem, err := m.message(ctx, r, job)
	if err != nil {
		return err
	}
	if problem != "" {
		return m.settle(ctx, r, job, tickler.ReportFailed, problem)
	}
	r.Report.Attempts++
	err = m.sender.Send(ctx, message)
	switch {
	case err == nil:
		return m.settle(ctx, r, job, tickler.ReportSent, "")
	case mail.IsPermanent(err), m.clock.Now().Sub(job.CreatedAt) > tickler.ReportKept:
		return m.settle(ctx, r, job, tickler.ReportFailed, err.Error())
	}
	r.Report.LastError = err.Error()
	ctx, cancel := recording(ctx)
	defer cancel()
	return errors.Join(err, m.store.NoteReport(ctx, r.AccountID, r.ID, r.Report, job.Ref))
}

// settle records what has become of a report's mail, and ends its job with it.
func (m *Reporter) settle(ctx context.Context, r tickler.BulkRequest, job jobs.Job, state tickler.ReportState, reason string) error {
	r.Report.State, r.Report.LastError, r.Report.SettledAt = state, reason, m.clock.Now().UTC()
	ctx, cancel := recording(ctx)
	defer cancel()
	if err := m.store.NoteReport(ctx, r.AccountID, r.ID, r.Report, job.Ref); err != nil {
		return err
	}
	return jobs.Settled
}

// message writes the mail, or says why there is nobody to get it.
func (m *Reporter) message(ctx context.Context, r tickler.BulkRequest, job jobs.Job) (message mail.Message, problem string, err error) {
	account, err := m.accounts.Account(ctx, r.AccountID)
	if err != nil {
		return message, "", err
	}
	user, found := account.User(r.RequestedBy)
	if !found || !user.Active {
		return message, "the user " + user.Email + " is not active", nil
	}
	if r.Body, err = m.store.BulkBody(ctx, r.AccountID, r.ID); err != nil {
		return message, "", err
	}
	rows, err := m.store.BulkRows(ctx, r.AccountID, r.ID)
	if err != nil {
		return message, "", err
	}
	rows = r.AllRows(rows)
	columns, table := m.wire.Report(r, rows)
	file, err := sheet.CSV.Write(sheet.Table{Columns: columns, Rows: table})
	if err != nil {
		return message, "", err
	}
	message, err = reportMessage(reportFacts{
		Request: r, Rows: rows, User: user, Zone: user.ZoneIn(account.Settings()), Link: m.publicURL + "/requests/" + r.ID.String(),
	})
	message.ID = tickler.ID(job.ID).String() + "@" + m.sender.Domain() // of the job, so that one that is sent again is another mail
	message.Attachments = []mail.Attachment{{Name: "report.csv", ContentType: sheet.CSV.ContentType, Content: file}}
	return message, "", err
}
