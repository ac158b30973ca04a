package tasks

import (
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// field is what people edit of a task, and the inputs that it has in forms.
type field struct {
	Name   string // in addresses, and of its first input
	Label  string
	Kind   string // of its inputs, as the template "inputs" has them
	Max    int    // of a text, in characters
	Hint   string
	Inputs []string // whose values make the field's
	Custom tickler.CustomField
	of     tickler.Field
}

// The kinds of inputs.
const (
	kindText     = "text"
	kindLong     = "long"
	kindChoice   = "choice"
	kindMany     = "many"
	kindDay      = "day"
	kindInstant  = "instant"
	kindReminder = "reminder"
	kindLead     = "lead"
)

func textField(name, label, kind string, most int, of tickler.Field) field {
	return field{Name: name, Label: label, Kind: kind, Max: most, Inputs: []string{name}, of: of}
}

// fieldsOf lists what can be edited of a task that has, or is to have, a type.
func fieldsOf(t tickler.Task, taskType tickler.TaskType) []field {
	isAppointment := taskType.Category == tickler.CategoryAppointment
	due := field{Name: "day", Label: "Due", Kind: kindDay, Inputs: []string{"day", "hour"}, of: tickler.FieldDue}
	end := field{
		Name: "end", Label: "Overdue after", Kind: kindInstant, Inputs: []string{"end"}, of: tickler.FieldEnd,
		Hint: "Left empty: the end of its day, and moves with it.",
	}
	if isAppointment {
		due.Label, end.Label = "Starts", "Ends"
		lasts := rows.LengthWords(taskType.DefaultDuration)
		end.Hint = "Left empty: " + lasts + " after the start, and moves with it."
	}
	all := []field{
		textField("name", "Name", kindText, tickler.MaxTaskName, tickler.FieldName),
		textField("type", "Type", kindChoice, 0, tickler.FieldType),
		textField("owner", "Owner", kindChoice, 0, tickler.FieldOwner),
		due, end,
		{
			Name: "reminder", Label: "Reminder by e-mail", Kind: kindReminder, Inputs: []string{"reminder"},
			of: tickler.FieldReminder,
		},
	}
	if t.Related.Kind != tickler.RelatedToOpportunity {
		all = append(all, field{
			Name: "who", Label: "Lead", Kind: kindLead, Inputs: []string{"lead"}, of: tickler.FieldRelated,
		})
	}
	all = append(all,
		textField("location", "Place", kindText, tickler.MaxTaskLocation, tickler.FieldLocation),
		textField("priority", "Priority", kindText, tickler.MaxPriority, tickler.FieldPriority))
	for _, custom := range taskType.Fields {
		all = append(all, customField(custom))
	}
	all = append(all,
		textField("description", "Description", kindLong, tickler.MaxTaskDescription, tickler.FieldDescription))
	if t.State == tickler.StateCompleted {
		all = append(all,
			textField("note", "What came of it", kindLong, tickler.MaxCompletionNote, tickler.FieldCompletionNote))
	}
	return append(all, rareFields...)
}

// rareFields are those that few people use.
var rareFields = []field{
	textField("percent", "Percent completed", kindText, 0, tickler.FieldPercent),
	textField("effort", "Effort", kindText, tickler.MaxEffortUnit, tickler.FieldEffort),
	textField("latitude", "Latitude", kindText, 0, tickler.FieldLatitude),
	textField("longitude", "Longitude", kindText, 0, tickler.FieldLongitude),
}

// IsRare reports whether few people use the field.
func (f field) IsRare() bool {
	for _, rare := range rareFields {
		if rare.Name == f.Name {
			return true
		}
	}
	return false
}

// IsWide reports whether the field needs the width of two.
func (f field) IsWide() bool { return f.Name == "name" || f.Kind == kindLong }

func customField(custom tickler.CustomField) field {
	f := field{
		Name: custom.SchemaName, Label: custom.DisplayName, Kind: kindText, Max: tickler.MaxCustomFieldValue,
		Inputs: []string{custom.SchemaName}, Custom: custom, of: tickler.Field(custom.SchemaName),
	}
	switch custom.DataType { //nolint:exhaustive // the others are one line of text
	case tickler.BooleanData, tickler.DropdownData:
		f.Kind = kindChoice
	case tickler.MultiSelectData:
		f.Kind = kindMany
	case tickler.DateTimeData:
		f.Kind = kindInstant
	}
	return f
}

// Input is the type of its input, where that is one line.
func (f field) Input() string { return rows.InputType(f.Custom.DataType) }

// IsNumber reports whether figures are typed into it.
func (f field) IsNumber() bool {
	return f.Custom.DataType == tickler.NumberData || f.IsRare() && f.Name != "effort"
}

// fieldNamed finds a field by its name.
func fieldNamed(all []field, name string) (field, bool) {
	for _, f := range all {
		if f.Name == name {
			return f, true
		}
	}
	return field{}, false
}

// formOfTask fills in a form with what a task holds, in the reader's zone.
func formOfTask(p *frame.Page, t tickler.Task) frame.Form {
	zone, due := p.Zone(), p.Due(t)
	f := frame.Filled(
		"name", t.Name, "type", t.TypeID.String(), "owner", t.OwnerID.String(),
		"day", due.Date(), "hour", due.WallHour(), "end", "", "reminder", reminderText(t),
		"who", t.Related.Name, "lead", "", "location", t.Location, "priority", t.Priority,
		"description", t.Description, "note", t.CompletionNote, "percent", strconv.Itoa(t.PercentCompleted),
		"effort", t.EffortEstimateUnit, "latitude", degrees(t.Latitude), "longitude", degrees(t.Longitude),
	)
	if !t.EndDefaulted {
		f.Set("end", t.EndAt.In(zone).Format(rows.WallClock))
	}
	if t.Related.Kind != tickler.RelatedToNobody {
		f.Set("lead", t.Related.ID.String())
		if t.Related.Name == "" {
			f.Set("who", "(no name)")
		}
	}
	taskType, _ := p.Caller.Account.TaskType(t.TypeID)
	for name, value := range t.CustomFields {
		fillCustom(f, customIn(taskType, name), value, zone)
	}
	return f
}

func customIn(taskType tickler.TaskType, name string) tickler.CustomField {
	for _, custom := range taskType.Fields {
		if custom.SchemaName == name {
			return custom
		}
	}
	return tickler.CustomField{SchemaName: name}
}

func fillCustom(f frame.Form, custom tickler.CustomField, value string, zone *time.Location) {
	switch custom.DataType { //nolint:exhaustive // the others are typed as they are kept
	case tickler.MultiSelectData:
		for option := range strings.SplitSeq(value, tickler.OptionSeparator) {
			f.Add(custom.SchemaName, option)
		}
		return
	case tickler.DateTimeData:
		if at, err := civil.ParseInstant(value); err == nil {
			value = at.In(zone).Format(rows.WallClock)
		}
	}
	f.Set(custom.SchemaName, value)
}

func degrees(d float64) string {
	if d == 0 {
		return ""
	}
	return strconv.FormatFloat(d, 'f', -1, 64)
}
