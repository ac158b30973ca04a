package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// task creates a task as one user for another, and returns its page's path.
func (w *world) task(creator, owner string, draft tickler.TaskDraft) string {
	w.t.Helper()
	draft.OwnerID = w.users[owner].ID
	task, err := w.CreateTask(w.t.Context(), w.caller(creator), draft, app.Options{})
	w.must(err)
	return "/tasks/" + task.ID.String()
}

func inAnHour() *time.Time {
	at := now.Add(time.Hour)
	return &at
}

func TestTaskPage(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("boss", "seller", tickler.TaskDraft{Name: `Call <b>Ada</b>`, Description: "one\ntwo", Location: "Pune", TypeName: "Meeting", DueAt: inAnHour()})
		b := w.as("seller")
		b.post("/settings/time-zone", "zone", "Asia/Kolkata")
		b.get(path).want(http.StatusOK, "<h1 dir=\"auto\">Call &lt;b&gt;Ada&lt;/b&gt;</h1>").want(http.StatusOK, `data-status="Pending"`).
			want(http.StatusOK, `<time datetime="2026-03-01T13:00:00Z" title="2026-03-01 18:30 &#43;05:30">today 18:30</time>`).want(http.StatusOK, "Pune").
			want(http.StatusOK, "<dd dir=\"auto\">seller</dd>").want(http.StatusOK, "one\ntwo").want(http.StatusOK, "<td>Created</td>")
		w.clock.Advance(24 * time.Hour)
		b = w.as("boss")
		b.get(path).want(http.StatusOK, `data-status="Overdue"`)
	})
}

// A name that reverses the direction of text does not reverse what follows it.
func TestATaskNameReversesNoTitle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Call \u202eadA"})
		w.as("seller").get(path).want(http.StatusOK, "<title>\u2068Call \u202eadA\u202c\u2069 · Tickler</title>")
	})
}

func TestTaskIsCompletedReopenedAndCancelled(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "n"})
		b := w.as("seller")
		b.get(path).want(http.StatusOK, `data-distance="2026-03-01T00:00:00Z">12 hours ago<`).want(http.StatusOK, "Complete</button>").want(http.StatusOK, "Cancel the task</button>").lacks("Reopen</button>")
		b.post(path + "/complete").leadsTo(path)
		b.get(path).want(http.StatusOK, "The task is completed.").want(http.StatusOK, `data-status="Completed"`).
			want(http.StatusOK, "Reopen</button>").lacks("Complete</button>")
		b.post(path + "/cancel").leadsTo(path) // from a page that was open before
		b.get(path).want(http.StatusOK, "is completed and can&#39;t be cancelled").want(http.StatusOK, `data-status="Completed"`)
		b.post(path + "/reopen").leadsTo(path)
		b.post(path + "/cancel").leadsTo(path)
		page := b.get(path).want(http.StatusOK, `data-status="Cancelled"`).want(http.StatusOK, ">page</td>")
		last := -1 // the latest first
		for _, what := range []string{"Cancelled", "Reopened", "Completed", "Created"} {
			at := strings.Index(page.body, "<td>"+what+"</td>")
			if at < last {
				t.Errorf("%s is out of order in %s", what, page.body)
			}
			last = at
		}
	})
}

func TestTaskHistoryIsInWords(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "n"})
		id, err := tickler.ParseID(strings.TrimPrefix(path, "/tasks/"))
		w.must(err)
		_, err = w.UpdateTask(t.Context(), w.caller("seller"), id, tickler.TaskPatch{
			OwnerID: w.users["boss"].ID, TypeName: "Meeting", DueAt: tickler.OfPointer(inAnHour()), Notify: tickler.Of(true),
			CustomFields: map[string]string{"mx_Custom_1": "42"},
		}, app.Options{})
		w.must(err)
		w.as("boss").get(path).want(http.StatusOK, "Owner: <del>seller</del> <ins>boss</ins>").want(http.StatusOK, "Type: <del>To-Do</del> <ins>Meeting</ins>").
			want(http.StatusOK, "Due: <del>today 0:00</del> <ins>today 13:00</ins>").want(http.StatusOK, "Reminder by e-mail: <del>no</del> <ins>yes</ins>").
			want(http.StatusOK, "<ins>42</ins>").lacks("mx_Custom_1").lacks(w.users["boss"].ID.String())
	})
}

func TestTaskPageHoldsTheRoles(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "n"})
		for name, may := range map[string]struct{ see, change bool }{
			"admin": {true, true}, "marketer": {true, false}, "boss": {true, true}, "seller": {true, true}, "loner": {false, false},
		} {
			b := w.as(name)
			r := b.get(path)
			if sees, changes := r.status == http.StatusOK, strings.Contains(r.body, "Complete</button>"); sees != may.see || changes != may.change {
				t.Errorf("%s gets %d, with a button: %t", name, r.status, changes)
			}
			if !may.change {
				b.post(path+"/complete").want(http.StatusForbidden, "You may change only tasks that you or your reports own or created.")
			}
		}
		b := w.as("seller")
		b.get("/tasks/"+newID().String()).want(http.StatusNotFound, "There is no such page")
		b.post("/tasks/"+newID().String()+"/complete").want(http.StatusNotFound, "")
		b.get("/tasks/nonsense").want(http.StatusNotFound, "There is no such page")
		b.post("/tasks/nonsense/complete").want(http.StatusNotFound, "There is no such page")
	})
}
