package tasks

import (
	"fmt"
	"slices"
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
	at       func(time.Time) frame.Instant // how the page shows one
}

func wordsFor(p *frame.Page, task tickler.Task) taskWords {
	taskType, _ := p.Caller.Account.TaskType(task.TypeID)
	return taskWords{caller: p.Caller, taskType: taskType, at: p.At}
}

func (w taskWords) user(id tickler.ID) string {
	user, ok := w.caller.Account.User(id)
	if !ok {
		return id.String()
	}
	return user.Name()
}

func (w taskWords) customFields(task tickler.Task) []namedText {
	var fields []namedText
	for _, f := range w.taskType.Fields {
		if text := task.CustomFields[f.SchemaName]; text != "" {
			fields = append(fields, namedText{f.DisplayName, text})
		}
	}
	return fields
}

var changeWords = map[tickler.ChangeKind]string{
	tickler.ChangeUpdated: "Changed", tickler.ChangeCompleted: "Completed", tickler.ChangeReopened: "Reopened",
	tickler.ChangeCancelled: "Cancelled", tickler.ChangeDeleted: "Deleted", tickler.ChangeRestored: "Restored",
}

var originWords = map[tickler.OriginKind]string{
	tickler.ViaAPI: "API", tickler.ViaPage: "page", tickler.ViaBulk: "bulk request", tickler.ViaCommand: "command line",
	tickler.ViaMail: "from a mail",
}

// history lists a task's changes, the last one first, down to its creation.
func (w taskWords) history(h app.TaskHistory) []historyEntry {
	entries := []historyEntry{{
		At: h.CreatedAt, What: "Created", By: w.user(h.CreatedBy),
		Via: originWords[h.CreatedVia.Kind],
	}}
	for _, c := range h.Told {
		entries = append(entries, historyEntry{
			At: c.At, What: changeWords[c.Kind], By: w.user(c.By), Via: originWords[c.Via.Kind], Fields: w.changed(c),
		})
	}
	slices.Reverse(entries)
	return entries
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
		field := changedField{w.field(d.Field), w.value(d.Old), w.value(d.New)}
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
		{"Created", w.value(t.CreatedAt), ""},
		{"Created by", w.user(t.CreatedBy), ""},
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
	tickler.FieldNotify:   "Reminder by e-mail", tickler.FieldLocation: "Location", tickler.FieldPriority: "Priority",
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

// value puts a field's value into words.
func (w taskWords) value(value any) string {
	switch v := value.(type) {
	case tickler.ID:
		return w.named(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return w.at(v).Local()
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
