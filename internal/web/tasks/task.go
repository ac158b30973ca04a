// Package tasks is lists of tasks, views of them, and the page of a task.
package tasks

import (
	"context"
	"embed"
	"io/fs"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

//go:embed *.html
var templates embed.FS

type area struct{ app *app.App }

// New makes the area.
func New(useCases *app.App) frame.Area {
	a := area{useCases}
	return frame.Area{Sections: []*frame.Section{section}, Templates: templates, Parts: []fs.FS{rows.Templates}, Routes: append(a.listRoutes(),
		frame.Get("/tasks/{id}", frame.Users, section, a.show),
		frame.Post("/tasks/{id}/complete", frame.Users, section, a.complete),
		frame.Post("/tasks/{id}/reopen", frame.Users, section, a.reopen),
		frame.Post("/tasks/{id}/cancel", frame.Users, section, a.cancel),
	)}
}

// taskPage is one task with its history. Mails lead here.
type taskPage struct {
	Task      tickler.Task
	Status    tickler.Status
	Type      tickler.TaskType
	Owner     string
	Fields    []namedText // the custom ones that hold something
	MayChange bool
	History   []historyEntry // the latest first
	// WantsNoMail says that the owner has turned reminder mails off.
	WantsNoMail bool
}

// IsOpen reports whether the task can be completed or cancelled; else it can be reopened.
func (t taskPage) IsOpen() bool { return t.Task.State == tickler.StateOpen }

// IsAppointment reports whether the due date is a start.
func (t taskPage) IsAppointment() bool { return t.Task.Category == tickler.CategoryAppointment }

type namedText struct{ Name, Text string }

// changedField is a field of a task, with its value before and after, in words.
type changedField struct{ Name, Old, New string }

// historyEntry is what somebody did to the task.
type historyEntry struct {
	At            time.Time
	What, By, Via string
	Fields        []changedField
}

func (a area) show(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return frame.NotFound(), nil
	}
	h, found, err := a.app.TaskHistory(ctx, p.Caller, id)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	words := wordsFor(p, h.Task)
	if h.IsRemoved {
		return frame.Show("removed", h.Name, taskPage{Task: h.Task, History: words.history(h)}), nil
	}
	owner, _ := p.Caller.Account.User(h.OwnerID)
	return frame.Show("task", h.Name, taskPage{
		Task: h.Task, Status: h.StatusAt(p.Now), Type: words.taskType, Owner: words.user(h.OwnerID),
		Fields:    words.customFields(h.Task),
		MayChange: p.Caller.MayChange(h.Task), History: words.history(h), WantsNoMail: owner.RemindersOff,
	}), nil
}

func (a area) complete(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return changeTask(ctx, p, a.app.CompleteTask, "The task is completed.")
}

func (a area) reopen(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return changeTask(ctx, p, a.app.ReopenTask, "The task is open again.")
}

func (a area) cancel(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return changeTask(ctx, p, a.app.CancelTask, "The task is cancelled.")
}

// changeTask does something to the task that the path names, and goes back to it.
func changeTask(
	ctx context.Context, p *frame.Page, change func(context.Context, app.Caller, tickler.ID) (app.ChangedTask, error),
	done string,
) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return frame.NotFound(), nil
	}
	_, err := change(ctx, p.Caller, id)
	return p.Done(err, done, "/tasks/"+id.String())
}
