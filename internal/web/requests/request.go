package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/sheet"
)

// BulkWire spells bulk requests as the API does.
type BulkWire interface {
	app.BulkWire
	// Submission reads a bulk create and checks its length and structure as a call's are.
	Submission(body []byte) (app.BulkSubmission, error)
	// Rows gives some rows of a bulk create as they were sent, in a body that can be sent again.
	Rows(body []byte, keep func(number int) bool) []byte
	// Report lays out a request's report.
	Report(r tickler.BulkRequest, rows []tickler.BulkRow) (columns []string, table [][]any)
}

// requestPage is one bulk request.
type requestPage struct {
	requestLine
	Lines       []tickler.BulkRow
	FailedOnly  bool // the rows shown are those that failed
	Hidden      int  // rows that are not shown
	Sent        string
	SentCut     bool
	Deliveries  []deliveryView
	Source      string // the operation of the request that this one follows from
	Stoppable   bool
	Resendable  bool
	Undoable    bool
	CancelledBy tickler.User
	// Busy: something about it is still going on, so the page looks again by itself.
	Busy bool
	Here string // this page's own address
}

// News is what is said aloud when it has changed: not at every row.
func (r requestPage) News() string {
	if r.State.IsEnd() {
		return fmt.Sprintf("%s: %d of %d %s, %d failed.", r.State, r.Succeeded, r.Rows, r.Operation.Done(), r.Failed)
	}
	const step = 25
	return fmt.Sprintf("%s: %d percent.", r.State, r.Percent()/step*step)
}

// IsLost tells whether there was no task that a row could have been about, so that nothing is where its id leads.
func (r requestPage) IsLost(row tickler.BulkRow) bool {
	return row.TaskID.IsZero() || row.Fault != nil && row.Fault.Kind == tickler.KindUnknownEntity
}

// What of a very long request is shown; all of it is in the report.
const (
	rowsShown = 100
	sentShown = 64 << 10 // bytes
)

func (web *Web) request(ctx context.Context, p *page) (answer, error) {
	r, rows, found, err := web.requestOf(ctx, p)
	if err != nil || !found {
		return noRequest(), err
	}
	failedOnly := p.URL.Query().Get("rows") == "failed"
	lines, hidden := shownRows(rows, failedOnly)
	data := requestPage{
		requestLine: lineOf(p, r), Here: p.URL.RequestURI(), Lines: lines, Hidden: hidden, FailedOnly: failedOnly,
		Stoppable:  !r.State.IsEnd() && r.CancelAskedAt.IsZero(),
		Resendable: r.Operation == tickler.BulkCreate && r.State.IsEnd() && r.Succeeded < r.Rows,
		Undoable:   r.Operation == tickler.BulkCreate && r.State.IsEnd() && r.Succeeded > 0,
		Busy:       !r.State.IsEnd() || r.Report.State == tickler.ReportPending && r.Report.Attempts == 0,
	}
	data.CancelledBy, _ = p.caller.Account.User(r.CancelledBy)
	if err := web.addDeliveries(ctx, p, &data); err != nil {
		return answer{}, err
	}
	if !p.isLookedAtAgain() { // the part that is looked at again and again does not show what was sent
		body, err := web.App.BulkBody(ctx, p.caller, r)
		if err != nil {
			return answer{}, err
		}
		data.Sent, data.SentCut = readable(body)
	}
	return show("request", r.Operation.String(), data), nil
}

func (web *Web) addDeliveries(ctx context.Context, p *page, data *requestPage) error {
	deliveries, err := web.App.DeliveriesOfRequest(ctx, p.caller, data.ID, tickler.Page{Limit: rowsShown})
	for _, d := range deliveries {
		data.Busy = data.Busy || d.State == tickler.DeliveryPending && d.Attempts == d.Replayed // a first attempt is on its way
		data.Deliveries = append(data.Deliveries, p.delivery(d, "/requests/"+data.ID.String()+"/deliveries/"+d.ID.String()+"/replay"))
	}
	return err
}

// shownRows picks the rows that the page has room for.
func shownRows(rows []tickler.BulkRow, failedOnly bool) (lines []tickler.BulkRow, hidden int) {
	if failedOnly {
		rows = faults(rows)
	}
	shown := min(len(rows), rowsShown)
	return rows[:shown], len(rows) - shown
}

// requestOf reads the request that the path names, if the user may see it.
func (web *Web) requestOf(ctx context.Context, p *page) (r tickler.BulkRequest, rows []tickler.BulkRow, found bool, err error) {
	id, ok := p.id("id")
	if !ok {
		return r, nil, false, nil
	}
	r, rows, err = web.App.BulkRequest(ctx, p.caller, id)
	if tickler.KindOf(err) == tickler.KindUnknownEntity {
		return r, nil, false, nil
	}
	return r, rows, err == nil, err
}

// readable lays JSON out for people, up to a length.
func readable(body []byte) (text string, cut bool) {
	var indented bytes.Buffer
	if err := json.Indent(&indented, bytes.TrimPrefix(body, []byte("\ufeff")), "", "  "); err != nil {
		indented.Reset()
		indented.Write(body)
	}
	if indented.Len() <= sentShown {
		return indented.String(), false
	}
	return string(bytes.ToValidUTF8(indented.Bytes()[:sentShown], nil)), true
}

func (web *Web) requestCSV(ctx context.Context, p *page) (answer, error) {
	return web.reportFile(ctx, p, sheet.CSV)
}

func (web *Web) requestXLSX(ctx context.Context, p *page) (answer, error) {
	return web.reportFile(ctx, p, sheet.XLSX)
}

func (web *Web) reportFile(ctx context.Context, p *page, format sheet.Format) (answer, error) {
	r, rows, found, err := web.requestOf(ctx, p)
	if err != nil || !found {
		return noRequest(), err
	}
	if r.Body, err = web.App.BulkBody(ctx, p.caller, r); err != nil {
		return answer{}, err
	}
	columns, table := web.Bulk.Report(r, rows)
	content, err := format.Write(sheet.Table{Columns: columns, Rows: table})
	return file("report-"+r.ID.String()+"."+format.Extension, format.ContentType, content), err
}

// stopRequest has a request stopped after the rows that are just being run.
func (web *Web) stopRequest(ctx context.Context, p *page) (answer, error) {
	return web.changeRequest(ctx, p, web.App.CancelBulk, "The request is stopped. Rows that have been run stay as they are.")
}

func (web *Web) resendReport(ctx context.Context, p *page) (answer, error) {
	return web.changeRequest(ctx, p, web.App.ResendReport, "The report is on its way again, to who asked for the request.")
}

// replayDelivery has a webhook sent once more.
func (web *Web) replayDelivery(ctx context.Context, p *page) (answer, error) {
	delivery, ok := p.id("delivery")
	if !ok {
		return notFound(), nil
	}
	return web.changeRequest(ctx, p, func(ctx context.Context, caller app.Caller, _ tickler.ID) error {
		_, err := web.App.ReplayDelivery(ctx, caller, delivery)
		return err
	}, "The webhook is on its way again.")
}

// changeRequest does something to the request that the path names and goes back to it, also when it has gone on so far since
// the page was shown that this can't be done any more.
func (web *Web) changeRequest(
	ctx context.Context, p *page, change func(ctx context.Context, caller app.Caller, id tickler.ID) error, done string,
) (answer, error) {
	id, ok := p.id("id")
	if !ok {
		return noRequest(), nil
	}
	err := change(ctx, p.caller, id)
	if tickler.KindOf(err) == tickler.KindUnknownEntity {
		return noRequest(), nil
	}
	if tickler.KindOf(err) == tickler.KindInvalid {
		done, err = err.Error(), nil
	}
	if err != nil {
		return answer{}, err
	}
	p.confirm(done)
	return redirect("/requests/" + id.String()), nil
}

// undoRequest removes what a bulk create has made and nobody touched since.
func (web *Web) undoRequest(ctx context.Context, p *page) (answer, error) {
	r, _, found, err := web.requestOf(ctx, p)
	if err != nil || !found {
		return noRequest(), err
	}
	undo, err := web.App.UndoBulk(ctx, p.caller, r.ID, web.Bulk)
	if err != nil {
		return answer{}, err
	}
	p.confirm("The tasks that nobody has touched since are being removed. Those that stay are listed below as failed, with the reason.")
	return redirect("/requests/" + undo.ID.String()), nil
}

// resendPage is the editor for rows that failed.
type resendPage struct {
	Request tickler.BulkRequest
	Form    form
	Failed  []tickler.BulkRow // what was wrong with them
}

// mendRequest shows the rows that failed, or were not run, to be mended and sent again.
func (web *Web) mendRequest(ctx context.Context, p *page) (answer, error) {
	r, rows, found, err := web.requestOf(ctx, p)
	if err != nil || !found || r.Operation != tickler.BulkCreate {
		return noRequest(), err
	}
	sent, err := web.App.BulkBody(ctx, p.caller, r)
	if err != nil {
		return answer{}, err
	}
	failed := map[int]bool{}
	for _, row := range rows {
		failed[row.Number] = row.State != tickler.RowSucceeded
	}
	body := web.Bulk.Rows(sent, func(number int) bool { return failed[number] })
	return show("resend", "Send the failed rows again", resendPage{r, filled("body", string(body)), faults(rows)}), nil
}

func faults(rows []tickler.BulkRow) (failed []tickler.BulkRow) {
	for _, row := range rows {
		if row.State == tickler.RowFailed {
			failed = append(failed, row)
		}
	}
	return failed
}

// resendRequest sends the mended rows as a request of their own.
func (web *Web) resendRequest(ctx context.Context, p *page) (answer, error) {
	r, rows, found, err := web.requestOf(ctx, p)
	if err != nil || !found || r.Operation != tickler.BulkCreate {
		return noRequest(), err
	}
	submission, err := web.Bulk.Submission([]byte(p.form.Value("body")))
	submission.SourceID = r.ID
	var sent tickler.BulkRequest
	if err == nil {
		sent, err = web.App.SubmitBulk(ctx, p.caller, submission)
	}
	if tickler.KindOf(err) == tickler.KindInvalid || tickler.KindOf(err) == tickler.KindMissing {
		p.form.mark("body", err.Error())
		return refuse("resend", "Send the failed rows again", resendPage{r, p.form, faults(rows)}), nil
	}
	if err != nil {
		return answer{}, err
	}
	p.confirm("A new request sends " + counted(submission.Rows, "row") + " again.")
	return redirect("/requests/" + sent.ID.String()), nil
}

// file answers with a file to be kept.
func file(name, contentType string, content []byte) answer {
	return answer{status: http.StatusOK, file: content, header: map[string]string{
		"Content-Type": contentType, "Content-Disposition": `attachment; filename="` + name + `"`,
	}}
}
