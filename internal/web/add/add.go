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
}

func (a area) show(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	p.Form = filled(p)
	r, err := a.read(ctx, p)
	return frame.Show("add", "Add a task", linePage{p.Form, r}), err
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
		return frame.Refuse("add", "Add a task", linePage{p.Form, r}), nil
	}
	done, err := a.app.ActCreate(ctx, p.Caller, r.draft, app.Options{Once: p.Once("/add")})
	if e, ok := errors.AsType[*tickler.Error](err); ok && e.Kind != tickler.KindUnavailable {
		p.Form.Mark("line", p.Words(e))
		return frame.Refuse("add", "Add a task", linePage{p.Form, r}), nil
	}
	if err != nil {
		return frame.Answer{}, err
	}
	confirm(p, done)
	return frame.Redirect("/add"), nil
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
