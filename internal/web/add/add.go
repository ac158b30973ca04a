// Package add is where tasks are added: by one line of text, whose reading is shown as one types, or
// by a form with all fields.
package add

import (
	"context"
	"embed"
	"errors"
	"io/fs"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

//go:embed *.html
var templates embed.FS

type area struct{ app *app.App }

// New makes the area. Every page offers to add a task.
func New(useCases *app.App) frame.Area {
	a := area{useCases}
	return frame.Area{
		Templates: templates, Parts: []fs.FS{rows.Templates},
		Offers: []frame.Offer{{Path: "/add", Name: "Add task", Symbol: "plus", Key: "n", Part: "add"}},
		Routes: []frame.Route{
			frame.Get("/add", frame.Users, nil, a.show),
			frame.Get("/add/read", frame.Users, nil, a.show),
			frame.Post("/add", frame.Users, nil, a.add),
			frame.Get("/add/form", frame.Users, nil, a.showForm),
			frame.Post("/add/form", frame.Users, nil, a.addByForm),
		},
	}
}

// linePage is a line and how it is read.
type linePage struct {
	Form    frame.Form
	Reading reading
	// IsWhole says that it is a page and no part of another, so that saving leads on to a page.
	IsWhole bool
}

func linePageOf(p *frame.Page, r reading) linePage {
	return linePage{p.Form, r, r.With != nil && !p.IsLookedAtAgain()}
}

func (a area) show(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	p.Form = filled(p)
	r, err := a.read(ctx, p)
	return frame.Show("add", "Add a task", linePageOf(p, r)), err
}

// add adds the task of a line, unless something is still to be chosen.
func (a area) add(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	r, err := a.read(ctx, p)
	if err != nil {
		return frame.Answer{}, err
	}
	if p.Form.Text("line") == "" {
		p.Form.Mark("line", "Write what needs doing.")
	}
	if r.IsLeadOpen() {
		p.Form.Mark("lead", r.leadMistake())
	}
	if r.NeedsHour && r.draft.DueAt == nil {
		p.Form.Mark("hour", "Say at what time.")
	}
	if p.Form.HasMistakes() {
		return frame.Refuse("add", "Add a task", linePageOf(p, r)), nil
	}
	done, err := a.app.ActCreate(ctx, p.Caller, r.draft, app.Options{Once: p.Once(leadsTo(r.With))})
	if e, ok := errors.AsType[*tickler.Error](err); ok && e.Kind != tickler.KindUnavailable {
		p.Form.Mark("line", p.Words(e))
		return frame.Refuse("add", "Add a task", linePageOf(p, r)), nil
	}
	if err != nil {
		return frame.Answer{}, err
	}
	return added(p, done, r.With), nil
}

// leadsTo is where one is after a task is added: on the page of the lead that one came from, or
// where the next one is added.
func leadsTo(with *rows.Contact) string {
	if with == nil {
		return "/add"
	}
	return "/leads/" + with.ID.String()
}

// added confirms it and leads on, with the task in view.
func added(p *frame.Page, done app.Done, with *rows.Contact) frame.Answer {
	confirm(p, done)
	path := leadsTo(with)
	if with != nil && len(done.Tasks) > 0 {
		path += "#task-" + done.Tasks[0].ID.String()
	}
	return frame.Redirect(path)
}

// confirm says what was added and when it is due.
func confirm(p *frame.Page, done app.Done) {
	for _, t := range done.Tasks { // none if the form came before
		p.ConfirmWith("Added "+frame.Quoted(t.Name)+forWhom(p, t)+", due "+p.Due(t).Local()+"."+rows.ReminderNews(p, t),
			frame.Button{Label: "Undo", Path: "/undo"})
	}
}

func forWhom(p *frame.Page, t tickler.Task) string {
	if owner, found := p.Caller.Account.User(t.OwnerID); found && t.OwnerID != p.Caller.User.ID {
		return " for " + owner.Name()
	}
	return ""
}

// filled is the form of a page that is looked at: what its query holds.
func filled(p *frame.Page) frame.Form {
	f := frame.Filled()
	for name, values := range p.URL.Query() {
		for _, value := range values {
			f.Add(name, value)
		}
	}
	return f
}
