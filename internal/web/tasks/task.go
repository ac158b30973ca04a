// Package tasks is lists of tasks, views of them, and the page of a task: what there is to know of it,
// how it is edited, its history, what became of its reminders, and what follows once it is done.
package tasks

import (
	"context"
	"embed"
	"io/fs"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

//go:embed *.html
var templates embed.FS

//go:embed parts
var partsFolder embed.FS

// parts are what the pages of a task share.
func parts() fs.FS {
	folder, err := fs.Sub(partsFolder, "parts")
	if err != nil {
		panic(err) // its name is wrong
	}
	return folder
}

type area struct{ app *app.App }

// New makes the area.
func New(useCases *app.App) frame.Area {
	a := area{useCases}
	return frame.Area{
		Sections: []*frame.Section{section}, Templates: templates, Parts: []fs.FS{rows.Templates, parts()},
		Routes: append(a.listRoutes(), a.taskRoutes()...),
	}
}

func (a area) taskRoutes() []frame.Route {
	return []frame.Route{
		frame.Get("/tasks/{id}", frame.Users, section, a.show),
		frame.Get("/tasks/{id}/edit", frame.Users, section, a.edit),
		frame.Post("/tasks/{id}/edit", frame.Users, section, a.save),
		frame.Get("/tasks/{id}/next", frame.Users, section, a.next),
		frame.Post("/tasks/{id}/next", frame.Users, section, a.follow),
	}
}

// taskPage is one task with all there is to know of it. Mails lead here.
type taskPage struct {
	rows.Row
	Status   standing
	Facts    []fact
	History  []historyDay // the latest first
	Reminder reminderStory
	Acts     rows.Acts
	Ways     rows.Ways
	Editing  *control  // the field that is edited in its place
	Next     *nextPage // what follows it, where that is to be asked
	HasNext  bool      // what came of it can be said
}

// Path is the page's own.
func (t taskPage) Path() string { return pathOf(t.Task.ID) }

// edits opens the form of one field in its place.
func (t *taskPage) edits(c *control) {
	t.Editing = c
	isShown := false
	for i := range t.Facts {
		if c != nil && t.Facts[i].Field == c.Name {
			t.Facts[i].Editing, isShown = c, true
		}
	}
	if c != nil && !isShown && c.Name != "name" {
		t.Facts = append(t.Facts, fact{Field: c.Name, Label: c.Label, Editing: c, Path: t.Path()})
	}
}

func pathOf(id tickler.ID) string { return "/tasks/" + id.String() }

// read reads the task that the path names, with its history; false when there is none to be seen.
func (a area) read(ctx context.Context, p *frame.Page) (h app.TaskHistory, found bool, err error) {
	id, ok := p.ID("id")
	if !ok {
		return h, false, nil
	}
	return a.app.TaskHistory(ctx, p.Caller, id)
}

func (a area) show(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	h, found, err := a.read(ctx, p)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	if h.IsRemoved {
		return removed(p, h), nil
	}
	page, err := a.page(ctx, p, h)
	if err != nil {
		return frame.Answer{}, err
	}
	name := p.URL.Query().Get("edit")
	if name != "" && page.MayChange {
		p.Form = formOfTask(p, h.Task)
		c, err := a.control(ctx, p, h.Task, name)
		if err != nil {
			return frame.Answer{}, err
		}
		page.edits(c)
	}
	if page.Editing == nil && page.HasNext && p.URL.Query().Get("next") != "" {
		p.Form = frame.Filled()
		next, err := a.nextPage(ctx, p, h.Task)
		if err != nil {
			return frame.Answer{}, err
		}
		page.Next = &next
	}
	return frame.Show("task", h.Name, page), nil
}

// removed is the page of a task that was deleted: its history is kept.
func removed(p *frame.Page, h app.TaskHistory) frame.Answer {
	page := taskPage{History: historyOf(p, h)}
	page.Task = h.Task
	return frame.Show("removed", h.Name, page)
}

// page puts together what there is to know of a task.
func (a area) page(ctx context.Context, p *frame.Page, h app.TaskHistory) (page taskPage, err error) {
	leads, err := a.leadsOf(ctx, p, h.Task)
	if err != nil {
		return page, err
	}
	acts, err := a.app.RecentActs(ctx, p.Caller)
	if err != nil {
		return page, err
	}
	reminder, err := a.app.ReminderOf(ctx, p.Caller, h.Task)
	if err != nil {
		return page, err
	}
	page = taskPage{
		Row: rows.Maker{Page: p, Leads: leads}.Row(h.Task, true), Status: standingOf(p, h.Task),
		History: historyOf(p, h), Reminder: storyOf(p, h.Task, reminder),
		Acts: rows.ActsFor(p), Ways: rows.WaysFor(p, acts),
	}
	page.Facts = factsOf(p, page.Row)
	page.HasNext = page.MayChange && h.State == tickler.StateCompleted
	return page, nil
}

// leadsOf reads the lead that a task is tied to, if it is tied to one.
func (a area) leadsOf(ctx context.Context, p *frame.Page, t tickler.Task) (map[tickler.ID]tickler.Lead, error) {
	if t.Related.Kind != tickler.RelatedToLead {
		return nil, nil
	}
	lead, found, err := a.app.Lead(ctx, p.Caller, t.Related.ID)
	if err != nil || !found {
		return nil, err
	}
	return map[tickler.ID]tickler.Lead{lead.ID: lead}, nil
}
