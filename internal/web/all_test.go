package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tickler"
)

// requestAt works through the bulk request that a page's path names.
func (w *world) requestAt(path string) tickler.BulkRequest {
	w.t.Helper()
	id, err := tickler.ParseID(strings.TrimPrefix(path, "/requests/"))
	w.must(err)
	return w.work(tickler.BulkRequest{AccountID: w.account, ID: id})
}

// What is chosen for all that match is done to the tasks of every page that the reader may see, and
// to no others, by a request whose page says what it does and undoes it.
func TestAllThatMatchAreChanged(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		var own []tickler.Task
		for i := range 60 { // more than a page
			own = append(own, w.made("seller", "seller", fmt.Sprint("Call ", i), func(d *tickler.TaskDraft) {
				d.DueAt, d.Notify = new(now.Add(time.Hour)), true
			}))
		}
		other := w.made("seller", "seller", "Write", due(now.Add(time.Hour)))
		hidden := w.made("loner", "loner", "Call secretly", due(now.Add(time.Hour)))
		w.indexed()
		seller := w.as("seller")
		for _, tt := range []struct {
			do, title, said string
			fields          []string
			is              func(task tickler.Task) bool
		}{
			{"move-by", "Change of 60 tasks", "moved 3 days later", []string{"days", "3"}, func(t tickler.Task) bool { return t.DueAt.Equal(now.Add(73 * time.Hour)) }},
			{"move-day", "Change of 60 tasks", "moved to ", []string{"day", "2026-04-02"}, func(t tickler.Task) bool {
				return t.DueAt.Equal(time.Date(2026, 4, 2, 13, 0, 0, 0, time.UTC))
			}},
			{"remind-day", "Change of 60 tasks", "is to remind its owner", nil, func(t tickler.Task) bool { return t.Notify && t.Reminder.Days == 1 }},
			{"remind-none", "Change of 60 tasks", "reminds nobody any more", nil, func(t tickler.Task) bool { return !t.Notify }},
			{"assign", "Change of 60 tasks", "is given to boss", []string{"owner", w.users["boss"].ID.String()}, func(t tickler.Task) bool {
				return t.OwnerID == w.users["boss"].ID
			}},
			{"complete", "Change of 60 tasks", "is completed", nil, func(t tickler.Task) bool { return t.State == tickler.StateCompleted }},
			{"cancel", "Change of 60 tasks", "is cancelled", nil, func(t tickler.Task) bool { return t.State == tickler.StateCancelled }},
			{"delete", "Deletion of 60 tasks", "", nil, func(t tickler.Task) bool { return t.ID.IsZero() }},
		} {
			query := "owner=&q=call"
			fields := append([]string{"do", tt.do, "all", "60", "filter", query, "back", "/tasks?" + query}, tt.fields...)
			path := seller.post("/tasks/act", fields...).header.Get("Location")
			if r := w.requestAt(path); r.State != tickler.BulkSucceeded || r.Rows != 60 {
				t.Errorf("%s: %s of %d rows", tt.do, r.State, r.Rows)
			}
			seller.get(path).want(http.StatusOK, tt.title).want(http.StatusOK, tt.said).want(http.StatusOK, "Undo…")
			for _, task := range own {
				if is, _, err := w.Task(t.Context(), w.caller("admin"), task.ID); err != nil || !tt.is(is) {
					t.Fatalf("%s: %+v, %v", tt.do, is, err)
				}
			}
			undo := seller.post(path + "/undo").header.Get("Location")
			if r := w.requestAt(undo); r.State != tickler.BulkSucceeded || r.Rows != 60 {
				t.Errorf("%s is undone: %s of %d rows", tt.do, r.State, r.Rows)
			}
			seller.get(path).want(http.StatusOK, "Undone by").want(http.StatusOK, undo).lacks("Undo…")
			seller.get(undo).want(http.StatusOK, "Undo of a ").want(http.StatusOK, path).lacks("Undo…")
			w.indexed()
		}
		for _, task := range []tickler.Task{other, hidden} {
			if is, _, err := w.Task(t.Context(), w.caller("admin"), task.ID); err != nil || is.Version != 1 {
				t.Errorf("%+v, %v", is, err)
			}
		}
		seller.get("/requests").want(http.StatusOK, "Change of 60 tasks").want(http.StatusOK, "Undos of changes")
	})
}

// Undo is about what was done last: a change of all that match, as long as nothing was done after it
// and it is not undone.
func TestUndoKnowsOfTheLastRequest(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Call", DueAt: inAnHour()})
		w.indexed()
		seller := w.as("seller")
		seller.act(path, "move-tomorrow").leadsTo(path)
		request := seller.post("/tasks/act", "do", "move-by", "days", "3", "all", "1", "filter", "owner=&q=call", "back", "/tasks").
			header.Get("Location")
		w.requestAt(request)
		undo := func() reply {
			seller.post("/undo", "back", "/leads").leadsTo("/leads")
			return seller.get("/leads")
		}
		undo().want(http.StatusOK, "The last change, of 1 task, was made by a request.").
			want(http.StatusOK, `action="`+request+`/undo"`)
		w.requestAt(seller.post(request + "/undo").header.Get("Location"))
		undo().want(http.StatusOK, "Undone: moving “Call”.")
	})
}

// What can't be done to all is said where one came from, and nothing is asked for.
func TestWhatCantBeDoneToAll(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.made("seller", "seller", "Call", nil)
		seller := w.as("seller")
		const filter = "owner=&status=open"
		for name, tt := range map[string]struct {
			fields []string
			said   string
		}{
			"snooze":   {[]string{"do", "snooze-tomorrow", "filter", filter}, "but not to all that match"},
			"nobody":   {[]string{"do", "assign", "owner", w.users["gone"].ID.String(), "filter", filter}, "is not active"},
			"no days":  {[]string{"do", "move-by", "days", "soon", "filter", filter}, "Say by how many days"},
			"no match": {[]string{"do", "complete", "filter", filter + "&status=Cancelled&q=nothing"}, "No tasks match any more"},
		} {
			seller.post("/tasks/act", append(tt.fields, "all", "1", "back", "/tasks")...).leadsTo("/tasks")
			if page := seller.get("/tasks"); !strings.Contains(page.body, tt.said) {
				t.Errorf("%s: the page does not say '%s'", name, tt.said)
			}
		}
		seller.post("/tasks/act", "do", "complete", "all", "1").want(http.StatusNotFound, "")
		if _, total, err := w.BulkRequests(t.Context(), w.caller("admin"), tickler.BulkFilter{}, tickler.Page{Limit: 1}); total != 0 || err != nil {
			t.Errorf("%d requests, %v", total, err)
		}
	})
}

// Rows of a request that was made on the pages say what is wrong in plain words.
func TestRowsOfAPagesRequestAreInPlainWords(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task := w.made("seller", "seller", "Call", nil)
		_, err := w.CancelTask(t.Context(), w.caller("seller"), task.ID)
		w.must(err)
		seller := w.as("seller")
		path := seller.post("/tasks/act", "do", "complete", "all", "1", "filter", "owner=&status=Cancelled", "back", "/tasks").header.Get("Location")
		w.requestAt(path)
		seller.get(path).want(http.StatusOK, "The task is cancelled and can&#39;t be completed. Reopen it first.")
	})
}
