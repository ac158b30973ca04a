package tickler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

// docs/contract.md section 6.
func TestFreshTaskTypes(t *testing.T) {
	type summary struct {
		Name      string
		Category  tickler.Category
		Lasts     time.Duration
		IsDefault bool
		Fields    []string
	}
	const optionalText = "mx_Custom_1 String false"
	want := []summary{
		{"Meeting", tickler.CategoryAppointment, 30 * time.Minute, false, []string{optionalText}},
		{"Phone Call", tickler.CategoryAppointment, 30 * time.Minute, false, nil},
		{"Follow-Up", tickler.CategoryAppointment, 30 * time.Minute, false, nil},
		{"To-Do", tickler.CategoryToDo, 0, true, nil},
		{"Document Collection", tickler.CategoryToDo, 0, false, []string{optionalText}},
		{"Revive Old Lead", tickler.CategoryToDo, 0, false, nil},
	}
	var got []summary
	for _, taskType := range tickler.FreshTaskTypes() {
		if err := taskType.Validate(); err != nil {
			t.Errorf("%s: %v", taskType.Name, err)
		}
		var fields []string
		for _, f := range taskType.Fields {
			fields = append(fields, fmt.Sprint(f.SchemaName, " ", f.DataType, " ", f.Mandatory))
		}
		got = append(got, summary{taskType.Name, taskType.Category, taskType.DefaultDuration, taskType.IsDefault, fields})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTaskTypeLimitsAreAccepted(t *testing.T) {
	var fields []tickler.CustomField
	for n := range 10 {
		fields = append(fields, tickler.CustomField{SchemaName: fmt.Sprint("mx_Custom_", n+1), DataType: tickler.DataType(n + 1)})
	}
	fields[tickler.DropdownData-1].Options = []string{"Red;Blue"}
	fields[tickler.MultiSelectData-1].Options = []string{"Red", "Light Blue"}
	for name, taskType := range map[string]tickler.TaskType{
		"to-do":                {Name: "x", Category: tickler.CategoryToDo, Color: "#a0B1c2"},
		"longest name":         {Name: emoji(100), Category: tickler.CategoryToDo, Color: "#000000"},
		"shortest appointment": {Name: "x", Color: "#FFFFFF", DefaultDuration: time.Minute},
		"longest appointment":  {Name: "x", Color: "#FFFFFF", DefaultDuration: 10_080 * time.Minute},
		"all fields":           {Name: "x", Category: tickler.CategoryToDo, Color: "#FFFFFF", Fields: fields},
	} {
		if err := taskType.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTaskTypeRefused(t *testing.T) {
	field := func(name string, dataType tickler.DataType, options ...string) []tickler.CustomField {
		return []tickler.CustomField{{SchemaName: name, DataType: dataType, Options: options}}
	}
	tests := map[string]struct {
		spoil func(*tickler.TaskType)
		want  *tickler.Error
	}{
		"no name": {
			func(x *tickler.TaskType) { x.Name = "" },
			tickler.Refuse(tickler.FactNeededByTaskType, tickler.FieldName, nil),
		},
		"name too long": {
			func(x *tickler.TaskType) { x.Name = emoji(101) },
			tickler.Refuse(tickler.FactTooLong, tickler.FieldName, emoji(101), 100, 101),
		},
		"label that shows nothing": {
			func(x *tickler.TaskType) {
				x.Fields = []tickler.CustomField{{SchemaName: "mx_Custom_1", DisplayName: "\u200b"}}
			},
			tickler.Refuse(tickler.FactNotVisible, tickler.FieldDisplayName, "\u200b"),
		},
		"category": {
			func(x *tickler.TaskType) { x.Category = 2 },
			tickler.Refuse(tickler.FactNotCategory, tickler.FieldCategory, tickler.Category(2)),
		},
		"no duration": {
			func(x *tickler.TaskType) { x.DefaultDuration = 0 },
			tickler.Refuse(tickler.FactNotDuration, tickler.FieldDuration, time.Duration(0), 1, 10_080),
		},
		"duration too long": {
			func(x *tickler.TaskType) { x.DefaultDuration = 10_081 * time.Minute },
			tickler.Refuse(tickler.FactNotDuration, tickler.FieldDuration, 10_081*time.Minute, 1, 10_080),
		},
		"duration with seconds": { // the wire has minutes only
			func(x *tickler.TaskType) { x.DefaultDuration = 90 * time.Second },
			tickler.Refuse(tickler.FactNotDuration, tickler.FieldDuration, 90*time.Second, 1, 10_080),
		},
		"eleven fields": {
			func(x *tickler.TaskType) { x.Fields = make([]tickler.CustomField, 11) },
			tickler.Refuse(tickler.FactTooManyFields, tickler.FieldFields, 11, 10),
		},
		"field twice": {
			func(x *tickler.TaskType) {
				x.Fields = append(field("mx_Custom_1", tickler.StringData), field("mx_Custom_1", tickler.NumberData)...)
			},
			tickler.Refuse(tickler.FactSchemaNameTwice, tickler.FieldSchemaName, "mx_Custom_1"),
		},
		"unknown data type": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", 11) },
			tickler.Refuse(tickler.FactNotDataType, tickler.FieldDataType, 11),
		},
		"negative data type": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", -1) },
			tickler.Refuse(tickler.FactNotDataType, tickler.FieldDataType, -1),
		},
		"dropdown without options": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.DropdownData) },
			tickler.Refuse(tickler.FactNeededByDataType, tickler.FieldOptions, nil, tickler.DropdownData),
		},
		"multi-select without options": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.MultiSelectData) },
			tickler.Refuse(tickler.FactNeededByDataType, tickler.FieldOptions, nil, tickler.MultiSelectData),
		},
		"501 options": {
			func(x *tickler.TaskType) {
				x.Fields = field("mx_Custom_1", tickler.DropdownData, make([]string, 501)...)
			},
			tickler.Refuse(tickler.FactTooManyOptions, tickler.FieldOptions, 501, 500),
		},
		"empty option": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.DropdownData, "Red", "") },
			tickler.Refuse(tickler.FactNoOptionText, tickler.FieldOptions, "", tickler.OptionSeparator),
		},
		"option that shows nothing": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.DropdownData, "Red", "\u200b") },
			tickler.Refuse(tickler.FactNotVisible, tickler.FieldOptions, "\u200b"),
		},
		"option given twice": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.DropdownData, "Red", "Blue", "RED") },
			tickler.Refuse(tickler.FactOptionTwice, tickler.FieldOptions, "RED"),
		},
		"option with outer blanks": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.DropdownData, " Red") },
			tickler.Refuse(tickler.FactNoOptionText, tickler.FieldOptions, " Red", tickler.OptionSeparator),
		},
		"option that would be split": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.MultiSelectData, "Red;Blue") },
			tickler.Refuse(tickler.FactNoOptionText, tickler.FieldOptions, "Red;Blue", tickler.OptionSeparator),
		},
	}
	for _, color := range []string{"", "red", "FFFFFF", "#FFF", "#FFFFFG", "#FFFFFFF", "#+12345", "#12_456", " #FFFFF"} {
		tests["color "+color] = struct {
			spoil func(*tickler.TaskType)
			want  *tickler.Error
		}{
			func(x *tickler.TaskType) { x.Color = color },
			tickler.Refuse(tickler.FactNotColor, tickler.FieldColor, color),
		}
	}
	for _, name := range []string{"", "mx_Custom_0", "mx_Custom_11", "mx_Custom_01", "mx_Custom_+1", "mx_custom_1", "mx_Custom_", "1", "mx_Custom_1 "} {
		tests["field "+name] = struct {
			spoil func(*tickler.TaskType)
			want  *tickler.Error
		}{
			func(x *tickler.TaskType) { x.Fields = field(name, tickler.StringData) },
			tickler.Refuse(tickler.FactNotSchemaName, tickler.FieldSchemaName, name, 10),
		}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			taskType := tickler.TaskType{Name: "Visit", Color: "#123456", DefaultDuration: time.Hour}
			test.spoil(&taskType)
			checkError(t, taskType.Validate(), test.want)
		})
	}
}

func TestCategories(t *testing.T) {
	// The wire's numbers, and the words that people read.
	got := map[int]string{int(tickler.CategoryAppointment): tickler.CategoryAppointment.String(), int(tickler.CategoryToDo): tickler.CategoryToDo.String()}
	if diff := cmp.Diff(map[int]string{0: "appointment", 1: "to-do"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", strings.TrimSpace(diff))
	}
}
