package web_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// taskAt reads the task that a page is about.
func (w *world) taskAt(path string) tickler.Task {
	w.t.Helper()
	task, found, err := w.Task(w.t.Context(), w.caller("admin"), w.idOf(path))
	w.must(err)
	if !found {
		w.t.Fatalf("there is no task at %s", path)
	}
	return task
}

func TestAFieldIsEditedInItsPlace(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		lead := w.lead("Asha", "Rao", "asha@example.com").ID
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "n", DueAt: inAnHour(), TypeName: "Meeting"})
		b := w.as("seller")
		for field, edit := range map[string]struct {
			typed []string
			shows string
		}{
			"name":        {[]string{"name", " A new name "}, `<h1 dir="auto">A new name</h1>`},
			"type":        {[]string{"type", w.typeNamed("Phone Call").ID.String()}, "Phone Call"},
			"owner":       {[]string{"owner", w.users["boss"].ID.String()}, `<span dir="auto">boss</span>`},
			"day":         {[]string{"day", "2026-03-05", "hour", "09:30"}, "Thu 5 Mar, 9:30"},
			"reminder":    {[]string{"reminder", "d1 09:00:00"}, "1 day before at 9:00"},
			"who":         {[]string{"who", "asha", "lead", ""}, "/leads/" + lead.String()},
			"location":    {[]string{"location", "Mysuru"}, "Mysuru"},
			"priority":    {[]string{"priority", "High"}, "High"},
			"description": {[]string{"description", "first\r\nsecond"}, "first\nsecond"},
			"percent":     {[]string{"percent", "40"}, "40 %"},
			"latitude":    {[]string{"latitude", "12.97"}, "12.97"},
		} {
			b.get(path+"?edit="+field).want(http.StatusOK, `name="only" value="`+field+`"`)
			version := versionOn(b.get(path + "?edit=" + field))
			b.post(path+"/edit", append([]string{"version", version, "only", field}, edit.typed...)...).leadsTo(path)
			b.get(path).want(http.StatusOK, "Saved.").want(http.StatusOK, edit.shows)
		}
		b.get(path+"/edit").want(http.StatusOK, `value="Asha Rao"`).lacks("No lead is called that")
		if task := w.taskAt(path); task.Description != "first\nsecond" || task.EndAt.Sub(task.DueAt) != 30*time.Minute {
			t.Errorf("%q, from %v to %v", task.Description, task.DueAt, task.EndAt)
		}
		b.post(path+"/edit", "only", "name", "name", "A new name").leadsTo(path)
		b.get(path).want(http.StatusOK, "Nothing has changed.")
		b.get(path+"?edit=nothing").want(http.StatusOK, "<h1").lacks("edit-field")
	})
}

var versionInput = regexp.MustCompile(`name="version" value="(\d+)"`)

func versionOn(r reply) string {
	r.t.Helper()
	found := versionInput.FindStringSubmatch(r.body)
	if found == nil {
		r.t.Fatalf("no version in %s", r.body)
	}
	return found[1]
}

func (w *world) typeNamed(name string) tickler.TaskType {
	w.t.Helper()
	taskType, found := w.caller("admin").Account.TaskTypeByName(name)
	if !found {
		w.t.Fatalf("there is no type %s", name)
	}
	return taskType
}

func TestMistakesStandBesideTheirFields(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "n", DueAt: inAnHour(), TypeName: "Meeting"})
		b := w.as("seller")
		for _, m := range []struct{ only, input, typed, mistake string }{
			{"name", "name", " ", "A task needs a name."},
			{"name", "name", strings.Repeat("x", 501), "at most 500 characters"},
			{"day", "day", "soon", "Say on which day."},
			{"day", "day", "2026-03-05", "Say at what time."},
			{"end", "end", "2026-02-01T10:00", "before the due date"},
			{"end", "end", "later", "Give a day and a time."},
			{"percent", "percent", "most", "Give a whole number."},
			{"percent", "percent", "101", "a whole number from 0 to 100"},
			{"longitude", "longitude", "east", "Give degrees, as a number."},
			{"owner", "owner", w.users["gone"].ID.String(), "is not active"},
			{"who", "who", "Nobody", "Choose which lead is meant."},
		} {
			r := b.post(path+"/edit", "version", "1", "only", m.only, m.input, m.typed).want(http.StatusUnprocessableEntity, m.mistake)
			r.want(http.StatusUnprocessableEntity, `id="`+m.input+`-mistake"`)
			if m.typed != "2026-03-05" { // the whole form has an hour too
				b.post(path+"/edit", w.filledIn(path, m.input, m.typed)...).want(http.StatusUnprocessableEntity, m.mistake)
			}
		}
		if task := w.taskAt(path); task.Version > 1 {
			t.Errorf("the task has the version %d", task.Version)
		}
	})
}

// filledIn is the whole form of a task, as it is shown, but for some inputs.
func (w *world) filledIn(path string, changed ...string) []string {
	w.t.Helper()
	task := w.taskAt(path)
	fields := map[string]string{"version": strconv.Itoa(task.Version)}
	fields["name"], fields["type"], fields["owner"] = task.Name, task.TypeID.String(), task.OwnerID.String()
	fields["day"], fields["hour"] = task.DueAt.Format(time.DateOnly), task.DueAt.Format("15:04")
	if task.Category == tickler.CategoryToDo {
		fields["hour"] = ""
	}
	fields["location"], fields["priority"], fields["description"] = task.Location, task.Priority, task.Description
	fields["percent"] = "0"
	for i := 0; i < len(changed); i += 2 {
		fields[changed[i]] = changed[i+1]
	}
	var pairs []string
	for name, value := range fields {
		pairs = append(pairs, name, value)
	}
	return pairs
}

// The type's own fields have inputs of their kinds, and keep what is typed in the reader's zone.
func TestCustomFieldsHaveTheirInputs(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		created, err := w.CreateTaskType(t.Context(), w.caller("admin"), tickler.TaskType{
			Name: "Visit", Category: tickler.CategoryToDo, Color: "#FFE0B2", Fields: []tickler.CustomField{
				{SchemaName: "mx_Custom_1", DisplayName: "Seen", DataType: tickler.DateTimeData},
				{SchemaName: "mx_Custom_2", DisplayName: "Sort", DataType: tickler.DropdownData, Options: []string{"Home", "Office"}},
				{SchemaName: "mx_Custom_3", DisplayName: "With", DataType: tickler.MultiSelectData, Options: []string{"Ada", "Bo"}},
				{SchemaName: "mx_Custom_4", DisplayName: "Paid", DataType: tickler.BooleanData},
				{SchemaName: "mx_Custom_5", DisplayName: "Sum", DataType: tickler.NumberData, Mandatory: true},
			},
		})
		w.must(err)
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "n"})
		b := w.as("seller")
		b.post("/settings/time-zone", "zone", "Asia/Kolkata")
		b.get(path+"/edit?name=n&type="+created.ID.String()).want(http.StatusOK, `type="datetime-local" id="in-mx_Custom_1"`).
			want(http.StatusOK, `<option value="Office"`).want(http.StatusOK, `type="checkbox" name="mx_Custom_3"`).want(http.StatusOK, "Sum</bdi> (needed)")
		typed := w.filledIn(path, "type", created.ID.String(), "mx_Custom_1", "2026-03-05T10:00", "mx_Custom_2", "Office", "mx_Custom_4", "true")
		b.post(path+"/edit", typed...).want(http.StatusUnprocessableEntity, "The field mx_Custom_5 is mandatory.")
		b.post(path+"/edit", append(typed, "mx_Custom_3", "Ada", "mx_Custom_3", "Bo", "mx_Custom_5", "12")...).leadsTo(path)
		b.get(path).want(http.StatusOK, "Thu 5 Mar, 10:00").want(http.StatusOK, "Ada, Bo").want(http.StatusOK, `<span dir="auto">Yes</span>`)
		if got := w.taskAt(path).CustomFields["mx_Custom_1"]; got != "2026-03-05 04:30:00.000" && got != "2026-03-05 04:30:00" {
			t.Errorf("it is kept as %q", got)
		}
	})
}

// Of two people who edit a task at once, the second loses nothing: they see both versions.
func TestTwoPeopleEditATask(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Send the offer", Location: "Pune", Description: "old"})
		first, second := w.as("boss"), w.as("seller")
		form := w.filledIn(path, "location", "Mysuru", "priority", "High")
		first.post(path+"/edit", w.filledIn(path, "location", "Chennai", "description", "new")...).leadsTo(path)

		shown := second.post(path+"/edit", form...).want(http.StatusUnprocessableEntity, "Two versions of").
			want(http.StatusUnprocessableEntity, "<bdi>boss</bdi> changed this task").want(http.StatusUnprocessableEntity, "Pune").
			want(http.StatusUnprocessableEntity, "Chennai").want(http.StatusUnprocessableEntity, "Mysuru").
			want(http.StatusUnprocessableEntity, `name="take.location" value="theirs"`).want(http.StatusUnprocessableEntity, "new").
			lacks(`take.priority`).lacks(`take.description`)
		sent := hiddenOn(shown)
		if task := w.taskAt(path); task.Location != "Chennai" || task.Priority != "" {
			t.Errorf("before anybody has chosen it is at %s", task.Location)
		}
		second.post(path+"/edit", append(sent, "take.location", "mine")...).leadsTo(path)
		if task := w.taskAt(path); task.Location != "Mysuru" || task.Priority != "High" || task.Description != "new" {
			t.Errorf("with mine: %+v", task)
		}

		form = w.filledIn(path, "location", "Hubli", "priority", "Low")
		first.post(path+"/edit", w.filledIn(path, "location", "Goa")...).leadsTo(path)
		sent = hiddenOn(second.post(path+"/edit", form...))
		first.post(path+"/edit", w.filledIn(path, "location", "Agra")...).leadsTo(path) // and once more
		again := second.post(path+"/edit", append(sent, "take.location", "mine")...).want(http.StatusUnprocessableEntity, "Agra")
		second.post(path+"/edit", append(hiddenOn(again), "take.location", "theirs")...).leadsTo(path)
		if task := w.taskAt(path); task.Location != "Agra" || task.Priority != "Low" {
			t.Errorf("with theirs: %+v", task)
		}
	})
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// hiddenOn are the hidden inputs of a page: names and values in turn.
func hiddenOn(r reply) (pairs []string) {
	for _, found := range hiddenInput.FindAllStringSubmatch(r.body, -1) {
		pairs = append(pairs, found[1], found[2])
	}
	return pairs
}

// Where two people change different fields, both changes are kept, and the second is told.
func TestTwoPeopleEditDifferentFields(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Send the offer", Location: "Pune"})
		form := w.filledIn(path, "priority", "High")
		w.as("boss").post(path+"/edit", "version", "1", "only", "location", "location", "Chennai").leadsTo(path)
		b := w.as("seller")
		b.post(path+"/edit", form...).leadsTo(path)
		b.get(path).want(http.StatusOK, "Somebody else changed this meanwhile, and it stays: Place.")
		if task := w.taskAt(path); task.Location != "Chennai" || task.Priority != "High" {
			t.Errorf("%+v", task)
		}
		b.post("/undo", "back", path).leadsTo(path)
		if task := w.taskAt(path); task.Location != "Chennai" || task.Priority != "" {
			t.Errorf("after undo: %+v", task)
		}
		b.act(path, "delete").leadsTo(path)
		w.as("boss").post(path+"/edit", "version", "1", "only", "location", "location", "Goa").leadsTo(path)
		w.as("boss").get(path).want(http.StatusOK, "This task was deleted.")
	})
}

// A to-do that is due on a day where the account is stays on its day for a reader elsewhere.
func TestADayIsEditedInTheReadersZone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for _, zone := range []string{"Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland"} {
			path := w.task("seller", "seller", tickler.TaskDraft{Name: "n", TypeName: "Meeting", DueAt: inAnHour()})
			b := w.as("seller")
			b.post("/settings/time-zone", "zone", zone)
			b.post(path+"/edit", "version", "1", "only", "day", "day", "2026-03-08", "hour", "01:30").leadsTo(path)
			location, err := time.LoadLocation(zone)
			w.must(err)
			if got := w.taskAt(path).DueAt.In(location).Format("2006-01-02 15:04"); got != "2026-03-08 01:30" {
				t.Errorf("in %s it is due %s", zone, got)
			}
			_, err = w.UpdateTask(t.Context(), w.caller("seller"), w.idOf(path), tickler.TaskPatch{EndAt: tickler.Cleared[time.Time]()}, app.Options{})
			w.must(err)
		}
	})
}
