package today

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// todayPage is what is next for a person.
type todayPage struct {
	Of       tickler.User
	IsOwn    bool
	People   []tickler.User // whose tasks the user may look at; nil if only their own
	Date     string
	TimesOf  string // where the times are read, if that is not where the user is
	Sections []section
	// Done counts what is done today, and All that with what is left to do today.
	Done, All int
	// IsNew says that the person has no task at all in sight, and has done nothing today.
	IsNew bool
	IsCut bool
	// Welcome is what there is to do first in a new account; nil for nothing.
	Welcome *welcome
	Acts    rows.Acts
	Ways    rows.Ways
}

// section is a part of the page, or a list that a queue leads through.
type section struct {
	ID, Name string
	State    string // as rows have it; "" for none
	Day      frame.Instant
	Rows     []rows.Row
	All      string // the path of the page that shows all of them; "" where this one does
	IsOpen   bool
	Nothing  string // what it says when it is empty; "": then it isn't there
	Queue    string // the path of its queue; "": it has none
	MovesAll bool   // offers to move all to today
	Count    int    // of its tasks, shown or not
}

// overdue names the list of what is overdue, in addresses and for rows.
const overdue = "overdue"

// A part of the page shows so many tasks, unless it is asked for all: a page of thousands would help
// nobody.
const (
	shownOverdue = 10
	shownToday   = 40
	shownOfDay   = 15
	shownDone    = 20
)

func (a area) show(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	of, ok := personOf(p)
	if !ok {
		return frame.NotFound(), nil
	}
	today, err := a.app.Today(ctx, p.Caller, of)
	if tickler.KindOf(err) == tickler.KindUnknownEntity {
		return frame.NotFound(), nil
	}
	if err != nil {
		return frame.Answer{}, err
	}
	p.ShowTimesOf(today.Of)
	acts, err := a.app.RecentActs(ctx, p.Caller)
	if err != nil {
		return frame.Answer{}, err
	}
	page := todayPage{
		Of: today.Of, IsOwn: today.Of.ID == p.Caller.User.ID, People: people(p), Date: dateOf(p), TimesOf: timesOf(p, today.Of),
		Sections: sections(p, today), Done: today.DoneCount, All: today.DoneCount + today.Open(), IsCut: today.IsCut,
		Acts: rows.ActsFor(p), Ways: rows.WaysFor(p, acts),
	}
	if page.IsOwn {
		if page.Welcome, err = a.welcomeOf(ctx, p); err != nil {
			return frame.Answer{}, err
		}
	}
	page.IsNew = page.All == 0 && !slices.ContainsFunc(today.Days[:], func(d app.Day) bool { return len(d.Tasks) > 0 })
	return frame.Show("today", "Today", page), nil
}

// personOf reads whose tasks are asked for: zero for the user's own.
func personOf(p *frame.Page) (id tickler.ID, ok bool) {
	text := p.URL.Query().Get("of")
	if text == "" {
		return id, true
	}
	id, err := tickler.ParseID(text)
	return id, err == nil
}

// people are those whose tasks the user may look at, themselves first; nil if that is all.
func people(p *frame.Page) []tickler.User {
	me, account := p.Caller.User, p.Caller.Account
	all := []tickler.User{me}
	for _, u := range account.Users() {
		if u.Active && u.ID != me.ID && (me.SeesAll() || account.IsInTeam(me.ID, u.ID)) {
			all = append(all, u)
		}
	}
	if len(all) == 1 {
		return nil
	}
	slices.SortFunc(all[1:], func(a, b tickler.User) int { return strings.Compare(a.Name(), b.Name()) })
	return all
}

// timesOf says whose times the page shows, if they are not the user's own: "Diego’s: Los Angeles".
func timesOf(p *frame.Page, of tickler.User) string {
	place := p.TimesOf()
	if place == "" {
		return ""
	}
	return cmp.Or(of.FirstName, of.Name()) + "’s: " + place
}

// dateOf is the day, with its weekday in full.
func dateOf(p *frame.Page) string {
	local := p.Now.In(p.Zone())
	switch p.Caller.User.Preferences.Order() {
	case tickler.MonthFirst:
		return local.Format("Monday, January 2")
	case tickler.YearFirst:
		return local.Format("Monday 2006-01-02")
	default:
		return local.Format("Monday 2 January")
	}
}

// sections are the parts of the page: those of the day are always there, the days of the week only
// with tasks.
func sections(p *frame.Page, t app.Today) []section {
	m := rows.Maker{Page: p, Leads: t.Leads, Of: t.Of.ID}
	late := section{
		ID: overdue, Name: "Overdue", State: overdue, IsOpen: true, Queue: queuePath(p, overdue), MovesAll: true,
	}
	day := section{
		ID: "today", Name: "Today", State: "today", IsOpen: true, Queue: queuePath(p, "today"), Nothing: nothingToday(t),
	}
	snoozed := section{ID: "snoozed", Name: "Snoozed", State: "snoozed"}
	all := []section{
		late.of(m, t.Overdue, shownOverdue), day.of(m, hoursFirst(p, t.Tasks), shownToday),
		snoozed.of(m, t.Snoozed, shownOfDay),
	}
	for _, d := range t.Days {
		at := p.At(d.Start)
		other := section{
			ID: "day-" + at.Date(), Name: dayName(at), Day: at, IsOpen: true, Queue: queuePath(p, at.Date()),
		}
		all = append(all, other.of(m, hoursFirst(p, d.Tasks), shownOfDay))
	}
	done := section{ID: "done", Name: "Done today", State: "done"}.of(m, t.Done, shownDone)
	done.Count = t.DoneCount
	all = append(all, done)
	return slices.DeleteFunc(all, func(s section) bool { return s.Count == 0 && s.Nothing == "" })
}

// of is the section with tasks, of which it shows so many, or all if the address says so. What is
// overdue or snoozed is of many days.
func (s section) of(m rows.Maker, tasks []tickler.Task, most int) section {
	query := m.Page.URL.Query()
	s.Count = len(tasks)
	if len(tasks) > most && query.Get("all") != s.ID {
		tasks = tasks[:most]
		query.Set("all", s.ID)
		s.All = "/?" + query.Encode()
	}
	s.Rows = m.Rows(tasks, s.State != overdue && s.State != "snoozed")
	return s
}

// dayName begins with a capital, as headings do.
func dayName(at frame.Instant) string {
	name := at.Day()
	return strings.ToUpper(name[:1]) + name[1:]
}

func nothingToday(t app.Today) string {
	switch {
	case len(t.Overdue) > 0:
		return "Nothing else is due today."
	case t.DoneCount > 0:
		return "All done for today."
	default:
		return "Nothing is due today."
	}
}

// hoursFirst puts what has an hour, in the order of the hours, before what has the whole day.
func hoursFirst(p *frame.Page, tasks []tickler.Task) []tickler.Task {
	sorted := make([]tickler.Task, 0, len(tasks))
	var wholeDay []int
	for i := range tasks {
		if rows.HasHour(p, tasks[i]) {
			sorted = append(sorted, tasks[i])
		} else {
			wholeDay = append(wholeDay, i)
		}
	}
	for _, i := range wholeDay {
		sorted = append(sorted, tasks[i])
	}
	return sorted
}

func rank(hasHour bool) int {
	if hasHour {
		return 0
	}
	return 1
}

// queuePath is where the queue of a list begins.
func queuePath(p *frame.Page, list string) string {
	query := url.Values{"list": {list}}
	if of := p.URL.Query().Get("of"); of != "" {
		query.Set("of", of)
	}
	return "/queue?" + query.Encode()
}
