package tasks

import (
	"tickler"
	"tickler/internal/civil"
)

// Words for history entries that were written as text, before the state of the task was kept: they
// name attributes and spell values as the API does. Such entries are kept forever.

var attributeWords = map[string]string{
	"TaskType": "Type", "RelatedEntity": "Related to a", "RelatedEntityId": "Related to", "OwnerId": "Owner",
	"DueDate": "Due", "EndDate": "End",
	"NotifyBy": "Reminder by e-mail", "PercentCompleted": "Percent completed", "EffortEstimateUnit": "Effort",
	"AutoId": "Number", "CreatedOn": "Added", "CreatedBy": "Added by", "Location": "Place", "CompletedOn": "Completed",
	"CompletedBy": "Completed by",
}

// textFields are the fields of attributes that hold instants of which the hour may say nothing.
var textFields = map[string]tickler.Field{"DueDate": tickler.FieldDue, "EndDate": tickler.FieldEnd}

func (w taskWords) attribute(name string) string {
	if words, known := attributeWords[name]; known {
		return words
	}
	return w.customField(name)
}

// text puts an attribute's value into words; a value that is no id, instant or code stays as it is.
func (w taskWords) text(attribute, text string) string {
	switch attribute {
	case "OwnerId", "CreatedBy", "CompletedBy", "TaskType":
		if id, err := tickler.ParseID(text); err == nil {
			return w.named(id)
		}
	case "DueDate", "EndDate", "CreatedOn", "CompletedOn":
		if at, err := civil.ParseInstant(text); err == nil {
			return w.valueOf(textFields[attribute], at)
		}
	case "NotifyBy":
		return map[string]string{"1100": "yes", "1000": "no"}[text]
	case "RelatedEntity":
		return map[string]string{"0": "nobody", "1": "lead", "5": "opportunity"}[text]
	}
	return text
}
