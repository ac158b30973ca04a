package tasks

import (
	"slices"
	"strconv"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// taskWords puts what a task holds into words for the user who looks at it.
type taskWords struct {
	caller   app.Caller
	taskType tickler.TaskType
	zone     *time.Location
}

func wordsFor(p *frame.Page, task tickler.Task) taskWords {
	taskType, _ := p.Caller.Account.TaskType(task.TypeID)
	return taskWords{caller: p.Caller, taskType: taskType, zone: p.Zone()}
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
	tickler.Updated: "Changed", tickler.Finished: "Completed", tickler.Reopened: "Reopened", tickler.CalledOff: "Cancelled",
	tickler.Deleted: "Deleted",
}

var originWords = map[tickler.OriginKind]string{
	tickler.ViaAPI: "API", tickler.ViaPage: "page", tickler.ViaBulk: "bulk request", tickler.ViaCommand: "command line",
}

// history tells of a task from its last change back to its making.
func (w taskWords) history(task tickler.Task, changes []tickler.Change) []historyEntry {
	entries := []historyEntry{{At: task.CreatedAt, What: "Created", By: w.user(task.CreatedBy), Via: originWords[task.CreatedVia.Kind]}}
	for _, c := range changes {
		entry := historyEntry{At: c.At, What: changeWords[c.Kind], By: w.user(c.By), Via: originWords[c.Via.Kind]}
		for _, f := range c.Fields {
			entry.Fields = append(entry.Fields, tickler.FieldChange{
				Attribute: w.attribute(f.Attribute), Old: w.value(f.Attribute, f.Old), New: w.value(f.Attribute, f.New),
			})
		}
		entries = append(entries, entry)
	}
	slices.Reverse(entries)
	return entries
}

var attributeWords = map[string]string{
	"TaskType": "Type", "RelatedEntity": "Related to a", "RelatedEntityId": "Related to", "OwnerId": "Owner", "DueDate": "Due", "EndDate": "End",
	"NotifyBy": "Reminder by e-mail", "PercentCompleted": "Percent completed", "EffortEstimateUnit": "Effort",
	"AutoId": "Number", "CreatedOn": "Created", "CreatedBy": "Created by", "CompletedOn": "Completed", "CompletedBy": "Completed by",
}

func (w taskWords) attribute(name string) string {
	if words, known := attributeWords[name]; known {
		return words
	}
	for _, f := range w.taskType.Fields {
		if f.SchemaName == name {
			return f.DisplayName
		}
	}
	return name
}

// value puts an attribute's value from the history into words; one that is no id, instant or number for something is as it is.
func (w taskWords) value(attribute, text string) string {
	switch attribute {
	case "OwnerId", "CreatedBy", "CompletedBy":
		if id, err := tickler.ParseID(text); err == nil {
			return w.user(id)
		}
	case "TaskType":
		if id, err := tickler.ParseID(text); err == nil {
			if t, ok := w.caller.Account.TaskType(id); ok {
				return t.Name
			}
		}
	case "DueDate", "EndDate", "CreatedOn", "CompletedOn":
		if at, err := civil.ParseInstant(text); err == nil {
			return frame.LocalText(at.In(w.zone))
		}
	case "NotifyBy":
		return map[string]string{tickler.NotifyBy(true): "yes", tickler.NotifyBy(false): "no"}[text]
	case "RelatedEntity":
		return map[string]string{
			strconv.Itoa(int(tickler.RelatedToNobody)): "nobody", strconv.Itoa(int(tickler.RelatedToLead)): "lead",
			strconv.Itoa(int(tickler.RelatedToOpportunity)): "opportunity",
		}[text]
	}
	return text
}
