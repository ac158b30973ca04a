package tickler_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

var allDataTypes = []tickler.DataType{
	tickler.StringData, tickler.NumberData, tickler.BooleanData, tickler.DateData, tickler.DateTimeData, tickler.DropdownData,
	tickler.MultiSelectData, tickler.EmailData, tickler.LookupData, tickler.PhoneData, tickler.URLData,
}

// survey is a task type with one field of the data type.
func survey(dataType tickler.DataType) tickler.TaskType {
	field := tickler.CustomField{SchemaName: "mx_Custom_1", DataType: dataType}
	if dataType == tickler.DropdownData || dataType == tickler.MultiSelectData {
		field.Options = []string{"Red", "Light Blue", "Ökogrün"}
	}
	return tickler.TaskType{Name: "Survey", Fields: []tickler.CustomField{field}}
}

// checkOne checks a single value and returns it in the form that is kept.
func checkOne(dataType tickler.DataType, value string) (string, error) {
	kept, err := survey(dataType).CheckFields(map[string]string{"mx_Custom_1": value})
	return kept["mx_Custom_1"], err
}

func TestCustomValuesAreKept(t *testing.T) {
	same := func(texts ...string) map[string]string {
		kept := map[string]string{}
		for _, text := range texts {
			kept[text] = text
		}
		return kept
	}
	trueFalse := map[string]string{
		"true": "true", "True": "true", "TRUE": "true", "1": "true", "false": "false", "FALSE": "false", "0": "false",
	}
	tests := map[tickler.DataType]map[string]string{
		tickler.StringData:   same("Meeting in Koramangala", " blanks kept ", "line\nbreak", "ünï😀", emoji(2_000)),
		tickler.LookupData:   same("anything"),
		tickler.NumberData:   same("0", "42", "-1", "+7", "3.14", ".5", "1e3", "-1.5E-3", "123456789012345678901234567890"),
		tickler.BooleanData:  trueFalse,
		tickler.DateData:     same("2020-11-11", "2028-02-29"),
		tickler.EmailData:    same("vir@example.com", "first.last+tag@mail.example.co.uk"),
		tickler.PhoneData:    same("12345", "+91-98765 43210", "(080) 1234.5678", "+९१-९८७६५ ४३२१०"),
		tickler.URLData:      same("http://example.com", "https://example.com:8443/a?b=c#d", "HTTPS://example.com"),
		tickler.DropdownData: {"Red": "Red", "red": "Red", "LIGHT BLUE": "Light Blue", " red ": "Red", "öKOGRÜN": "Ökogrün"},
		tickler.DateTimeData: {
			"2020-11-11 10:30:00":       "2020-11-11 10:30:00",
			"2020-11-11T10:30:00+05:30": "2020-11-11 05:00:00",
			" 2020-11-11 10:30:00.9 ":   "2020-11-11 10:30:00",
		},
		tickler.MultiSelectData: {
			"Red":                "Red",
			"light blue;RED":     "Light Blue;Red",
			"Red; Light Blue":    "Red;Light Blue",
			"Red;red;Light Blue": "Red;Light Blue",
		},
	}
	tests[tickler.BooleanData][" true "] = "true"
	tests[tickler.NumberData][" 42 "] = "42"
	tests[tickler.DateData][" 2020-11-11 "] = "2020-11-11"
	tests[tickler.EmailData][" vir@example.com "] = "vir@example.com"
	tests[tickler.PhoneData][" 12345 "] = "12345"
	tests[tickler.URLData][" http://example.com "] = "http://example.com"
	for _, dataType := range allDataTypes {
		if len(tests[dataType]) == 0 {
			t.Errorf("%v is not tested", dataType)
		}
		for value, want := range tests[dataType] {
			if got, err := checkOne(dataType, value); err != nil || got != want {
				t.Errorf("%v %q is kept as %q, %v; want %q", dataType, value, got, err, want)
			}
		}
	}
}

func TestCustomValuesAreRefused(t *testing.T) {
	tests := map[tickler.DataType]struct {
		fact   tickler.Fact
		values []string
	}{
		tickler.NumberData: {
			tickler.FactNotNumber,
			[]string{"x", "1,5", "1 000", "0x10", "1_000", "NaN", "Inf", "-", ".", "e5", "1e999", "--1", "٣", " "},
		},
		tickler.BooleanData: {tickler.FactNotBoolean, []string{"yes", "no", "2", "on", " ", "t", "F"}},
		tickler.DateData: {
			tickler.FactNotDate,
			[]string{"11-11-2020", "2020-11-31", "2021-02-29", "2020-11-11 10:30:00", "today"},
		},
		tickler.DateTimeData: {
			tickler.FactNotInstant,
			[]string{"2020-11-11", "2020-11-11 25:00:00", "1899-12-31 23:59:59", "now"},
		},
		tickler.EmailData: {
			tickler.FactNotEmail,
			[]string{"vir", "vir@", "@example.com", "Vir <vir@example.com>", "a@example.com, b@example.com", "a b@example.com"},
		},
		tickler.PhoneData: {tickler.FactNotPhone, []string{"call me", "+-()", "123x", "12#34", "²"}},
		tickler.URLData: {
			tickler.FactNotWebAddress,
			[]string{"example.com", "ftp://example.com", "http://", "https:example.com", "javascript:alert(1)", "//example.com", "http://a b"},
		},
	}
	for dataType, test := range tests {
		for _, value := range test.values {
			_, err := checkOne(dataType, value)
			want := tickler.Refuse(test.fact, "mx_Custom_1", value)
			t.Run(dataType.String()+" "+value, func(t *testing.T) { checkError(t, err, want) })
		}
	}
}

func TestCustomValuesNotInTheList(t *testing.T) {
	tests := []struct {
		dataType    tickler.DataType
		value, told string
	}{
		{tickler.DropdownData, "Green", "Green"},
		{tickler.DropdownData, "Red;Light Blue", "Red;Light Blue"}, // a dropdown takes one
		{tickler.DropdownData, "LightBlue", "LightBlue"},
		{tickler.DropdownData, emoji(101), emoji(101)},
		{tickler.MultiSelectData, "Red;Green", "Green"},
		{tickler.MultiSelectData, "Red, Light Blue", "Red, Light Blue"},
		{tickler.MultiSelectData, "Red;", ""},
	}
	for _, test := range tests {
		t.Run(test.dataType.String()+" "+test.value, func(t *testing.T) {
			_, err := checkOne(test.dataType, test.value)
			checkError(t, err, tickler.Refuse(tickler.FactNotAnOption, "mx_Custom_1", test.told, []string{"Red", "Light Blue", "Ökogrün"}))
		})
	}
}

func TestCustomValuesHaveALimit(t *testing.T) {
	want := tickler.Refuse(tickler.FactValueTooLong, "mx_Custom_1", emoji(2_001), 2_000)
	for _, dataType := range allDataTypes {
		_, err := checkOne(dataType, emoji(2_001))
		t.Run(dataType.String(), func(t *testing.T) { checkError(t, err, want) })
	}
}

func TestCustomFieldsMatchInAnyCase(t *testing.T) {
	taskType := survey(tickler.StringData)
	taskType.Fields = append(taskType.Fields, tickler.CustomField{SchemaName: "mx_Custom_2", DataType: tickler.NumberData})
	kept, err := taskType.CheckFields(map[string]string{"MX_CUSTOM_1": "a", "mx_custom_2": "2"})
	if diff := cmp.Diff(map[string]string{"mx_Custom_1": "a", "mx_Custom_2": "2"}, kept); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestMandatoryCustomFields(t *testing.T) {
	for _, dataType := range allDataTypes {
		taskType := survey(dataType)
		taskType.Fields[0].Mandatory = true
		want := tickler.Refuse(tickler.FactFieldMissing, "mx_Custom_1", nil, dataType)
		t.Run(dataType.String(), func(t *testing.T) {
			_, err := taskType.CheckFields(nil)
			checkError(t, err, want)
			_, err = taskType.CheckFields(map[string]string{"mx_Custom_1": ""}) // empty counts as absent
			checkError(t, err, want)
		})
	}
}

func TestOptionalCustomFieldsMayBeAbsentOrEmpty(t *testing.T) {
	for _, dataType := range allDataTypes {
		for name, values := range map[string]map[string]string{"absent": nil, "empty": {"mx_Custom_1": ""}} {
			if kept, err := survey(dataType).CheckFields(values); err != nil || len(kept) > 0 {
				t.Errorf("%v, %s: kept %v, %v", dataType, name, kept, err)
			}
		}
	}
}

func TestUnknownCustomField(t *testing.T) {
	long := strings.Repeat("x", 101)
	for _, name := range []string{"mx_Custom_2", "Custom", long} {
		_, err := survey(tickler.StringData).CheckFields(map[string]string{name: "", "mx_Custom_1": "a"})
		checkError(t, err, tickler.Refuse(tickler.FactNoSuchField, tickler.FieldFields, name, "Survey"))
	}
}

func TestDataTypes(t *testing.T) {
	// The wire's names and numbers.
	names := []string{"String", "Number", "Boolean", "Date", "DateTime", "Dropdown", "MultiSelect", "Email", "Lookup", "Phone", "Url"}
	for number, name := range names {
		want := tickler.DataType(number)
		for _, spelling := range []string{name, strings.ToUpper(name), strings.ToLower(name)} {
			if got, ok := tickler.ParseDataType(spelling); !ok || got != want || got.String() != name {
				t.Errorf("%s is data type %d, %t", spelling, got, ok)
			}
		}
		if allDataTypes[number] != want {
			t.Errorf("%s has the number %d, want %d", name, allDataTypes[number], want)
		}
	}
	for _, name := range []string{"", "Text", "Strin", "Strings", "0"} {
		if got, ok := tickler.ParseDataType(name); ok {
			t.Errorf("%q is taken for %s", name, got)
		}
	}
	for number, want := range map[tickler.DataType]string{-1: "data type -1", 11: "data type 11"} {
		if got := number.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
