package today

import (
	"context"

	"tickler/internal/app"
	"tickler/internal/web/frame"
)

const setUpPath = "/set-up"

// firstStep is a line of the list of first steps.
type firstStep struct {
	Name, Why string
	Path      string // where it is done
	Dialog    string // the part of that page which a script opens over this one; "" for none
	IsDone    bool
}

// welcome is the list of first steps.
type welcome struct {
	Steps []firstStep
	Done  int
}

var firstSteps = map[app.FirstStepKind]firstStep{
	app.StepTask: {
		Name: "Add your first task", Why: "Today shows you what is due, and what is overdue.", Path: "/add", Dialog: "#add",
	},
	app.StepMail: {
		Name: "Set up e-mail", Why: "Tickler reminds people of their tasks by e-mail.", Path: setUpPath + "#mail",
	},
	app.StepColleague: {
		Name: "Add a colleague", Why: "You can give each other tasks, and see who has what to do.",
		Path: setUpPath + "#colleagues",
	},
	app.StepKey: {
		Name: "Connect a program", Why: "With an access key, your CRM can add tasks and learn what came of them.",
		Path: "/settings/keys",
	},
}

// welcomeOf is the list that the user sees on their own Today; nil for none.
func (a area) welcomeOf(ctx context.Context, p *frame.Page) (*welcome, error) {
	found, err := a.app.Welcome(ctx, p.Caller, a.sendsMail)
	if err != nil || len(found.Steps) == 0 {
		return nil, err
	}
	w := &welcome{Done: found.Done}
	for _, step := range found.Steps {
		line := firstSteps[step.Kind]
		line.IsDone = step.IsDone
		w.Steps = append(w.Steps, line)
	}
	return w, nil
}

func (a area) hideWelcome(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return p.Done(a.app.EndWelcome(ctx, p.Caller), "The list is hidden.", home.Path)
}

// setUpPage says how to do what is not done on pages.
type setUpPage struct{ SendsMail bool }

func (a area) setUp(context.Context, *frame.Page) (frame.Answer, error) {
	return frame.Show("set_up", "Set up Tickler", setUpPage{a.sendsMail}), nil
}
