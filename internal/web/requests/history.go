package requests

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// requestsOnPage is how many bulk requests one page of the history lists.
const requestsOnPage = 50

// historyPage is Request History: the bulk requests that the user may see.
type historyPage struct {
	Filter     frame.Form
	Operations []operation
	States     []tickler.BulkState
	People     []tickler.User // to narrow to; empty for who sees only their own
	Requests   []requestLine
	Total      int
	Narrowed   bool // by a filter
	Pages      frame.Pager
	// Running: some of them have not ended, so the page refreshes itself.
	Running bool
	Here    string // this page's own address
	Days    int    // for which requests are kept after their end
	Call    frame.Call
}

// News is what a screen reader announces when it has changed.
func (r historyPage) News() string {
	running := 0
	for _, line := range r.Requests {
		if !line.State.IsEnd() {
			running++
		}
	}
	switch running {
	case 0:
		return "All requests have ended."
	case 1:
		return "1 request is running."
	default:
		return fmt.Sprintf("%d requests are running.", running)
	}
}

// requestLine is a bulk request in a list.
type requestLine struct {
	tickler.BulkRequest
	By tickler.User
}

// Title names it in words: "Change of 312 tasks".
func (r requestLine) Title() string { return titleOf(r.BulkRequest) }

// Percent is how much of it has been run.
func (r requestLine) Percent() int { return 100 * r.Processed() / max(1, r.Rows) }

func (a area) history(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	query := p.URL.Query()
	filter, asked := requestFilter(p, query)
	number := frame.PageNumber(query)
	requests, total, err := a.app.BulkRequests(ctx, p.Caller, filter,
		tickler.Page{Offset: (number - 1) * requestsOnPage, Limit: requestsOnPage})
	if err != nil {
		return frame.Answer{}, err
	}
	data := historyPage{
		Filter: asked, Operations: operations(), States: tickler.BulkStates(), Total: total,
		Narrowed: !asked.IsEmpty(), Pages: frame.NewPager(query, path, number, requestsOnPage, total),
		Here: p.URL.RequestURI(), Days: daysKept,
		Call: p.Call("YOUR-ACCESS-KEY", "YOUR-SECRET-KEY"),
	}
	if p.Caller.User.Role == tickler.Administrator {
		data.People = p.Caller.Account.Users()
	}
	for _, r := range requests {
		data.Requests = append(data.Requests, lineOf(p, r))
		data.Running = data.Running || !r.State.IsEnd()
	}
	return frame.Show("history", "Request History", data), nil
}

func lineOf(p *frame.Page, r tickler.BulkRequest) requestLine {
	by, _ := p.Caller.Account.User(r.RequestedBy)
	return requestLine{BulkRequest: r, By: by}
}

// requestFilter reads what the list is narrowed to. What can't be read does not narrow, and is not
// kept in the form.
func requestFilter(p *frame.Page, query url.Values) (f tickler.BulkFilter, asked frame.Form) {
	asked = frame.Filled()
	keep := func(name string) { asked.Set(name, query.Get(name)) }
	for _, operation := range tickler.BulkOperations {
		if strconv.Itoa(int(operation)) == query.Get("operation") {
			f.Operation = operation
			keep("operation")
		}
	}
	for _, state := range tickler.BulkStates() {
		if strconv.Itoa(int(state)) == query.Get("status") {
			f.States = []tickler.BulkState{state}
			keep("status")
		}
	}
	if by, err := tickler.ParseID(query.Get("by")); err == nil {
		f.RequestedBy = by
		keep("by")
	}
	if from, ok := day(p, query.Get("from")); ok {
		f.From = from
		keep("from")
	}
	if to, ok := day(p, query.Get("to")); ok {
		f.To = civil.EndOfDay(to, p.Zone())
		keep("to")
	}
	return f, asked
}

// day reads a date as the first instant of that day where the user is.
func day(p *frame.Page, text string) (time.Time, bool) {
	date, err := time.ParseInLocation(time.DateOnly, text, p.Zone())
	if err != nil || date.Year() < 1900 {
		return date, false
	}
	// Noon is of that day, whatever the clocks do at midnight.
	return civil.StartOfDay(date.Add(12*time.Hour), p.Zone()), true
}
