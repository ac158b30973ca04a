package tasks

import (
	"context"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// nextPage asks what came of a task, and what follows it.
type nextPage struct {
	Task  tickler.Task
	Form  frame.Form
	Types []option
	Type  tickler.TaskType // of the next one
	Lead  string
	Back  string // where it leads afterwards
	Day   string // its date, in words
}

// Path is the task's.
func (n nextPage) Path() string { return pathOf(n.Task.ID) }

// Follows reports whether something can follow: where there is somebody with whom it goes on.
func (n nextPage) Follows() bool { return !n.Task.Related.ID.IsZero() }

// Title is the question.
func (n nextPage) Title() string {
	if n.Follows() {
		return "What is next?"
	}
	return "What came of it?"
}

// IsAppointment reports whether the next task stands in the calendar.
func (n nextPage) IsAppointment() bool { return n.Type.Category == tickler.CategoryAppointment }

// proposedHour is when an appointment is proposed that follows a task without an hour.
const proposedHour = "09:00"

// nextPage proposes the next step by the rule of the task's type. What the form holds stays.
func (a area) nextPage(ctx context.Context, p *frame.Page, t tickler.Task) (nextPage, error) {
	leads, err := a.leadsOf(ctx, p, t)
	if err != nil {
		return nextPage{}, err
	}
	n := nextPage{Task: t, Form: p.Form, Lead: t.Related.Name, Back: frame.LocalPath(p.URL.Query().Get("back"), "")}
	if p.Form.Value("back") != "" {
		n.Back = frame.LocalPath(p.Form.Value("back"), "")
	}
	if lead, found := leads[t.Related.ID]; found {
		n.Lead = rows.ContactOf(lead).Name
	}
	was, _ := p.Caller.Account.TaskType(t.TypeID)
	proposed := was.Proposed()
	n.Type, _ = p.Caller.Account.TaskType(proposed.TypeID)
	if id, err := tickler.ParseID(p.Form.Value("type")); err == nil {
		if chosen, found := p.Caller.Account.TaskType(id); found {
			n.Type = chosen
		}
	}
	n.fillIn(p, civil.OnDay(p.Now, p.Zone(), proposed.AfterDays, 0))
	return n, nil
}

// fillIn fills in what the form does not have yet, and a name that is only proposed.
func (n *nextPage) fillIn(p *frame.Page, day time.Time) {
	name := p.Form.Text("name")
	for _, taskType := range p.Caller.Account.TaskTypes() {
		n.Types = append(n.Types, option{taskType.ID.String(), taskType.Name, taskType.ID == n.Type.ID})
		if name == proposedName(taskType, n.Lead) {
			name = ""
		}
	}
	isNew := p.Form.Value("day") == "" && p.Form.Value("name") == ""
	if name == "" {
		p.Form.Set("name", proposedName(n.Type, n.Lead))
	}
	if isNew {
		p.Form.Set("day", day.In(p.Zone()).Format(time.DateOnly))
		if p.Form.Values("note") == nil {
			p.Form.Set("note", n.Task.CompletionNote)
		}
		if rows.HasHour(p, n.Task) && n.Task.Category == tickler.CategoryAppointment {
			p.Form.Set("hour", n.Task.DueAt.In(p.Zone()).Format("15:04"))
		}
	}
	if n.IsAppointment() && p.Form.Value("hour") == "" {
		p.Form.Set("hour", proposedHour)
	}
	if date, err := civil.ParseDate(p.Form.Value("day")); err == nil {
		at := civil.InstantOf(date, p.Zone())
		n.Day = rows.DayWords(p.At(at).DayAndDate(), at.In(p.Zone()))
	}
}

// proposedName is what the next task is called unless somebody has a better word.
func proposedName(taskType tickler.TaskType, lead string) string {
	name := []rune(taskType.Name + ": " + lead)
	return strings.TrimSuffix(string(name[:min(len(name), tickler.MaxTaskName)]), ": ")
}

// done finds the task that is done, whose next step is asked for; false when that can't be asked.
func (a area) done(ctx context.Context, p *frame.Page) (t tickler.Task, found bool, err error) {
	id, ok := p.ID("id")
	if !ok {
		return t, false, nil
	}
	t, found, err = a.app.Task(ctx, p.Caller, id)
	return t, found && p.Caller.MayChange(t) && t.State == tickler.StateCompleted, err
}

// next shows the form by itself: a page of its own, and a part for others.
func (a area) next(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	t, found, err := a.done(ctx, p)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	p.Form = frame.Filled()
	for name, values := range p.URL.Query() {
		for _, value := range values {
			p.Form.Add(name, value)
		}
	}
	n, err := a.nextPage(ctx, p, t)
	return frame.Show("next", n.Title(), n), err
}

// follow notes what came of a task and adds the next one, as one act.
func (a area) follow(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	t, found, err := a.done(ctx, p)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	n, err := a.nextPage(ctx, p, t)
	if err != nil {
		return frame.Answer{}, err
	}
	var next *tickler.TaskDraft
	if p.Form.Value("do") != "nothing" && n.Follows() {
		draft := n.draft(p)
		next = &draft
	}
	if p.Form.HasMistakes() {
		return frame.Refuse("next", n.Title(), n), nil
	}
	back := n.Back
	if back == "" {
		back = n.Path()
	}
	note := strings.ReplaceAll(p.Form.Text("note"), "\r\n", "\n")
	done, err := a.app.Follow(ctx, p.Caller, t.ID, note, next, app.Options{Once: p.Once(back)})
	if err = p.Blame(err, map[tickler.Field]string{
		tickler.FieldCompletionNote: "note", tickler.FieldName: "name", tickler.FieldDue: "day",
		tickler.FieldType: "type", tickler.FieldFields: "type",
	}); err != nil {
		return n.blameWhole(p, err)
	}
	if p.Form.HasMistakes() {
		return frame.Refuse("next", n.Title(), n), nil
	}
	confirmNext(p, done, next != nil)
	return frame.Redirect(back), nil
}

// blameWhole shows the form with a mistake that is about none of its fields: such as a custom field
// that the next task's type needs.
func (n nextPage) blameWhole(p *frame.Page, err error) (frame.Answer, error) {
	refusal, ok := err.(*tickler.Error) //nolint:errorlint // as Blame returns it
	if !ok || refusal.Kind != tickler.KindMissingField {
		return frame.Answer{}, err
	}
	p.Form.Mark("type", p.Words(refusal)+" Add this task with the form for all fields.")
	return frame.Refuse("next", n.Title(), n), nil
}

func confirmNext(p *frame.Page, done app.Done, isNext bool) {
	undo := frame.Button{Label: "Undo", Path: "/undo"}
	switch {
	case done.Replay != nil || len(done.Tasks) == 0:
	case isNext:
		t := done.Tasks[len(done.Tasks)-1]
		p.ConfirmWith("Next: "+frame.Quoted(t.Name)+", "+p.Due(t).Local()+"."+rows.ReminderNews(p, t), undo)
	default:
		p.ConfirmWith("Noted.", undo)
	}
}

// draft reads the next task, and marks what can't be read. It has the same lead and owner.
func (n nextPage) draft(p *frame.Page) tickler.TaskDraft {
	zone := p.Zone()
	d := tickler.TaskDraft{
		Name: p.Form.Text("name"), TypeID: n.Type.ID, RelatedKind: n.Task.Related.Kind, RelatedID: n.Task.Related.ID,
	}
	if owner, found := p.Caller.Account.User(n.Task.OwnerID); found && owner.Active {
		d.OwnerID = owner.ID
	}
	date, err := civil.ParseDate(p.Form.Text("day"))
	if err != nil {
		p.Form.Mark("day", "Say on which day.")
		return d
	}
	due := civil.InstantOf(date, zone)
	if hour := p.Form.Text("hour"); hour != "" {
		at, ok := rows.ReadWall(p.Form.Text("day")+"T"+hour, zone)
		if !ok {
			p.Form.Mark("hour", "Give a time like 15:00.")
		}
		due = at
	}
	d.DueAt = &due
	if !n.IsAppointment() && zone.String() != p.Caller.Account.Zone.String() { // else it ends with another day
		end := civil.EndOfDay(due, zone)
		d.EndAt = &end
	}
	return d
}
