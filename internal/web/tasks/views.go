package tasks

import (
	"context"
	"strconv"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

const viewsPath = "/views"

// tab leads to a view, and says how many tasks it has.
type tab struct {
	Name, Path string
	Badge      string
	IsCurrent  bool
	IsShared   bool
}

// viewForm is the form by which the list is saved as a view, and the view that is looked at.
type viewForm struct {
	Form frame.Form
	// Current is the view that is looked at, if it is one that was saved.
	Current   *tickler.View
	Maker     string
	MayChange bool
	// Differs says that the list is no longer the one that was saved.
	Differs bool
}

// usualViews are those that everybody has. Their ids only tell them apart.
func usualViews(p *frame.Page) []tickler.View {
	mine := tickler.OwnerTerm{IsReader: true}
	views := []tickler.View{
		{Name: "My open tasks", Terms: tickler.TaskTerms{Statuses: openStatuses, Owner: mine}},
		{Name: "My overdue tasks", Terms: tickler.TaskTerms{
			Statuses: []tickler.Status{tickler.StatusOverdue}, Owner: mine,
		}},
	}
	if len(p.Caller.Account.Team(p.Caller.User.ID)) > 1 {
		views = append(views, tickler.View{Name: "My team’s open tasks", Terms: tickler.TaskTerms{
			Statuses: openStatuses, Owner: tickler.OwnerTerm{IsReader: true, WithReports: true},
		}})
	}
	views = append(views, tickler.View{Name: "All tasks"})
	for i := range views {
		views[i].ID, views[i].Order = tickler.ID{15: byte(i + 1)}, tickler.ByDueDate
	}
	return views
}

// tabs lists the views of the page's user, and the form for the one that is looked at: the one that
// the address names, or else a usual one that shows the same.
func (a area) tabs(ctx context.Context, p *frame.Page, l list, current string) ([]tab, viewForm, error) {
	saved, err := a.app.SavedViews(ctx, p.Caller)
	if err != nil {
		return nil, viewForm{}, err
	}
	views := append(usualViews(p), saved...)
	counts, err := a.app.CountViews(ctx, p.Caller, readerOf(p), views)
	if err != nil {
		return nil, viewForm{}, err
	}
	form, shown := viewForm{Form: frame.Filled()}, l.query().Encode()
	var tabs []tab
	isOne := false // is a tab the current one already
	for i, view := range views {
		isSaved, asked := i >= len(views)-len(saved), listOf(view).query()
		t := tab{Name: view.Name, IsShared: isSaved && view.IsShared, Badge: badge(counts, view.ID)}
		t.IsCurrent = isSaved && view.ID.String() == current ||
			!isSaved && current == "" && !isOne && asked.Encode() == shown
		if t.IsCurrent && isSaved {
			form = formOf(p, view, asked.Encode() != shown)
		}
		if isSaved {
			asked.Set("view", view.ID.String())
		}
		isOne = isOne || t.IsCurrent
		t.Path = path + "?" + asked.Encode()
		tabs = append(tabs, t)
	}
	return tabs, form, nil
}

func formOf(p *frame.Page, view tickler.View, differs bool) viewForm {
	maker, _ := p.Caller.Account.User(view.MakerID)
	return viewForm{
		Form: frame.Filled("name", view.Name), Current: &view, Maker: maker.Name(),
		MayChange: view.MayBeChangedBy(p.Caller.User), Differs: differs,
	}
}

// badge writes how many tasks a view has; "" where they could not be counted.
func badge(counts map[tickler.ID]int, id tickler.ID) string {
	count, known := counts[id]
	switch {
	case !known:
		return ""
	case count > app.MostInBadge:
		return strconv.Itoa(app.MostInBadge) + "+"
	default:
		return strconv.Itoa(count)
	}
}

// sentView is the view that a form asks for.
func sentView(p *frame.Page) (list, tickler.View) {
	l := readList(queryOf(p))
	return l, viewOf(l, p.Form.Text("name"), p.Form.Value("shared") != "")
}

func (a area) saveView(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	l, view := sentView(p)
	id := app.NewID()
	once := p.Once(viewPath(l, id))
	_, err := a.app.CreateView(ctx, p.Caller, view, app.Options{ID: id, Once: once})
	if err != nil {
		return a.blamed(ctx, p, l, "", err)
	}
	p.Confirm("The view is saved.")
	return frame.Redirect(frame.LeadsTo(once)), nil
}

func (a area) changeView(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return frame.NotFound(), nil
	}
	l, view := sentView(p)
	if _, err := a.app.ChangeView(ctx, p.Caller, id, view); err != nil {
		return a.blamed(ctx, p, l, id.String(), err)
	}
	p.Confirm("The view is changed.")
	return frame.Redirect(viewPath(l, id)), nil
}

func (a area) deleteView(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return frame.NotFound(), nil
	}
	if err := a.app.DeleteView(ctx, p.Caller, id); err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("The view is deleted. Its tasks are as they were.")
	return frame.Redirect(path), nil
}

// blamed shows the list again, with what is wrong with the form of its view. Current is the id of
// the view that was to be changed; "" if a new one was to be made.
func (a area) blamed(ctx context.Context, p *frame.Page, l list, current string, err error) (frame.Answer, error) {
	names := map[tickler.Field]string{tickler.FieldName: "name"}
	if current == "" {
		names[tickler.FieldView] = "" // that there are too many
	}
	if err := p.Blame(err, names); err != nil {
		return frame.Answer{}, err
	}
	data, err := a.listPage(ctx, p, l, current)
	if err != nil {
		return frame.Answer{}, err
	}
	data.View.Form = p.Form
	return frame.Refuse("list", "Tasks", data), nil
}

func viewPath(l list, id tickler.ID) string {
	query := l.query()
	query.Set("view", id.String())
	return path + "?" + query.Encode()
}
