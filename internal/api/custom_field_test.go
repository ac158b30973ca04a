package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"tickler"
)

// For each data type: a field of it is created, and a task with a value, which comes back in its
// kept form. An invalid value is refused, on Create and on Update.
func TestCustomFieldsOfEachDataType(t *testing.T) {
	t.Parallel()
	const options = `, "Options": ["Warm", "Cold", "Very cold"]`
	fields := map[tickler.DataType]struct {
		options            string
		value, kept        string // JSON, and the text
		other, otherKept   string
		wrong, wrongIsLike string // JSON, and the type of the error; "": any text is a value
	}{
		tickler.StringData:      {value: `"<b> & \u00e9"`, kept: "<b> & é", other: `17`, otherKept: "17"},
		tickler.NumberData:      {value: `-3.50`, kept: "-3.50", other: `"1e3"`, otherKept: "1e3", wrong: `"12 km"`, wrongIsLike: "MXInvalidInputException"},
		tickler.BooleanData:     {value: `true`, kept: "true", other: `"FALSE"`, otherKept: "false", wrong: `"perhaps"`, wrongIsLike: "MXInvalidInputException"},
		tickler.DateData:        {value: `" 2026-02-28 "`, kept: "2026-02-28", other: `"2028-02-29"`, otherKept: "2028-02-29", wrong: `"2026-02-29"`, wrongIsLike: "MXInvalidInputException"},
		tickler.DateTimeData:    {value: `"2026-03-10T10:00:00+05:30"`, kept: "2026-03-10 04:30:00", other: `"2026-03-10 10:00:00"`, otherKept: "2026-03-10 10:00:00", wrong: `"10:00"`, wrongIsLike: "MXInvalidInputException"},
		tickler.DropdownData:    {options: options, value: `"WARM"`, kept: "Warm", other: `"Cold"`, otherKept: "Cold", wrong: `"Hot"`, wrongIsLike: "MXInvalidEntityReferenceException"},
		tickler.MultiSelectData: {options: options, value: `"cold; warm;Cold"`, kept: "Cold;Warm", other: `"Very Cold"`, otherKept: "Very cold", wrong: `"Warm;Hot"`, wrongIsLike: "MXInvalidEntityReferenceException"},
		tickler.EmailData:       {value: `"ada@example.com"`, kept: "ada@example.com", other: `"b@example.com"`, otherKept: "b@example.com", wrong: `"Ada <ada@example.com>"`, wrongIsLike: "MXInvalidInputException"},
		tickler.LookupData:      {value: `"lead 17"`, kept: "lead 17", other: `17`, otherKept: "17"},
		tickler.PhoneData:       {value: `"+44 (20) 7946-0000"`, kept: "+44 (20) 7946-0000", other: `100`, otherKept: "100", wrong: `"call me"`, wrongIsLike: "MXInvalidInputException"},
		tickler.URLData:         {value: `"https://example.com/a?b=c"`, kept: "https://example.com/a?b=c", other: `"http://x"`, otherKept: "http://x", wrong: `"javascript:alert(1)"`, wrongIsLike: "MXInvalidInputException"},
	}
	for dataType := tickler.StringData; dataType <= tickler.URLData; dataType++ {
		t.Run(dataType.String(), func(t *testing.T) {
			t.Parallel()
			f, ok := fields[dataType]
			if !ok {
				t.Fatal("has no row")
			}
			o := openOffice(t, withoutLimit)
			o.mustPost(t, "Task.svc/TaskType/Create", fmt.Sprintf(`{"Name": "Survey", "Category": 1, "ColumnConfiguration": [
				{"SchemaName": "mx_Custom_3", "DisplayName": "Answer", "DataType": %d, "Mandatory": true%s}]}`, dataType, f.options))
			create := func(value string) string {
				return `{"Name": "Ask", "TaskType": {"Name": "Survey"}, "CustomFields": {"MX_custom_3": ` + value + `}}`
			}
			id := createdID(t, o.mustPost(t, "Task.svc/Create", create(f.value)).Body.Bytes())
			update := func(value string) string {
				return `{"UserTaskId": "` + id + `", "CustomFields": {"mx_Custom_3": ` + value + `}}`
			}
			o.wantField(t, id, f.kept)
			o.mustPost(t, "Task.svc/Update", update(f.other))
			o.wantField(t, id, f.otherKept)
			if f.wrong != "" {
				o.wantRefused(t, "Task.svc/Create", create(f.wrong), f.wrongIsLike)
				o.wantRefused(t, "Task.svc/Update", update(f.wrong), f.wrongIsLike)
			}
			o.wantRefused(t, "Task.svc/Create", create(`""`), "MXInvalidTaskFieldsException")
			o.wantRefused(t, "Task.svc/Create", `{"Name": "Ask", "TaskType": {"Name": "Survey"}, "CustomFields": {"mx_Custom_4": "x", "mx_Custom_3": `+f.value+`}}`, "MXUnknownAttributeException")
			o.wantRefused(t, "Task.svc/Update", `{"UserTaskId": "`+id+`", "CustomFields": {"mx_Custom_4": "x"}}`, "MXUnknownAttributeException")
			o.wantRefused(t, "Task.svc/Create", create(`{"a": "object"}`), "MXInvalidInputException")
			o.wantField(t, id, f.otherKept)
		})
	}
}

// wantField checks mx_Custom_3 in each call that returns whole tasks.
func (o *office) wantField(t *testing.T, id, want string) {
	t.Helper()
	const span = `"FromDate": "1970-01-01", "ToDate": "2026-03-10"`
	lists := map[string]json.RawMessage{"Retrieve.GetById": o.get("Task.svc/Retrieve.GetById?id=" + id).Body.Bytes()}
	for operation, body := range map[string]string{
		"Retrieve":               `{"Parameter": {"LookupName": "OwnerId", "LookupValue": "` + o.names["admin"] + `"}}`,
		"RetrieveToDos/ByUserId": `{` + span + `, "Users": ["` + o.names["admin"] + `"]}`,
	} {
		var list struct{ List json.RawMessage }
		noError(t, json.Unmarshal(o.mustPost(t, "Task.svc/"+operation, body).Body.Bytes(), &list))
		lists[operation] = list.List
	}
	for operation, list := range lists {
		var tasks []struct {
			CustomFields map[string]string
		}
		noError(t, json.Unmarshal(list, &tasks))
		if len(tasks) != 1 || tasks[0].CustomFields["mx_Custom_3"] != want {
			t.Errorf("%s: got %+v, want one task with %q", operation, tasks, want)
		}
	}
}

func (o *office) wantRefused(t *testing.T, operation, body, exceptionType string) {
	t.Helper()
	w := o.post(operation, body)
	if w.Code != http.StatusBadRequest || errorType(t, w.Body.Bytes()) != exceptionType {
		t.Errorf("%s %s was answered %d %s, want %s", operation, body, w.Code, w.Body, exceptionType)
	}
}
