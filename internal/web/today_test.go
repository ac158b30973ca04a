package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// onDay is a to-do due at the beginning of a day, so many days from now.
func onDay(name string, days int) tickler.TaskDraft {
	at := time.Date(2026, 3, 1+days, 0, 0, 0, 0, time.UTC)
	return tickler.TaskDraft{Name: name, DueAt: &at}
}

// idOf is the id of the task with a page.
func idOf(path string) string { return strings.TrimPrefix(path, "/tasks/") }

func TestTodayShowsWhatIsNext(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		for _, draft := range []tickler.TaskDraft{onDay("Ring <b>Ada</b>", -3), onDay("Write to Bob", 0), onDay("See Cem", 2), onDay("Far away", 9)} {
			w.task("seller", "seller", draft)
		}
		w.task("seller", "seller", tickler.TaskDraft{Name: "Meet Dia", TypeName: "Meeting", DueAt: inAnHour(), Notify: true})
		b := w.as("seller")
		page := b.get("/").want(http.StatusOK, "Ring &lt;b&gt;Ada&lt;/b&gt;").want(http.StatusOK, "3 days overdue").
			want(http.StatusOK, "Move all to today").want(http.StatusOK, "0 of 3 done").want(http.StatusOK, ">13:00</time>").lacks("Far away").lacks("Whose day")
		inOrder(t, page.body, "<h2>Overdue</h2>", "Ring", "<h2>Today</h2>", "Meet Dia", "Write to Bob", "<h2>Tue 3 Mar</h2>", "See Cem")
	})
}

// A to-do without an hour may have a reminder at one.
func TestToDosWithReminders(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		at := civil.TimeOfDay(15 * 60 * 60)
		for days, name := range map[int]string{0: "Ring today", 1: "Ring tomorrow"} {
			draft := onDay(name, days)
			draft.Notify, draft.ReminderDays, draft.ReminderTime = true, new(0), &at
			w.task("seller", "seller", draft)
		}
		w.as("seller").get("/").want(http.StatusOK, "Ring today").want(http.StatusOK, "Ring tomorrow").want(http.StatusOK, ">15:00</time>")
	})
}

func TestTodayOfNobodyWithTasks(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		w.as("loner").get("/").want(http.StatusOK, "A clear day").want(http.StatusOK, `href="/add"`)
	})
}

// Ten overdue tasks are shown, and all are counted.
func TestWhatIsOverdueIsCounted(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for range 12 {
			w.task("seller", "seller", onDay("Late", -1))
		}
		b := w.as("seller")
		few := b.get("/").want(http.StatusOK, `<h2>Overdue</h2> <span class="count">12</span>`).want(http.StatusOK, `<a id="all-overdue" href="/?all=overdue#overdue">Show all 12</a>`)
		all := b.get("/?all=overdue").want(http.StatusOK, "Overdue").lacks("Show all")
		const row = `class="task"`
		if shown, later := strings.Count(few.body, row), strings.Count(all.body, row); shown != 10 || later != 12 {
			t.Errorf("shown are %d, then %d", shown, later)
		}
	})
}

// Sales users see their own day and those of their team; others that of anybody.
func TestWhoSeesWhoseDay(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.task("seller", "seller", onDay("Of the seller", 0))
		of := "/?of=" + w.users["seller"].ID.String()
		for name, sees := range map[string]bool{"admin": true, "marketer": true, "boss": true, "seller": true, "loner": false} {
			b := w.as(name)
			r := b.get(of)
			if sees != strings.Contains(r.body, "Of the seller") || sees != (r.status == http.StatusOK) {
				t.Errorf("%s gets %d", name, r.status)
			}
			queue := b.get("/queue?list=today&of=" + w.users["seller"].ID.String())
			if sees != (queue.status == http.StatusOK) {
				t.Errorf("%s gets %d for the queue", name, queue.status)
			}
			if name != "seller" {
				b.get("/").lacks("Of the seller")
			}
		}
		page := w.as("boss").get("/").want(http.StatusOK, "Whose day")
		if choice := regexp.MustCompile(`(?s)name="of">.*?</select>`).FindString(page.body); !strings.Contains(choice, ">seller<") || strings.Contains(choice, ">loner<") {
			t.Errorf("the boss may choose among %s", choice)
		}
		w.as("admin").get("/?of="+newID().String()).want(http.StatusNotFound, "")
		w.as("admin").get("/?of=nonsense").want(http.StatusNotFound, "")
	})
}

// Nobody sees a task in the panel, nor does anything to it, that they may not see or change.
func TestActsHoldTheRoles(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		id := idOf(w.task("seller", "seller", onDay("n", 0)))
		panel := func(b *browser) int {
			return b.do(http.MethodGet, "/today/"+id, "", "HX-Request", "true").status
		}
		for _, may := range []struct {
			name     string
			see, act int
		}{
			{"loner", http.StatusNotFound, http.StatusForbidden}, {"marketer", http.StatusOK, http.StatusForbidden}, {"boss", http.StatusOK, http.StatusSeeOther},
		} {
			name, b := may.name, w.as(may.name)
			if got := panel(b); got != may.see {
				t.Errorf("%s gets %d for the panel", name, got)
			}
			for _, do := range []string{"move-tomorrow", "snooze-tomorrow", "complete:" + id, "reopen", "delete"} {
				if got := b.post("/tasks/act", "do", do, "id", id).status; got != may.act {
					t.Errorf("%s gets %d for %s", name, got, do)
				}
			}
		}
		b := w.as("seller")
		b.post("/tasks/act", "do", "complete", "id", newID().String()).want(http.StatusNotFound, "")
		b.post("/tasks/act", "do", "complete", "id", "nonsense").want(http.StatusNotFound, "")
		b.do(http.MethodGet, "/today/"+newID().String(), "", "HX-Request", "true").want(http.StatusNotFound, "")
		b.get("/today/" + id).leadsTo("/tasks/" + id) // it is a part of a page
		w.stranger().post("/tasks/act", "do", "complete", "id", id).leadsTo("/sign-in")
	})
}

func TestWhatIsDoneToTasksIsSaidAndCanBeUndone(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		ada, bob := idOf(w.task("seller", "seller", onDay("Ring Ada", -3))), idOf(w.task("seller", "seller", onDay("Write to Bob", -2)))
		b := w.as("seller")
		says := func(text string, pairs ...string) reply {
			b.post(pairs[0], pairs[1:]...).leadsTo("/")
			return b.get("/").want(http.StatusOK, text)
		}
		says("“Ring Ada” is done.", "/tasks/act", "do", "complete:"+ada)
		says("1 of 2 done", "/tasks/act", "do", "complete:"+ada).want(http.StatusOK, "Nothing has changed.")
		says("Undone: completing “Ring Ada”.", "/undo").want(http.StatusOK, "0 of 2 done")
		says("Redone: completing “Ring Ada”.", "/redo")
		says("Undone", "/undo")
		says("2 tasks are moved to tomorrow.", "/tasks/act", "do", "move-tomorrow", "id", ada, "id", bob).lacks("<h2>Overdue</h2>")
		says("Undone: moving 2 tasks.", "/undo").want(http.StatusOK, "<h2>Overdue</h2>")
		says("2 tasks are moved to today.", "/tasks/act", "do", "move-today:overdue").lacks("<h2>Overdue</h2>")
		says("Undone", "/undo")
		says("“Ring Ada” is moved to Sat 7 Mar.", "/tasks/act", "do", "move-day", "day", "2026-03-07", "id", ada)
		says("“Write to Bob” is snoozed until today 13:00.", "/tasks/act", "do", "snooze-hour", "id", bob).want(http.StatusOK, "<h2>Snoozed</h2>")
		says("“Write to Bob” is no longer snoozed.", "/tasks/act", "do", "wake", "id", bob)
		says("“Write to Bob” is snoozed until Mon 9 Mar, 8:15.", "/tasks/act", "do", "snooze-at", "until", "2026-03-09T08:15", "id", bob)
		says("“Write to Bob” stays as it is. Sun 1 Feb, 8:15 has passed.", "/tasks/act", "do", "snooze-at", "until", "2026-02-01T08:15", "id", bob)
		says("Renamed to “Write to Ben”.", "/tasks/act", "do", "rename", "name", "Write to Ben", "id", bob)
		says("is assigned to boss.", "/tasks/act", "do", "assign", "owner", w.users["boss"].ID.String(), "id", bob)
		says("is cancelled.", "/tasks/act", "do", "cancel", "id", ada)
		says("is open again.", "/tasks/act", "do", "reopen", "id", ada)
		says("is deleted.", "/tasks/act", "do", "delete", "id", ada)
		says("Undone: deleting “Ring Ada”.", "/undo")
		says("Select a task first.", "/tasks/act", "do", "complete")
		says("This can&#39;t be done to a task.", "/tasks/act", "do", "paint", "id", ada)
		says("A task needs a name.", "/tasks/act", "do", "rename", "name", " ", "id", ada)
		says("Choose a day.", "/tasks/act", "do", "move-day", "day", "soon", "id", ada)
	})
}

// What somebody else has changed since stays, and is said.
func TestUndoLeavesWhatOthersHaveChanged(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		ada, bob := idOf(w.task("seller", "seller", onDay("Ring Ada", 0))), idOf(w.task("seller", "seller", onDay("Write to Bob", 0)))
		seller, boss := w.as("seller"), w.as("boss")
		seller.post("/tasks/act", "do", "move-tomorrow", "id", ada, "id", bob).leadsTo("/")
		boss.post("/tasks/act", "do", "move-week", "id", ada, "back", "/requests").leadsTo("/requests")
		seller.get("/")
		seller.post("/undo").leadsTo("/")
		seller.get("/").want(http.StatusOK, "Undone: moving “Write to Bob”.").want(http.StatusOK, "“Ring Ada” was changed by somebody since, so this stays: due date")
	})
}

// A task that is done when a form comes a second time, as by a double click, is done once.
func TestAnActSentTwiceIsDoneOnce(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		id := idOf(w.task("seller", "seller", onDay("n", 0)))
		b := w.as("seller")
		for range 2 {
			b.post("/tasks/act", "do", "complete:"+id).leadsTo("/")
		}
		b.post("/undo").leadsTo("/")
		b.get("/").want(http.StatusOK, "0 of 1 done")
	})
}

// Nobody is led to another site.
func TestActsLeadBackToOurPagesOnly(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		id := idOf(w.task("seller", "seller", onDay("n", 0)))
		b := w.as("seller")
		for _, back := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "javascript:alert(1)"} {
			b.post("/tasks/act", "do", "complete:"+id, "back", back, "undone", back).leadsTo("/")
			b.post("/undo?back="+url.QueryEscape(back), "back", back).leadsTo("/")
		}
	})
}

var nextPath = regexp.MustCompile(`href="([^"]+)" data-key="j"`)

// A queue leads through a list whatever goes from it, and its addresses hold.
func TestTheQueue(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ids := map[string]string{}
		for i, name := range []string{"One", "Two", "Three"} {
			ids[name] = idOf(w.task("seller", "seller", onDay(name, i-5)))
		}
		b := w.as("seller")
		next := func(page reply) string {
			t.Helper()
			found := nextPath.FindStringSubmatch(page.body)
			if found == nil {
				t.Fatalf("it leads nowhere: %s", page.body)
			}
			return strings.ReplaceAll(found[1], "&amp;", "&")
		}
		second := next(b.get("/queue?list=overdue").want(http.StatusOK, ">One</h1>").want(http.StatusOK, "1 of 3"))
		third := next(b.get(second).want(http.StatusOK, ">Two</h1>").want(http.StatusOK, "2 of 3"))
		b.post("/tasks/act", "do", "complete", "id", ids["Two"], "back", third, "undone", second).leadsTo(third)
		b.get(third).want(http.StatusOK, ">Three</h1>").want(http.StatusOK, "3 of 3").want(http.StatusOK, "/undo?back=")
		b.get(second).want(http.StatusOK, ">Three</h1>")
		b.post("/undo?back=" + url.QueryEscape(second)).leadsTo(second)
		end := next(b.get(third))
		b.get(second).want(http.StatusOK, ">Two</h1>")
		b.get(end).want(http.StatusOK, "That was the last one")
		b.get("/queue?list=2026-03-04").want(http.StatusOK, "Nothing on this list")
		b.get("/queue?list=nonsense").want(http.StatusNotFound, "")
		b.get("/queue?list=overdue&after=nonsense&n=-3").want(http.StatusOK, "1 of 3")
	})
}

// inOrder checks that texts come one after the other.
func inOrder(t *testing.T, body string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		i := strings.Index(body, text)
		if i < 0 {
			t.Fatalf("%q does not come where it should in %s", text, body)
		}
		body = body[i:]
	}
}
