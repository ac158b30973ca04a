package web_test

import (
	"net/http"
	"strings"
	"testing"

	"tickler"
	"tickler/internal/app"
)

// A deleted task's page still tells what was done to it, to those who might have seen the task.
func TestHistoryOutlivesTheTask(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Call <b>Ada</b>", Location: "Pune"})
		w.as("seller").act(path, "complete").leadsTo(path)
		body := []byte(`{"TaskIds":["` + strings.TrimPrefix(path, "/tasks/") + `"]}`)
		r, err := w.SubmitBulk(w.t.Context(), w.caller("boss"), app.BulkSubmission{Operation: tickler.BulkDelete, Body: body, Rows: 1}, app.Options{})
		w.must(err)
		w.work(r.BulkRequest)

		for _, name := range []string{"seller", "boss", "marketer", "admin"} {
			w.as(name).get(path).want(http.StatusOK, "This task was deleted.").want(http.StatusOK, "Call &lt;b&gt;Ada&lt;/b&gt;").
				want(http.StatusOK, "<strong>Deleted</strong>").want(http.StatusOK, "by <bdi>boss</bdi>, <a href=\"/requests/").want(http.StatusOK, "<del>Pune</del>").
				want(http.StatusOK, "<strong>Done</strong>").want(http.StatusOK, "<strong>Added</strong>").lacks(`value="complete"`)
		}
		w.as("loner").get(path).want(http.StatusNotFound, "There is no such page")
		w.as("admin").act(path, "complete").want(http.StatusNotFound, "There is no task")
	})
}
