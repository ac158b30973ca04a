package main

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/xuri/excelize/v2"

	"tickler"
	"tickler/client"
	"tickler/internal/mail/mailtest"
)

// secondSeed is the documented example of Create Tasks in Bulk, with placeholders for a lead's id,
// an owner's address and a URL.
const secondSeed = `{
  "TaskList": [
    {
      "Name": "Meeting",
      "Description": "Meeting with Adam",
      "RelatedEntity": 1,
      "RelatedEntityId": "<lead>",
      "DueDate": "2021-11-25 13:10:00",
      "EndDate": "2021-11-25 13:15:00",
      "Reminder": 10,
      "NotifyBy": "1100",
      "OwnerEmailAddress": "admin@example.com",
      "Location": "Koramangala",
      "TaskType": {"Name": "Meeting"},
      "CustomFields": {"mx_Custom_1": "Meeting in Koramangala"}
    },
    {
      "Name": "Document Collection",
      "Description": "Collect KYC documents",
      "RelatedEntity": 0,
      "DueDate": "2021-11-27 13:10:00",
      "EndDate": "2021-11-27 13:15:00",
      "NotifyBy": "1100",
      "OwnerEmailAddress": "<owner>",
      "TaskType": {"Name": "Document Collection"}
    }
  ],
  "StatusWebhookURL": "<url>"
}`

// status is the webhook that tells of a bulk request's end.
type status struct {
	Status, Operation, RequestId  string //nolint:revive // the wire's own name
	TasksCount, CreatedTasksCount int
	FailedTasksCount              int
	FailureReason                 *string
	Tasks                         []statusRow
}

type statusRow struct {
	RowNumber                       int
	Status, UserTaskId, Name        string //nolint:revive // the wire's own name
	ExceptionType, ExceptionMessage string
}

// The second seed's example, sent with curl: the webhook, the mail, the downloads and the page all
// agree.
func TestTheSecondSeedsExample(t *testing.T) {
	for name, owner := range map[string]string{"as documented": "admin@example.com", "with an owner who is not there": "vir@example.com"} {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, at place) {
				mail := mailtest.Start(t, mailtest.Config{})
				e := openExchange(t, at, append(mailArgs(mail), allowPrivate)...)
				r := receive(t, nil, answer(http.StatusOK, "thank you"))
				lead, err := e.api().CreateLead(t.Context(), client.LeadAttribute{Attribute: "FirstName", Value: "Adam"})
				if err != nil {
					t.Fatal(err)
				}
				body := strings.NewReplacer("<lead>", lead, "<owner>", owner, "<url>", r.URL+"/done").Replace(secondSeed)

				queued := curl(t, e.server, "/v2/Task.svc/Bulk/Create", body)
				id := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(queued)
				if want := `{"Status":"Success","Message":{"Id":"` + id + `","IsSuccessful":true,"Message":"Your request to create 2 task(s) has been queued."}}`; queued != want {
					t.Fatalf("got  %s\nwant %s", queued, want)
				}

				letter := mail.Await(1)[0].Letter(t)
				secret := at.facts(t, "webhook-secret show")["secret"]
				request, err := tickler.ParseID(id)
				if err != nil {
					t.Fatal(err)
				}
				e.delivery(request, 1)
				told := e.told(r, secret)
				if told.RequestId != id || told.TasksCount != 2 || told.CreatedTasksCount+told.FailedTasksCount != 2 || len(told.Tasks) != 2 {
					t.Errorf("the webhook tells %+v", told)
				}
				if failed := owner == "vir@example.com"; failed != (told.Status == "Partial Success") || failed != (told.FailureReason != nil) {
					t.Errorf("the webhook tells %+v", told)
				}
				for _, row := range told.Tasks {
					e.wantMade(row)
				}

				want := reportRows(told)
				if len(letter.Files) != 1 || letter.Files[0].Name != "report.csv" || letter.To.Address != "admin@example.com" {
					t.Fatalf("the mail is to %v with %v", letter.To, letter.Files)
				}
				equalRows(t, "the mailed report", want, csvRows(t, string(letter.Files[0].Content)))
				for _, text := range []string{e.url + "/requests/" + id, told.Status} {
					if !strings.Contains(letter.Text, text) || !strings.Contains(letter.HTML, text) {
						t.Errorf("the mail lacks %q: %s", text, letter.Text)
					}
				}
				report := "/v2/Task.svc/Bulk/Report?id=" + id
				equalRows(t, "the report by key", want, csvRows(t, e.call(http.MethodGet, report, "").Body))
				equalRows(t, "the workbook by key", want, xlsxRows(t, e.call(http.MethodGet, report+"&format=xlsx", "").Body))
				e.wantOnPage(id, told)
			})
		})
	}
}

// curl posts a body as the documented examples do.
func curl(t *testing.T, s *server, path, body string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "curl", "--silent", "--show-error", "--fail-with-body", s.url+path, "-d", body,
		"-H", "Content-Type: application/json", "-H", "x-LSQ-AccessKey: "+s.keys.AccessKey, "-H", "x-LSQ-SecretKey: "+s.keys.SecretKey).Output()
	if err != nil {
		t.Fatalf("curl: %v %s", err, out)
	}
	return string(out)
}

// told returns the webhook that the receiver got, after checking its signature with the
// specification's own library.
func (e *exchange) told(r *receiver, secret string) (s status) {
	e.t.Helper()
	calls := r.Calls()
	if len(calls) != 1 {
		e.t.Fatalf("it was called %d times", len(calls))
	}
	checker, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		e.t.Fatal(err)
	}
	if err := checker.VerifyIgnoringTimestamp(calls[0].Body, calls[0].Header); err != nil {
		e.t.Error(err)
	}
	if err := json.Unmarshal(calls[0].Body, &s); err != nil {
		e.t.Fatal(err)
	}
	return s
}

// wantMade checks that a row that succeeded made its task, and that one that failed says why.
func (e *exchange) wantMade(row statusRow) {
	e.t.Helper()
	if row.Status == "Failure" {
		if row.UserTaskId != "" || row.ExceptionType != "MXInvalidEntityException" || row.ExceptionMessage != "The Owner 'vir@example.com' does not exist in the system" {
			e.t.Errorf("%+v", row)
		}
		return
	}
	task, found, err := e.api().Task(e.t.Context(), row.UserTaskId)
	if err != nil || !found || task.Name != row.Name {
		e.t.Errorf("%+v made %+v, %v", row, task, err)
	}
	if row.RowNumber == 1 && (task.Location != "Koramangala" || task.CustomFields["mx_Custom_1"] != "Meeting in Koramangala" || task.RelatedEntityIDName != "Adam") {
		e.t.Errorf("the meeting is %+v", task)
	}
}

// wantOnPage checks that the request's page shows each row and each attempt of the webhook.
func (e *exchange) wantOnPage(id string, told status) {
	e.t.Helper()
	e.likeABrowser()
	e.visit("/sign-in", url.Values{"email": {"admin@example.com"}, "password": {e.password}})
	page := e.visit("/requests/"+id, nil)
	for _, row := range told.Tasks {
		for _, text := range []string{row.Status, row.Name, row.UserTaskId, strings.ReplaceAll(row.ExceptionMessage, "'", "&#39;")} {
			if !strings.Contains(page.Body, text) {
				e.t.Errorf("the page lacks %q", text)
			}
		}
	}
	if !strings.Contains(page.Body, "thank you") || !strings.Contains(page.Body, ">200<") {
		e.t.Errorf("the page lacks the webhook's attempt: %s", page.Body)
	}
	equalRows(e.t, "the download", reportRows(told), csvRows(e.t, e.visit("/requests/"+id+"/report.csv", nil).Body))
	equalRows(e.t, "the workbook", reportRows(told), xlsxRows(e.t, e.visit("/requests/"+id+"/report.xlsx", nil).Body))
}

// reportRows are the columns of a report that the status has too.
func reportRows(s status) [][]string {
	rows := [][]string{{"RowNumber", "Status", "UserTaskId", "ExceptionType", "ExceptionMessage", "Name"}}
	for _, row := range s.Tasks {
		rows = append(rows, []string{string(rune('0' + row.RowNumber)), row.Status, row.UserTaskId, row.ExceptionType, row.ExceptionMessage, row.Name})
	}
	return rows
}

func equalRows(t *testing.T, what string, want, got [][]string) {
	t.Helper()
	for i := range got {
		got[i] = got[i][:min(len(got[i]), len(want[0]))]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func csvRows(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return rows
}

func xlsxRows(t *testing.T, content string) [][]string {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(content))
	if err != nil {
		t.Fatalf("%v in %.100q", err, content)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows("Report")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
