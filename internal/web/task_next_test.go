package web_test

import (
	"net/http"
	"strings"
	"testing"

	"tickler"
)

// doneWithLead makes a task with a lead and completes it as the seller.
func (w *world) doneWithLead(b *browser) string {
	w.t.Helper()
	lead := w.lead("Asha", "Rao", newID().String()+"@example.com")
	path := w.task("seller", "seller", tickler.TaskDraft{
		Name: "Call Asha", TypeName: "Phone Call", DueAt: inAnHour(), RelatedKind: tickler.RelatedToLead, RelatedID: lead.ID,
	})
	b.act(path, "complete").leadsTo(path)
	return path
}

func TestWhatIsNextIsProposed(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		path := w.doneWithLead(b)
		b.get(path+"?next=1").want(http.StatusOK, `value="Phone Call: Asha Rao"`).want(http.StatusOK, `value="2026-03-08"`).want(http.StatusOK, `value="13:00"`)
		meeting := w.typeNamed("Meeting")
		w.must(w.SetNextStep(t.Context(), w.caller("admin"), w.typeNamed("Phone Call").ID, tickler.NextStep{TypeID: meeting.ID, AfterDays: 2}))
		b.get(path+"/next").want(http.StatusOK, `value="Meeting: Asha Rao"`).want(http.StatusOK, `value="2026-03-03"`)
		toDo := w.typeNamed("To-Do").ID.String()
		b.get(path+"/next?type="+toDo+"&name=Meeting%3A+Asha+Rao&day=2026-03-09").want(http.StatusOK, `value="To-Do: Asha Rao"`).want(http.StatusOK, `value="2026-03-09"`)
		b.get(path+"/next?type="+toDo+"&name=Send+the+plans&day=2026-03-09").want(http.StatusOK, `value="Send the plans"`)
		w.as("loner").get(path+"/next").want(http.StatusNotFound, "There is no such page")
		w.as("marketer").get(path+"/next").want(http.StatusNotFound, "There is no such page")
	})
}

// Of a task without anybody with whom it goes on, it is only asked what came of it.
func TestATaskWithoutALeadIsNoted(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Buy sun cream", DueAt: inAnHour()})
		b.act(path, "complete").leadsTo(path)
		b.get(path).want(http.StatusOK, "What came of it?")
		b.get(path+"/next").want(http.StatusOK, "What came of it?").lacks("Next task")
		b.post(path+"/next", "note", "Factor 50", "do", "next", "back", "/").leadsTo("/")
		b.get("/").want(http.StatusOK, "Noted.")
		if note := w.taskAt(path).CompletionNote; note != "Factor 50" {
			t.Errorf("the note is %q", note)
		}
	})
}

func TestNoteAndNextTaskAreOneAct(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		path := w.doneWithLead(b)
		form := []string{"once", b.token(path + "/next"), "note", "She <b>agrees</b>", "name", "Meet Asha", "type", w.typeNamed("Meeting").ID.String(), "day", "2026-03-03", "hour", "10:00"}
		for range 2 { // a double click
			b.post(path+"/next", form...).leadsTo(path)
		}
		b.get(path).want(http.StatusOK, "Next: “Meet Asha”, Tue 3 Mar, 10:00.").want(http.StatusOK, "She &lt;b&gt;agrees&lt;/b&gt;").
			want(http.StatusOK, "<strong>Noted what came of it</strong>")
		lead := w.taskAt(path).Related.ID
		with := func() (names []string) {
			all, _, err := w.TasksRelatedTo(t.Context(), w.caller("admin"), tickler.RelatedToLead, lead, tickler.Page{Limit: 10})
			w.must(err)
			for _, task := range all {
				names = append(names, task.Name)
			}
			return names
		}
		if got := strings.Join(with(), ", "); got != "Call Asha, Meet Asha" {
			t.Errorf("the lead has %s", got)
		}
		b.get("/recent").want(http.StatusOK, "Followed up").want(http.StatusOK, "“Call Asha” with “Meet Asha”")
		b.post("/undo", "back", path).leadsTo(path)
		b.get(path).want(http.StatusOK, "Undone: following up “Call Asha” with “Meet Asha”.").lacks("<span class=\"text\" dir=\"auto\">She")
		if got := strings.Join(with(), ", "); got != "Call Asha" || w.taskAt(path).CompletionNote != "" {
			t.Errorf("after undo the lead has %s, and the note is %q", got, w.taskAt(path).CompletionNote)
		}
	})
}

func TestNothingIsNext(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		path := w.doneWithLead(b)
		b.post(path+"/next", "do", "nothing", "note", "", "back", "/today").leadsTo("/today")
		b.post(path+"/next", "do", "nothing", "note", "No interest", "back", "https://example.com").leadsTo(path)
		b.get(path).want(http.StatusOK, "Noted.").want(http.StatusOK, "No interest")
		b.post(path+"/next", "name", "n", "day", "soon").want(http.StatusUnprocessableEntity, "Say on which day.")
		b.post(path+"/next", "name", "n", "day", "2026-03-03", "note", strings.Repeat("x", 2001)).want(http.StatusUnprocessableEntity, "at most 2000 characters")
		b.post(path+"/next", "name", strings.Repeat("x", 501), "day", "2026-03-03").want(http.StatusUnprocessableEntity, "at most 500 characters")
		if got := w.taskAt(path).CompletionNote; got != "No interest" {
			t.Errorf("the note is %q", got)
		}
	})
}
