package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/app"
)

// Lists over several owners, and those of a lead, have and count only the tasks that the caller may
// see.
func TestListsHoldOnlyWhatTheCallerMaySee(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.hire("leaver", tickler.SalesUser, "")
		lead, err := w.CreateLead(t.Context(), w.as("admin"), tickler.Lead{FirstName: "Ada"})
		w.must(err)
		for _, task := range [][2]string{{"admin", "junior"}, {"admin", "loner"}, {"seller", "loner"}, {"admin", "leaver"}} {
			_, err := w.CreateTask(t.Context(), w.as(task[0]), tickler.TaskDraft{
				Name: task[0] + " for " + task[1], OwnerID: w.users[task[1]].ID, RelatedKind: tickler.RelatedToLead, RelatedID: lead.ID,
			})
			w.must(err)
		}
		w.must(w.store.DeactivateUser(t.Context(), w.account, w.users["leaver"])) // their tasks can still be read
		everybody := tickler.UserSearch{}
		for caller, want := range map[string][]string{
			"admin":    {"admin for junior", "admin for loner", "seller for loner", "admin for leaver"},
			"marketer": {"admin for junior", "admin for loner", "seller for loner", "admin for leaver"},
			"boss":     {"admin for junior", "seller for loner"},
			"seller":   {"admin for junior", "seller for loner"},
			"junior":   {"admin for junior"},
			"loner":    {"admin for loner", "seller for loner"},
		} {
			page := tickler.Page{Limit: 10}
			lists := map[string]func() ([]tickler.Task, int, error){
				"of users": func() ([]tickler.Task, int, error) {
					return w.TasksOfUsers(t.Context(), w.as(caller), app.UsersQuery{Category: tickler.CategoryToDo, Search: &everybody, Page: page})
				},
				"of named users": func() ([]tickler.Task, int, error) {
					named := []tickler.ID{w.users["leaver"].ID, w.users["junior"].ID, w.users["loner"].ID, w.users["junior"].ID}
					return w.TasksOfUsers(t.Context(), w.as(caller), app.UsersQuery{Category: tickler.CategoryToDo, UserIDs: named, Page: page})
				},
				"of a lead": func() ([]tickler.Task, int, error) {
					return w.TasksRelatedTo(t.Context(), w.as(caller), tickler.RelatedToLead, lead.ID, page)
				},
			}
			for name, list := range lists {
				tasks, total, err := list()
				var got []string
				for _, task := range tasks {
					got = append(got, task.Name)
				}
				if diff := cmp.Diff(want, got); err != nil || total != len(want) || diff != "" {
					t.Errorf("%s, %s: %d tasks (%v) (-want +got):\n%s", caller, name, total, err, diff)
				}
			}
		}
		_, _, err = w.TasksRelatedTo(t.Context(), w.stranger(), tickler.RelatedToLead, lead.ID, tickler.Page{Limit: 1})
		wantKind(t, err, tickler.KindUnknownEntity)
		_, _, err = w.TasksOfUsers(t.Context(), w.stranger(), app.UsersQuery{UserIDs: []tickler.ID{w.users["junior"].ID}, Page: tickler.Page{Limit: 1}})
		wantKind(t, err, tickler.KindUnknownEntity)
	})
}
