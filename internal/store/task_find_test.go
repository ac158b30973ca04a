package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// indexAll has the index of words follow all that has happened.
func indexAll(t *testing.T, s *store.Store) {
	t.Helper()
	for range 5 { // on Postgres a new task's number takes some rounds to be settled
		for after, more := int64(0), true; more; {
			var err error
			after, more, err = s.IndexTasks(t.Context(), after, 3)
			noError(t, err)
		}
	}
}

// A service runs for a while before its first task is made, which is found like any other.
func TestTheFirstTaskIsFound(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		indexAll(t, s)
		first := plainTask(newID())
		first.Name = "Greet the world"
		noError(t, s.CreateTask(t.Context(), first))
		waits, err := s.TaskSearchWaits(t.Context())
		noError(t, err)
		equal(t, true, waits)
		indexAll(t, s)
		equal(t, []string{first.Name}, found(t, s, tickler.TaskFilter{AccountID: first.AccountID, Text: "world"}))
	})
}

// found returns the names of the tasks that have a text, in the order of their names.
func found(t *testing.T, s *store.Store, f tickler.TaskFilter) (names []string) {
	t.Helper()
	list, err := s.FindTasks(t.Context(), f, tickler.TaskOrder{By: tickler.ByName}, tickler.Page{Limit: 100}, 100)
	noError(t, err)
	equal(t, len(list.Tasks), list.Total)
	ids, isAll, err := s.TaskIDs(t.Context(), f, 100)
	noError(t, err)
	equal(t, true, isAll)
	equal(t, len(list.Tasks), len(ids))
	for _, task := range list.Tasks {
		names = append(names, task.Name)
		if !slices.Contains(ids, task.ID) { // who asks for all that match means those of the list
			t.Errorf("'%s' is in the list, and not among the ids", task.Name)
		}
	}
	return names
}

func TestTasksAreFoundByTheirWords(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		for name, description := range map[string]string{
			"Call Kovač":          "about the renewal",
			"Café in Ångström":    "",
			"Don't forget":        "O’Brien's Straße",
			"会议纪要":                "東京タワーへ",
			"नमस्ते":              "",
			"Встреча с Фёдоровым": "",
			"ΟΔΥΣΣΕΥΣ":            "",
			"42 boxes":            "",
			"Plan B":              "",
			"北京2026会議":            "",
			"주간회의록":               "",
			"🚀 Labs":              "",
		} {
			task := plainTask(account)
			task.Name, task.Description = name, description
			noError(t, s.CreateTask(t.Context(), task))
		}
		stranger := plainTask(newID())
		stranger.Name = "Call Kovač of another account"
		noError(t, s.CreateTask(t.Context(), stranger))
		indexAll(t, s)
		for text, want := range map[string][]string{
			"kov":             {"Call Kovač"},
			"KOVAČ call":      {"Call Kovač"},
			"kovac renew":     {"Call Kovač"},
			"ovač":            nil,
			"cafe angstrom":   {"Café in Ångström"},
			"dont":            {"Don't forget"},
			"don't":           {"Don't forget"},
			"obrien strasse":  {"Don't forget"},
			"会议":              {"会议纪要"},
			"议纪要":             {"会议纪要"},
			"要":               {"会议纪要"},
			"要会":              nil,
			"タワー":             {"会议纪要"},
			"नम":              {"नमस्ते"},
			"न":               nil, // one letter begins too many words
			"b":               {"Plan B"},
			"plan b":          {"Plan B"},
			"京2026":           {"北京2026会議"},
			"202 議":           {"北京2026会議"},
			"회의":              {"주간회의록"},
			"ｐｌａｎ":            {"Plan B"},
			"🚀":               {"🚀 Labs"},
			"федоров встреча": {"Встреча с Фёдоровым"},
			"οδυσσευς":        {"ΟΔΥΣΣΕΥΣ"},
			"4":               nil,
			"42":              {"42 boxes"},
			`" OR 1 --`:       nil,
			`' | 'x`:          nil,
			"!?":              nil,
			"another":         nil,
		} {
			t.Run(text, func(t *testing.T) {
				equal(t, want, found(t, s, tickler.TaskFilter{AccountID: account, Text: text}))
			})
		}
	})
}

func TestTheIndexFollowsChanges(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		task.Name, task.OwnerID = "Old words", newID()
		noError(t, s.CreateTask(t.Context(), task))
		indexAll(t, s)
		by := func(text string) []string {
			return found(t, s, tickler.TaskFilter{AccountID: task.AccountID, Text: text})
		}
		equal(t, []string{"Old words"}, by("old"))

		actor := tickler.Actor{UserID: newID(), Now: noon, Act: newID(), Zone: time.UTC}
		change := func(rule func(tickler.Task) (tickler.Outcome, error)) {
			_, _, err := s.ChangeTask(t.Context(), task.AccountID, task.ID, rule)
			noError(t, err)
		}
		change(func(t tickler.Task) (tickler.Outcome, error) {
			after := t
			after.Name, after.Version, after.OwnerID = "New words", t.Version+1, newID()
			return tickler.Outcome{Before: &t, After: &after, Change: &tickler.Change{
				AccountID: t.AccountID, TaskID: t.ID, Version: after.Version, Kind: tickler.ChangeUpdated, At: noon, By: actor.UserID, Act: actor.Act, Before: &t,
			}}, nil
		})
		waits, err := s.TaskSearchWaits(t.Context())
		noError(t, err)
		equal(t, true, waits)
		indexAll(t, s)
		equal(t, nil, by("old"))
		equal(t, []string{"New words"}, by("new"))
		equal(t, nil, found(t, s, tickler.TaskFilter{AccountID: task.AccountID, Text: "new", OwnerIDs: []tickler.ID{task.OwnerID}}))
		if !s.Shared() { // there, others' transactions keep numbers from being settled
			waits, err = s.TaskSearchWaits(t.Context())
			noError(t, err)
			equal(t, false, waits)
		}

		change(func(t tickler.Task) (tickler.Outcome, error) { return t.Delete(actor) })
		indexAll(t, s)
		equal(t, nil, by("words"))
	})
}

// What people's lists narrow by, beside what those of the API do, is filtered in memory too.
func TestFindTasksPicksSortsAndCutsAsAPlainListWould(t *testing.T) {
	storetest.Run(t, checkFinding)
}

// The same by documents.
func TestFindTasksPicksInALargeAccountAsAPlainListWould(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		s.TakeAllForLarge()
		checkFinding(t, s)
	})
}

func checkFinding(t *testing.T, s *store.Store) {
	t.Helper()
	c := newCrowd(t, s)
	indexAll(t, s)
	rapid.Check(t, func(r *rapid.T) {
		f := c.filters().Draw(r, "filter")
		due := orZero(rapid.SampledFrom(c.dues))
		f.At, f.EndFrom, f.EndTo = noon, due.Draw(r, "EndFrom"), due.Draw(r, "EndTo")
		f.Statuses = orZero(rapid.SliceOfNDistinct(rapid.SampledFrom(tickler.Statuses), 0, 4, rapid.ID)).Draw(r, "Statuses")
		f.TypeIDs = orZero(rapid.SliceOfNDistinct(rapid.SampledFrom(c.types), 0, 2, rapid.ID)).Draw(r, "TypeIDs")
		f.IsTied = rapid.Ptr(rapid.Bool(), true).Draw(r, "IsTied")
		f.Text = orZero(rapid.SampledFrom([]string{"b", "e", "z b", "q"})).Draw(r, "Text")
		order := tickler.TaskOrder{By: rapid.SampledFrom(tickler.TaskColumns).Draw(r, "By"), Descending: rapid.Bool().Draw(r, "Descending"), Now: noon}
		page := tickler.Page{Offset: rapid.IntRange(0, 70).Draw(r, "Offset"), Limit: rapid.IntRange(1, 30).Draw(r, "Limit")}

		got, err := s.FindTasks(t.Context(), f, order, page, 1000)
		noError(r, err)
		want := slices.DeleteFunc(c.list(f, order), func(t tickler.Task) bool { return !isPicked(f, t) })
		equal(r, len(want), got.Total)
		want = want[min(page.Offset, len(want)):min(page.Offset+page.Limit, len(want))]
		if len(want) == 0 {
			want = nil
		}
		equal(r, want, got.Tasks, exceptTaskAutoID)
		count, isPart, err := s.CountTasks(t.Context(), f, 3)
		noError(r, err)
		equal(r, min(3, got.Total), count)
		equal(r, got.Total > 3, isPart)
	})
}

func isPicked(f tickler.TaskFilter, t tickler.Task) bool {
	words := strings.Fields(strings.NewReplacer("é", "e").Replace(strings.ToLower(t.Name + " " + t.Description)))
	for _, word := range strings.Fields(f.Text) {
		if !slices.Contains(words, word) {
			return false
		}
	}
	return (f.Statuses == nil || slices.Contains(f.Statuses, t.StatusAt(f.At))) &&
		(f.EndFrom.IsZero() || !t.EndAt.Before(f.EndFrom)) && (f.EndTo.IsZero() || !t.EndAt.After(f.EndTo)) &&
		(f.TypeIDs == nil || slices.Contains(f.TypeIDs, t.TypeID)) && (f.IsTied == nil || *f.IsTied == t.IsTied())
}

// A deleted task leaves no word in the index, nor does an old name.
func TestTheIndexForgets(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		account := newID()
		var secret tickler.Task
		for i := range 300 { // so that the index has pages to hide it in
			task := plainTask(account)
			task.Name = fmt.Sprintf("Call number %d", i)
			if i == 150 {
				task.Name, secret = "Embarrassing", task
			}
			noError(t, s.CreateTask(t.Context(), task))
		}
		indexAll(t, s)
		count := `SELECT count(*) FROM task_search_index_data WHERE instr(block, CAST('mbarrassing' AS BLOB)) > 0`
		if s.Shared() {
			count = `SELECT count(*) FROM task_search WHERE document::text LIKE '%mbarrassing%'`
		}
		traces := func() (n int) {
			noError(t, storetest.SQL(t, location).QueryRowContext(t.Context(), count).Scan(&n))
			return n
		}
		if traces() == 0 {
			t.Error("the word is sought where it is not kept")
		}
		_, _, err := s.ChangeTask(t.Context(), account, secret.ID, func(t tickler.Task) (tickler.Outcome, error) {
			return t.Delete(tickler.Actor{UserID: newID(), Now: noon, Act: newID(), Zone: time.UTC})
		})
		noError(t, err)
		indexAll(t, s)
		equal(t, 0, traces())
	})
}
