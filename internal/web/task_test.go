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

// idOf is the task's that a page is about.
func (w *world) idOf(path string) tickler.ID {
	w.t.Helper()
	id, err := tickler.ParseID(strings.TrimPrefix(path, "/tasks/"))
	w.must(err)
	return id
}

// act does something to the task that a page is about.
func (b *browser) act(path, do string, pairs ...string) reply {
	b.t.Helper()
	return b.post("/tasks/act", append([]string{"do", do + ":" + strings.TrimPrefix(path, "/tasks/"), "back", path}, pairs...)...)
}

func inAnHour() *time.Time {
	at := now.Add(time.Hour)
	return &at
}

func TestTaskPage(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("boss", "seller", tickler.TaskDraft{
			Name: `Call <b>Ada</b>`, Description: "one\ntwo", Location: "Pune", TypeName: "Meeting", DueAt: inAnHour(),
			CustomFields: map[string]string{"mx_Custom_1": "bring the plans"},
		})
		b := w.as("seller")
		b.post("/settings/time-zone", "zone", "Asia/Kolkata")
		b.get(path).want(http.StatusOK, "<h1 dir=\"auto\">Call &lt;b&gt;Ada&lt;/b&gt;</h1>").want(http.StatusOK, `data-state="today">Starts today 18:30</p>`).
			want(http.StatusOK, `<time datetime="2026-03-01T13:00:00Z" title="2026-03-01 18:30 &#43;05:30">today 18:30</time>`).want(http.StatusOK, "Pune").
			want(http.StatusOK, `<span dir="auto">seller</span>`).want(http.StatusOK, "one\ntwo").want(http.StatusOK, "bring the plans").
			want(http.StatusOK, "<strong>Added</strong> <span class=\"muted\">by <bdi>boss</bdi>, in the app,")
		w.clock.Advance(3 * 24 * time.Hour)
		w.as("boss").get(path).want(http.StatusOK, `data-state="overdue">Overdue by 3 days</p>`)
	})
}

// A name that reverses the direction of text does not reverse what follows it.
func TestATaskNameReversesNoTitle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Call \u202eadA"})
		w.as("seller").get(path).want(http.StatusOK, "<title>\u2068Call \u202eadA\u202c\u2069 · Tickler</title>")
	})
}

func TestTaskIsDoneReopenedAndCancelled(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "n"})
		b := w.as("seller")
		b.get(path).want(http.StatusOK, "Due today").want(http.StatusOK, `value="complete"`).want(http.StatusOK, `name="do" value="cancel"`)
		b.act(path, "complete").leadsTo(path)
		b.get(path).want(http.StatusOK, "“n” is done.").want(http.StatusOK, "Done today 12:00 by seller").
			want(http.StatusOK, `value="reopen" class="secondary outline" data-key="o"`).lacks(`value="complete"`)
		b.act(path, "reopen").leadsTo(path)
		b.act(path, "cancel").leadsTo(path)
		page := b.get(path).want(http.StatusOK, `data-state="cancelled">Cancelled</p>`)
		last := -1 // the latest first
		for _, what := range []string{"Cancelled", "Reopened", "Done", "Added"} {
			at := strings.Index(page.body, "<strong>"+what+"</strong>")
			if at < last {
				t.Errorf("%s is out of order in %s", what, page.body)
			}
			last = at
		}
		b.post("/undo", "back", path).leadsTo(path)
		b.get(path).want(http.StatusOK, "Due today")
		b.act(path, "snooze-tomorrow").leadsTo(path)
		b.get(path).want(http.StatusOK, `data-state="snoozed">Snoozed until tomorrow 9:00</p>`).want(http.StatusOK, "<strong>Snoozed</strong>")
		b.act(path, "delete").leadsTo(path)
		b.get(path).want(http.StatusOK, "This task was deleted.")
	})
}

func TestTaskHistoryIsInWords(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "n"})
		w.clock.Advance(24 * time.Hour)
		_, err := w.UpdateTask(t.Context(), w.caller("seller"), w.idOf(path), tickler.TaskPatch{
			OwnerID: w.users["boss"].ID, TypeName: "Meeting", DueAt: tickler.OfPointer(inAnHour()), Notify: tickler.Of(true),
			CustomFields: map[string]string{"mx_Custom_1": "42"},
		}, app.Options{})
		w.must(err)
		page := w.as("boss").get(path).want(http.StatusOK, "Owner: <del>seller</del> <ins>boss</ins>").want(http.StatusOK, "Type: <del>To-Do</del> <ins>Meeting</ins>").
			want(http.StatusOK, "Due: <del>Sun 1 Mar</del> <ins>Sun 1 Mar, 13:00</ins>").want(http.StatusOK, "Reminder by e-mail: <del>no</del> <ins>yes</ins>").
			want(http.StatusOK, "<ins>42</ins>").want(http.StatusOK, "<h3>Today, Mon 2 Mar</h3>").want(http.StatusOK, "<h3>Yesterday, Sun 1 Mar</h3>").
			lacks(w.users["boss"].ID.String() + "</")
		_, history, _ := strings.Cut(page.body, "history-title")
		if history == "" || strings.Contains(history, "mx_Custom_1") {
			t.Errorf("a schema name is in %s", history)
		}
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
			if sees, changes := r.status == http.StatusOK, strings.Contains(r.body, `value="complete"`); sees != may.see || changes != may.change {
				t.Errorf("%s gets %d, with a button: %t", name, r.status, changes)
			}
			switch {
			case !may.see:
				b.get(path+"/edit").want(http.StatusNotFound, "There is no such page")
				b.post(path+"/edit", "version", "1", "only", "name", "name", "x").want(http.StatusNotFound, "There is no such page")
				b.post(path+"/next", "note", "x").want(http.StatusNotFound, "There is no such page")
			case !may.change:
				b.get(path + "/edit").leadsTo(path)
				b.get(path+"?edit=name").want(http.StatusOK, "<h1").lacks("edit-field")
				b.post(path+"/edit", "version", "1", "only", "name", "name", "x").want(http.StatusForbidden, "You may change only tasks that you or your reports own or created.")
				b.post(path+"/next", "note", "x").want(http.StatusNotFound, "There is no such page")
			}
		}
		b := w.as("seller")
		for _, page := range []string{"", "/edit", "/next"} {
			b.get("/tasks/"+newID().String()+page).want(http.StatusNotFound, "There is no such page")
			b.get("/tasks/nonsense"+page).want(http.StatusNotFound, "There is no such page")
		}
		b.post("/tasks/"+newID().String()+"/edit").want(http.StatusNotFound, "There is no such page")
		b.post("/tasks/nonsense/next").want(http.StatusNotFound, "There is no such page")
	})
}
