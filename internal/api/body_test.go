package api

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"tickler"
)

// Body structures that section 1 of the contract refuses, and the errors for them.
func TestRefusedBodies(t *testing.T) {
	t.Parallel()
	o := openOffice(t, withoutLimit)
	for name, c := range map[string]struct{ body, message string }{
		"empty":                        {``, "The body is empty. Expected JSON."},
		"blank":                        {" \r\n\t", "The body is empty. Expected JSON."},
		"only a byte order mark":       {"\ufeff", "The body is empty. Expected JSON."},
		"two byte order marks":         {"\ufeff\ufeff{}", "The body is not valid JSON: invalid character 'ï' looking for beginning of value at line 1, column 1."},
		"cut off":                      {`{"Name": "Call`, "The body is not valid JSON: unexpected end of JSON input at line 1, column 14."},
		"a comma too many":             {"{\n\"Name\": \"Call\",\n}", "The body is not valid JSON: invalid character '}' looking for beginning of object key string at line 3, column 1."},
		"single quotes":                {`{'Name': 'Call'}`, `The body is not valid JSON: invalid character '\'' looking for beginning of object key string at line 1, column 2.`},
		"a comment":                    {`{"Name": "Call"} // today`, "The body is not valid JSON: invalid character '/' after top-level value at line 1, column 18."},
		"a second object":              {`{"Name": "Call"}{}`, "The body is not valid JSON: invalid character '{' after top-level value at line 1, column 17."},
		"a raw line break in a text":   {"{\"Name\": \"a\nb\"}", `The body is not valid JSON: invalid character '\n' in string literal at line 2, column 1.`},
		"NaN":                          {`{"Name": NaN}`, "The body is not valid JSON: invalid character 'N' looking for beginning of value at line 1, column 10."},
		"a number with a leading 0":    {`{"Name": 01}`, "The body is not valid JSON: invalid character '1' after object key:value pair at line 1, column 11."},
		"a string":                     {`"{}"`, "The body is a JSON string. Expected a JSON object."},
		"an empty string":              {`""`, "The body is a JSON string. Expected a JSON object."},
		"a number":                     {`1`, "The body is a JSON number. Expected a JSON object."},
		"a boolean":                    {`true`, "The body is a JSON boolean. Expected a JSON object."},
		"null":                         {`null`, "The body is null. Expected a JSON object."},
		"an array":                     {`[]`, "The body is a JSON array. Expected a JSON object."},
		"twice":                        {`{"Name": "a", "Name": "a"}`, "The attribute 'Name' is given twice."},
		"twice in another case":        {`{"Name": "a", "nAME": "b"}`, "The attribute 'nAME' is given twice."},
		"twice by a letter like S":     {`{"TaskType": {}, "Ta\u017fkType": {}}`, "The attribute 'TaſkType' is given twice."},
		"twice by a letter like K":     {`{"TaskType": {}, "Tas\u212aType": {}}`, "The attribute 'Tas\u212aType' is given twice."},
		"twice by an escape":           {`{"Name": "a", "\u004eame": "b"}`, "The attribute 'Name' is given twice."},
		"twice further down":           {`{"TaskType": {"Id": "", "ID": ""}}`, "The attribute 'TaskType.ID' is given twice."},
		"twice among custom fields":    {`{"CustomFields": {"mx_Custom_1": "a", "MX_CUSTOM_1": "b"}}`, "The attribute 'CustomFields.MX_CUSTOM_1' is given twice."},
		"twice, though null":           {`{"Name": null, "Name": "a"}`, "The attribute 'Name' is given twice."},
		"unknown":                      {`{"DueDte": ""}`, "Unknown attribute 'DueDte'. Did you mean 'DueDate'?"},
		"unknown, far from all":        {`{"Colour": ""}`, "Unknown attribute 'Colour'."},
		"unknown, one letter":          {`{"x": ""}`, "Unknown attribute 'x'."},
		"unknown, no letter":           {`{"": ""}`, "Unknown attribute ''."},
		"unknown, two letters":         {`{"TaskType": {"Ix": ""}}`, "Unknown attribute 'TaskType.Ix'. Did you mean 'Id'?"},
		"unknown, cut short":           {`{"OwnerEmail": ""}`, "Unknown attribute 'OwnerEmail'. Did you mean 'OwnerEmailAddress'?"},
		"unknown, cut very short":      {`{"Owne": ""}`, "Unknown attribute 'Owne'."},
		"unknown though null":          {`{"DueDte": null}`, "Unknown attribute 'DueDte'. Did you mean 'DueDate'?"},
		"unknown of Create":            {`{"UserTaskId": ""}`, "Unknown attribute 'UserTaskId'."},
		"very long and unknown":        {`{"` + strings.Repeat("x", 1000) + `": ""}`, "Unknown attribute '" + strings.Repeat("x", 100) + "…'."},
		"wrapped":                      {`{"Task": {"Name": "Call"}}`, "Unknown attribute 'Task'."},
		"an object for a value":        {`{"DueDate": {}}`, "'DueDate' is a JSON object. Expected a single value."},
		"an array for a value":         {`{"Name": ["Call"]}`, "'Name' is a JSON array. Expected a single value."},
		"a value for an object":        {`{"TaskType": "To-Do"}`, "'TaskType' has the invalid value 'To-Do'. Expected a JSON object."},
		"a boolean for an object":      {`{"CustomFields": false}`, "'CustomFields' has the invalid value 'false'. Expected a JSON object."},
		"an array for an object":       {`{"CustomFields": ["x"]}`, "'CustomFields' is a JSON array. Expected a JSON object."},
		"an object for a custom one":   {`{"CustomFields": {"mx_Custom_1": {}}}`, "'CustomFields.mx_Custom_1' is a JSON object. Expected a single value."},
		"a long name of an object":     {`{"CustomFields": {"` + strings.Repeat("x", 1000) + `": {}}}`, "'CustomFields." + strings.Repeat("x", 87) + "…' is a JSON object. Expected a single value."},
		"a byte that is not UTF-8":     {"{\"Name\": \"\xff\"}", "The body is not valid UTF-8 at byte 11."},
		"a surrogate as bytes":         {"{\"Name\": \"\xed\xa0\x80\"}", "The body is not valid UTF-8 at byte 11."},
		"bytes in UTF-16":              {"{\x00}\x00", `The body is not valid JSON: invalid character '\x00' looking for beginning of object key string at line 1, column 2.`},
		"a high surrogate alone":       {`{"Name": "\ud83d"}`, `The body has a \u escape that is half of a surrogate pair.`},
		"a low surrogate alone":        {`{"Name": "\uDCDE"}`, `The body has a \u escape that is half of a surrogate pair.`},
		"surrogates the wrong way":     {`{"Name": "\udcde\ud83d"}`, `The body has a \u escape that is half of a surrogate pair.`},
		"two high surrogates":          {`{"Name": "\ud83d\ud83d"}`, `The body has a \u escape that is half of a surrogate pair.`},
		"half a pair in a name":        {`{"\ud83d": "Call"}`, `The body has a \u escape that is half of a surrogate pair.`},
		"NUL":                          {`{"Name": "a\u0000b"}`, "'Name' holds the character NUL, which can't be kept."},
		"NUL in a name":                {`{"a\u0000b": ""}`, "An attribute's name holds the character NUL."},
		"NUL in a custom field":        {`{"CustomFields": {"mx_Custom_1": "\u0000"}}`, "'CustomFields.mx_Custom_1' holds the character NUL, which can't be kept."},
		"too many values":              {`{"Name": [` + strings.Repeat("0,", 9_999) + `0]}`, "The body holds too many values: at most 10000."},
		"21 levels":                    {`{"Name": ` + strings.Repeat("[", 20) + strings.Repeat("]", 20) + `}`, "The body is nested too deeply: at most 20 levels."},
		"very many levels":             {strings.Repeat("[", 500_000), "The body is not valid JSON: invalid character '[' exceeded max depth at line 1, column 10001."},
		"20 levels, wrong all the way": {`{"Name": ` + strings.Repeat("[", 19) + strings.Repeat("]", 19) + `}`, "'Name' is a JSON array. Expected a single value."},
	} {
		t.Run(name, func(t *testing.T) {
			w := o.post("Task.svc/Create", c.body)
			e := readError(w.Body.Bytes())
			if w.Code != 400 || e.ExceptionType != failureOf[tickler.KindInvalid].typ || e.ExceptionMessage != c.message {
				t.Errorf("%d %s\n got %s\nwant %s", w.Code, e.ExceptionType, e.ExceptionMessage, c.message)
			}
		})
	}
	if w := o.post("Task.svc/Retrieve", `{"Parameter": {"LookupName": "OwnerId", "LookupValue": "`+o.names["admin"]+`"}}`); !strings.Contains(w.Body.String(), `"RecordCount":0,`) {
		t.Errorf("something was written: %s", w.Body)
	}
}

// Odd bodies that are accepted.
func TestAcceptedBodies(t *testing.T) {
	t.Parallel()
	o := openOffice(t, withoutLimit)
	for name, body := range map[string]string{
		"a byte order mark":         "\ufeff" + `{"Name": "Call"}`,
		"blanks around":             " \r\n\t" + `{"Name": "Call"}` + "\r\n",
		"a whole surrogate pair":    `{"Name": "\ud83d\udcde"}`,
		"a backslash before ud83d":  `{"Name": "\\ud83d"}`,
		"letters like S and K":      `{"Name": "Call", "Ta\u017f\u212aType": {}}`,
		"null for everything else":  `{"Name": "Call", "DueDate": null, "TaskType": null, "CustomFields": null, "Latitude": null}`,
		`"" for everything else`:    `{"Name": "Call", "DueDate": "", "TaskType": "", "CustomFields": "", "Latitude": ""}`,
		"objects with nothing":      `{"Name": "Call", "TaskType": {}, "CustomFields": {}}`,
		"names of nothing":          `{"Name": "Call", "TaskType": {"Id": "", "Name": null}, "CustomFields": {}}`,
		"a number that is whole":    `{"Name": "Call", "Reminder": 1.5e1}`,
		"a number for a text":       `{"Name": 12345678901234567890123456789}`,
		"a text of blanks":          `{"Name": "Call", "Description": " "}`,
		"500 characters of 4 bytes": `{"Name": "` + strings.Repeat("📞", 500) + `"}`,
	} {
		t.Run(name, func(t *testing.T) { o.mustPost(t, "Task.svc/Create", body) })
	}
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	o := openOffice(t, withoutLimit)
	for contentType, want := range map[string]int{
		"application/json":                  200,
		"application/json; charset=utf-8":   200,
		"Application/JSON":                  200,
		"application/json;charset=UTF-8; a": 400,
		"text/json":                         400,
		"text/plain":                        400,
		"multipart/form-data; boundary=x":   400,
		"application/problem+json":          400,
		"":                                  400,
	} {
		w := o.call(post, "/v2/Task.svc/Create", `{"Name": "Call"}`, o.accessKey(), o.secretKey(), "Content-Type: "+contentType)
		if w.Code != want {
			t.Errorf("%q: %d %s", contentType, w.Code, w.Body)
		}
	}
}

// Memory, and so time, grows in proportion to a body's length, however it is built.
func TestLargeBodiesTakeNoQuadraticMemory(t *testing.T) {
	const size = 1 << 18
	fill := func(before, unit, after string) string {
		n := (size - len(before) - len(after)) / len(unit)
		return before + strings.Repeat(unit, n)[:n*len(unit)-1] + after // without the last comma
	}
	many := func(most int, form string) string {
		var b strings.Builder
		for i := 0; b.Len() < most; i++ {
			fmt.Fprintf(&b, form, i)
		}
		return b.String()
	}
	longName := strings.Repeat("n", size/2)
	for name, body := range map[string]string{
		"a long text":                  fill(`{"Name": "`, "x", `"}`),
		"many escapes":                 fill(`{"Name": "`, `\ud83d\udcde`, `"}`),
		"many items":                   fill(`{"Name": [`, "1,", `]}`),
		"many objects":                 fill(`[`, "{},", `]`),
		"many nulls":                   fill(`[`, "null,", `]`),
		"many attributes":              `{` + many(size-100, `"%d":"",`) + `"Name": ""}`,
		"many custom fields":           `{"Name": "Call", "CustomFields": {` + many(size-100, `"f%d":"",`) + `"g": ""}}`,
		"many things under long names": `{"` + longName + `": {` + many(size/2-100, `"%d":"",`) + `"g":""}}`,
		"many items under long names":  fill(`{"`+longName+`": [`, `[],`, `]}`),
		"the same name again":          fill(`{`, `"Name":"",`, `}`),
		"blanks":                       fill(`{`, " ", `}`),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			tree, _ := taskShape.Read([]byte(body))
			_, _ = bindTask(tree)
			runtime.ReadMemStats(&after)
			if taken := int(after.TotalAlloc-before.TotalAlloc) / len(body); taken > 250 {
				t.Errorf("%d times its %d bytes", taken, len(body))
			}
			runtime.ReadMemStats(&before)
			_, _ = leadShape.Read([]byte(body))
			runtime.ReadMemStats(&after)
			if taken := int(after.TotalAlloc-before.TotalAlloc) / len(body); taken > 250 {
				t.Errorf("as a lead: %d times its %d bytes", taken, len(body))
			}
		})
	}
}

// PHP writes an empty array for an empty object.
func TestEmptyArraysForObjects(t *testing.T) {
	t.Parallel()
	o := openOffice(t, withoutLimit)
	for operation, body := range map[string]string{
		"Task.svc/Create":              `{"Name": "Call", "CustomFields": [], "TaskType": []}`,
		"Task.svc/Retrieve":            `{"Parameter": {"LookupName": "OwnerId", "LookupValue": "` + o.names["admin"] + `"}, "Columns": [], "Sorting": [], "Paging": []}`,
		"LeadManagement.svc/Leads.Get": `{"Parameter": {"LookupName": "Phone", "LookupValue": "1"}, "Columns": [], "Paging": []}`,
		"Webhook.svc/Create":           `{"URL": "https://example.com/hook", "WebhookEvent": 7, "CustomHeaders": []}`,
		"Task.svc/Bulk/Create":         `{"TaskList": [{"Name": "Call", "CustomFields": []}]}`,
	} {
		o.mustPost(t, operation, body)
	}
}
