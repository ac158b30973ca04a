package tasks

import (
	"context"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// conflictPage is shown to the second of two people who edit a task at once: both versions, field by
// field.
type conflictPage struct {
	Task   tickler.Task // as it is now
	Only   string
	By     string // who changed it
	When   frame.Instant
	Rows   []versions
	Hidden []hidden // what was typed, to be sent again
}

// Path is the task's.
func (c conflictPage) Path() string { return pathOf(c.Task.ID) }

// versions are a field as it was when the form was shown, as it is now, and as it is in the form.
type versions struct {
	Name, Label       string
	Was, Theirs, Mine string
	// IsTheirs and IsMine say who has changed it. What both have changed is to be chosen.
	IsTheirs, IsMine bool
}

// IsOpen reports whether somebody has to choose.
func (v versions) IsOpen() bool { return v.IsTheirs && v.IsMine }

type hidden struct{ Name, Value string }

// together are fields of which one follows from the other.
var together = [][]string{{"day", "end"}, {"type", "end"}}

// changedMeanwhile goes on where somebody else has changed the task since the form was shown. Where
// they changed other fields, both changes are kept. Else both versions are shown, with what was typed.
func (a area) changedMeanwhile(
	ctx context.Context, p *frame.Page, e editing, mine []field,
) (frame.Answer, error) {
	h, found, err := a.read(ctx, p)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	if h.IsRemoved {
		p.Confirm("The task was deleted meanwhile, so nothing was saved.")
		return frame.Redirect(pathOf(h.ID)), nil
	}
	was, now := formOfTask(p, e.seen), formOfTask(p, h.Task)
	all := fieldsOf(h.Task, chosenType(p, h.Task))
	theirs := differing(all, was, now)
	for _, f := range e.fields {
		if !has(mine, f.Name) {
			f.take(now, p.Form)
		}
	}
	if !collide(mine, theirs) && h.Version > e.seen.Version {
		for _, f := range theirs {
			e.merged = append(e.merged, f.Label)
		}
		e.history, e.seen = h, h.Task
		return a.saveEdit(ctx, p, e)
	}
	page := conflictPage{
		Task: h.Task, Only: e.only, By: "Somebody", When: p.At(h.ModifiedAt), Hidden: typedIn(p, e.fields),
	}
	if last := h.Told; len(last) > 0 {
		page.By = userName(p, last[len(last)-1].By)
	}
	for _, f := range all {
		v := versions{
			Name: f.Name, Label: f.Label, IsTheirs: has(theirs, f.Name), IsMine: has(mine, f.Name),
			Was: f.words(p, was), Theirs: f.words(p, now), Mine: f.words(p, p.Form),
		}
		if v.IsOpen() && slices.Equal(f.texts(p.Form), f.texts(now)) { // both want the same
			v.IsMine = false
		}
		if v.IsTheirs || v.IsMine {
			page.Rows = append(page.Rows, v)
		}
	}
	return frame.Refuse("conflict", "Two versions of "+h.Name, page), nil
}

// typedIn is what a form holds in some fields.
func typedIn(p *frame.Page, fields []field) (all []hidden) {
	for _, f := range fields {
		inputs := f.Inputs
		if f.Kind == kindLead {
			inputs = append([]string{"who"}, inputs...)
		}
		for _, input := range inputs {
			for _, value := range p.Form.Values(input) {
				all = append(all, hidden{input, value})
			}
		}
	}
	return all
}

func has(fields []field, name string) bool {
	_, found := fieldNamed(fields, name)
	return found
}

// collide reports whether two people have changed the same, or what follows from it.
func collide(mine, theirs []field) bool {
	for _, f := range mine {
		if has(theirs, f.Name) {
			return true
		}
	}
	for _, pair := range together {
		if has(mine, pair[0]) && has(theirs, pair[1]) || has(mine, pair[1]) && has(theirs, pair[0]) {
			return true
		}
	}
	isCustom := func(f field) bool { return f.Custom.SchemaName != "" }
	return has(mine, "type") && slices.ContainsFunc(theirs, isCustom) ||
		has(theirs, "type") && slices.ContainsFunc(mine, isCustom)
}

// words say what a form has in a field; "nothing" for an empty one.
func (f field) words(p *frame.Page, form frame.Form) string {
	words := f.plainWords(p, form)
	if words == "" {
		return "nothing"
	}
	return words
}

func (f field) plainWords(p *frame.Page, form frame.Form) string {
	text := form.Value(f.Name)
	switch {
	case f.Name == "type":
		id, _ := tickler.ParseID(text)
		taskType, _ := p.Caller.Account.TaskType(id)
		return taskType.Name
	case f.Name == "owner":
		id, _ := tickler.ParseID(text)
		return userName(p, id)
	case f.Kind == kindDay:
		return dayWords(p, form)
	case f.Kind == kindInstant:
		if at, ok := rows.ReadWall(text, p.Zone()); ok {
			return p.Times().Instant(at)
		}
		return text
	case f.Kind == kindReminder:
		rule, ok := rows.RuleOf(text)
		if !ok {
			return "no reminder"
		}
		return rows.RuleWords(p, rule)
	case f.Kind == kindMany:
		return strings.Join(form.Values(f.Name), ", ")
	default:
		return rows.CustomWords(p, f.Custom, text)
	}
}

func dayWords(p *frame.Page, form frame.Form) string {
	day, hour := form.Value("day"), form.Value("hour")
	if at, ok := rows.ReadWall(day+"T"+hour, p.Zone()); ok {
		return p.Times().Instant(at)
	}
	if date, err := civil.ParseDate(day); err == nil {
		return p.Times().Day(civil.InstantOf(date, p.Zone()))
	}
	return day
}
