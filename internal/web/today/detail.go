package today

import (
	"context"
	"slices"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// detail is a task with all that one needs to get it done: its lead, and what has happened.
type detail struct {
	rows.Row
	OwnerName string
	Due, Ends frame.Instant
	Reminder  string // its rule, in words
	Fields    []namedText
	// LeadTasks are others with the same lead, the latest first, and LeadTotal counts them.
	LeadTasks []rows.Row
	LeadTotal int
	History   []entry // the latest first
}

type namedText struct{ Name, Text string }

// entry is something that was done to the task.
type entry struct {
	At       time.Time
	What, By string
	State    string // as a timeline has it
}

// Limits of what is shown beside a task.
const (
	shownHistory   = 6
	shownLeadTasks = 6
)

// panelPage is what the template "detail" needs.
type panelPage struct{ Detail detail }

// panel is the task at the right of Today.
func (a area) panel(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return frame.NotFound(), nil
	}
	if !p.IsLookedAtAgain() {
		return frame.Redirect("/tasks/" + id.String()), nil
	}
	d, found, err := a.detailOf(ctx, p, id)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	return frame.Show("panel", d.Task.Name, panelPage{d}), nil
}

// detailOf reads a task that the user may see; false when there is none.
func (a area) detailOf(ctx context.Context, p *frame.Page, id tickler.ID) (d detail, found bool, err error) {
	h, found, err := a.app.TaskHistory(ctx, p.Caller, id)
	if err != nil || !found || h.IsRemoved {
		return d, false, err
	}
	if owner, isThere := p.Caller.Account.User(h.OwnerID); isThere { // it stands in their day
		p.ShowTimesOf(owner)
	}
	leads := map[tickler.ID]tickler.Lead{}
	if h.Related.Kind == tickler.RelatedToLead {
		lead, isThere, err := a.app.Lead(ctx, p.Caller, h.Related.ID)
		if err != nil {
			return d, false, err
		}
		if isThere {
			leads[lead.ID] = lead
		}
	}
	m := rows.Maker{Page: p, Leads: leads}
	d = detail{
		Row: m.Row(h.Task, true), Due: p.Due(h.Task), Ends: p.At(h.EndAt),
		Reminder: rows.ReminderWords(p, h.Task), History: history(p, h),
	}
	d.OwnerName = d.Owner
	for _, f := range d.Type.Fields {
		if text := h.CustomFields[f.SchemaName]; text != "" {
			d.Fields = append(d.Fields, namedText{f.DisplayName, rows.CustomWords(p, f, text)})
		}
	}
	if len(leads) > 0 {
		d.LeadTasks, d.LeadTotal, err = a.leadTasks(ctx, p, h.Task)
	}
	return d, true, err
}

// leadTasks are the other tasks with a task's lead, the latest first.
func (a area) leadTasks(ctx context.Context, p *frame.Page, t tickler.Task) ([]rows.Row, int, error) {
	page := tickler.Page{Limit: shownLeadTasks + 1}
	tasks, total, err := a.app.TasksRelatedTo(ctx, p.Caller, t.Related.Kind, t.Related.ID, page)
	if err == nil && total > page.Limit { // they come with the earliest first
		page.Offset = total - page.Limit
		tasks, total, err = a.app.TasksRelatedTo(ctx, p.Caller, t.Related.Kind, t.Related.ID, page)
	}
	tasks = slices.DeleteFunc(tasks, func(other tickler.Task) bool { return other.ID == t.ID })
	slices.Reverse(tasks)
	return rows.Maker{Page: p}.Rows(tasks[:min(len(tasks), shownLeadTasks)], false), max(0, total-1), err
}

var changeWords = map[tickler.ChangeKind]string{
	tickler.ChangeUpdated: "Changed", tickler.ChangeCompleted: "Done", tickler.ChangeReopened: "Reopened",
	tickler.ChangeCancelled: "Cancelled", tickler.ChangeDeleted: "Deleted", tickler.ChangeRestored: "Restored",
}

// history is what happened to the task last, the latest first.
func history(p *frame.Page, h app.TaskHistory) []entry {
	all := []entry{{At: h.CreatedAt, What: "Added", By: userName(p, h.CreatedBy)}}
	for _, told := range h.Told {
		e := entry{At: told.At, What: changeWords[told.Kind], By: userName(p, told.By)}
		if told.Kind == tickler.ChangeCompleted {
			e.State = "done"
		}
		if told.Kind == tickler.ChangeUpdated {
			e.What = changedWords(p, h.Task, told)
		}
		all = append(all, e)
	}
	slices.Reverse(all)
	return all[:min(len(all), shownHistory)]
}

// changedWords say what a change changed: where it moved a task to, or the names of the fields.
func changedWords(p *frame.Page, t tickler.Task, told tickler.Told) string {
	var fields []tickler.Field
	for _, d := range told.Differences {
		at, isInstant := d.New.(time.Time)
		switch {
		case d.Field == tickler.FieldDue && isInstant:
			t.DueAt = at
			return "Moved to " + p.Due(t).Dated()
		case d.Field == tickler.FieldSnooze && isInstant && !at.IsZero():
			return "Snoozed until " + p.At(at).Dated()
		}
		fields = append(fields, d.Field)
	}
	switch {
	case slices.Equal(fields, []tickler.Field{tickler.FieldCompletionNote}):
		return "Noted what came of it"
	case slices.Equal(fields, []tickler.Field{tickler.FieldSnooze}):
		return "Stopped snoozing"
	case len(fields) == 1 && told.Differences[0].Field == tickler.FieldOwner:
		id, _ := told.Differences[0].New.(tickler.ID)
		return "Assigned to " + userName(p, id)
	case len(fields) == 0:
		return "Changed"
	default:
		return "Changed: " + fieldNames(p, fields)
	}
}

func userName(p *frame.Page, id tickler.ID) string {
	if user, found := p.Caller.Account.User(id); found {
		return user.Name()
	}
	return "somebody who has left"
}
