package tickler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

// Contract section 6.
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
		{"Meeting", tickler.Appointment, 30 * time.Minute, false, []string{optionalText}},
		{"Phone Call", tickler.Appointment, 30 * time.Minute, false, nil},
		{"Follow-Up", tickler.Appointment, 30 * time.Minute, false, nil},
		{"To-Do", tickler.ToDo, 0, true, nil},
		{"Document Collection", tickler.ToDo, 0, false, []string{optionalText}},
		{"Revive Old Lead", tickler.ToDo, 0, false, nil},
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
		"to-do":                {Name: "x", Category: tickler.ToDo, Color: "#a0B1c2"},
		"longest name":         {Name: emoji(100), Category: tickler.ToDo, Color: "#000000"},
		"shortest appointment": {Name: "x", Color: "#FFFFFF", DefaultDuration: time.Minute},
		"longest appointment":  {Name: "x", Color: "#FFFFFF", DefaultDuration: 10_080 * time.Minute},
		"all fields":           {Name: "x", Category: tickler.ToDo, Color: "#FFFFFF", Fields: fields},
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
	const anOption = "a text without outer blanks and, in a MultiSelect, without ;"
	tests := map[string]struct {
		spoil func(*tickler.TaskType)
		want  *tickler.Error
	}{
		"no name": {
			func(x *tickler.TaskType) { x.Name = "" },
			missing("Name", "creating a task type"),
		},
		"name too long": {
			func(x *tickler.TaskType) { x.Name = emoji(101) },
			invalid("Name", emoji(100)+"…", "at most 100 characters, not 101"),
		},
		"category": {
			func(x *tickler.TaskType) { x.Category = 2 },
			invalid("Category", "2", "0 for appointments or 1 for to-dos"),
		},
		"no duration": {
			func(x *tickler.TaskType) { x.DefaultDuration = 0 },
			invalid("DefaultDuration", "0", "1 to 10080 whole minutes for an appointment"),
		},
		"duration too long": {
			func(x *tickler.TaskType) { x.DefaultDuration = 10_081 * time.Minute },
			invalid("DefaultDuration", "10081", "1 to 10080 whole minutes for an appointment"),
		},
		"duration with seconds": { // the wire has minutes only
			func(x *tickler.TaskType) { x.DefaultDuration = 90 * time.Second },
			invalid("DefaultDuration", "1m30s", "1 to 10080 whole minutes for an appointment"),
		},
		"eleven fields": {
			func(x *tickler.TaskType) { x.Fields = make([]tickler.CustomField, 11) },
			invalid("CustomFields", "11", "at most 10 fields"),
		},
		"field twice": {
			func(x *tickler.TaskType) {
				x.Fields = append(field("mx_Custom_1", tickler.StringData), field("mx_Custom_1", tickler.NumberData)...)
			},
			invalid("SchemaName", "mx_Custom_1", "each name once"),
		},
		"unknown data type": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", 11) },
			invalid("DataType", "11", "0 to 10"),
		},
		"negative data type": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", -1) },
			invalid("DataType", "-1", "0 to 10"),
		},
		"dropdown without options": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.DropdownData) },
			missing("Options", "a field of datatype Dropdown"),
		},
		"multi-select without options": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.MultiSelectData) },
			missing("Options", "a field of datatype MultiSelect"),
		},
		"empty option": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.DropdownData, "Red", "") },
			invalid("Options", "", anOption),
		},
		"option with outer blanks": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.DropdownData, " Red") },
			invalid("Options", " Red", anOption),
		},
		"option that would be split": {
			func(x *tickler.TaskType) { x.Fields = field("mx_Custom_1", tickler.MultiSelectData, "Red;Blue") },
			invalid("Options", "Red;Blue", anOption),
		},
	}
	for _, color := range []string{"", "red", "FFFFFF", "#FFF", "#FFFFFG", "#FFFFFFF", "#+12345", "#12_456", " #FFFFF"} {
		tests["color "+color] = struct {
			spoil func(*tickler.TaskType)
			want  *tickler.Error
		}{
			func(x *tickler.TaskType) { x.Color = color },
			invalid("Color", color, "a color of the form #RRGGBB"),
		}
	}
	for _, name := range []string{"", "mx_Custom_0", "mx_Custom_11", "mx_Custom_01", "mx_Custom_+1", "mx_custom_1", "mx_Custom_", "1", "mx_Custom_1 "} {
		tests["field "+name] = struct {
			spoil func(*tickler.TaskType)
			want  *tickler.Error
		}{
			func(x *tickler.TaskType) { x.Fields = field(name, tickler.StringData) },
			invalid("SchemaName", name, "mx_Custom_1 to mx_Custom_10"),
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
	got := map[int]string{int(tickler.Appointment): tickler.Appointment.String(), int(tickler.ToDo): tickler.ToDo.String()}
	if diff := cmp.Diff(map[int]string{0: "appointment", 1: "to-do"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", strings.TrimSpace(diff))
	}
}
