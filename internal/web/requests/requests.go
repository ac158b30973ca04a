package web

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// requestsOnPage is how many bulk requests one page of the history lists.
const requestsOnPage = 50

// requestsPage is Request History: the bulk requests that the user may see.
type requestsPage struct {
	Filter     form
	Operations []tickler.BulkOperation
	States     []tickler.BulkState
	People     []tickler.User // to narrow to; empty for who sees only his own
	Requests   []requestLine
	Total      int
	Narrowed   bool // by a filter
	Pages      pages
	// Running: some of them have not ended, so the page looks again by itself.
	Running bool
	Here    string // this page's own address
	Days    int    // for which requests are kept after their end
	Call    exampleCall
}

// daysKept is for how many days bulk requests are kept after their end.
const daysKept = int(tickler.EndedKept / (24 * time.Hour))

// News is what is said aloud when it has changed.
func (r requestsPage) News() string {
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
		return "1 request is being worked through."
	default:
		return fmt.Sprintf("%d requests are being worked through.", running)
	}
}

// exampleCall is what a bulk create looks like, for a terminal.
type exampleCall struct{ URL, Key, Secret string }

// requestLine is a bulk request in a list.
type requestLine struct {
	tickler.BulkRequest
	By tickler.User
}

// Percent is how much of it has been run.
func (r requestLine) Percent() int { return 100 * r.Processed() / max(1, r.Rows) }

func (web *Web) requests(ctx context.Context, p *page) (answer, error) {
	query := p.URL.Query()
	filter, asked := requestFilter(p, query)
	number := pageNumber(query)
	requests, total, err := web.App.BulkRequests(ctx, p.caller, filter, tickler.Page{Offset: (number - 1) * requestsOnPage, Limit: requestsOnPage})
	if err != nil {
		return answer{}, err
	}
	data := requestsPage{
		Filter: asked, Operations: tickler.BulkOperations, States: tickler.BulkStates(), Total: total,
		Narrowed: len(asked.values) > 0, Pages: pagesOf(query, "/requests", number, requestsOnPage, total), Here: p.URL.RequestURI(), Days: daysKept,
		Call: exampleCall{web.PublicURL, "YOUR-ACCESS-KEY", "YOUR-SECRET-KEY"},
	}
	if p.caller.User.Role == tickler.Administrator {
		data.People = p.caller.Account.Users()
	}
	for _, r := range requests {
		data.Requests = append(data.Requests, lineOf(p, r))
		data.Running = data.Running || !r.State.IsEnd()
	}
	return show("requests", "Request History", data), nil
}

func lineOf(p *page, r tickler.BulkRequest) requestLine {
	by, _ := p.caller.Account.User(r.RequestedBy)
	return requestLine{BulkRequest: r, By: by}
}

// requestFilter reads what the list is narrowed to. What can't be read does not narrow, and is not kept in the form.
func requestFilter(p *page, query url.Values) (f tickler.BulkFilter, asked form) {
	asked = filled()
	keep := func(name string) { asked.values.Set(name, query.Get(name)) }
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
	if day, ok := p.day(query.Get("from")); ok {
		f.From = day
		keep("from")
	}
	if day, ok := p.day(query.Get("to")); ok {
		f.To = civil.EndOfDay(day, p.zone())
		keep("to")
	}
	return f, asked
}

// day reads a date as the first instant of that day where the user is.
func (p *page) day(text string) (time.Time, bool) {
	date, err := time.ParseInLocation(time.DateOnly, text, p.zone())
	if err != nil || date.Year() < 1900 {
		return date, false
	}
	return civil.StartOfDay(date.Add(12*time.Hour), p.zone()), true // noon is of that day, whatever the clocks do at midnight
}

// pages leads from one page of a list to the next.
type pages struct {
	First, Last, Total int    // of the lines shown, counted from 1
	Before, After      string // where the other pages are; "" where there is none
}

// pageNumber counts from 1.
func pageNumber(query url.Values) int {
	const manyPages = 1_000_000
	n, err := strconv.Atoi(query.Get("page"))
	if err != nil || n < 1 || n > manyPages {
		return 1
	}
	return n
}

func pagesOf(query url.Values, path string, number, size, total int) pages {
	at := func(n int) string {
		other := url.Values{}
		for name, values := range query {
			other[name] = values
		}
		other.Set("page", strconv.Itoa(n))
		return path + "?" + other.Encode()
	}
	p := pages{First: (number-1)*size + 1, Last: min(number*size, total), Total: total}
	if number > 1 {
		p.Before = at(number - 1)
	}
	if number*size < total {
		p.After = at(number + 1)
	}
	return p
}
