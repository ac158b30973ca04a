package requests

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"tickler"
	"tickler/internal/web/frame"
)

// requestPage is one bulk request.
type requestPage struct {
	requestLine
	Lines       []tickler.BulkRow
	FailedOnly  bool // the rows shown are those that failed
	Hidden      int  // rows that are not shown
	Sent        string
	SentCut     bool
	Deliveries  []frame.Delivery
	Source      string // the operation of the request that this one follows from
	Stoppable   bool
	Resendable  bool
	Undoable    bool
	UndoneBy    tickler.ID // the request that undoes it; zero for none
	ReportWords string
	Change      string // what is done to each task, in words; "" where the title says it
	CancelledBy tickler.User
	// Busy: something is still going on, so the page refreshes itself.
	Busy bool
	Here string // this page's own address
}

// News is what a screen reader announces when it has changed: not every row.
func (r requestPage) News() string {
	if r.State.IsEnd() {
		return fmt.Sprintf("%s: %d of %d %s, %d failed.", r.State, r.Succeeded, r.Rows, r.Operation.Done(), r.Failed)
	}
	const step = 25
	return fmt.Sprintf("%s: %d percent.", r.State, r.Percent()/step*step)
}

// IsLost reports whether a row's task never existed, so that a link to it would lead nowhere.
func (r requestPage) IsLost(row tickler.BulkRow) bool {
	return row.TaskID.IsZero() || row.Fault != nil && row.Fault.Kind == tickler.KindUnknownEntity
}

// What of a very long request is shown; all of it is in the report.
const (
	rowsShown = 100
	sentShown = 64 << 10 // bytes
)

func (a area) show(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	failedOnly := p.URL.Query().Get("rows") == "failed"
	r, lines, hidden, found, err := a.inShort(ctx, p, failedOnly)
	if err != nil || !found {
		return notFound(), err
	}
	data := requestPage{
		requestLine: lineOf(p, r), Here: p.URL.RequestURI(), Lines: lines, Hidden: hidden, FailedOnly: failedOnly,
		Stoppable:  !r.State.IsEnd() && r.CancelAskedAt.IsZero(),
		Resendable: r.Operation == tickler.BulkCreate && r.State.IsEnd() && r.Succeeded < r.Rows,
		Busy:       !r.State.IsEnd() || r.Report.State == tickler.ReportPending && r.Report.Attempts == 0,
	}
	data.CancelledBy, _ = p.Caller.Account.User(r.CancelledBy)
	data.ReportWords = reportWords(p, r)
	if err := a.addUndo(ctx, p, &data); err != nil {
		return frame.Answer{}, err
	}
	if err := a.addDeliveries(ctx, p, &data); err != nil {
		return frame.Answer{}, err
	}
	if !p.IsLookedAtAgain() { // the part that is looked at again and again does not show what was sent
		body, err := a.app.BulkBody(ctx, p.Caller, r)
		if err != nil {
			return frame.Answer{}, err
		}
		data.Sent, data.SentCut = readable(body)
		if r.Operation == tickler.BulkUpdate {
			data.Change = a.changeWords(p, body)
		}
	}
	return frame.Show("request", data.Title(), data), nil
}

// addUndo says whether the request can be undone, or by which one it was.
func (a area) addUndo(ctx context.Context, p *frame.Page, data *requestPage) error {
	r := data.BulkRequest
	if r.Operation.Undo() == 0 || !r.State.IsEnd() || r.Succeeded == 0 {
		return nil
	}
	id, isUndone, err := a.app.UndoOf(ctx, p.Caller, r)
	data.UndoneBy, data.Undoable = id, !isUndone
	return err
}

// inShort reads the request that the path names, and of its rows those that the page has room for.
func (a area) inShort(ctx context.Context, p *frame.Page, failedOnly bool) (
	r tickler.BulkRequest, rows []tickler.BulkRow, more int, found bool, err error,
) {
	id, ok := p.ID("id")
	if !ok {
		return r, nil, 0, false, nil
	}
	r, rows, more, err = a.app.BulkRequestInShort(ctx, p.Caller, id, failedOnly, rowsShown)
	if tickler.KindOf(err) == tickler.KindUnknownEntity {
		return r, nil, 0, false, nil
	}
	return r, rows, more, err == nil, err
}

func (a area) addDeliveries(ctx context.Context, p *frame.Page, data *requestPage) error {
	deliveries, err := a.app.DeliveriesOfRequest(ctx, p.Caller, data.ID, tickler.Page{Limit: rowsShown})
	for _, d := range deliveries {
		// A first attempt is on its way.
		data.Busy = data.Busy || d.State == tickler.DeliveryPending && d.Attempts == d.Replayed
		data.Deliveries = append(data.Deliveries,
			p.Delivery(d, "/requests/"+data.ID.String()+"/deliveries/"+d.ID.String()+"/replay"))
	}
	return err
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
