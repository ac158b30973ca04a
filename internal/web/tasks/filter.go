package tasks

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// The address of a list says all that is to be seen, so that it can be sent to others and kept:
// which tasks, which columns, and in which order. A view is such an address with a name.

// list is what an address asks for. What can't be read of it asks for nothing.
type list struct {
	Terms      tickler.TaskTerms
	Columns    []column
	Order      column
	Descending bool
}

// Values of an address that are not those of the domain.
const (
	statusOpen = "open" // Pending or Overdue
	me         = "me"
	leadSome   = "some"
	leadNone   = "none"
)

// usualList is the list of who has asked for nothing: their open tasks.
func usualList() list {
	return list{
		Terms: tickler.TaskTerms{Statuses: openStatuses, Owner: tickler.OwnerTerm{IsReader: true}},
		Order: orderedBy(tickler.ByDueDate), Columns: usualColumns,
	}
}

var openStatuses = []tickler.Status{tickler.StatusPending, tickler.StatusOverdue}

// readList reads what an address asks for.
func readList(query url.Values) list {
	if isBare(query) {
		return usualList()
	}
	l := list{Order: orderedBy(tickler.ByDueDate), Columns: columnsIn(query["columns"])}
	l.Terms = tickler.TaskTerms{
		Statuses: readStatuses(query["status"]), Owner: readOwner(query), TypeIDs: readIDs(query["type"]),
		Text: strings.TrimSpace(query.Get("q")),
	}
	if due := tickler.DueTerm(query.Get("due")); slices.Contains(tickler.DueTerms, due) {
		l.Terms.Due = due
	}
	if l.Terms.Due == tickler.DueBetween || l.Terms.Due == tickler.DueAnyTime {
		l.Terms.From, l.Terms.To = readDay(query.Get("from")), readDay(query.Get("to"))
		if !l.Terms.From.IsZero() || !l.Terms.To.IsZero() {
			l.Terms.Due = tickler.DueBetween
		}
	}
	switch lead := query.Get("lead"); lead {
	case leadSome, leadNone:
		l.Terms.IsTied = new(lead == leadSome)
	default:
		l.Terms.RelatedID, _ = tickler.ParseID(lead)
	}
	sort, descending := strings.CutPrefix(query.Get("sort"), "-")
	if c, ok := columnOf(sort); ok {
		l.Order, l.Descending = c, descending
	}
	return l
}

// Asked reads which tasks the address of a list asks for.
func Asked(p *frame.Page, query url.Values) app.TaskSearch {
	return app.TaskSearch{Terms: readList(query).Terms, Reader: readerOf(p)}
}

// isBare reports whether an address asks for nothing: for a page of the usual list at most.
func isBare(query url.Values) bool {
	for name := range query {
		if name != "page" {
			return false
		}
	}
	return true
}

func readStatuses(values []string) (all []tickler.Status) {
	for _, value := range values {
		switch status := tickler.Status(value); {
		case value == statusOpen:
			all = append(all, openStatuses...)
		case slices.Contains(tickler.Statuses, status):
			all = append(all, status)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// readOwner reads whose tasks: a user's, or else a whole team's.
func readOwner(query url.Values) tickler.OwnerTerm {
	if owner := query.Get("owner"); owner != "" {
		return ownerTerm(owner, false)
	}
	return ownerTerm(query.Get("team"), true)
}

func ownerTerm(value string, withReports bool) tickler.OwnerTerm {
	if value == me {
		return tickler.OwnerTerm{IsReader: true, WithReports: withReports}
	}
	id, err := tickler.ParseID(value)
	if err != nil {
		return tickler.OwnerTerm{}
	}
	return tickler.OwnerTerm{ID: id, WithReports: withReports}
}

func readIDs(values []string) (ids []tickler.ID) {
	for _, value := range values {
		if id, err := tickler.ParseID(value); err == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func readDay(value string) time.Time {
	day, err := civil.ParseDate(value)
	if err != nil || day.Before(civil.Earliest) {
		return time.Time{}
	}
	return day
}

// query returns the address of the list. Reading it gives the same list.
func (l list) query() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("q", l.Terms.Text)
	if slices.Equal(sorted(l.Terms.Statuses), sorted(openStatuses)) {
		q.Set("status", statusOpen)
	} else {
		for _, s := range l.Terms.Statuses {
			q.Add("status", string(s))
		}
	}
	q.Set("owner", "") // so that the address is never bare, which would ask for the usual list
	name := map[bool]string{false: "owner", true: "team"}[l.Terms.Owner.WithReports]
	if l.Terms.Owner.IsReader {
		q.Set(name, me)
	} else if !l.Terms.Owner.ID.IsZero() {
		q.Set(name, l.Terms.Owner.ID.String())
	}
	for _, id := range l.Terms.TypeIDs {
		q.Add("type", id.String())
	}
	set("due", string(l.Terms.Due))
	set("from", dayValue(l.Terms.From))
	set("to", dayValue(l.Terms.To))
	switch {
	case l.Terms.IsTied != nil:
		q.Set("lead", map[bool]string{true: leadSome, false: leadNone}[*l.Terms.IsTied])
	case !l.Terms.RelatedID.IsZero():
		q.Set("lead", l.Terms.RelatedID.String())
	}
	if sort := l.sort(); sort != "due" {
		q.Set("sort", sort)
	}
	if !slices.Equal(l.Columns, usualColumns) {
		for _, c := range l.Columns {
			q.Add("columns", c.Key)
		}
	}
	return q
}

// sort is the order as the address has it.
func (l list) sort() string {
	if l.Descending {
		return "-" + l.Order.Key
	}
	return l.Order.Key
}

// ordered returns the same list in the order that a click on a column's head asks for: by that
// column, or the other way round.
func (l list) ordered(c column) list {
	l.Descending = l.Order == c && !l.Descending
	l.Order = c
	return l
}

func sorted(statuses []tickler.Status) []tickler.Status {
	return slices.Sorted(slices.Values(statuses))
}

func dayValue(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// listOf is the list of a view, and viewOf a view of a list.
func listOf(v tickler.View) list {
	l := list{Terms: v.Terms, Order: orderedBy(v.Order), Descending: v.Descending, Columns: usualColumns}
	if len(v.Columns) > 0 {
		l.Columns = nil
	}
	for _, by := range v.Columns {
		l.Columns = append(l.Columns, orderedBy(by))
	}
	return l
}

func viewOf(l list, name string, shared bool) tickler.View {
	v := tickler.View{
		Name: name, IsShared: shared, Terms: l.Terms, Order: l.Order.By, Descending: l.Descending,
	}
	for _, c := range l.Columns {
		v.Columns = append(v.Columns, c.By)
	}
	return v
}

// readerOf is for whom the page is made.
func readerOf(p *frame.Page) tickler.Reader {
	return tickler.Reader{Now: p.Now, Zone: p.Zone(), WeekStart: p.Caller.User.Preferences.FirstDay()}
}
