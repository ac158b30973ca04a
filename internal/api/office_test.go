package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/directory"
	"tickler/internal/jobs"
	"tickler/internal/ratelimit"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// start is when every test begins: a Tuesday.
var start = time.Date(2026, 3, 10, 9, 15, 30, 0, time.UTC)

// office is an account with people, task types, a lead and an opportunity, behind an API whose
// clock stands still.
type office struct {
	api   *API
	app   *app.App
	clock *clocktest.Clock
	store *faultyStore
	log   *bytes.Buffer
	// names are the ids and keys that tests use, by the names they have in exchanges.
	names map[string]string
	// domain precedes example.com in the addresses of its people; empty unless the office shares
	// its store.
	domain string
}

// openOffice opens an office over a fresh store on SQLite.
func openOffice(t testing.TB, change ...func(*tickler.Account)) *office {
	t.Helper()
	return newOffice(t, storetest.Open(t, storetest.SQLite(t)), change...)
}

// newOffice sets up the only account in the store.
func newOffice(t testing.TB, s *store.Store, change ...func(*tickler.Account)) *office {
	t.Helper()
	return newOfficeAt(t, s, "", change...)
}

// shareOffice sets up an account beside others in the store. Addresses are unique across accounts,
// so its people have a domain of their own; exchanges still say example.com.
func shareOffice(t testing.TB, s *store.Store, change ...func(*tickler.Account)) *office {
	t.Helper()
	return newOfficeAt(t, s, strings.ToLower(rand.Text())+".", change...)
}

func newOfficeAt(t testing.TB, s *store.Store, domain string, change ...func(*tickler.Account)) *office {
	t.Helper()
	o := &office{clock: clocktest.New(start), store: &faultyStore{Store: s}, log: &bytes.Buffer{}, domain: domain}
	o.furnish(t, s, change)
	log := slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o.app = app.New(o.store, directory.New(s, o.clock, log), o.clock, Wire)
	o.api = New(Config{
		App:            o.app,
		Limiter:        ratelimit.NewLocal(o.clock),
		WrongKeys:      ratelimit.NewAddresses(o.clock, tickler.DefaultRateLimit),
		WrongKeysLimit: tickler.DefaultRateLimit,
		PublicURL:      "https://tickler.example",
		Log:            log,
	})
	return o
}

func (o *office) furnish(t testing.TB, s *store.Store, change []func(*tickler.Account)) {
	t.Helper()
	account := tickler.Account{ID: newTestID(), Zone: time.UTC, RateLimit: tickler.DefaultRateLimit, CreatedAt: start}
	for _, c := range change {
		c(&account)
	}
	person := func(first, last, email string, role tickler.Role, active bool) tickler.User {
		return tickler.User{
			ID: newTestID(), AccountID: account.ID, FirstName: first, LastName: last, Email: o.ownAddresses(email), Role: role, Active: active, CreatedAt: start,
		}
	}
	admin := person("Grace", "Hopper", "grace@example.com", tickler.Administrator, true)
	boss := person("Joan", "Clarke", "joan@example.com", tickler.SalesUser, true)
	boss.Zone = mustLoadZone(t, "Europe/London")
	rep := person("Alan", "Turing", "alan@example.com", tickler.SalesUser, true)
	rep.ManagerID = boss.ID
	gone := person("Kurt", "Gödel", "kurt@example.com", tickler.SalesUser, false)
	o.names = map[string]string{
		"account": account.ID.String(), "admin": admin.ID.String(), "boss": boss.ID.String(), "rep": rep.ID.String(), "gone": gone.ID.String(),
	}

	fresh := tickler.FreshAccount{
		Account: account, Admin: admin, Key: o.newKey("", admin), TaskTypes: append(tickler.FreshTaskTypes(), siteVisit, handover),
	}
	for i := range fresh.TaskTypes {
		taskType := &fresh.TaskTypes[i]
		taskType.ID, taskType.AccountID, taskType.CreatedAt = newTestID(), account.ID, start
		o.names[camel(taskType.Name)] = taskType.ID.String()
	}
	ctx := t.Context()
	noError(t, s.CreateAccount(ctx, fresh))
	for _, user := range []tickler.User{boss, rep, gone} {
		noError(t, s.CreateUser(ctx, user, ""))
	}
	revoked := o.newKey("revoked", admin)
	revoked.RevokedAt = start
	for _, key := range []tickler.AccessKey{o.newKey("boss", boss), o.newKey("rep", rep), o.newKey("gone", gone), revoked} {
		createKey(t, s, key)
	}
	lead := tickler.Lead{
		ID: newTestID(), AccountID: account.ID, FirstName: "Ada", LastName: "Lovelace", Email: "ada@example.com", Phone: "+44 20 7946 0000",
		CreatedBy: admin.ID, CreatedAt: start, ModifiedAt: start,
	}
	noError(t, s.CreateLead(ctx, lead))
	opportunity := tickler.Opportunity{
		ID: newTestID(), AccountID: account.ID, LeadID: lead.ID, Name: "Analytical Engine", CreatedBy: admin.ID, CreatedAt: start,
	}
	noError(t, s.CreateOpportunity(ctx, opportunity))
	o.names["lead"], o.names["opportunity"] = lead.ID.String(), opportunity.ID.String()
	o.names["nobody"] = "00000000-0000-7000-8000-000000000000" // an id that nothing has
}

var peopleAddress = regexp.MustCompile(`(?i)\b(grace|joan|alan|kurt|marketer|stranger)(@|%40)(example\.com)`)

// ownAddresses replaces the addresses in tests with those of the office's people.
func (o *office) ownAddresses(text string) string {
	return peopleAddress.ReplaceAllString(text, "${1}${2}"+o.domain+"${3}")
}

// newKey makes an access key for the user, and names it and its secret.
func (o *office) newKey(name string, user tickler.User) tickler.AccessKey {
	key, secret := rand.Text(), rand.Text()
	o.names[camel(name+" key")], o.names[camel(name+" secret")] = key, secret
	return tickler.AccessKey{
		ID: newTestID(), AccountID: user.AccountID, UserID: user.ID, Key: key, SecretHash: tickler.HashSecret(secret), CreatedAt: start,
	}
}

// siteVisit has a custom field of each data type.
var siteVisit = tickler.TaskType{
	Name: "Site Visit", Category: tickler.CategoryAppointment, Color: "#CFD8DC", DefaultDuration: 45 * time.Minute,
	Fields: []tickler.CustomField{
		{SchemaName: "mx_Custom_1", DisplayName: "Remark", DataType: tickler.StringData},
		{SchemaName: "mx_Custom_2", DisplayName: "Distance", DataType: tickler.NumberData},
		{SchemaName: "mx_Custom_3", DisplayName: "Parking", DataType: tickler.BooleanData},
		{SchemaName: "mx_Custom_4", DisplayName: "Contract ends", DataType: tickler.DateData},
		{SchemaName: "mx_Custom_5", DisplayName: "Last visit", DataType: tickler.DateTimeData},
		{SchemaName: "mx_Custom_6", DisplayName: "Mood", DataType: tickler.DropdownData, Options: []string{"Warm", "Cold"}},
		{SchemaName: "mx_Custom_7", DisplayName: "Bring", DataType: tickler.MultiSelectData, Options: []string{"Samples", "Brochure", "Laptop"}},
		{SchemaName: "mx_Custom_8", DisplayName: "Reply to", DataType: tickler.EmailData},
		{SchemaName: "mx_Custom_9", DisplayName: "Gate", DataType: tickler.PhoneData},
		{SchemaName: "mx_Custom_10", DisplayName: "Map", DataType: tickler.URLData},
	},
}

// handover has a custom field that is mandatory.
var handover = tickler.TaskType{
	Name: "Handover", Category: tickler.CategoryToDo, Color: "#D7CCC8",
	Fields: []tickler.CustomField{{SchemaName: "mx_Custom_1", DisplayName: "Reason", DataType: tickler.StringData, Mandatory: true}},
}

// faultyStore is a store that can be told to refuse to create tasks.
type faultyStore struct {
	*store.Store
	fault error
}

func (s *faultyStore) CreateTask(ctx context.Context, task tickler.Task) error {
	if s.fault != nil {
		return s.fault
	}
	return s.Store.CreateTask(ctx, task)
}

func (s *faultyStore) WriteRepeatable(ctx context.Context, run func(ctx context.Context, tx *store.Tx) error) error {
	if s.fault != nil {
		return s.fault
	}
	return s.Store.WriteRepeatable(ctx, run)
}

func createKey(t testing.TB, s *store.Store, key tickler.AccessKey) {
	t.Helper()
	noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.CreateAccessKey(ctx, key) }))
}

// work runs the account's bulk requests, as the service does in the background.
func (o *office) work(t testing.TB) {
	t.Helper()
	account, err := tickler.ParseID(o.names["account"])
	noError(t, err)
	queued := tickler.BulkFilter{AccountID: account, States: []tickler.BulkState{tickler.BulkQueued, tickler.BulkRunning}}
	requests, _, err := o.store.BulkRequests(t.Context(), queued, tickler.Page{Limit: 100})
	noError(t, err)
	for _, r := range slices.Backward(requests) {
		_, _, err := o.app.RunBulk(t.Context(), account, r.ID, jobs.Ref{Account: jobs.ID(account), ID: jobs.ID(r.ID)})
		noError(t, err)
	}
}

// withoutLimit changes an account so that it may make any number of calls.
func withoutLimit(a *tickler.Account) { a.RateLimit = tickler.RateLimit{} }

// call sends one request to the office: method, target, body, and header lines.
func (o *office) call(method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return o.serve(r)
}

func (o *office) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	o.api.ServeHTTP(w, r)
	return w
}

// post calls an operation with the administrator's keys and a JSON body.
func (o *office) post(operation, body string, header ...string) *httptest.ResponseRecorder {
	return o.call(post, "/v2/"+operation, body, append(header, o.accessKey(), o.secretKey(), "Content-Type: application/json")...)
}

// mustPost is post for a call that must succeed.
func (o *office) mustPost(t testing.TB, operation, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	w := o.post(operation, body, header...)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", operation, w.Code, w.Body)
	}
	return w
}

// postAsRep calls an operation with the keys of a Sales_User.
func (o *office) postAsRep(operation, body string) *httptest.ResponseRecorder {
	return o.call(post, "/v2/"+operation, body,
		"x-LSQ-AccessKey: "+o.names["repKey"], "x-LSQ-SecretKey: "+o.names["repSecret"], "Content-Type: application/json")
}

// create makes a task of the administrator's and returns its id.
func (o *office) create(t testing.TB) string {
	t.Helper()
	return createdID(t, o.mustPost(t, "Task.svc/Create", `{"Name": "Call Ada back"}`).Body.Bytes())
}

func createdID(t rapid.TB, body []byte) string {
	t.Helper()
	var made struct{ Message struct{ ID string } }
	noError(t, json.Unmarshal(body, &made))
	return made.Message.ID
}

// get calls an operation with the administrator's keys.
func (o *office) get(operation string) *httptest.ResponseRecorder {
	return o.call(get, "/v2/"+operation, "", o.accessKey(), o.secretKey())
}

func (o *office) accessKey() string { return "x-LSQ-AccessKey: " + o.names["key"] }
func (o *office) secretKey() string { return "x-LSQ-SecretKey: " + o.names["secret"] }

func newTestID() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }

func mustLoadZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	noError(t, err)
	return zone
}

// camel writes "Phone Call" as phoneCall.
func camel(words string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(words, func(r rune) bool { return r == ' ' || r == '-' }) {
		if b.Len() == 0 {
			b.WriteString(strings.ToLower(word))
		} else {
			b.WriteString(strings.ToUpper(word[:1]) + strings.ToLower(word[1:]))
		}
	}
	return b.String()
}

func noError(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
