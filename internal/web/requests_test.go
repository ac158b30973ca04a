package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/api"
	"tickler/internal/app"
	"tickler/internal/jobs"
)

// submit sends a bulk create as a user.
func (w *world) submit(name, body string) tickler.BulkRequest {
	w.t.Helper()
	submission, err := api.BulkWire{}.Submission([]byte(body))
	w.must(err)
	r, err := w.SubmitBulk(w.t.Context(), w.caller(name), submission, app.Options{})
	w.must(err)
	return r.BulkRequest
}

// work runs a request.
func (w *world) work(r tickler.BulkRequest) tickler.BulkRequest {
	w.t.Helper()
	r, _, err := w.RunBulk(w.t.Context(), r.AccountID, r.ID, jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)})
	w.must(err)
	return r
}

const mixed = `{"TaskList":[{"Name":"<b>Call</b> Ada"},{"Name":"Nobody's","OwnerEmailAddress":"vir@example.com"},{"Name":"Call Bob"}]}`

func TestRequestsAreSeenByWhoAskedAndAdministrators(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		sellers, admins := w.work(w.submit("seller", mixed)), w.work(w.submit("admin", mixed))
		path := func(r tickler.BulkRequest) string { return "/requests/" + r.ID.String() }

		admin := w.as("admin")
		admin.get("/requests").want(http.StatusOK, path(sellers)).want(http.StatusOK, path(admins)).want(http.StatusOK, "Partial Success")
		admin.get("/requests?by="+w.users["seller"].ID.String()).want(http.StatusOK, path(sellers)).lacks(path(admins))
		admin.get(path(sellers)).want(http.StatusOK, "3: 2 created, 1 failed")

		seller := w.as("seller")
		seller.get("/requests").want(http.StatusOK, path(sellers)).lacks(path(admins)).lacks("Requested by\n<select")
		seller.get("/requests?by="+w.users["admin"].ID.String()).want(http.StatusOK, path(sellers)).lacks(path(admins))
		for _, name := range []string{"seller", "boss", "marketer"} {
			b := w.as(name)
			for _, page := range []string{"", "/report.csv", "/report.xlsx", "/resend"} {
				b.get(path(admins)+page).want(http.StatusNotFound, "There is no such request")
			}
			for _, action := range []string{"/stop", "/undo", "/report", "/resend", "/deliveries/" + newID().String() + "/replay"} {
				b.post(path(admins)+action, "body", mixed).want(http.StatusNotFound, "There is no such request")
			}
		}
		w.as("boss").get("/requests").want(http.StatusOK, "No bulk requests yet<").want(http.StatusOK, "curl 'http://tasks.example.com/v2/Task.svc/Bulk/Create'").
			lacks("Narrow the list")
		admin.get("/requests?page=2").want(http.StatusOK, "There is nothing on this page.").want(http.StatusOK, "Narrow the list")
		admin.get("/requests/"+newID().String()).want(http.StatusNotFound, "There is no such request")
		admin.get("/requests/none").want(http.StatusNotFound, "There is no such request")
	})
}

func TestRequestsAreNarrowed(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		first := w.work(w.submit("admin", mixed))
		w.clock.Advance(24 * time.Hour)
		second := w.submit("admin", mixed)
		admin := w.as("admin")
		for query, want := range map[string]string{
			"":                              "both",
			"status=0":                      "second",
			"status=3":                      "first",
			"status=5":                      "none",
			"operation=1":                   "both",
			"operation=2":                   "none",
			"operation=99&status=x&by=y":    "both", // invalid filters are ignored
			"from=2026-03-02":               "second",
			"to=2026-03-01":                 "first",
			"from=2026-03-01&to=2026-03-02": "both",
			"from=2026-03-03":               "none",
			"from=yesterday&to=0001-01-01":  "both",
			"page=2":                        "none",
			"page=-1":                       "both",
			"status=3&" + url.QueryEscape(`"><script>`) + "=1": "first",
		} {
			page := admin.get("/requests?"+query).want(http.StatusOK, "Request History").lacks("<script>")
			hasFirst, hasSecond := strings.Contains(page.body, first.ID.String()), strings.Contains(page.body, second.ID.String())
			got := map[[2]bool]string{{true, true}: "both", {true, false}: "first", {false, true}: "second", {false, false}: "none"}[[2]bool{hasFirst, hasSecond}]
			if got != want {
				w.t.Errorf("%s shows %s, want %s", query, got, want)
			}
		}
	})
}

func TestRequestIsShownAsItIs(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.submit("admin", mixed)
		admin, path := w.as("admin"), "/requests/"+r.ID.String()
		admin.get(path).want(http.StatusOK, `hx-get="`+path+`"`).want(http.StatusOK, "No rows have run yet.").want(http.StatusOK, "0 of 3 rows</p>").lacks("Undo…")
		w.work(r)
		page := admin.get(path).want(http.StatusOK, "The Owner &#39;vir@example.com&#39; does not exist in the system").
			want(http.StatusOK, "&lt;b&gt;Call&lt;/b&gt; Ada").lacks("<b>Call")
		page.want(http.StatusOK, "Send the failed rows again").want(http.StatusOK, "Undo…")
		admin.get(path+"?rows=failed").want(http.StatusOK, "Nobody&#39;s").lacks("Call Bob</a>")

		file := admin.get(path + "/report.csv")
		if got := file.header.Get("Content-Disposition"); got != `attachment; filename="report-`+r.ID.String()+`.csv"` {
			t.Errorf("it is kept as %s", got)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.body, "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 4 || rows[2][1] != "Failure" || rows[3][5] != "Call Bob" {
			t.Errorf("the report is %v, %v", rows, err)
		}
		if workbook := admin.get(path + "/report.xlsx"); workbook.status != http.StatusOK || !strings.HasPrefix(workbook.body, "PK") {
			t.Errorf("the workbook is %d, %.20q", workbook.status, workbook.body)
		}
	})
}

func TestARequestOfSomebodyWhoHasLeft(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.submit("seller", mixed)
		w.must(w.DeactivateUser(t.Context(), w.caller("admin"), w.users["seller"]))
		w.work(r)
		w.as("admin").get("/requests/"+r.ID.String()).want(http.StatusOK, `data-status="Cancelled"`).
			want(http.StatusOK, "was deactivated").want(http.StatusOK, "3 not run").lacks("Stopped by")
	})
}

func TestRequestIsStopped(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		r := w.submit("seller", mixed)
		admin, path := w.as("admin"), "/requests/"+r.ID.String()
		admin.post(path + "/stop").leadsTo(path)
		admin.do(http.MethodGet, path, "", "HX-Request", "true").want(http.StatusOK, "stopping").lacks("The request is stopped.") // an open page's own look
		admin.get(path).want(http.StatusOK, "The request is stopped.").want(http.StatusOK, "stopping").lacks(">Stop<")
		w.work(r)
		admin.get(path).want(http.StatusOK, "3: 0 created, 0 failed, 3 not run").want(http.StatusOK, `data-status="Cancelled"`).want(http.StatusOK, "Stopped by")
		admin.post(path + "/stop").leadsTo(path) // it was asked for before
		ended := w.work(w.submit("admin", mixed))
		admin.post("/requests/" + ended.ID.String() + "/stop").leadsTo("/requests/" + ended.ID.String())
		admin.get("/requests/"+ended.ID.String()).want(http.StatusOK, "has ended: there is nothing left to stop")
	})
}

func TestFailedRowsAreCorrectedAndSentAgain(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		r := w.work(w.submit("admin", mixed))
		admin, path := w.as("admin"), "/requests/"+r.ID.String()+"/resend"
		admin.get(path).want(http.StatusOK, "Nobody&#39;s").want(http.StatusOK, "Row 2").lacks("Call Bob")
		for body, mistake := range map[string]string{
			"":                             "The body is empty",
			`{"TaskList":[{"Name":"A",}]}`: "not valid JSON",
			`{"TaskList":[]}`:              "Expected 1 to 50",
			`{"TaskList":[{"Nme":"A"}]}`:   "Did you mean &#39;Name&#39;?",
			`{"TaskList":[{"Name":"A"}],"StatusWebhookURL":"ftp://example.com"}`: "StatusWebhookURL",
		} {
			admin.post(path, "body", body).want(http.StatusUnprocessableEntity, mistake).want(http.StatusUnprocessableEntity, `aria-invalid="true"`)
		}
		reply := admin.post(path, "body", `{"TaskList":[{"Name":"Nobody's"}]}`)
		sent := reply.header.Get("Location")
		admin.get(sent).want(http.StatusOK, "A new request sends 1 row again.").want(http.StatusOK, "0 of 1 row</p>").
			want(http.StatusOK, `href="/requests/`+r.ID.String())
	})
}

// Rows that the API accepted can be corrected on the page, however long they are.
func TestLongRowsAreSentAgain(t *testing.T) {
	const overLimit = 4<<20 + 1
	onEachEngine(t, func(_ *testing.T, w *world) {
		row := `{"Name":"Call Ada","DueDate":"soon","Description":"` + strings.Repeat("日", tickler.MaxTaskDescription) + `"}`
		body := `{"TaskList":[` + row + strings.Repeat(","+row, tickler.MaxBulkRows-1) + `]}`
		r := w.work(w.submit("admin", body))
		admin, path := w.as("admin"), "/requests/"+r.ID.String()+"/resend"
		sent := admin.post(path, "body", strings.ReplaceAll(body, "soon", "2026-03-02 10:00:00")).header.Get("Location")
		admin.get(sent).want(http.StatusOK, "A new request sends 50 rows again.")
		admin.post(path, "body", `{"TaskList":[{"Name":"A"}]`+strings.Repeat(" ", overLimit-27)+`}`).
			want(http.StatusUnprocessableEntity, "The body is larger than 4 MiB.")
	})
}

func TestBulkCreateIsUndone(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		r := w.submit("admin", mixed)
		admin, path := w.as("admin"), "/requests/"+r.ID.String()+"/undo"
		request := strings.TrimSuffix(path, "/undo")
		admin.post(path).leadsTo(request)
		admin.get(request).want(http.StatusOK, "Only a request that has ended")
		w.work(r)
		undo := admin.post(path).header.Get("Location")
		id, err := tickler.ParseID(strings.TrimPrefix(undo, "/requests/"))
		w.must(err)
		w.work(tickler.BulkRequest{AccountID: w.account, ID: id})
		removed := admin.get(undo).want(http.StatusOK, "2: 2 deleted, 0 failed").lacks("Undo…").want(http.StatusOK, `href="/tasks/`)
		admin.get(taskPath.FindString(removed.body)).want(http.StatusOK, "This task was deleted.")
		admin.post(undo + "/undo").leadsTo(undo)
		admin.get(undo).want(http.StatusOK, "Only a request that has ended")
	})
}

var taskPath = regexp.MustCompile(`/tasks/[0-9a-f-]{36}`)

func TestRowsAboutNoTaskLeadNowhere(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		nobody := newID()
		body := api.BulkWire{}.Removal([]tickler.ID{nobody})
		r, err := w.SubmitBulk(t.Context(), w.caller("admin"), app.BulkSubmission{Operation: tickler.BulkDelete, Body: body, Rows: 1}, app.Options{})
		w.must(err)
		w.work(r.BulkRequest)
		w.as("admin").get("/requests/"+r.ID.String()).want(http.StatusOK, nobody.String()).lacks("/tasks/" + nobody.String())
	})
}
