// Package acts is where the forms around tasks lead, whatever page they are on: to do something to
// the tasks, to take back what was done last, and to do it again. Its page lists what that was.
package acts

import (
	"context"
	"embed"
	"errors"
	"net/url"
	"strings"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// Asked reads which tasks the address of a list asks for.
type Asked func(p *frame.Page, query url.Values) app.TaskSearch

//go:embed *.html
var templates embed.FS

type area struct {
	app   *app.App
	asked Asked
}

// New makes the area. A form to /tasks/act has in "do" what is to be done: "complete", "reopen",
// "cancel", "delete", "wake"; "snooze-" or "move-" with the word of a choice (see package rows);
// "snooze-at" with "until", "move-day" with "day", "assign" with "owner", "rename" with "name". It is
// done to the tasks in "id", or to those that follow a colon: "complete:<id>", or "move-today:overdue" for all
// that is overdue of the person in "of". "back" is where it
// leads afterwards, and "undone" where undoing it leads, if elsewhere.
//
// With "all" it is done to all tasks that the list of the address in "filter" has, on every page.
func New(useCases *app.App, asked Asked) frame.Area {
	a := area{useCases, asked}
	return frame.Area{
		Templates: templates,
		Sections:  []*frame.Section{sectionRecent},
		Routes: []frame.Route{
			frame.Post("/tasks/act", frame.Users, nil, a.act),
			frame.Post("/undo", frame.Users, nil, a.undo),
			frame.Post("/redo", frame.Users, nil, a.redo),
			frame.Get(recentPath, frame.Users, sectionRecent, a.recent),
		},
	}
}

func (a area) act(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	verb, one, isOne := strings.Cut(p.Form.Value("do"), ":")
	if p.Form.Value("all") != "" && !isOne {
		return a.actOnAll(ctx, p, verb)
	}
	if of, err := tickler.ParseID(p.Form.Value("of")); err == nil { // from a page that shows their times
		if person, found := p.Caller.Account.User(of); found {
			p.ShowTimesOf(person)
		}
	}
	ids, readable, err := a.idsOf(ctx, p, one, isOne)
	if err != nil || !readable {
		return frame.NotFound(), err
	}
	if len(ids) == 0 {
		p.Confirm("Select a task first.")
		return frame.Redirect(p.Back()), nil
	}
	wish, mistake := wishOf(p, verb)
	if mistake != "" {
		p.Confirm(mistake)
		return frame.Redirect(p.Back()), nil
	}
	done, err := a.app.Act(ctx, p.Caller, ids, wish.doing)
	if e, ok := errors.AsType[*tickler.Error](err); ok && e.Kind == tickler.KindInvalid {
		p.Confirm(stays(p, done.Left, e))
		return frame.Redirect(p.Back()), nil
	}
	if err != nil {
		return frame.Answer{}, err
	}
	if len(done.Act.Steps) == 0 {
		p.Confirm(sentences("Nothing has changed.", lateThere(p, done), left(p, done.Left)))
		return frame.Redirect(p.Back()), nil
	}
	undo := frame.Button{Label: "Undo", Path: "/undo"}
	if back := frame.LocalPath(p.Form.Value("undone"), ""); back != "" {
		undo.Path += "?back=" + url.QueryEscape(back)
	}
	text := wish.sentence(done.Act.Steps) + rows.RemindersNews(p, done.Outcomes)
	p.ConfirmWithLink(sentences(text, lateThere(p, done), left(p, done.Left)), undo, nextOf(p, done))
	return frame.Redirect(p.Back()), nil
}

// nextOf links to where the next step of the only task that was done is added. Where scripts run,
// they offer it themselves, and the task's own page does too.
func nextOf(p *frame.Page, done app.Done) (none frame.Link) {
	if p.IsLookedAtAgain() || done.Act.Deed != tickler.DeedCompleted || len(done.Tasks) != 1 {
		return none
	}
	row := rows.Maker{Page: p}.Row(done.Tasks[0], false)
	path, back := "/tasks/"+row.Task.ID.String(), p.Back()
	if shown, _, _ := strings.Cut(back, "?"); !row.AsksNext() || shown == path {
		return none
	}
	return frame.Link{Label: "What is next?", Path: path + "/next?" + url.Values{"back": {back}}.Encode()}
}

// overdue stands for all the tasks that are overdue on somebody's Today.
const overdue = "overdue"

// idsOf returns the tasks that a form is about; false if an id is none.
func (a area) idsOf(
	ctx context.Context, p *frame.Page, one string, isOne bool,
) (ids []tickler.ID, readable bool, err error) {
	texts := p.PostForm["id"]
	switch {
	case isOne && one == overdue:
		ids, err = a.overdueOf(ctx, p)
		return ids, true, err
	case isOne:
		texts = []string{one}
	}
	for _, text := range texts {
		id, err := tickler.ParseID(text)
		if err != nil {
			return nil, false, nil //nolint:nilerr // it is the form that is wrong
		}
		ids = append(ids, id)
	}
	return ids, true, nil
}

// overdueOf returns as many overdue tasks of the person in "of" as an act may have, the oldest first.
func (a area) overdueOf(ctx context.Context, p *frame.Page) (ids []tickler.ID, err error) {
	var of tickler.ID
	if text := p.Form.Value("of"); text != "" {
		if of, err = tickler.ParseID(text); err != nil {
			return nil, nil //nolint:nilerr // nobody has none
		}
	}
	today, err := a.app.Today(ctx, p.Caller, of)
	for _, t := range today.Overdue[:min(len(today.Overdue), tickler.MaxActTasks)] {
		ids = append(ids, t.ID)
	}
	return ids, err
}

// undo takes back the last act. A change of all that match, which a request has made since, comes
// first: the user is asked, since that is another request.
func (a area) undo(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	r, found, err := a.app.LastChangeByRequest(ctx, p.Caller)
	if err != nil {
		return frame.Answer{}, err
	}
	if found {
		p.ConfirmWith("The last change, of "+frame.Counted(r.Rows, "task")+", was made by a request.",
			frame.Button{Label: "Undo the request", Path: "/requests/" + r.ID.String() + "/undo"})
		return frame.Redirect(frame.LocalPath(p.URL.Query().Get("back"), p.Back())), nil
	}
	return takeBack(ctx, p, a.app.UndoAct, "Undone", frame.Button{Label: "Redo", Path: "/redo"})
}

func (a area) redo(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return takeBack(ctx, p, a.app.RedoAct, "Redone", frame.Button{Label: "Undo", Path: "/undo"})
}

// takeBack undoes or redoes an act, and says what and which of it somebody else's change forbids.
func takeBack(
	ctx context.Context, p *frame.Page, do func(context.Context, app.Caller) (app.Done, error), word string,
	other frame.Button,
) (frame.Answer, error) {
	back := frame.LocalPath(p.URL.Query().Get("back"), p.Back())
	done, err := do(ctx, p.Caller)
	if err != nil {
		return p.Done(err, "", back)
	}
	text := word + ": " + rows.ActWords(done.Act) + "."
	if len(done.Act.Steps) == 0 {
		text = ""
		other = frame.Button{}
	}
	list := frame.Link{Label: sectionRecent.Name, Path: recentPath}
	if back == recentPath {
		list = frame.Link{}
	}
	p.ConfirmWithLink(sentences(text, left(p, done.Left)), other, list)
	return frame.Redirect(back), nil
}
