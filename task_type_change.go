package tickler

import "time"

// What a task type gets that nobody gave.
const (
	DefaultTaskTypeColor = "#CFD8DC"
	UsualDuration        = 30 * time.Minute // of an appointment
)

// TaskTypePatch is what a caller wants changed of a task type. An empty text and nil leave the
// attribute as it is.
type TaskTypePatch struct {
	Name            string
	Category        *Category
	Color           string
	DefaultDuration *time.Duration
	IsDefault       *bool
	Fields          *[]CustomField // all of them, in place of those there are
}

// Patch returns the task type with a patch applied. What tasks have in fields that are gone, or of
// another data type now, stays in them as it is.
func (t TaskType) Patch(p TaskTypePatch) (TaskType, error) {
	after := t
	if p.Name != "" {
		after.Name = p.Name
	}
	if p.Color != "" {
		after.Color = p.Color
	}
	if p.Category != nil && *p.Category != t.Category {
		after.Category = *p.Category
		after.DefaultDuration = usualDuration(after.Category)
	}
	after.DefaultDuration = valueOr(p.DefaultDuration, after.DefaultDuration)
	after.IsDefault = valueOr(p.IsDefault, t.IsDefault)
	if t.IsDefault && !after.IsDefault {
		return t, Refuse(FactNoDefault, FieldDefault, false)
	}
	if p.Fields != nil {
		after.Fields = *p.Fields
	}
	return after, after.Validate()
}

// NewTaskType makes a task type of a category with what nobody gave filled in.
func NewTaskType(category Category) TaskType {
	return TaskType{Category: category, Color: DefaultTaskTypeColor, DefaultDuration: usualDuration(category)}
}

func usualDuration(category Category) time.Duration {
	if category == CategoryAppointment {
		return UsualDuration
	}
	return 0
}

// InUse says why the category of a task type can't change while tasks have it.
func (t TaskType) InUse(category Category) error {
	return Refuse(FactCategoryInUse, FieldCategory, category, t.Name, t.Category)
}
