package tasks

import (
	"context"
	"maps"
	"net/url"
	"strconv"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

const path = "/tasks"

// section is where lists of tasks are.
var section = &frame.Section{Path: path, Name: "Tasks", Symbol: "tasks", Key: "a"}

// tasksOnPage is how many tasks one page of a list has.
const tasksOnPage = 50

// listRoutes are those of lists and views.
func (a area) listRoutes() []frame.Route {
	return []frame.Route{
		frame.Get(path, frame.Users, section, a.list),
		frame.Post(viewsPath, frame.Users, section, a.saveView),
		frame.Post(viewsPath+"/{id}", frame.Users, section, a.changeView),
		frame.Post(viewsPath+"/{id}/delete", frame.Users, section, a.deleteView),
	}
}

// listPage is a list of tasks, and what can be done with it.
type listPage struct {
	Filter  filterForm
	Heads   []head
	Tasks   []taskLine
	Found   tickler.TaskPage
	IsUsual bool // nothing was asked for but whose tasks and their status
	Pages   frame.Pager
	Tabs    []tab
	View    viewForm
	Acts    rows.Acts
	Ways    rows.Ways
	Query   string // which tasks these are, as addresses have it
	Here    string // the list's address, for coming back to it
}

// head is the head of a column: a link that sorts.
type head struct {
	column
	Path string
	// Sort is how the list is sorted by the column, as aria-sort has it; "": it is not.
	Sort string
}

// taskLine is a task in a list.
type taskLine struct {
	tickler.Task
	Status  tickler.Status
	Type    tickler.TaskType
	Owner   string
	Creator string
	Cells   []column
}

// IsAppointment reports whether the due date is a start.
func (t taskLine) IsAppointment() bool { return t.Category == tickler.CategoryAppointment }

func (a area) list(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	l := readList(p.URL.Query())
	if err := l.Terms.Validate(); err != nil {
		return frame.Answer{}, err
	}
	data, err := a.listPage(ctx, p, l, p.URL.Query().Get("view"))
	return frame.Show("list", "Tasks", data), err
}

// listPage makes the page of a list. Current is the id of the saved view that is looked at, or "".
func (a area) listPage(ctx context.Context, p *frame.Page, l list, current string) (listPage, error) {
	number := frame.PageNumber(p.URL.Query())
	found, err := a.app.Search(ctx, p.Caller, app.TaskSearch{
		Terms: l.Terms, Reader: readerOf(p),
		Order: tickler.TaskOrder{By: l.Order.By, Descending: l.Descending, Now: p.Now},
		Page:  tickler.Page{Offset: (number - 1) * tasksOnPage, Limit: tasksOnPage},
	})
	if err != nil {
		return listPage{}, err
	}
	query := l.query()
	if current != "" {
		query.Set("view", current)
	}
	data := listPage{
		Acts: rows.ActsFor(p), Heads: heads(l, query), Found: found, IsUsual: isUsual(l), Query: l.query().Encode(),
		Pages: frame.NewPager(query, path, number, tasksOnPage, found.Total),
		Here:  path + "?" + query.Encode(),
	}
	acts, err := a.app.RecentActs(ctx, p.Caller)
	if err != nil {
		return data, err
	}
	data.Ways = rows.WaysFor(p, acts)
	for _, task := range found.Tasks {
		data.Tasks = append(data.Tasks, lineOf(p, l, task))
	}
	if data.Filter, err = a.filterForm(ctx, p, l); err != nil {
		return data, err
	}
	data.Filter.View = current
	data.Tabs, data.View, err = a.tabs(ctx, p, l, current)
	return data, err
}

func isUsual(l list) bool {
	l.Order, l.Descending, l.Columns = usualList().Order, false, usualColumns
	return l.query().Encode() == usualList().query().Encode()
}

// heads are those of a list's columns. A click on one keeps what else the address says.
func heads(l list, query url.Values) (all []head) {
	for _, c := range append([]column{nameColumn}, l.Columns...) {
		sorted := maps.Clone(query)
		sorted.Set("sort", l.ordered(c).sort())
		h := head{column: c, Path: path + "?" + sorted.Encode()}
		if c == l.Order {
			h.Sort = map[bool]string{false: "ascending", true: "descending"}[l.Descending]
		}
		all = append(all, h)
	}
	return all
}

func lineOf(p *frame.Page, l list, task tickler.Task) taskLine {
	words := wordsFor(p, task)
	return taskLine{
		Task: task, Status: task.StatusAt(p.Now), Type: words.taskType, Owner: words.user(task.OwnerID),
		Creator: words.user(task.CreatedBy), Cells: l.Columns,
	}
}

// Total says how many tasks the list has.
func (l listPage) Total() string {
	if l.Found.IsPart && l.Found.Total >= l.Found.Looked {
		return "more than " + grouped(l.Found.Looked) + " tasks"
	}
	if l.Found.Total == 1 {
		return "1 task"
	}
	return grouped(l.Found.Total) + " tasks"
}

// Looked is how many tasks were looked at where there are too many.
func (l listPage) Looked() string { return grouped(l.Found.Looked) }

// grouped writes a number with its thousands apart.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
