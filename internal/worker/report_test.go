package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
	"tickler/internal/mail"
	"tickler/internal/worker"
)

// reportDesk is a reporter with fakes: a store with one bulk request, its requester, and a mail
// server.
type reportDesk struct {
	worker.Store
	worker.App
	worker.Wire
	postbox
	*worker.Reporter
	clock   *clocktest.Clock
	request tickler.BulkRequest
	user    tickler.User
	noted   []tickler.ReportMail
	storing error // the store's error for the outcome of the mail
}

var reportJob = jobs.Job{
	Ref: jobs.Ref{Account: jobs.ID(account), ID: jobs.ID(uuid.Must(uuid.NewV7()))}, Kind: tickler.ReportJob, Payload: taskID.String(), Attempt: 1,
	CreatedAt: start,
}

func newReportDesk(t *testing.T) *reportDesk {
	t.Helper()
	d := &reportDesk{
		clock:   clocktest.New(start),
		user:    tickler.User{ID: ownerID, FirstName: "Rep", Email: "rep@example.com", Active: true},
		request: tickler.BulkRequest{ID: taskID, AccountID: account, RequestedBy: ownerID, State: tickler.BulkSucceeded, Report: tickler.ReportMail{State: tickler.ReportPending}},
	}
	d.Reporter = worker.NewReporter(worker.Deps{
		Store: d, App: d, Wire: d, Mail: d, Clock: d.clock, PublicURL: "https://tasks.example.com", Log: slog.New(slog.DiscardHandler),
	})
	return d
}

func (d *reportDesk) BulkRequest(_ context.Context, _, id tickler.ID) (tickler.BulkRequest, bool, error) {
	return d.request, id == d.request.ID, nil
}

func (d *reportDesk) BulkBody(context.Context, tickler.ID, tickler.ID) ([]byte, error) {
	return []byte("{}"), nil
}

func (d *reportDesk) BulkRows(context.Context, tickler.ID, tickler.ID) ([]tickler.BulkRow, error) {
	return nil, nil
}

func (d *reportDesk) NoteReport(ctx context.Context, _, _ tickler.ID, report tickler.ReportMail, _ jobs.Ref) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if d.storing == nil {
		d.request.Report = report
		d.noted = append(d.noted, report)
	}
	return d.storing
}

func (d *reportDesk) Account(context.Context, tickler.ID) (app.Account, error) { return d, nil }

func (d *reportDesk) Settings() tickler.Account { return tickler.Account{ID: account, Zone: time.UTC} }

func (d *reportDesk) User(id tickler.ID) (tickler.User, bool) { return d.user, id == d.user.ID }

func (d *reportDesk) TaskType(tickler.ID) (tickler.TaskType, bool) { return tickler.TaskType{}, false }

func (d *reportDesk) Report(tickler.BulkRequest, []tickler.BulkRow) (columns []string, table [][]any) {
	return []string{"Row"}, [][]any{{"1"}}
}

func (d *reportDesk) Send(ctx context.Context, message mail.Message) (string, error) {
	return d.postbox.Send(ctx, message)
}

func TestAReportIsMailedToItsRequester(t *testing.T) {
	d := newReportDesk(t)
	if err := d.Run(t.Context(), reportJob); !errors.Is(err, jobs.Settled) || len(d.taken) != 1 {
		t.Fatalf("%v; mailed %v", err, d.taken)
	}
	m := d.taken[0]
	if m.To != "rep@example.com" || m.ID != tickler.ID(reportJob.ID).String()+"@example.com" || len(m.Attachments) != 1 ||
		!strings.Contains(m.Text, "https://tasks.example.com/requests/"+taskID.String()) {
		t.Errorf("%+v", m)
	}
	if want := (tickler.ReportMail{State: tickler.ReportSent, Attempts: 1, SettledAt: start}); d.request.Report != want {
		t.Errorf("%+v", d.request.Report)
	}
	if err := d.Run(t.Context(), reportJob); err != nil || len(d.taken) != 1 {
		t.Errorf("%v; mailed %d times", err, len(d.taken))
	}
}

// A mail that the server accepted is not sent again only because the store could not record it.
func TestAMailedReportThatCouldNotBeRecordedIsNotMailedAgain(t *testing.T) {
	d := newReportDesk(t)
	d.storing = errors.New("the database is away")
	for range 2 {
		if err := d.Run(t.Context(), reportJob); !errors.Is(err, d.storing) {
			t.Errorf("the run gives %v", err)
		}
	}
	d.storing = nil
	d.user.Active = false // too late
	if err := d.Run(t.Context(), reportJob); !errors.Is(err, jobs.Settled) || len(d.taken) != 1 {
		t.Errorf("%v; mailed %d times", err, len(d.taken))
	}
	if d.request.Report.State != tickler.ReportSent || d.request.Report.Attempts != 1 || len(d.noted) != 1 {
		t.Errorf("noted %+v", d.noted)
	}
}

func TestAReportThatCannotBeMailed(t *testing.T) {
	d := newReportDesk(t)
	d.refusal = errors.New("the mail server is busy")
	if err := d.Run(t.Context(), reportJob); !errors.Is(err, d.refusal) || d.request.Report.State != tickler.ReportPending ||
		d.request.Report.LastError != "the mail server is busy" || d.request.Report.Attempts != 1 {
		t.Errorf("%v, %+v", err, d.request.Report)
	}
	d.clock.Advance(tickler.ReportKept + time.Second)
	if err := d.Run(t.Context(), reportJob); !errors.Is(err, jobs.Settled) || d.request.Report.State != tickler.ReportFailed {
		t.Errorf("%v, %+v", err, d.request.Report)
	}
	d = newReportDesk(t)
	d.user.Active = false
	if err := d.Run(t.Context(), reportJob); !errors.Is(err, jobs.Settled) || d.request.Report.LastError != "the user rep@example.com is not active" {
		t.Errorf("%v, %+v", err, d.request.Report)
	}
	broken := reportJob
	broken.Payload = "no id"
	if err := d.Run(t.Context(), broken); err == nil || errors.Is(err, jobs.Settled) {
		t.Errorf("a payload that is no id: %v", err)
	}
}
