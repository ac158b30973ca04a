package today

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// queuePage is one task of a list that is worked through. Where one is in it stands in the address:
// the place of the task before, in the order of the list, so that it holds after a pause and
// whatever has gone from the list since.
type queuePage struct {
	Detail  detail
	Name    string // of the list
	Of      string // whose list it is, as addresses have it; "" for the user's own
	TimesOf string // see todayPage
	HasTask bool   // else its end is reached
	// Number is the task's, counted from 1, of so many.
	Number, Total int
	// Here, Next and Before are paths: of this task, of the one after it, and of the one before; ""
	// for none.
	Here, Next, Before string
	Leave              string // the path of the list
	Acts               rows.Acts
	Ways               rows.Ways
}

// End is what the end of the list is headed by.
func (q queuePage) End() string {
	if q.Number == 1 {
		return "Nothing on this list"
	}
	return "That was the last one"
}

// place is where a task stands in the order of a list.
type place struct{ first, due, number int64 }

// order is that of a list: what is overdue by its end, and a day's tasks as the page has them.
type order func(t tickler.Task) place

func orderOf(p *frame.Page, list string) order {
	return func(t tickler.Task) place {
		if list == overdue {
			return place{t.EndAt.Unix(), t.DueAt.Unix(), t.AutoID}
		}
		return place{int64(rank(rows.HasHour(p, t))), t.DueAt.Unix(), t.AutoID}
	}
}

func (a place) compare(b place) int {
	return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.due, b.due), cmp.Compare(a.number, b.number))
}

func (a place) String() string {
	text := func(n int64) string { return strconv.FormatInt(n, 10) }
	return text(a.first) + "." + text(a.due) + "." + text(a.number)
}

// parsePlace reads what String wrote; false for anything else.
func parsePlace(text string) (p place, ok bool) {
	parts := strings.Split(text, ".")
	into := []*int64{&p.first, &p.due, &p.number}
	if len(parts) != len(into) {
		return place{}, false
	}
	for i, part := range parts {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return place{}, false
		}
		*into[i] = n
	}
	return p, true
}

// queue shows the task of a list that follows a place, or the one before it.
func (a area) queue(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	of, ok := personOf(p)
	if !ok {
		return frame.NotFound(), nil
	}
	query := p.URL.Query()
	today, err := a.app.Today(ctx, p.Caller, of)
	if tickler.KindOf(err) == tickler.KindUnknownEntity {
		return frame.NotFound(), nil
	}
	if err != nil {
		return frame.Answer{}, err
	}
	p.ShowTimesOf(today.Of)
	name, known := listName(p, query.Get("list"))
	if !known {
		return frame.NotFound(), nil
	}
	list := query.Get("list")
	tasks := tasksOf(p, today, list)
	placeOf := orderOf(p, list)
	slices.SortFunc(tasks, func(a, b tickler.Task) int { return placeOf(a).compare(placeOf(b)) })
	acts, err := a.app.RecentActs(ctx, p.Caller)
	if err != nil {
		return frame.Answer{}, err
	}
	page := queuePage{
		Name: name, Of: query.Get("of"), TimesOf: timesOf(p, today.Of), Leave: leavePath(query), Acts: rows.ActsFor(p),
		Ways: rows.WaysFor(p, acts),
	}
	i := page.find(tasks, placeOf, query)
	if i == len(tasks) {
		return frame.Show("queue", page.End()+": "+name, page), nil
	}
	page.Detail, page.HasTask, err = a.detailOf(ctx, p, tasks[i].ID)
	return frame.Show("queue", page.Detail.Task.Name, page), err
}

// find finds the task that the address asks for, and sets the paths around it.
func (q *queuePage) find(tasks []tickler.Task, placeOf order, query url.Values) int {
	i := 0
	after, hasPlace := parsePlace(query.Get("after"))
	if hasPlace {
		i = indexAfter(tasks, placeOf, after)
	}
	q.Number = max(1, number(query))
	at := func(i, number int) string { // of the task at i
		to := url.Values{"list": query["list"], "n": {strconv.Itoa(number)}}
		if of := query.Get("of"); of != "" {
			to.Set("of", of)
		}
		if i > 0 {
			to.Set("after", placeOf(tasks[i-1]).String())
		}
		return "/queue?" + to.Encode()
	}
	q.Total = q.Number - 1 + len(tasks) - i
	q.Here = at(i, q.Number)
	if i < len(tasks) {
		q.Next = at(i+1, q.Number+1)
	}
	if i > 0 {
		q.Before = at(i-1, max(1, q.Number-1))
	}
	q.Ways.Back = at(i, max(1, q.Number-1)) // what comes back stands before this one
	return i
}

// indexAfter returns which task is the first after a place.
func indexAfter(tasks []tickler.Task, placeOf order, after place) int {
	i := slices.IndexFunc(tasks, func(t tickler.Task) bool { return placeOf(t).compare(after) > 0 })
	if i < 0 {
		return len(tasks)
	}
	return i
}

func number(query url.Values) int {
	n, err := strconv.Atoi(query.Get("n"))
	const many = 10_000
	if err != nil || n > many {
		return 1
	}
	return n
}

// listName says which list is meant: what is overdue, today's, or a day's; false for none of them.
func listName(p *frame.Page, list string) (name string, known bool) {
	switch list {
	case overdue:
		return "Overdue", true
	case "today":
		return "Today", true
	}
	day, err := civil.ParseDate(list)
	if err != nil {
		return "", false
	}
	return dayName(p.At(civil.InstantOf(day, p.Zone()))), true
}

func tasksOf(p *frame.Page, t app.Today, list string) []tickler.Task {
	switch list {
	case overdue:
		return slices.Clone(t.Overdue)
	case "today":
		return slices.Clone(t.Tasks)
	}
	for _, day := range t.Days {
		if p.At(day.Start).Date() == list {
			return slices.Clone(day.Tasks)
		}
	}
	return nil
}

// leavePath is where the list stands.
func leavePath(query url.Values) string {
	if of := query.Get("of"); of != "" {
		return "/?" + url.Values{"of": {of}}.Encode()
	}
	return "/"
}
