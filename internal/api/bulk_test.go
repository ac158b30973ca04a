package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// bulkAnswer is what the tests read of Bulk/Status.
type bulkAnswer struct {
	Status                                                               string
	TasksCount, ProcessedTasksCount, CreatedTasksCount, FailedTasksCount int
	Tasks                                                                []struct {
		RowNumber                                                 int
		Status, UserTaskID, Name, ExceptionType, ExceptionMessage string
	}
}

// bulk submits a body, runs it and returns its status.
func (o *office) bulk(t testing.TB, body string) bulkAnswer {
	t.Helper()
	id := createdID(t, o.mustPost(t, "Task.svc/Bulk/Create", body).Body.Bytes())
	o.work(t)
	return o.bulkStatus(t, id)
}

func (o *office) bulkStatus(t testing.TB, id string) (status bulkAnswer) {
	t.Helper()
	w := o.get("Task.svc/Bulk/Status?id=" + id)
	if w.Code != http.StatusOK {
		t.Fatalf("Bulk/Status: %d %s", w.Code, w.Body)
	}
	noError(t, json.Unmarshal(w.Body.Bytes(), &status))
	return status
}

func (o *office) taskCount(t testing.TB) int {
	t.Helper()
	account, err := tickler.ParseID(o.names["account"])
	noError(t, err)
	_, total, err := o.store.Tasks(t.Context(), tickler.TaskFilter{AccountID: account}, tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: 1})
	noError(t, err)
	return total
}

// badRows are rows that are each wrong in a different way, with their errors: attribute, value, and
// what was expected.
var badRows = []struct{ row, typ, message string }{
	{`{"Description": "nameless"}`, "MXMandatoryAttributeMissingException", "'Name' is mandatory for creating a task"},
	{
		`{"Name": "n", "DueDate": "25/11/2021"}`, "MXInvalidInputException",
		"'DueDate' has the invalid value '25/11/2021'. Expected a date and time in UTC of the form YYYY-MM-DD HH:MM:SS, between 1900 and 9999.",
	},
	{
		`{"Name": "n", "DueDate": "2021-11-25 13:10:00", "EndDate": "2021-11-25 13:09:59"}`, "MXInvalidInputException",
		"'EndDate' has the invalid value '2021-11-25 13:09:59'. Expected DueDate (2021-11-25 13:10:00) or later.",
	},
	{`{"Name": "n", "OwnerEmailAddress": "vir@example.com"}`, "MXInvalidEntityException", "The Owner 'vir@example.com' does not exist in the system"},
	{`{"Name": "n", "TaskType": {"Name": "Handover"}}`, "MXInvalidTaskFieldsException", "Field name : 'mx_Custom_1' of datatype : 'String' is mandatory."},
	{
		`{"Name": "n", "TaskType": {"Name": "Site Visit"}, "CustomFields": {"mx_Custom_6": "Tepid"}}`, "MXInvalidEntityReferenceException",
		"'mx_Custom_6' has the value 'Tepid', which is not in its list. Allowed values: Warm, Cold",
	},
	{`{"Name": "n", "Reminder": true}`, "MXInvalidInputException", "'Reminder' has the invalid value 'true'. Expected whole minutes from 0 to 525600."},
}

// One request with 50 rows of which 7 are bad, each in its own way: 43 tasks, 7 errors each naming
// attribute and value.
func TestFiftyRowsOfWhichSevenAreBad(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		rows := make([]string, tickler.MaxBulkRows)
		for i := range rows {
			rows[i] = fmt.Sprintf(`{"Name": "row %d"}`, i+1)
		}
		badAt := map[int]int{}
		for i, bad := range badRows {
			badAt[7*i] = i // rows 1, 8, ... 43
			rows[7*i] = bad.row
		}
		status := o.bulk(t, `{"TaskList": [`+strings.Join(rows, ",")+`]}`)
		if status.Status != "Partial Success" || status.CreatedTasksCount != 43 || status.FailedTasksCount != 7 || o.taskCount(t) != 43 {
			t.Errorf("%s: %d created, %d failed, %d tasks", status.Status, status.CreatedTasksCount, status.FailedTasksCount, o.taskCount(t))
		}
		for i, row := range status.Tasks {
			bad, isBad := badAt[i]
			if row.RowNumber != i+1 || isBad == (row.UserTaskID != "") {
				t.Errorf("row %d is %+v", i+1, row)
			}
			if isBad && (row.ExceptionType != badRows[bad].typ || row.ExceptionMessage != badRows[bad].message) {
				t.Errorf("row %d is told %s: %s", i+1, row.ExceptionType, row.ExceptionMessage)
			}
		}
	})
}

// A request that is refused as a whole leaves nothing behind, and the message says where it is
// wrong.
func TestHostileBulkBodies(t *testing.T) {
	o := openOffice(t, withoutLimit)
	tests := map[string]struct{ body, message string }{
		"a null row":          {`{"TaskList": [{"Name": "a"}, null]}`, "'TaskList[1]' is null"},
		"a row in a row":      {`{"TaskList": [[{"Name": "a"}]]}`, "'TaskList[0]' is a JSON array"},
		"a list for a name":   {`{"TaskList": [{"Name": ["a"]}]}`, "'TaskList[0].Name' is a JSON array"},
		"a name twice":        {`{"TaskList": [{"Name": "a"}, {"Name": "a", "NAME": "b"}]}`, "'TaskList[1].NAME' is given twice"},
		"the list twice":      {`{"TaskList": [{"Name": "a"}], "tasklist": [{"Name": "b"}]}`, "'tasklist' is given twice"},
		"a row's own URL":     {`{"TaskList": [{"Name": "a", "StatusWebhookURL": "https://example.com"}]}`, "Unknown attribute 'TaskList[0].StatusWebhookURL'"},
		"a nested list":       {`{"TaskList": [{"Name": "a", "TaskList": [{"Name": "b"}]}]}`, "Unknown attribute 'TaskList[0].TaskList'"},
		"an id of another":    {`{"TaskList": [{"Name": "a", "UserTaskId": "1"}]}`, "Unknown attribute 'TaskList[0].UserTaskId'"},
		"a NUL":               {`{"TaskList": [{"Name": "a\u0000"}]}`, "'TaskList[0].Name' holds the character NUL"},
		"half a pair":         {`{"TaskList": [{"Name": "\ud83d"}]}`, "half of a surrogate pair"},
		"bad UTF-8":           {"{\"TaskList\": [{\"Name\": \"\xff\"}]}", "not valid UTF-8"},
		"a text behind":       {`{"TaskList": [{"Name": "a"}]}{}`, "not valid JSON"},
		"deep":                {`{"TaskList": [{"Name": ` + strings.Repeat("[", 30) + strings.Repeat("]", 30) + `}]}`, "nested too deeply"},
		"too many values":     {`{"TaskList": [{"CustomFields": {` + manyFields(10_001) + `}}]}`, "holds too many values"},
		"the list as a text":  {`{"TaskList": "[{\"Name\": \"a\"}]"}`, "'TaskList' has the invalid value"},
		"encoded twice":       {`"{\"TaskList\": [{\"Name\": \"a\"}]}"`, "The body is a JSON string"},
		"an object for a URL": {`{"TaskList": [{"Name": "a"}], "StatusWebhookURL": {"URL": "https://example.com"}}`, "'StatusWebhookURL' is a JSON object"},
		"a long URL":          {`{"TaskList": [{"Name": "a"}], "StatusWebhookURL": "https://example.com/` + strings.Repeat("x", 3000) + `"}`, "'StatusWebhookURL' has the invalid value"},
	}
	for name, tt := range tests {
		w := o.post("Task.svc/Bulk/Create", tt.body)
		if message := readError(w.Body.Bytes()).ExceptionMessage; w.Code != http.StatusBadRequest || !strings.Contains(message, tt.message) {
			t.Errorf("%s: %d %s", name, w.Code, message)
		}
	}
	o.work(t)
	if n := o.taskCount(t); n != 0 {
		t.Errorf("%d tasks were made", n)
	}
}

func manyFields(n int) string {
	fields := make([]string, n)
	for i := range fields {
		fields[i] = fmt.Sprintf(`"f%d": 1`, i)
	}
	return strings.Join(fields, ",")
}

// Strange but allowed values are kept and returned unchanged, and break neither the answer nor the
// report.
func TestStrangeBulkRows(t *testing.T) {
	o := openOffice(t)
	control := "a\r\nb\tc\x1b[31m\u202e<script>,\"';=1+1"
	quoted, err := json.Marshal(control)
	noError(t, err)
	id := createdID(t, o.mustPost(t, "Task.svc/Bulk/Create", "\ufeff"+`{"tasklist": [{"NAME": `+string(quoted)+`}, {"name": 17}, {"Name": "`+strings.Repeat("🗓", 500)+`"}, {"Name": "`+strings.Repeat("🗓", 501)+`"}],
		"STATUSWEBHOOKURL": " "}`).Body.Bytes())
	o.work(t)
	status := o.bulkStatus(t, id)
	if status.CreatedTasksCount != 3 || status.Tasks[0].Name != control || status.Tasks[1].Name != "17" || status.Tasks[2].Name != strings.Repeat("🗓", 500) {
		t.Errorf("%+v", status)
	}
	if row := status.Tasks[3]; row.Name != strings.Repeat("🗓", 100)+"…" || !strings.Contains(row.ExceptionMessage, "at most 500 characters, not 501") {
		t.Errorf("%+v", row)
	}
	for _, format := range []string{"csv", "xlsx"} {
		if w := o.get("Task.svc/Bulk/Report?id=" + id + "&format=" + format); w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("the report as %s: %d %s", format, w.Code, w.Body)
		}
	}
}

// Accepting a request depends on no work that is still pending: many requests queue independently.
func TestBulkIsAcceptedWhileNothingIsWorkedThrough(t *testing.T) {
	o := openOffice(t, withoutLimit)
	var ids []string
	for range 20 {
		ids = append(ids, createdID(t, o.mustPost(t, "Task.svc/Bulk/Create", `{"TaskList": [{"Name": "Call Ada back"}]}`).Body.Bytes()))
	}
	for _, id := range ids {
		if status := o.bulkStatus(t, id); status.Status != "Queued" || status.ProcessedTasksCount != 0 {
			t.Errorf("%+v", status)
		}
	}
	o.work(t)
	for _, id := range ids {
		if status := o.bulkStatus(t, id); status.Status != "Success" {
			t.Errorf("%+v", status)
		}
	}
}

// A row that failed because of an internal error says so, with the same type as a failed call.
func TestOurFaultInARow(t *testing.T) {
	fault := &tickler.RowFault{Message: "The row failed by a fault of ours. It can be sent again."}
	body := wire.Marshal(rowObjects([]tickler.BulkRow{{Number: 1, State: tickler.RowFailed, Name: "n", Fault: fault}, {Number: 2, State: tickler.RowCancelled}}))
	want := `[{"RowNumber":1,"Status":"Failure","Name":"n","ExceptionType":"MXInternalServerException","ExceptionMessage":"` + fault.Message + `"},` +
		`{"RowNumber":2,"Status":"Cancelled"}]`
	if string(body) != want {
		t.Errorf("got  %s\nwant %s", body, want)
	}
}

// Rows taken from a body are the bytes that were sent, whatever the list is called.
func TestRowsOfABulkBody(t *testing.T) {
	got := BulkWire{}.Rows([]byte("\ufeff"+`{"StatusWebhookURL": "https://example.com", "taskLIST": [{"Name": 1.50}, {"Name": "<b>"}, {"Name": "c"}]}`), func(n int) bool { return n != 3 })
	want := `{"TaskList":[{"Name":1.50},{"Name":"<b>"}]}`
	if plain := strings.NewReplacer("\n", "", " ", "").Replace(string(got)); plain != want {
		t.Errorf("got %s, want %s", plain, want)
	}
	if _, err := (BulkWire{}).Submission(got); err != nil {
		t.Errorf("it can't be sent again: %v", err)
	}
}
