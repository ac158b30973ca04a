package tasks

import (
	"fmt"
	"strconv"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// taskWords puts what a task holds into words for the user who looks at it.
type taskWords struct {
	caller   app.Caller
	taskType tickler.TaskType
	page     *frame.Page
	task     tickler.Task // whose zones and category say whether a date has an hour
}

func wordsFor(p *frame.Page, task tickler.Task) taskWords {
	taskType, _ := p.Caller.Account.TaskType(task.TypeID)
	return taskWords{caller: p.Caller, taskType: taskType, page: p, task: task}
}

func (w taskWords) user(id tickler.ID) string {
	if id.IsZero() {
		return ""
	}
	if user, ok := w.caller.Account.User(id); ok {
		return user.Name()
	}
	return "somebody who has left"
}

// changed lists the fields that an entry is about: of a deleted task, all that it held.
func (w taskWords) changed(c tickler.Told) (fields []changedField) {
	if len(c.Texts) > 0 {
		for _, text := range c.Texts {
			fields = append(fields, changedField{
				w.attribute(text.Attribute), w.text(text.Attribute, text.Old),
				w.text(text.Attribute, text.New),
			})
		}
		return fields
	}
	for _, d := range c.Differences {
		if d.Field == tickler.FieldState && c.Kind != tickler.ChangeUpdated && c.Kind != tickler.ChangeDeleted {
			continue // what was done says it
		}
		before := w
		if c.Before != nil { // it may have been of another category
			before.task.Category = c.Before.Category
		}
		field := changedField{w.field(d.Field), before.valueOf(d.Field, d.Old), w.valueOf(d.Field, d.New)}
		if c.Kind == tickler.ChangeDeleted {
			field.New = ""
		}
		fields = append(fields, field)
	}
	if c.Kind == tickler.ChangeDeleted {
		fields = append(fields, w.origins(*c.Before)...)
	}
	return fields
}

// origins lists when a deleted task was created and completed, and by whom.
func (w taskWords) origins(t tickler.Task) []changedField {
	fields := []changedField{
		{"Number", strconv.FormatInt(t.AutoID, 10), ""},
		{"Added", w.value(t.CreatedAt), ""},
		{"Added by", w.user(t.CreatedBy), ""},
	}
	if !t.CompletedAt.IsZero() {
		fields = append(fields, changedField{"Completed", w.value(t.CompletedAt), ""},
			changedField{"Completed by", w.user(t.CompletedBy), ""})
	}
	return fields
}

var fieldWords = map[tickler.Field]string{
	tickler.FieldName: "Name", tickler.FieldDescription: "Description", tickler.FieldType: "Type",
	tickler.FieldRelated: "Related to", tickler.FieldOwner: "Owner", tickler.FieldDue: "Due", tickler.FieldEnd: "End",
	tickler.FieldReminder: "Reminder",
	tickler.FieldNotify:   "Reminder by e-mail", tickler.FieldLocation: "Place", tickler.FieldPriority: "Priority",
	tickler.FieldPercent: "Percent completed", tickler.FieldEffort: "Effort", tickler.FieldLatitude: "Latitude",
	tickler.FieldLongitude: "Longitude", tickler.FieldState: "Status",
	tickler.FieldSnooze: "Snoozed until", tickler.FieldCompletionNote: "Note",
}

func (w taskWords) field(field tickler.Field) string {
	if words, known := fieldWords[field]; known {
		return words
	}
	return w.customField(string(field))
}

// customField returns the name of a custom field by the task's type.
func (w taskWords) customField(schemaName string) string {
	for _, f := range w.taskType.Fields {
		if f.SchemaName == schemaName {
			return f.DisplayName
		}
	}
	return schemaName
}

// valueOf puts the value of one of a task's fields into words.
func (w taskWords) valueOf(field tickler.Field, value any) string {
	at, isInstant := value.(time.Time)
	t := w.task
	switch {
	case field == tickler.FieldDue && isInstant:
		t.DueAt = at
		return w.page.Due(t).Dated()
	case field == tickler.FieldEnd && isInstant:
		t.EndAt = at
		return w.page.End(t).Dated()
	default:
		return w.value(value)
	}
}

// value puts a value into words. An instant has its date: what is read here was written on other days.
func (w taskWords) value(value any) string {
	switch v := value.(type) {
	case tickler.ID:
		return w.named(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return w.page.At(v).Dated()
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case tickler.Related:
		return relatedWords(v)
	default: // texts, numbers, and what has words of its own
		return fmt.Sprint(v)
	}
}

// named returns the name of the user or task type with an ID.
func (w taskWords) named(id tickler.ID) string {
	if id.IsZero() {
		return ""
	}
	if t, ok := w.caller.Account.TaskType(id); ok {
		return t.Name
	}
	return w.user(id)
}

// relatedWords says what a task is tied to.
func relatedWords(r tickler.Related) string {
	noun := map[tickler.RelatedKind]string{
		tickler.RelatedToNobody: "nobody", tickler.RelatedToLead: "lead", tickler.RelatedToOpportunity: "opportunity",
	}[r.Kind]
	if r.Name == "" {
		return noun
	}
	return noun + " " + r.Name
}
