package leads

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// leadsOnPage is how many leads one page of the list has.
const leadsOnPage = 50

// listPage is the list of leads.
type listPage struct {
	Text, By string // what was typed, and the order; "" for the usual one
	View     app.LeadView
	Views    []viewLink
	Sorts    map[string]sortLink // by the column
	Lines    []line
	Count    string // how many there are, in words; "" if nobody counted
	IsCut    bool
	Total    int // -1: nobody counted
	// Before and After lead to other pages; "" where there is none.
	Before, After string
	Here          string
}

// IsNarrowed reports whether the list may lack leads that there are.
func (l listPage) IsNarrowed() bool { return l.Text != "" || l.View != app.AllLeads }

// viewLink leads to one view of the list.
type viewLink struct {
	Name, Path string
	Current    bool
}

// sortLink sorts the list by a column; Sorted is "" or what aria-sort says.
type sortLink struct{ Path, Sorted string }

// line is a lead in the list.
type line struct {
	rows.Contact
	Company    string
	Step       *tickler.Task
	Due        frame.Instant
	End        frame.Instant
	IsOverdue  bool
	OthersStep bool
	Changed    frame.Instant
}

// views are the views of the list, by their names.
var views = []struct {
	View app.LeadView
	Name string
}{{app.AllLeads, "All"}, {app.LeadsWithoutStep, "No next step"}, {app.OverdueLeads, "Overdue"}}

func (a area) list(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	query := p.URL.Query()
	number := frame.PageNumber(query)
	q := app.LeadQuery{
		Text: strings.TrimSpace(query.Get("q")), Order: tickler.LeadsByChange,
		Page: tickler.Page{Offset: (number - 1) * leadsOnPage, Limit: leadsOnPage},
	}
	for _, v := range views {
		if string(v.View) == query.Get("view") {
			q.View = v.View
		}
	}
	by := ""
	if query.Get("by") == string(tickler.LeadsByName) {
		q.Order, by = tickler.LeadsByName, string(tickler.LeadsByName)
	}
	if q.From = placeIn(query.Get("after")); q.From == nil {
		q.From = placeIn(query.Get("before"))
		q.Backward = q.From != nil
	}
	list, err := a.app.ListLeads(ctx, p.Caller, q)
	if err != nil {
		return frame.Answer{}, err
	}
	data := listPage{Text: q.Text, By: by, View: q.View, IsCut: list.IsCut, Total: list.Total, Here: p.URL.RequestURI()}
	data.link(list, number)
	for _, l := range list.Lines {
		data.Lines = append(data.Lines, lineOf(p, l))
	}
	return frame.Show("list", "Leads", data), nil
}

// link fills in where the page leads to.
func (l *listPage) link(list app.LeadList, number int) {
	for _, v := range views {
		l.Views = append(l.Views, viewLink{v.Name, l.path("view", string(v.View)), v.View == l.View})
	}
	l.Sorts = map[string]sortLink{
		"name": {l.path("by", string(tickler.LeadsByName)), ""}, "changed": {l.path("by", ""), ""},
	}
	sorted := map[string]sortLink{"": {l.Sorts["changed"].Path, "descending"}, "name": {l.Sorts["name"].Path, "ascending"}}[l.By]
	l.Sorts[map[string]string{"": "changed", "name": "name"}[l.By]] = sorted
	switch {
	case list.IsPaged:
		if number > 1 {
			l.Before = l.path("page", strconv.Itoa(number-1))
		}
		if number*leadsOnPage < list.Total {
			l.After = l.path("page", strconv.Itoa(number+1))
		}
	default:
		if list.Before != nil {
			l.Before = l.path("before", placeText(*list.Before))
		}
		if list.After != nil {
			l.After = l.path("after", placeText(*list.After))
		}
	}
	switch {
	case list.Total > app.MaxLeadCount:
		l.Count = fmt.Sprintf("more than %d leads", app.MaxLeadCount)
	case list.IsCut:
		l.Count = "the first " + frame.Counted(list.Total, "lead")
	case list.Total >= 0:
		l.Count = frame.Counted(list.Total, "lead")
	}
}

// path is the list's with one parameter changed; another view or order begins at its first page.
func (l *listPage) path(name, value string) string {
	query := url.Values{}
	for name, value := range map[string]string{"q": l.Text, "view": string(l.View), "by": l.By} {
		query.Set(name, value)
	}
	query.Set(name, value)
	for name := range query {
		if query.Get(name) == "" {
			query.Del(name)
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// placeText writes a place as the query has it.
func placeText(place tickler.LeadPlace) string {
	return strconv.FormatInt(place.ChangedAt.Unix(), 10) + "." + place.ID.String()
}

// placeIn reads a place; nil for what is none, which is the beginning.
func placeIn(text string) *tickler.LeadPlace {
	seconds, id, _ := strings.Cut(text, ".")
	at, err := strconv.ParseInt(seconds, 10, 64)
	lead, notID := tickler.ParseID(id)
	if err != nil || notID != nil {
		return nil
	}
	return &tickler.LeadPlace{ID: lead, ChangedAt: time.Unix(at, 0)}
}

func lineOf(p *frame.Page, l app.LeadLine) line {
	one := line{
		Contact: rows.ContactOf(l.Lead), Company: l.Company(), Step: l.Step, IsOverdue: l.IsOverdue, OthersStep: l.OthersStep,
		Changed: p.At(l.ModifiedAt),
	}
	one.Name = nameOf(l.Lead)
	if l.Step != nil {
		one.Due, one.End = p.Due(*l.Step), p.At(l.Step.EndAt)
	}
	return one
}
