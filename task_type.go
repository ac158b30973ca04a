package tickler

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Category says whether a task is an appointment in the calendar or a thing to do. The numbers are
// stored.
type Category int

// The categories (docs/contract.md section 2).
const (
	CategoryAppointment Category = 0
	CategoryToDo        Category = 1
)

// String names the category for people.
func (c Category) String() string {
	if c == CategoryAppointment {
		return "appointment"
	}
	return "to-do"
}

// TaskType is a kind of task that an account's administrator defines, with its category, color and
// custom fields.
type TaskType struct {
	ID        ID
	AccountID ID
	Name      string
	Category  Category
	Color     string // #RRGGBB
	// DefaultDuration is how long an appointment lasts when its end is not given. Whole minutes; 0
	// for to-dos.
	DefaultDuration time.Duration
	// IsDefault marks the type that a task without one gets: exactly one to-do type of each
	// account.
	IsDefault bool
	Fields    []CustomField
	// Next is what usually follows once a task of the type is done.
	Next      NextStep
	CreatedBy ID // zero for the system
	CreatedAt time.Time
}

// Limits of a task type; texts in code points.
const (
	MaxTaskTypeName    = 100
	MaxFieldName       = 100 // DisplayName
	MaxOption          = 200
	MaxOptions         = 500
	MaxCustomFields    = 10
	MaxDefaultDuration = 7 * 24 * time.Hour
	MaxNextStepDays    = 365
)

// NextStep is a rule for what usually follows a task: another one, some days after it was done. The
// zero NextStep is no rule.
type NextStep struct {
	TypeID    ID // zero: no rule
	AfterDays int
}

// UsualNextStepDays is after how many days the next step is proposed where there is no rule.
const UsualNextStepDays = 7

// Proposed returns the type and the days after which the next step of a task of the type is
// proposed: those of the rule, or else the same type after a week.
func (t TaskType) Proposed() NextStep {
	if t.Next.TypeID.IsZero() {
		return NextStep{t.ID, UsualNextStepDays}
	}
	return t.Next
}

// Validate checks a type's own attributes and its fields.
func (t TaskType) Validate() error {
	if err := checkName(FieldName, t.Name, FactNeededByTaskType, MaxTaskTypeName); err != nil {
		return err
	}
	if !isColor(t.Color) {
		return Refuse(FactNotColor, FieldColor, t.Color)
	}
	if err := t.validateCategory(); err != nil {
		return err
	}
	if days := t.Next.AfterDays; days < 0 || days > MaxNextStepDays {
		return Refuse(FactOutOfRange, FieldNextStep, days, 0, MaxNextStepDays)
	}
	if len(t.Fields) > MaxCustomFields {
		return Refuse(FactTooManyFields, FieldFields, len(t.Fields), MaxCustomFields)
	}
	return t.validateFields()
}

func (t TaskType) validateCategory() error {
	lasts := t.DefaultDuration
	isWholeMinutes := lasts >= time.Minute && lasts <= MaxDefaultDuration && lasts%time.Minute == 0
	switch {
	case t.Category != CategoryAppointment && t.Category != CategoryToDo:
		return Refuse(FactNotCategory, FieldCategory, t.Category)
	case t.Category == CategoryAppointment && !isWholeMinutes:
		return Refuse(FactNotDuration, FieldDuration, lasts, 1, int(MaxDefaultDuration.Minutes()))
	case t.Category == CategoryToDo && lasts != 0:
		return Refuse(FactToDoHasDuration, FieldDuration, lasts)
	case t.Category == CategoryAppointment && t.IsDefault:
		return Refuse(FactDefaultAppointment, FieldDefault, true)
	}
	return nil
}

func (t TaskType) validateFields() error {
	seen := map[string]bool{}
	for _, f := range t.Fields {
		number, err := strconv.Atoi(strings.TrimPrefix(f.SchemaName, schemaNamePrefix))
		isCanonical := f.SchemaName == schemaNamePrefix+strconv.Itoa(number)
		if err != nil || number < 1 || number > MaxCustomFields || !isCanonical {
			return Refuse(FactNotSchemaName, FieldSchemaName, f.SchemaName, MaxCustomFields)
		}
		if seen[f.SchemaName] {
			return Refuse(FactSchemaNameTwice, FieldSchemaName, f.SchemaName)
		}
		seen[f.SchemaName] = true
		if err := checkVisible(FieldDisplayName, f.DisplayName, MaxFieldName); err != nil {
			return err
		}
		if f.DataType < StringData || f.DataType > URLData {
			return Refuse(FactNotDataType, FieldDataType, int(f.DataType))
		}
		if err := f.validateOptions(); err != nil {
			return err
		}
	}
	return nil
}

// validateOptions refuses options that no value could select.
func (f CustomField) validateOptions() error {
	if f.DataType != DropdownData && f.DataType != MultiSelectData {
		return nil
	}
	if len(f.Options) == 0 {
		return Refuse(FactNeededByDataType, FieldOptions, nil, f.DataType)
	}
	if len(f.Options) > MaxOptions {
		return Refuse(FactTooManyOptions, FieldOptions, len(f.Options), MaxOptions)
	}
	for i, option := range f.Options {
		if err := checkVisible(FieldOptions, option, MaxOption); err != nil {
			return err
		}
		splits := f.DataType == MultiSelectData && strings.Contains(option, OptionSeparator)
		if option == "" || option != strings.TrimSpace(option) || splits {
			return Refuse(FactNoOptionText, FieldOptions, option, OptionSeparator)
		}
		isSame := func(before string) bool { return strings.EqualFold(before, option) }
		if slices.ContainsFunc(f.Options[:i], isSame) { // a value would never select it
			return Refuse(FactOptionTwice, FieldOptions, option)
		}
	}
	return nil
}

// FreshTaskTypes returns the types of a new account (docs/contract.md section 6).
func FreshTaskTypes() []TaskType {
	const halfAnHour = 30 * time.Minute
	remark := []CustomField{{SchemaName: "mx_Custom_1", DisplayName: "Remark", DataType: StringData}}
	return []TaskType{
		{Name: "Meeting", Category: CategoryAppointment, Color: "#F8BBD0", DefaultDuration: halfAnHour, Fields: remark},
		{Name: "Phone Call", Category: CategoryAppointment, Color: "#B3E5FC", DefaultDuration: halfAnHour},
		{Name: "Follow-Up", Category: CategoryAppointment, Color: "#C8E6C9", DefaultDuration: halfAnHour},
		{Name: "To-Do", Category: CategoryToDo, Color: "#FFE0B2", IsDefault: true},
		{Name: "Document Collection", Category: CategoryToDo, Color: "#D1C4E9", Fields: remark},
		{Name: "Revive Old Lead", Category: CategoryToDo, Color: "#FFF9C4"},
	}
}

func isColor(text string) bool {
	if len(text) != 7 || text[0] != '#' {
		return false
	}
	_, err := strconv.ParseUint(text[1:], 16, 32)
	return err == nil
}
