package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tickler"
)

// A colleague's day is theirs: their date, their hours, and tasks without an hour have none.
func TestAColleaguesDayIsWhereTheyAre(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		seller := w.as("seller")
		seller.post("/settings/time-zone", "zone", "America/Los_Angeles").want(http.StatusSeeOther, "")
		seller.post("/add", "line", "Pack today")
		seller.post("/add", "line", "Ring today 4:30am")
		boss := w.as("boss")
		of := "/?of=" + w.users["seller"].ID.String()
		page := boss.get(of).want(http.StatusOK, "Times are <bdi>seller’s: Los Angeles</bdi>").
			want(http.StatusOK, "Times are those of America/Los_Angeles.").want(http.StatusOK, ">4:30</time>")
		if strings.Contains(page.body, ">8:00</time>") {
			t.Error("a task of the day has an hour")
		}
		boss.get("/").lacks("Times are <bdi>")
		boss.get("/queue?list=today&of="+w.users["seller"].ID.String()).want(http.StatusOK, "Times are <bdi>seller’s: Los Angeles</bdi>")
		boss.get("/tasks?owner=").want(http.StatusOK, ">today</time>").lacks("today 8:00</time>")
		pack := w.tasksOf("seller")["Pack"]
		boss.post("/tasks/act", "do", "move-tomorrow:"+pack.ID.String(), "of", w.users["seller"].ID.String(), "back", of).leadsTo(of)
		if got, want := w.tasksOf("seller")["Pack"].DueAt, pack.DueAt.Add(24*time.Hour); !got.Equal(want) {
			t.Errorf("it is moved to %v, want %v", got, want)
		}
	})
}

// On a lead's page a task is added with that lead, and one comes back to it.
func TestATaskIsAddedWithTheLeadOfThePage(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		rao := w.lead("Asha", "Rao", "rao@example.com")
		id := rao.ID.String()
		b := w.as("seller")
		b.get("/leads/"+id).want(http.StatusOK, `href="/add?with=`+id+`"`)
		b.get("/add?with="+id).want(http.StatusOK, `<input type="hidden" name="with" value="`+id+`">`).want(http.StatusOK, `name="alone"`)
		b.get("/add?line=Send&with=" + id + "&alone=1").lacks(`name="with"`)
		r := b.post("/add", "line", "Send the offer", "with", id).want(http.StatusSeeOther, "")
		task := w.tasksOf("seller")["Send the offer"]
		if task.Related.ID != rao.ID {
			t.Errorf("it is with %v", task.Related)
		}
		r.leadsTo("/leads/" + id + "#task-" + task.ID.String())
		b.post("/add/form", "name", "By the form", "who", "Asha Rao", "lead", id, "with", id).want(http.StatusSeeOther, "")
		if got := w.tasksOf("seller")["By the form"]; got.Related.ID != rao.ID {
			t.Errorf("it is with %v", got.Related)
		}
		b.get("/add?line=Call+Asha+Rao+tomorrow").want(http.StatusOK, `class="chip suggested" name="with" value="`+id+`"`)
		b.get("/add?line=Call+Asha+tomorrow").lacks("suggested")
	})
}

// What a line says of a day is shown with what may be a mistake in it.
func TestAPassedDayIsNotReadSilently(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		b := w.as("seller")
		b.get("/add?line=Call+12/02/2026").want(http.StatusOK, "Thu 12 Feb 2026, has passed").want(http.StatusOK, "That day has passed")
		b.get("/add?line=Call+tomorrow").lacks("has passed")
		b.get("/add?line=Report+every+friday").want(http.StatusOK, "Tasks don’t repeat: “every friday”")
		b.post("/settings/preferences", "clock", "24", "dateOrder", "ymd", "weekStart", "mon").want(http.StatusSeeOther, "")
		b.get("/add?line=Call+12/6").want(http.StatusOK, "Sun 2026-12-06")
	})
}

// Whoever sets a reminder whose moment has passed is told so.
func TestAReminderInThePastIsSaidAtOnce(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		b := w.as("seller")
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Pack"})
		b.act(path, "remind-due").leadsTo(path)
		b.get(path).want(http.StatusOK, "Reminder set for “Pack”: when it is due. Its reminder was to come at the beginning of its day, which has passed: it is sent now.")
	})
}

// Undo offers what was done since the sign-in.
func TestUndoOffersNothingFromBeforeTheSignIn(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Pack"})
		before := w.as("seller")
		before.act(path, "complete").leadsTo(path)
		before.get(path).want(http.StatusOK, `id="undo"`)
		w.clock.Advance(time.Hour)
		w.as("seller").get(path).lacks(`id="undo"`)
	})
}
