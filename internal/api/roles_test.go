package api

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tickler"
	"tickler/internal/store/storetest"
)

// callers try every call, in the order of a row's outcomes. The task in the rows is owned by rep
// and was created by the administrator; foreigner is the administrator of another account, who
// knows all ids of this one.
var callers = [...]string{"administrator", "marketer", "manager", "owner", "stranger", "foreigner"}

// roleRow is one call of a route, and what each of the callers gets (docs/contract.md section 7):
//
//	sees, misses   what is looked for is in the answer, or it is not
//	changes        something of the account has changed, once the background work is done too
//	taken          answered 200, and all is as it was
//	403, 400       refused, and all is as it was
//
// In query, body and finds, ${name} stands for a name of the office.
type roleRow struct {
	query string
	body  string
	finds string // what a reading call looks for; "" for calls that change something
	want  string // an outcome for each of the callers
}

// Outcomes that many rows have.
const (
	everybodySees = "sees sees sees sees sees misses"
	everybodyWith = "sees sees sees sees sees 400" // the id of something that must exist
	teamSees      = "sees sees sees sees misses misses"
	teamWith      = "sees sees sees sees misses 400"
	teamChanges   = "changes 403 changes changes 403 400"
	allChange     = "changes changes changes changes changes"
)

const roleWebhook = `"URL": "https://example.com/hook", "Method": "POST", "ContentType": "application/json", "WebhookEvent": 7`

const roleSpan = `"FromDate": "2026-03-12", "ToDate": "2026-03-12", `

// roleRows has a row for each method of every route. A new route gets its own here.
var roleRows = map[string]roleRow{
	"POST /v2/Task.svc/Create":         {body: `{"Name": "New", "OwnerId": "${rep}"}`, want: allChange + " 400"},
	"POST /v2/Task.svc/Update":         {body: `{"UserTaskId": "${task}", "Name": "Other"}`, want: teamChanges},
	"GET /v2/Task.svc/MarkComplete":    {query: "id=${task}", want: teamChanges},
	"POST /v2/Task.svc/MarkComplete":   {query: "id=${task}", want: teamChanges},
	"GET /v2/Task.svc/MarkInComplete":  {query: "id=${done}", want: teamChanges},
	"POST /v2/Task.svc/MarkInComplete": {query: "id=${done}", want: teamChanges},
	"POST /v2/Task.svc/Cancel":         {query: "id=${task}", want: teamChanges},

	"POST /v2/Task.svc/Retrieve":                                     {body: `{"Parameter": {"LookupName": "OwnerId", "LookupValue": "${rep}"}}`, finds: "${task}", want: teamWith},
	"GET /v2/Task.svc/Retrieve.GetById":                              {query: "id=${task}", finds: "${task}", want: teamSees},
	"GET /v2/LeadManagement.svc/RetrieveTaskByLeadId":                {query: "leadId=${lead}", finds: "${task}", want: teamWith},
	"GET /v2/OpportunityManagement.svc/RetrieveTasksByOpportunityId": {query: "opportunityId=${opportunity}", finds: "${done}", want: teamWith},

	"POST /v2/Task.svc/RetrieveAppointments/ByUserId":           {body: `{` + roleSpan + `"Users": ["${rep}"]}`, finds: "${task}", want: teamWith},
	"POST /v2/Task.svc/RetrieveAppointments/ByUserEmailAddress": {body: `{` + roleSpan + `"Users": ["alan@example.com"]}`, finds: "${task}", want: teamWith},
	"POST /v2/Task.svc/RetrieveAppointments/ByUserSearchCriteria": {
		body:  `{` + roleSpan + `"UserSearchCriteria": {"GroupConditions": [{"Condition": [{"LookupName": "FirstName", "Operator": "nn"}]}]}}`,
		finds: "${task}", want: teamSees,
	},
	"POST /v2/Task.svc/RetrieveToDos/ByUserId":           {body: `{` + roleSpan + `"Users": ["${rep}"]}`, finds: "${done}", want: teamWith},
	"POST /v2/Task.svc/RetrieveToDos/ByUserEmailAddress": {body: `{` + roleSpan + `"Users": ["alan@example.com"]}`, finds: "${done}", want: teamWith},
	"POST /v2/Task.svc/RetrieveToDos/ByUserSearchCriteria": {
		body:  `{` + roleSpan + `"UserSearchCriteria": {"GroupConditions": [{"Condition": [{"LookupName": "FirstName", "Operator": "nn"}]}]}}`,
		finds: "${done}", want: teamSees,
	},

	// A bulk request is checked row by row when it runs. Its status is for its requester and for
	// administrators.
	"POST /v2/Task.svc/Bulk/Create":               {body: `{"TaskList": [{"Name": "New", "OwnerId": "${rep}"}]}`, want: allChange + " taken"},
	"POST /v2/Task.svc/Bulk/Update":               {body: `{"TaskIds": ["${task}"], "Change": {"Complete": true}}`, want: "changes taken changes changes taken taken"},
	"POST /v2/Task.svc/DeleteTasks":               {body: `{"TaskIds": ["${task}"]}`, want: "changes taken changes changes taken taken"},
	"POST /v2/Task.svc/BulkUpdateAppointmentTime": {body: `{"TaskList": [{"UserTaskId": "${task}", "FromDate": "2026-04-01 10:00:00", "ToDate": "2026-04-01 11:00:00"}]}`, want: "changes taken changes changes taken taken"},
	"GET /v2/Task.svc/Bulk/Status":                {query: "id=${bulk}", finds: "${bulk}", want: "sees 400 400 sees 400 400"},
	"GET /v2/Task.svc/Bulk/Report":                {query: "id=${bulk}&format=csv", finds: "Asked for", want: "sees 400 400 sees 400 400"},

	"GET /v2/Task.svc/RetrieveTaskType": {finds: "${meeting}", want: everybodySees},
	"POST /v2/Task.svc/TaskType/Create": {body: `{"Name": "New", "Category": 1}`, want: "changes 403 403 403 403 taken"},
	"POST /v2/Task.svc/TaskType/Update": {body: `{"TaskTypeId": "${meeting}", "Color": "#000000"}`, want: "changes 403 403 403 403 400"},

	// Leads and opportunities are open to everybody in the account.
	"POST /v2/LeadManagement.svc/Lead.Create":                   {body: `[{"Attribute": "FirstName", "Value": "Mary"}]`, want: allChange + " taken"},
	"POST /v2/LeadManagement.svc/Lead.Capture":                  {body: `[{"Attribute": "EmailAddress", "Value": "ada@example.com"}, {"Attribute": "mx_City", "Value": "London"}]`, want: allChange + " taken"},
	"POST /v2/LeadManagement.svc/Lead.Update":                   {query: "leadId=${lead}", body: `[{"Attribute": "mx_City", "Value": "London"}]`, want: allChange + " 400"},
	"POST /v2/LeadManagement.svc/Leads.Get":                     {body: `{"Parameter": {"LookupName": "FirstName", "LookupValue": "Ada"}}`, finds: "${lead}", want: everybodySees},
	"GET /v2/LeadManagement.svc/RetrieveLeadByPhoneNumber":      {query: "phone=442079460000", finds: "${lead}", want: everybodySees},
	"GET /v2/LeadManagement.svc/Leads.GetById":                  {query: "id=${lead}", finds: "${lead}", want: everybodySees},
	"GET /v2/LeadManagement.svc/Leads.GetByEmailaddress":        {query: "emailaddress=ada@example.com", finds: "${lead}", want: everybodySees},
	"POST /v2/OpportunityManagement.svc/Opportunity.Create":     {body: `{"LeadId": "${lead}", "Name": "New"}`, want: allChange + " 400"},
	"POST /v2/OpportunityManagement.svc/GetOpportunitiesOfLead": {query: "leadId=${lead}", finds: "${opportunity}", want: everybodyWith},

	// Webhooks are for administrators.
	"POST /v2/Webhook.svc/Create":   {body: `{"Description": "New", ` + roleWebhook + `}`, want: "changes 403 403 403 403 taken"},
	"POST /v2/Webhook.svc/Retrieve": {body: `{}`, finds: "${webhook}", want: "sees 403 403 403 403 misses"},
	"POST /v2/Webhook.svc/Update":   {body: `{"WebhookId": "${webhook}", "Description": "Other"}`, want: "changes 403 403 403 403 400"},
	"POST /v2/Webhook.svc/Delete":   {body: `{"WebhookId": "${webhook}"}`, want: "changes 403 403 403 403 400"},

	"GET /v2/Authentication.svc/UserByAccessKey.Get":          {finds: "${account}", want: everybodySees},
	"GET /v2/UserManagement.svc/Users.Get":                    {finds: "${rep}", want: everybodySees},
	"GET /v2/UserManagement.svc/User/Retrieve/ByUserId":       {query: "userId=${rep}", finds: "${rep}", want: everybodySees},
	"GET /v2/UserManagement.svc/User/Retrieve/ByEmailAddress": {query: "emailAddress=alan@example.com", finds: "${rep}", want: everybodySees},
	"POST /v2/UserManagement.svc/User/AdvancedSearch":         {body: `{}`, finds: "${rep}", want: everybodySees},
	"POST /v2/UserManagement.svc/User.AdvancedSearch":         {body: `{}`, finds: "${rep}", want: everybodySees},
}

func TestEveryCallByEveryRole(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t))
	tried := map[string]bool{}
	for _, r := range routes {
		for _, method := range r.methods {
			name := method + " " + r.path
			row, ok := roleRows[name]
			tried[name] = true
			if !ok && r.path != panicPath {
				t.Errorf("%s has no row in roleRows: who sees what, who changes what?", name)
			}
			for i, want := range strings.Fields(row.want) {
				t.Run(name+" by "+callers[i], func(t *testing.T) {
					t.Parallel()
					o := newRoleOffice(t, shareOffice(t, s, withoutLimit), shareOffice(t, s, withoutLimit))
					if got := o.try(t, method, r.path, row, callers[i]); got != want {
						t.Errorf("got %s, want %s", got, want)
					}
				})
			}
			if n := len(strings.Fields(row.want)); ok && n != len(callers) {
				t.Errorf("%s has %d outcomes for %d callers", name, n, len(callers))
			}
		}
	}
	for name := range roleRows {
		if !tried[name] {
			t.Errorf("%s has a row, but there is no such route", name)
		}
	}
}

// roleOffice is an office with people of every role and with tasks of rep's.
type roleOffice struct {
	*office
	keys map[string][2]string // of each caller: the access key and its secret
}

func newRoleOffice(t *testing.T, o, other *office) *roleOffice {
	t.Helper()
	account, err := tickler.ParseID(o.names["account"])
	noError(t, err)
	for name, role := range map[string]tickler.Role{"marketer": tickler.MarketingUser, "stranger": tickler.SalesUser} {
		user := tickler.User{ID: newTestID(), AccountID: account, FirstName: name, Email: o.ownAddresses(name + "@example.com"), Role: role, Active: true, CreatedAt: start}
		noError(t, o.store.CreateUser(t.Context(), user, ""))
		createKey(t, o.store.Store, o.newKey(name, user))
	}
	key := func(o *office, name string) [2]string {
		return [2]string{o.names[camel(name+" key")], o.names[camel(name+" secret")]}
	}
	r := &roleOffice{o, map[string][2]string{
		"administrator": key(o, ""), "marketer": key(o, "marketer"), "manager": key(o, "boss"), "owner": key(o, "rep"),
		"stranger": key(o, "stranger"), "foreigner": key(other, ""),
	}}
	made := func(caller, operation, body string) string {
		return createdID(t, r.as(caller, post, "/v2/"+operation, r.fill(body)).Body.Bytes())
	}
	o.names["task"] = made("administrator", "Task.svc/Create", `{"Name": "Meet", "DueDate": "2026-03-12 10:00:00", "TaskType": {"Name": "Meeting"}, "OwnerId": "${rep}",
		"RelatedEntity": 1, "RelatedEntityId": "${lead}"}`)
	o.names["done"] = made("administrator", "Task.svc/Create", `{"Name": "Was done", "DueDate": "2026-03-12 10:00:00", "OwnerId": "${rep}", "StatusCode": 1,
		"RelatedEntity": 5, "RelatedEntityId": "${opportunity}"}`)
	o.names["bulk"] = made("owner", "Task.svc/Bulk/Create", `{"TaskList": [{"Name": "Asked for"}]}`)
	o.names["webhook"] = made("administrator", "Webhook.svc/Create", `{"Description": "Old", `+roleWebhook+`}`)
	o.work(t)
	return r
}

// fill puts the office's names and addresses into a text.
func (o *roleOffice) fill(text string) string {
	text = o.ownAddresses(text)
	for name, value := range o.names {
		text = strings.ReplaceAll(text, "${"+name+"}", value)
	}
	return text
}

func (o *roleOffice) as(caller, method, target, body string) *httptest.ResponseRecorder {
	header := []string{"x-LSQ-AccessKey: " + o.keys[caller][0], "x-LSQ-SecretKey: " + o.keys[caller][1]}
	if body != "" {
		header = append(header, "Content-Type: application/json")
	}
	return o.call(method, target, body, header...)
}

// try makes a row's call and returns its outcome.
func (o *roleOffice) try(t *testing.T, method, path string, row roleRow, caller string) string {
	t.Helper()
	before := o.all(t)
	w := o.as(caller, method, path+"?"+o.fill(row.query), o.fill(row.body))
	o.work(t)
	hasChanged := !bytes.Equal(before, o.all(t))
	switch {
	case w.Code != http.StatusOK && hasChanged:
		t.Fatalf("was answered %d, and something has changed: %s", w.Code, w.Body)
	case w.Code == http.StatusForbidden:
		return "403"
	case w.Code == http.StatusBadRequest:
		return "400"
	case w.Code != http.StatusOK:
		t.Fatalf("was answered %d %s", w.Code, w.Body)
	case hasChanged:
		return "changes"
	case row.finds == "":
		return "taken"
	case strings.Contains(w.Body.String(), o.fill(row.finds)):
		return "sees"
	}
	return "misses"
}

// all returns everything in the account that the administrator can read.
func (o *roleOffice) all(t *testing.T) []byte {
	t.Helper()
	var all bytes.Buffer
	for _, c := range []struct{ method, operation, body string }{
		{post, "Task.svc/Retrieve", `{"Parameter": {"LookupName": "OwnerId", "LookupValue": "${rep}"}}`},
		{get, "Task.svc/RetrieveTaskType", ""},
		{post, "Webhook.svc/Retrieve", `{}`},
		{get, "UserManagement.svc/Users.Get", ""},
		{post, "LeadManagement.svc/Leads.Get", `{"Parameter": {"LookupName": "FirstName", "LookupValue": "-", "SqlOperator": "<>"}}`},
		{post, "OpportunityManagement.svc/GetOpportunitiesOfLead?leadId=${lead}", ""},
	} {
		w := o.as("administrator", c.method, "/v2/"+o.fill(c.operation), o.fill(c.body))
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", c.operation, w.Code, w.Body)
		}
		all.Write(w.Body.Bytes())
	}
	return all.Bytes()
}
