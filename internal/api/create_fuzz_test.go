package api

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/civil"
	"tickler/internal/store/storetest"
)

// FuzzCreate checks that any body is answered 200, 400 or 413; after a 400 there is no new row, and
// after a 200 the task reads back with the values that were sent. Bodies refer to the office's
// names as exchanges do: ${rep}, ${lead}.
func FuzzCreate(f *testing.F) {
	for _, body := range []string{
		`{"Name": "Call Ada back"}`,
		`{"name": 1e3, "DUEDATE": "2026-03-12T10:30:00.9+05:30", "EndDate": " 2026-03-12 05:00:01 "}`,
		`{"Name": "📞", "Description": "\ud83d\udcde\n", "Location": "Koramangala", "Priority": 1, "EffortEstimateUnit": "Hours"}`,
		`{"Name": "a", "RelatedEntity": "1", "RelatedEntityId": "${lead}"}`,
		`{"Name": "a", "RelatedEntity": 5, "RelatedEntityId": "${opportunity}"}`,
		`{"Name": "a", "RelatedEntity": 0, "RelatedEntityId": "x"}`,
		`{"Name": "a", "Reminder": 15, "ReminderBeforeDays": 0}`,
		`{"Name": "a", "Reminder": "15", "ReminderBeforeDays": "1", "ReminderTime": "10:00:00", "NotifyBy": 1100}`,
		`{"Name": "a", "OwnerId": "${rep}", "OwnerEmailAddress": "ALAN@example.com"}`,
		`{"Name": "a", "OwnerEmailAddress": "kurt@example.com"}`,
		`{"Name": "a", "TaskType": {"Name": "handover"}, "CustomFields": {"mx_Custom_1": "x"}, "Category": 1, "StatusCode": "1"}`,
		`{"Name": "a", "TaskType": {"Id": "${siteVisit}"}, "CustomFields": {"mx_custom_2": "1e3", "mx_Custom_3": "TRUE", "mx_Custom_4": "2026-12-31"}}`,
		`{"Name": "a", "TaskType": {"Name": "Site Visit"}, "CustomFields": {"mx_Custom_5": "2026-01-31T08:00:00Z", "mx_Custom_6": "warm", "mx_Custom_7": "laptop;samples"}}`,
		`{"Name": "a", "TaskType": {"Name": "Site Visit"}, "CustomFields": {"mx_Custom_8": "a@b", "mx_Custom_9": "+1", "mx_Custom_10": "http://a"}}`,
		`{"Name": "a", "Latitude": -0.0, "Longitude": "1.5e2", "PercentCompleted": 100.0}`,
		`{"Name": "a", "DueDate": "9999-12-31 23:59:59"}`,
		`{"Name": "a", "DueDate": "1900-01-01 00:00:00", "ReminderBeforeDays": 365}`,
		`{"Name": "a", "Name": "b"}`, `{"Name": {}}`, `{"Task": {"Name": "a"}}`, `"{}"`, `[]`, ``, "\ufeff{}", "\xff", `{"Name": "\u0000"}`,
	} {
		f.Add(body)
	}
	o, db := openCreateOffice(f)
	f.Fuzz(func(t *testing.T, body string) { o.checkCreate(t, db, body) })
}

// The same as FuzzCreate, for bodies that are mostly right.
func TestCreatedTasksReadBack(t *testing.T) {
	t.Parallel()
	o, db := openCreateOffice(t)
	rapid.Check(t, func(t *rapid.T) { o.checkCreate(t, db, drawTask(t)) })
}

// openCreateOffice opens an office, and a second handle on its database.
func openCreateOffice(t testing.TB) (*office, *sql.DB) {
	t.Helper()
	location := storetest.SQLite(t)
	return newOffice(t, storetest.Open(t, location), withoutLimit), storetest.SQL(t, location)
}

func (o *office) checkCreate(t rapid.TB, db *sql.DB, body string) {
	t.Helper()
	var names []string
	for name, value := range o.names {
		names = append(names, "${"+name+"}", value)
	}
	body = strings.NewReplacer(names...).Replace(body)
	before := newestTask(t, db)
	w := o.post("Task.svc/Create", body)
	switch w.Code {
	case http.StatusOK:
		id := createdID(t, w.Body.Bytes())
		checkReadsBack(t, o, body, o.get("Task.svc/Retrieve.GetById?id="+id).Body.Bytes())
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		if errorType(t, w.Body.Bytes()); newestTask(t, db) != before {
			t.Errorf("%d, but there is a new row", w.Code)
		}
	default:
		t.Errorf("%d %s\n%s", w.Code, w.Body, o.log)
	}
	o.log.Reset()
}

func newestTask(t rapid.TB, db *sql.DB) (autoID int64) {
	t.Helper()
	noError(t, db.QueryRow(`SELECT coalesce(max(auto_id), 0) FROM task`).Scan(&autoID))
	return autoID
}

// likely are plausible values of attributes, most of them valid, as JSON.
var likely = map[string][]string{
	"Description":        {`"Describing the task"`, `12.50`, `"\n"`},
	"RelatedEntity":      {`0`, `"1"`, `1`, `5`, `2`},
	"RelatedEntityId":    {`"${lead}"`, `" ${opportunity} "`, `"${nobody}"`, `"x"`},
	"DueDate":            {`"2026-03-12 10:30:00"`, `"2026-03-12T10:30:00.999Z"`, `"1900-01-01 00:00:00"`, `"9999-12-31 23:59:59"`, `"2026-03-12"`},
	"EndDate":            {`"2026-03-12 10:30:00"`, `" 2026-03-13 00:00:00+05:30"`, `"9999-12-31 23:59:59"`, `"1899-12-31 23:59:59"`},
	"Reminder":           {`0`, `"15"`, `525600`, `-1`, `1e2`},
	"ReminderBeforeDays": {`0`, `"1"`, `365`, `366`},
	"ReminderTime":       {`"10:00:00"`, `"00:00:00"`, `" 23:59:59 "`, `"24:00:00"`},
	"NotifyBy":           {`1100`, `"1100"`, `1000`, `1`},
	"OwnerId":            {`"${rep}"`, `"${admin}"`, `" ${rep}"`, `"${gone}"`},
	"OwnerEmailAddress":  {`"alan@example.com"`, `" GRACE@example.com "`, `"kurt@example.com"`},
	"TaskType":           {`{"Name": "Meeting"}`, `{"id": "${siteVisit}"}`, `{"Name": "site visit", "Id": "${siteVisit}"}`, `{"Name": "Handover"}`, `{}`},
	"CustomFields": {
		`{"mx_Custom_1": "x"}`, `{"MX_CUSTOM_1": " x "}`, `{"mx_Custom_1": "x", "mx_Custom_2": "1e3", "mx_Custom_3": "TRUE"}`,
		`{"mx_Custom_4": "2026-12-31", "mx_Custom_5": "2026-01-31T08:00:00Z", "mx_Custom_6": "warm"}`,
		`{"mx_Custom_7": "laptop; samples;Laptop", "mx_Custom_8": "a@b", "mx_Custom_9": "+1", "mx_Custom_10": "http://a"}`, `{}`,
	},
	"Location":           {`"Koramangala"`, `560034`},
	"StatusCode":         {`0`, `"1"`, `1`, `2`},
	"Category":           {`0`, `"1"`, `1`},
	"Priority":           {`"High"`, `1`},
	"EffortEstimateUnit": {`"Hours"`},
	"PercentCompleted":   {`50`, `"100"`, `0.0`, `101`},
	"Latitude":           {`12.935242`, `"-90"`, `-0.0`, `1e-7`, `90.1`},
	"Longitude":          {`77.624481`, `"180"`, `-180`, `1e3`},
}

// drawTask draws a body.
func drawTask(t *rapid.T) string {
	members := []string{`"Name": "Call Ada back"`}
	for _, name := range slices.Sorted(maps.Keys(likely)) {
		if rapid.IntRange(0, 3).Draw(t, "has "+name) != 2 { // not 0, which rapid draws often
			continue
		}
		value := rapid.SampledFrom(likely[name]).Draw(t, name)
		switch rapid.IntRange(0, 50).Draw(t, "odd") {
		case 21:
			value = rapid.SampledFrom([]string{`null`, `""`, `" "`, `true`, `0`, `-1`, `1e400`, `"\ud83d\udcde"`, `[]`, `{}`}).Draw(t, "odd value")
		case 22:
			value = string(wire.Marshal(rapid.String().Draw(t, "text")))
		case 23:
			value = string(wire.Marshal(rapid.Float64Range(-1e9, 1e9).Draw(t, "number")))
		case 24, 25, 26:
			name = strings.ToUpper(name)
		}
		members = append(members, `"`+name+`": `+value)
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// sentTask is a body as its sender meant it, decoded without the code under test.
type sentTask map[string]any

func readSent(t rapid.TB, body string) sentTask {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	decoder.UseNumber()
	var sent sentTask
	noError(t, decoder.Decode(&sent))
	return sent
}

// value returns the value of a name in any case.
func (s sentTask) value(name string) any {
	for n, value := range s {
		if strings.EqualFold(n, name) {
			return value
		}
	}
	return nil
}

// text returns a scalar value as text; "" if it is absent.
func (s sentTask) text(name string) string { return textOf(s.value(name)) }

func (s sentTask) word(name string) string { return strings.TrimSpace(s.text(name)) }

func (s sentTask) object(name string) sentTask {
	object, _ := s.value(name).(map[string]any)
	return object
}

func (s sentTask) number(t rapid.TB, name string) float64 {
	t.Helper()
	word := s.word(name)
	if word == "" {
		return 0
	}
	n, err := strconv.ParseFloat(word, 64)
	noError(t, err)
	return n
}

// textOf returns a scalar value as the text that is kept of it: composed.
func textOf(value any) string {
	if value == nil {
		return ""
	}
	return norm.NFC.String(fmt.Sprint(value))
}

// checkReadsBack compares a task that was read with the body that made it.
func checkReadsBack(t rapid.TB, o *office, body string, answer []byte) {
	t.Helper()
	sent := readSent(t, body)
	var tasks []sentTask
	decoder := json.NewDecoder(strings.NewReader(string(answer)))
	decoder.UseNumber()
	noError(t, decoder.Decode(&tasks))
	if len(tasks) != 1 {
		t.Fatalf("not read back: %s", answer)
	}
	shown := tasks[0]
	same := func(name string, want any) {
		t.Helper()
		if got := shown.text(name); got != textOf(want) {
			t.Errorf("%s is %q, sent was %q; want %q", name, got, sent.text(name), textOf(want))
		}
	}
	for _, name := range []string{"Name", "Description", "Location", "Priority", "EffortEstimateUnit"} {
		same(name, sent.text(name))
	}
	for _, name := range []string{"DueDate", "EndDate"} {
		if word := sent.word(name); word != "" {
			instant, err := civil.ParseInstant(word)
			noError(t, err)
			same(name, civil.FormatInstant(instant)+".000")
		}
	}
	for _, name := range []string{"PercentCompleted", "Latitude", "Longitude", "StatusCode", "RelatedEntity"} {
		if sent.number(t, name) != shown.number(t, name) {
			t.Errorf("%s is %q, sent was %q", name, shown.text(name), sent.text(name))
		}
	}
	if sent.word("Category") != "" && sent.number(t, "Category") != shown.number(t, "Category") {
		t.Errorf("Category is %q, sent was %q", shown.text("Category"), sent.text("Category"))
	}
	same("NotifyBy", map[bool]string{true: "1100", false: "1000"}[sent.number(t, "NotifyBy") == 1100])
	if sent.number(t, "RelatedEntity") != 0 {
		same("RelatedEntityId", strings.ToLower(sent.word("RelatedEntityId")))
	} else {
		same("RelatedEntityId", nil)
	}
	checkReminder(t, sent, same)
	checkOwner(o, sent, same)
	checkTaskType(t, sent, shown)
}

// checkReminder repeats the contract's rule: of the two reminders, the one that does not apply is
// shown as 0 and "".
func checkReminder(t rapid.TB, sent sentTask, same func(string, any)) {
	days, at := sent.number(t, "ReminderBeforeDays"), sent.word("ReminderTime")
	byDays := at != "" || days > 0 || sent.word("ReminderBeforeDays") != "" && sent.word("Reminder") == ""
	minutes := sent.number(t, "Reminder")
	if byDays {
		minutes = 0
	} else {
		days, at = 0, ""
	}
	same("Reminder", minutes)
	same("ReminderBeforeDays", days)
	same("ReminderTime", at)
}

func checkOwner(o *office, sent sentTask, same func(string, any)) {
	owner := o.names["admin"]
	for name, email := range map[string]string{"boss": "joan@example.com", "rep": "alan@example.com"} {
		if strings.EqualFold(sent.word("OwnerEmailAddress"), email) || strings.EqualFold(sent.word("OwnerId"), o.names[name]) {
			owner = o.names[name]
		}
	}
	same("OwnerId", owner)
}

func checkTaskType(t rapid.TB, sent, shown sentTask) {
	t.Helper()
	given, used := sent.object("TaskType"), shown.object("TaskType")
	if name := given.word("Name"); name != "" && !strings.EqualFold(name, used.text("Name")) {
		t.Errorf("TaskType is %q, sent was %q", used.text("Name"), name)
	}
	if id := given.word("Id"); id != "" && !strings.EqualFold(id, used.text("Id")) {
		t.Errorf("TaskType is %q, sent was %q", used.text("Id"), id)
	}
	if given.word("Name") == "" && given.word("Id") == "" && used.text("Name") != "To-Do" {
		t.Errorf("TaskType is %q, and none was sent", used.text("Name"))
	}
	fields, kept := sent.object("CustomFields"), shown.object("CustomFields")
	for name := range kept {
		if fields.text(name) == "" {
			t.Errorf("%s is %q, and nothing was sent", name, kept.text(name))
		}
	}
	for name := range fields {
		if !sameField(fields.text(name), kept.text(name)) {
			t.Errorf("%s is %q, sent was %q", name, kept.text(name), fields.text(name))
		}
	}
}

// sameField compares a custom value with its kept form: outer blanks, the case of options and of
// true, and the spelling of a number, of true and of an instant may differ, and an option chosen
// twice is kept once.
func sameField(sent, kept string) bool {
	sent = strings.TrimSpace(sent)
	if strings.EqualFold(sent, strings.TrimSpace(kept)) {
		return true
	}
	if n, err := strconv.ParseFloat(sent, 64); err == nil {
		if k, err := strconv.ParseFloat(kept, 64); err == nil && n == k && !math.IsNaN(n) {
			return true
		}
	}
	if b, err := strconv.ParseBool(strings.ToLower(sent)); err == nil && strconv.FormatBool(b) == kept {
		return true
	}
	if instant, err := civil.ParseInstant(sent); err == nil && civil.FormatInstant(instant) == kept {
		return true
	}
	options := strings.Split(kept, tickler.OptionSeparator)
	for part := range strings.SplitSeq(sent, tickler.OptionSeparator) {
		if !slices.ContainsFunc(options, func(option string) bool { return strings.EqualFold(option, strings.TrimSpace(part)) }) {
			return false
		}
	}
	return true
}
