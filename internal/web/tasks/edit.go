package tasks

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// control is a field in a form.
type control struct {
	field
	Form    frame.Form
	Options []option
	Leads   []rows.Contact
	FormID  string // the id of the form that it is in
	Path    string // of the form, to look for leads
	Version int    // of the task that the form shows
	IsFirst bool   // it has the focus
}

// Has reports whether an option is chosen.
func (c control) Has(value string) bool { return slices.Contains(c.Form.Values(c.Name), value) }

// Value is what the field holds.
func (c control) Value() string { return c.Form.Value(c.Name) }

// TaskPath is where the task's page is.
func (c control) TaskPath() string { return strings.TrimSuffix(c.Path, "/edit") }

// Mistake is what is wrong with the field.
func (c control) Mistake() frame.Field { return c.Form.Field(c.Name) }

// editPage is the form with all fields of a task.
type editPage struct {
	Task            tickler.Task
	Form            frame.Form
	Fields, Further []control // those that few people use are folded away
}

// Path is the task's.
func (e editPage) Path() string { return pathOf(e.Task.ID) }

// chosenType is the type that the form has, or else the task's own.
func chosenType(p *frame.Page, t tickler.Task) tickler.TaskType {
	if id, err := tickler.ParseID(p.Form.Value("type")); err == nil {
		if taskType, found := p.Caller.Account.TaskType(id); found {
			return taskType
		}
	}
	taskType, _ := p.Caller.Account.TaskType(t.TypeID)
	return taskType
}

// control makes one field of the form that is filled in; nil when the task has no such field.
func (a area) control(ctx context.Context, p *frame.Page, t tickler.Task, name string) (*control, error) {
	f, known := fieldNamed(fieldsOf(t, chosenType(p, t)), name)
	if !known {
		return nil, nil
	}
	leads, err := a.chooseLead(ctx, p, formOfTask(p, t))
	c := controlOf(p, t, f, leads)
	c.FormID, c.IsFirst = "edit-field", true
	return &c, err
}

func controlOf(p *frame.Page, t tickler.Task, f field, leads []rows.Contact) control {
	c := control{field: f, Form: p.Form, Path: pathOf(t.ID) + "/edit", Version: t.Version, FormID: "edit-task"}
	switch {
	case f.Name == "type":
		for _, taskType := range p.Caller.Account.TaskTypes() {
			c.Options = append(c.Options, option{Value: taskType.ID.String(), Name: taskType.Name})
		}
	case f.Name == "owner":
		for _, user := range p.Caller.Account.Users() {
			if user.Active || user.ID == t.OwnerID {
				c.Options = append(c.Options, option{Value: user.ID.String(), Name: user.Name()})
			}
		}
	case f.Kind == kindReminder:
		c.Options = reminderOptions(p, p.Form.Value("reminder"))
	case f.Kind == kindLead:
		c.Leads = leads
	case f.Custom.DataType == tickler.BooleanData:
		c.Options = []option{{Value: ""}, {Value: "true", Name: "Yes"}, {Value: "false", Name: "No"}}
	default:
		if f.Kind == kindChoice {
			c.Options = append(c.Options, option{})
		}
		for _, o := range f.Custom.Options {
			c.Options = append(c.Options, option{Value: o, Name: o})
		}
	}
	for i := range c.Options {
		c.Options[i].IsChosen = c.Has(c.Options[i].Value)
	}
	return c
}

func (a area) editPage(p *frame.Page, t tickler.Task, leads []rows.Contact) editPage {
	page := editPage{Task: t, Form: p.Form}
	for i, f := range fieldsOf(t, chosenType(p, t)) {
		c := controlOf(p, t, f, leads)
		c.IsFirst = i == 0
		if f.IsRare() {
			page.Further = append(page.Further, c)
			continue
		}
		page.Fields = append(page.Fields, c)
	}
	return page
}

// edit shows the form with all fields, filled in with what the task holds; or, as one types in it,
// with what the query says.
func (a area) edit(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	h, found, err := a.read(ctx, p)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	if h.IsRemoved || !p.Caller.MayChange(h.Task) {
		return frame.Redirect(pathOf(h.ID)), nil
	}
	before := formOfTask(p, h.Task)
	p.Form = formOfTask(p, h.Task)
	query := p.URL.Query()
	if len(query) > 0 {
		p.Form = frame.Filled()
		for name, values := range query {
			for _, value := range values {
				p.Form.Add(name, value)
			}
		}
	}
	leads, err := a.chooseLead(ctx, p, before)
	if err != nil {
		return frame.Answer{}, err
	}
	page := a.editPage(p, h.Task, leads)
	if version, err := strconv.Atoi(query.Get("version")); err == nil {
		page.Task.Version = version // what was typed is about that one
	}
	return frame.Show("edit", "Edit "+h.Name, page), nil
}

// save carries out the form with all fields, or with the one that "only" names.
func (a area) save(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	h, found, err := a.read(ctx, p)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	if h.IsRemoved {
		p.Confirm("The task was deleted meanwhile, so nothing was saved.")
		return frame.Redirect(pathOf(h.ID)), nil
	}
	e := a.editingOf(p, h)
	if e.leads, err = a.chooseLead(ctx, p, formOfTask(p, e.seen)); err != nil {
		return frame.Answer{}, err
	}
	return a.saveEdit(ctx, p, e)
}

// editing is a form that was sent: about a task that may have changed since it was shown.
type editing struct {
	history app.TaskHistory
	seen    tickler.Task // as the form had shown it
	fields  []field      // that the form has
	only    string
	leads   []rows.Contact
	merged  []string // what somebody else has changed, which stays
}

func (a area) editingOf(p *frame.Page, h app.TaskHistory) editing {
	e := editing{history: h, seen: h.Task, only: p.Form.Value("only")}
	if version, err := strconv.Atoi(p.Form.Value("version")); err == nil {
		for _, told := range h.Told {
			if told.Version == version+1 && told.Before != nil {
				e.seen = *told.Before
				e.seen.ID, e.seen.AccountID, e.seen.Version = h.ID, h.AccountID, version
			}
		}
	}
	e.fields = fieldsOf(h.Task, chosenType(p, h.Task))
	if e.only != "" {
		f, known := fieldNamed(e.fields, e.only)
		e.fields = nil
		if known {
			e.fields = []field{f}
		}
	}
	for _, f := range e.fields { // what was chosen between two versions
		if p.Form.Value("take."+f.Name) == "theirs" {
			f.take(formOfTask(p, e.seen), p.Form)
		}
	}
	return e
}

func (a area) saveEdit(ctx context.Context, p *frame.Page, e editing) (frame.Answer, error) {
	mine := differing(e.fields, formOfTask(p, e.seen), p.Form)
	path := pathOf(e.history.ID)
	if len(mine) == 0 {
		p.Confirm("Nothing has changed.")
		return frame.Redirect(path), nil
	}
	patch := patchOf(p, e.seen, chosenType(p, e.seen), mine)
	if p.Form.HasMistakes() {
		return a.refuse(ctx, p, e)
	}
	patch.IfVersion = e.seen.Version
	done, err := a.app.Act(ctx, p.Caller, []tickler.ID{e.history.ID}, app.Changing(patch))
	if refusal, ok := errors.AsType[*tickler.Error](err); ok && refusal.Fact == tickler.FactChanged {
		return a.changedMeanwhile(ctx, p, e, mine)
	}
	if err != nil {
		if err = p.Blame(err, inputsOf(fieldsOf(e.seen, chosenType(p, e.seen)))); err != nil {
			return a.blameWhole(ctx, p, e, err)
		}
		return a.refuse(ctx, p, e)
	}
	if len(done.Act.Steps) > 0 {
		text := "Saved."
		if len(e.merged) > 0 {
			text = "Saved. Somebody else changed this meanwhile, and it stays: " + strings.Join(e.merged, ", ") + "."
		}
		p.ConfirmWith(text+rows.RemindersNews(p, done.Outcomes), frame.Button{Label: "Undo", Path: "/undo"})
	}
	return frame.Redirect(path), nil
}

// blameWhole shows the form with a mistake that is about none of its fields.
func (a area) blameWhole(ctx context.Context, p *frame.Page, e editing, err error) (frame.Answer, error) {
	refusal, ok := errors.AsType[*tickler.Error](err)
	if !ok || refusal.Kind == tickler.KindForbidden || refusal.Kind == tickler.KindUnavailable {
		return frame.Answer{}, err
	}
	p.Form.Mark("", p.Words(refusal))
	return a.refuse(ctx, p, e)
}

// refuse shows the form again, with its mistakes.
func (a area) refuse(ctx context.Context, p *frame.Page, e editing) (frame.Answer, error) {
	shown := e.history.Task
	shown.Version = e.seen.Version
	if e.only == "" {
		return frame.Refuse("edit", "Edit "+shown.Name, a.editPage(p, shown, e.leads)), nil
	}
	page, err := a.page(ctx, p, e.history)
	if err != nil {
		return frame.Answer{}, err
	}
	if f, known := fieldNamed(e.fields, e.only); known {
		c := controlOf(p, shown, f, e.leads)
		c.FormID, c.IsFirst = "edit-field", true
		page.edits(&c)
	}
	return frame.Refuse("task", shown.Name, page), nil
}
