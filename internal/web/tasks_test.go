package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// made creates a task as somebody, for somebody.
func (w *world) made(creator, owner, name string, change func(d *tickler.TaskDraft)) tickler.Task {
	w.t.Helper()
	draft := tickler.TaskDraft{Name: name, OwnerID: w.users[owner].ID}
	if change != nil {
		change(&draft)
	}
	made, err := w.CreateTask(w.t.Context(), w.caller(creator), draft, app.Options{})
	w.must(err)
	return made.Task
}

func due(at time.Time) func(*tickler.TaskDraft) {
	return func(d *tickler.TaskDraft) { d.DueAt = &at }
}

// indexed has the index of words follow all that has happened.
func (w *world) indexed() {
	w.t.Helper()
	for range 5 { // on Postgres a new task's number takes some rounds to be settled
		for after, more := int64(0), true; more; {
			var err error
			after, more, err = w.store.IndexTasks(w.t.Context(), after, 100)
			w.must(err)
		}
	}
}

func TestTasksAreListedAndNarrowed(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		const papers = "Collect papers"
		w.made("seller", "seller", "Call Ada Kovač", due(now.Add(-48*time.Hour)))
		w.made("seller", "seller", papers, due(now.Add(time.Hour)))
		w.made("seller", "seller", "Plan the week", due(now.Add(3*24*time.Hour)))
		done := w.made("seller", "seller", "Send the offer", nil)
		_, err := w.CompleteTask(w.t.Context(), w.caller("seller"), done.ID)
		w.must(err)
		w.made("loner", "loner", "Secret visit", nil)
		w.indexed()
		seller := w.as("seller")
		seller.get("/tasks").want(http.StatusOK, "3 tasks.").want(http.StatusOK, papers).lacks("Send the offer").lacks("Secret visit")
		for query, names := range map[string][]string{
			"status=Overdue":                 {"Call Ada Kovač"},
			"status=Completed":               {"Send the offer"},
			"owner=&due=overdue":             {"Call Ada Kovač"},
			"owner=me&due=today&status=open": {papers},
			"due=next+week":                  {"Plan the week"},
			"from=2026-03-01&to=2026-03-01":  {papers, "Send the offer"},
			"q=kov":                          {"Call Ada Kovač"},
			"q=PAPERS+coll":                  {papers},
			"q=papers+ada":                   {},
			"q=%21":                          {},
			"q=visit":                        {},
			"lead=some":                      {},
			"status=open&owner=" + w.users["loner"].ID.String():                   {},
			"status=nonsense&owner=x&type=y&due=z&from=0&sort=q&columns=w&lead=v": {"Call Ada Kovač", papers, "Plan the week", "Send the offer"},
		} {
			shown := seller.get("/tasks?"+query).want(http.StatusOK, "<h1>Tasks</h1>")
			if got := len(rowOfTask.FindAllString(shown.body, -1)); got != len(names) {
				t.Errorf("%s: %d tasks, want %q", query, got, names)
			}
			for _, name := range names {
				shown.want(http.StatusOK, ">"+name+"</a>")
			}
			if len(names) == 0 {
				shown.want(http.StatusOK, `class="empty"`)
			}
		}
	})
}

var rowOfTask = regexp.MustCompile(`<tr id="task-`)

func TestAnyColumnSortsTasks(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		w.made("seller", "seller", "B second", due(now.Add(time.Hour)))
		w.made("seller", "seller", "A first", due(now.Add(2*time.Hour)))
		seller := w.as("seller")
		inOrder := func(query, first, second string) {
			shown := seller.get("/tasks?owner=me&"+query).want(http.StatusOK, first)
			if !regexp.MustCompile(`(?s)` + first + `</a>.*` + second + `</a>`).MatchString(shown.body) {
				t.Errorf("%s: not %s before %s", query, first, second)
			}
		}
		inOrder("", "B second", "A first")
		inOrder("sort=-due", "A first", "B second")
		inOrder("sort=name", "A first", "B second")
		for _, match := range regexp.MustCompile(`name="columns" value="(\w+)"`).FindAllStringSubmatch(seller.get("/tasks").body, -1) {
			key := match[1]
			seller.get("/tasks?owner=me&columns="+key+"&sort=-"+key).want(http.StatusOK, "2 tasks.").want(http.StatusOK, `aria-sort="descending"`)
		}
	})
}

func TestTasksComeInPages(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		for range 51 {
			w.made("seller", "seller", "One of many", nil)
		}
		seller := w.as("seller")
		seller.get("/tasks").want(http.StatusOK, "51 tasks.").want(http.StatusOK, "1 to 50 of 51 tasks")
		second := seller.get("/tasks?owner=me&status=open&page=2").want(http.StatusOK, "51 to 51 of 51 tasks")
		if got := len(rowOfTask.FindAllString(second.body, -1)); got != 1 {
			t.Errorf("%d on the second page", got)
		}
		seller.get("/tasks?owner=me&page=9").want(http.StatusOK, "There is nothing on this page of 51 tasks")
	})
}

func TestManagersLookAtTheirTeams(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		w.made("seller", "seller", "Of the seller", nil)
		w.made("boss", "boss", "Of the boss", nil)
		w.made("loner", "loner", "Of the loner", nil)
		boss := w.as("boss")
		boss.get("/tasks?team=me").want(http.StatusOK, "2 tasks.").want(http.StatusOK, "my team").lacks("Of the loner")
		boss.get("/tasks?owner="+w.users["seller"].ID.String()).want(http.StatusOK, "1 task.").want(http.StatusOK, "Of the seller")
		w.as("admin").get("/tasks?team="+w.users["boss"].ID.String()).want(http.StatusOK, "2 tasks.")
		w.as("seller").get("/tasks?team="+w.users["boss"].ID.String()).want(http.StatusOK, "1 task.").lacks("Of the boss").lacks("my team")
	})
}

var viewLink = regexp.MustCompile(`/views/([0-9a-f-]{36})"`)

func TestViewsAreSavedChangedAndDeleted(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		w.made("seller", "seller", "Call Ada", nil)
		seller := w.as("seller")
		list := "owner=me&sort=-name&status=open"
		saved := seller.post("/views", "name", "Mine & backwards", "list", list)
		address := saved.header.Get("Location")
		shown := seller.get(address).want(http.StatusOK, "Mine &amp; backwards").want(http.StatusOK, "The view is saved.").want(http.StatusOK, `aria-sort="descending"`)
		id := viewLink.FindStringSubmatch(shown.body)[1]
		seller.get(address+"&due=today").want(http.StatusOK, "Save changes to")
		w.as("boss").get("/tasks").want(http.StatusOK, "All tasks").lacks("Mine &amp; backwards")

		seller.post("/views/"+id, "name", "Everybody’s", "shared", "1", "list", "owner=&q=ada").leadsTo("/tasks?owner=&q=ada&view=" + id)
		w.as("boss").get("/tasks").want(http.StatusOK, "Everybody’s")
		seller.post("/views/"+id, "name", " ", "list", "").want(http.StatusUnprocessableEntity, "A view needs a name.")
		seller.post("/views", "name", "", "list", list).want(http.StatusUnprocessableEntity, "A view needs a name.")
		seller.post("/views/" + id + "/delete").leadsTo("/tasks")
		seller.get("/tasks").want(http.StatusOK, "The view is deleted.").lacks("Everybody’s")
		seller.post("/views/"+id+"/delete").want(http.StatusNotFound, "")
		seller.post("/views/none").want(http.StatusNotFound, "")
		seller.post("/views/none/delete").want(http.StatusNotFound, "")
	})
}

// ofAnotherAccount returns a browser in which the administrator of another account has signed in.
func (w *world) ofAnotherAccount() *browser {
	w.t.Helper()
	account := tickler.Account{ID: newID(), Zone: time.UTC, RateLimit: tickler.DefaultRateLimit, CreatedAt: now}
	admin := tickler.User{
		ID: newID(), AccountID: account.ID, Email: "admin@example.org", Role: tickler.Administrator, Active: true, CreatedAt: now,
	}
	fresh := tickler.FreshAccount{Account: account, Admin: admin, PasswordHash: passwordHash(), TaskTypes: tickler.FreshTaskTypes()}
	for i := range fresh.TaskTypes {
		fresh.TaskTypes[i].ID, fresh.TaskTypes[i].AccountID, fresh.TaskTypes[i].CreatedAt = newID(), account.ID, now
	}
	fresh.Key = tickler.AccessKey{ID: newID(), AccountID: account.ID, UserID: admin.ID, Key: "KEYOFANOTHER", CreatedAt: now}
	w.must(w.store.CreateAccount(w.t.Context(), fresh))
	b := w.stranger()
	b.post("/sign-in", "email", admin.Email, "password", password).want(http.StatusSeeOther, "")
	return b
}

// A view gives nobody a task to see that is not theirs, and nobody else's view can be seen, changed
// or deleted.
func TestViewsKeepRolesAndAccountsApart(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		w.made("admin", "admin", "Top secret", nil)
		create := func(name, called, shared string) string {
			address := w.as(name).post("/views", "name", called, "shared", shared, "list", "owner=").header.Get("Location")
			location, err := url.Parse(address)
			w.must(err)
			return location.Query().Get("view")
		}
		own, shared := create("admin", "Hidden list", ""), create("admin", "Open list", "1")
		sellers := create("seller", "The seller's", "1")
		for _, name := range []string{"seller", "boss", "marketer", "loner"} {
			b := w.as(name)
			b.get("/tasks?owner=&view="+own).want(http.StatusOK, "Open list").lacks("Hidden list")
			b.post("/views/"+own, "name", "Stolen", "list", "").want(http.StatusNotFound, "")
			b.post("/views/"+own+"/delete").want(http.StatusNotFound, "")
			b.post("/views/"+shared, "name", "Stolen", "list", "").want(http.StatusForbidden, "")
			b.post("/views/"+shared+"/delete").want(http.StatusForbidden, "")
		}
		w.as("loner").get("/tasks?owner=&view="+shared).want(http.StatusOK, "No tasks match").lacks("Top secret")
		w.as("admin").post("/views/" + sellers + "/delete").leadsTo("/tasks") // administrators tidy up what is shared

		stranger := w.ofAnotherAccount()
		stranger.get("/tasks?owner=&view="+shared).want(http.StatusOK, "All tasks").lacks("Open list").lacks("Top secret")
		stranger.post("/views/"+shared, "name", "Stolen", "shared", "1", "list", "").want(http.StatusNotFound, "")
		stranger.post("/views/"+shared+"/delete").want(http.StatusNotFound, "")
		w.indexed()
		stranger.get("/tasks?owner=&q=secret").want(http.StatusOK, "No tasks match")
		w.as("admin").get("/tasks?owner=&q=secret").want(http.StatusOK, "Top secret")
	})
}
