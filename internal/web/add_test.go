package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// tasksOf are the open tasks of a user by name.
func (w *world) tasksOf(name string) map[string]tickler.Task {
	w.t.Helper()
	all, _, err := w.TasksOfOwner(w.t.Context(), w.caller(name), app.TaskQuery{OwnerID: w.users[name].ID, Order: tickler.TaskOrder{By: tickler.ByDueDate}, Page: tickler.Page{Limit: 100}})
	w.must(err)
	byName := map[string]tickler.Task{}
	for _, t := range all {
		byName[t.Name] = t
	}
	return byName
}

func (w *world) lead(first, last, email string) tickler.Lead {
	w.t.Helper()
	lead, err := w.CreateLead(w.t.Context(), w.caller("admin"), tickler.Lead{FirstName: first, LastName: last, Email: email})
	w.must(err)
	return lead
}

func read(line string, plain ...string) string {
	return "/add/read?" + url.Values{"line": {line}, "plain": plain}.Encode()
}

func TestALineIsReadAsItIsTyped(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		w.lead("Asha", "Rao", "asha@example.com")
		b := w.as("seller")
		line := "Call <b>her</b> tue 3pm for 45m #phone @boss +asha rao remind 30m"
		b.get(read(line)).want(http.StatusOK, `<strong dir="auto">Call &lt;b&gt;her&lt;/b&gt;</strong>`).want(http.StatusOK, "<bdi>Tue 3 Mar</bdi>").want(http.StatusOK, "<bdi>45 min</bdi>").
			want(http.StatusOK, "<bdi>Phone Call</bdi>").want(http.StatusOK, "<bdi>boss</bdi>").want(http.StatusOK, "<bdi>Asha Rao</bdi>").want(http.StatusOK, "remind 30 min before").
			want(http.StatusOK, "due Tue 3 Mar, 15:00")
		b.get(read(line, "#phone", "tue 3pm", "not there")).want(http.StatusOK, `<input type="hidden" name="plain" value="#phone">`).lacks("<bdi>Phone Call</bdi>").lacks("not there")
		b.get(read("Call Asha")).want(http.StatusOK, "due today").lacks(`class="chip`)
		b.get(read("")).want(http.StatusOK, "Add a task").lacks("due today")
		b.get(read("Meet tomorrow #meeting")).want(http.StatusOK, "At what time?")
		w.stranger().get(read("x")).want(http.StatusSeeOther, "")
	})
}

func TestALineBecomesATask(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		rao, _ := w.lead("Asha", "Rao", "rao@example.com"), w.lead("Asha", "Iyer", "iyer@example.com")
		b := w.as("seller")
		b.post("/add", "line", "Call tomorrow 3pm +Asha Rao").leadsTo("/add")
		b.get("/add").want(http.StatusOK, "Added “Call”, due tomorrow 15:00.").want(http.StatusOK, "Undo")
		if got := w.tasksOf("seller")["Call"]; got.Related.ID != rao.ID || !got.DueAt.Equal(time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)) {
			t.Errorf("got %+v", got)
		}
		b.post("/add", "line", "Write +Asha").want(http.StatusUnprocessableEntity, "Choose which lead is meant.").want(http.StatusUnprocessableEntity, `value="Write &#43;Asha"`)
		b.post("/add", "line", "Write +Asha", "lead", rao.ID.String()).leadsTo("/add")
		b.post("/add", "line", "Write +Zed").want(http.StatusUnprocessableEntity, "No lead is called “Zed”.")
		b.post("/add", "line", "Write +Zed", "plain", "+Zed").leadsTo("/add")
		b.post("/add", "line", " ").want(http.StatusUnprocessableEntity, "Write what needs doing.")
		b.post("/add", "line", "Meet tomorrow #meeting").want(http.StatusUnprocessableEntity, "Say at what time.")
		b.post("/add", "line", "Meet tomorrow #meeting", "hour", "09:30").leadsTo("/add")
		b.post("/add", "line", "Sign it @boss").leadsTo("/add")
		b.get("/add").want(http.StatusOK, "Added “Sign it” for boss, due today.")
		tasks := w.tasksOf("seller")
		if got := tasks["Meet"]; !got.DueAt.Equal(time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)) {
			t.Errorf("Meet is due %v", got.DueAt)
		}
		if _, found := tasks["Write +Zed"]; !found || tasks["Write"].Related.ID != rao.ID {
			t.Errorf("got %v", tasks)
		}
	})
}

// A to-do is for the day of who adds it, wherever the account is.
func TestAToDoEndsWithTheDayOfWhoAddsIt(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		b.post("/settings/time-zone", "zone", "Pacific/Auckland") // it is 2 March, 1:00 there
		b.post("/add", "line", "Pack")
		b.post("/add", "line", "Write on friday")
		b.post("/add/form", "name", "Ship", "day", "2026-03-06")
		tasks := w.tasksOf("seller")
		at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
		for name, day := range map[string]int{"Pack": 1, "Write": 5, "Ship": 5} {
			if got := tasks[name]; !got.DueAt.Equal(at(day, 11)) || !got.EndAt.Equal(at(day+1, 11).Add(-time.Second)) {
				t.Errorf("%s is due %v, until %v", name, got.DueAt, got.EndAt)
			}
		}
	})
}

func TestTheFormHasAllFields(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		asha := w.lead("Asha", "Rao", "rao@example.com")
		b := w.as("seller")
		b.get("/add/form?"+url.Values{"line": {"Meet tue 3pm #meeting +Asha remind 45m at Koramangala"}}.Encode()).want(http.StatusOK, `value="Meet"`).
			want(http.StatusOK, `value="2026-03-03"`).want(http.StatusOK, `value="15:00"`).want(http.StatusOK, `value="Koramangala"`).
			want(http.StatusOK, "Remark").want(http.StatusOK, `value="`+asha.ID.String()+`" checked`).want(http.StatusOK, `<option value="m45" selected>45 min before</option>`)
		meeting, _ := w.caller("seller").Account.TaskTypeByName("Meeting")
		fields := func(more ...string) []string {
			return append([]string{
				"name", "Meet", "type", meeting.ID.String(), "owner", w.users["boss"].ID.String(), "who", "Asha", "lead", asha.ID.String(),
				"reminder", "d1 09:00:00", "location", "Pune", "priority", "High", "description", "one\ntwo", "mx_Custom_1", "42",
			}, more...)
		}
		b.post("/add/form", fields("day", "2026-03-03")...).want(http.StatusUnprocessableEntity, "Say at what time.").want(http.StatusUnprocessableEntity, `value="Pune"`)
		b.post("/add/form", fields("day", "2026-03-03", "hour", "15:00", "until", "2026-03-03T14:00")...).want(http.StatusUnprocessableEntity, "before the due date")
		b.post("/add/form", fields("day", "3 March", "hour", "15:00")...).want(http.StatusUnprocessableEntity, "Give a day like")
		b.post("/add/form", "name", "n", "who", "Nobody").want(http.StatusUnprocessableEntity, "No lead is called that.")
		b.post("/add/form", "name", "").want(http.StatusUnprocessableEntity, "A task needs a name.")
		b.post("/add/form", fields("day", "2026-03-03", "hour", "15:00", "until", "2026-03-03T16:30")...).leadsTo("/add")
		got := w.tasksOf("boss")["Meet"]
		if got.Related.ID != asha.ID || got.CustomFields["mx_Custom_1"] != "42" || !got.Notify || got.Reminder.Days != 1 || got.EndAt.Sub(got.DueAt) != 90*time.Minute || got.Location != "Pune" {
			t.Errorf("got %+v", got)
		}
	})
}
