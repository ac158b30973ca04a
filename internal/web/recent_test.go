package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tickler"
)

func TestRecentChangesAreListed(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ada, bob := idOf(w.task("seller", "seller", onDay("Ring <Ada>", 0))), idOf(w.task("seller", "seller", onDay("Write to Bob", 0)))
		cem := idOf(w.task("seller", "seller", onDay("See Cem", 0)))
		b := w.as("seller")
		b.get("/").want(http.StatusOK, `href="/recent"`).want(http.StatusOK, `data-key="g c"`)
		b.get("/recent").want(http.StatusOK, "Nothing yet").lacks("/undo")
		b.post("/tasks/act", "do", "complete:"+cem).leadsTo("/")
		b.post("/tasks/act", "do", "move-tomorrow", "id", ada, "id", bob).leadsTo("/")
		const undo, redo, undone = `action="/undo"`, `action="/redo"`, `data-state="undone"`
		page := b.get("/recent").want(http.StatusOK, "today 12:00").lacks(redo).lacks(undone)
		inOrder(t, page.body, "Moved 2 tasks", "Ring &lt;Ada&gt;</a></li>", undo, "Completed <a", "“See Cem”</a>")
		if count := strings.Count(page.body, `id="undo"`); count != 1 {
			t.Errorf("%d ways to undo", count)
		}

		b.post("/undo", "back", "/recent").leadsTo("/recent")
		page = b.get("/recent").want(http.StatusOK, "Undone: moving 2 tasks.").lacks(">Recent changes</a></p>")
		inOrder(t, page.body, undone, "Moved 2 tasks", redo, "Completed", undo)
		b.post("/undo").leadsTo("/")
		b.get("/").want(http.StatusOK, `<a href="/recent">Recent changes</a></p>`)
		page = b.get("/recent").lacks(undo)
		inOrder(t, page.body, "Moved 2 tasks", "Completed", redo)
		if count := strings.Count(page.body, redo); count != 1 {
			t.Errorf("%d ways to redo", count)
		}
		w.as("boss").get("/recent").want(http.StatusOK, "Nothing yet")
		w.stranger().get("/recent").leadsTo("/sign-in?next=%2Frecent")
	})
}

// Every deed has a word.
func TestEachDeedIsListed(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		id := idOf(w.task("seller", "seller", onDay("n", 0)))
		b := w.as("seller")
		b.post("/add", "once", b.token("/add"), "line", "Ring Bob")
		for _, do := range []string{"complete", "reopen", "cancel", "reopen", "move-tomorrow", "snooze-tomorrow", "wake", "delete"} {
			b.post("/tasks/act", "do", do, "id", id)
		}
		page := b.get("/recent").lacks("<p> ")
		for _, word := range []string{"Added", "Completed", "Reopened", "Cancelled", "Moved", "Snoozed", "Stopped snoozing", "Deleted"} {
			page.want(http.StatusOK, "<p>"+word+" <a")
		}
	})
}

// What a move leaves overdue is said, with the reason.
func TestAMoveSaysWhatIsOverdueAfterIt(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		meeting := func(name string, days, hour int) string {
			at := time.Date(2026, 3, 1+days, hour, 0, 0, 0, time.UTC)
			return idOf(w.task("seller", "seller", tickler.TaskDraft{Name: name, TypeName: "Meeting", DueAt: &at}))
		}
		early, late := meeting("Early", -2, 8), meeting("Late", -1, 15)
		meeting("This morning", 0, 9)
		toDo := idOf(w.task("seller", "seller", onDay("Write to Bob", -2)))
		b := w.as("seller")
		says := func(text string, pairs ...string) reply {
			b.post(pairs[0], pairs[1:]...).leadsTo("/")
			return b.get("/").want(http.StatusOK, `<p>`+text+`</p>`)
		}
		says("3 tasks are moved to today. 2 appointments are still overdue: their hour has passed.", "/tasks/act", "do", "move-today:overdue")
		says("Nothing has changed. 2 appointments are still overdue: their hour has passed.", "/tasks/act", "do", "move-today:overdue")
		says("“Late” is moved 1 day earlier. It is overdue now: its day has passed.", "/tasks/act", "do", "move-by", "days", "-1", "id", late)
		says("“Early” is moved to tomorrow.", "/tasks/act", "do", "move-tomorrow", "id", early)
		says("“Early” is moved to today. It is overdue now: its hour has passed.", "/tasks/act", "do", "move-today", "id", early)
		says("2 tasks are moved to Fri 27 Feb. 2 tasks are overdue: their day has passed.",
			"/tasks/act", "do", "move-day", "day", "2026-02-27", "id", early, "id", toDo)
	})
}

// Without scripts, what is next is a link away.
func TestDoneOnAListLeadsToWhatIsNext(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		lead := w.lead("Asha", "Rao", "asha@example.com")
		draft := onDay("Call Asha", 0)
		draft.RelatedKind, draft.RelatedID = tickler.RelatedToLead, lead.ID
		path := w.task("seller", "seller", draft)
		other := idOf(w.task("seller", "seller", onDay("Alone", 0)))
		b := w.as("seller")
		const label = "What is next?</a>"
		next := path + "/next?back=%2F%3Fall%3Dtoday"
		b.post("/tasks/act", "do", "complete:"+idOf(path), "back", "/?all=today").leadsTo("/?all=today")
		b.get("/").want(http.StatusOK, `“Call Asha” is done. <a href="`+next+`">`+label)
		b.get(next).want(http.StatusOK, "What is next with <bdi>Asha Rao</bdi>?").want(http.StatusOK, `value="/?all=today"`)

		b.post("/tasks/act", "do", "reopen:"+idOf(path))
		b.get("/").lacks(label)
		b.post("/tasks/act", "do", "complete:"+idOf(path), "back", path)
		b.get("/").lacks(label) // its page asks
		b.post("/tasks/act", "do", "complete:"+other)
		b.get("/").lacks(label)
		b.post("/tasks/act", "do", "reopen", "id", idOf(path), "id", other)
		b.do(http.MethodPost, "/tasks/act", "do=complete:"+idOf(path), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin", "HX-Request", "true")
		b.get("/").want(http.StatusOK, "is done.").lacks(label) // a script asks
	})
}
