package tickler

import "time"

// Defaults of a task type.
const (
	DefaultTaskTypeColor = "#CFD8DC"
	UsualDuration        = 30 * time.Minute // of an appointment
)

// TaskTypePatch is what a caller wants changed in a task type. An empty text and nil leave the
// attribute as it is.
type TaskTypePatch struct {
	Name            string
	Category        *Category
	Color           string
	DefaultDuration *time.Duration
	IsDefault       *bool
	Fields          *[]CustomField // all of them, in place of those there are
	Next            *NextStep
}

// Patch returns the task type with a patch applied. Tasks keep their values in fields that are gone
// or have another data type now.
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
	after.Next = valueOr(p.Next, t.Next)
	return after, after.Validate()
}

// NewTaskType returns a task type of a category with its defaults filled in.
func NewTaskType(category Category) TaskType {
	return TaskType{Category: category, Color: DefaultTaskTypeColor, DefaultDuration: usualDuration(category)}
}

func usualDuration(category Category) time.Duration {
	if category == CategoryAppointment {
		return UsualDuration
	}
	return 0
}

// InUse returns the error for changing the category of a task type that tasks have.
func (t TaskType) InUse(category Category) error {
	return Refuse(FactCategoryInUse, FieldCategory, category, t.Name, t.Category)
}
