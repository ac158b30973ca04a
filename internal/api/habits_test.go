package api

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tickler/internal/store/storetest"
)

// habits are what real clients do (docs/contract.md section 8), each with the exchange that shows
// it and the statuses of its answers.
var habits = map[string]struct {
	exchange string
	answers  []int
}{
	"keys come in headers":                                       {"keys-in-headers", []int{200}},
	"keys come in the query":                                     {"keys-in-query", []int{200}},
	"keys come both ways":                                        {"keys-in-both", []int{200, 401}},
	"StatusCode and RelatedEntity are strings":                   {"strings-everywhere", []int{200, 200}},
	"Message.Id is read, then element 0 of GetById":              {"first-of-the-array", []int{200, 200}},
	"a task has four attributes, one to be ignored":              {"four-attributes", []int{200, 200}},
	"the body is wrapped in Task":                                {"wrapped", []int{400}},
	"the body is encoded twice":                                  {"encoded-twice", []int{400}},
	"the body begins with a byte order mark":                     {"byte-order-mark", []int{200}},
	"all appointments since 1970 are asked for":                  {"calendar-since-1970", []int{200, 200, 200, 200}},
	"pages are asked for until one is empty":                     {"until-empty", []int{200, 200, 200}},
	"pages of a calendar are asked for until one is empty":       {"calendar-until-empty", []int{200, 200, 200}},
	"Retry-After is waited for":                                  {"retry-after", []int{200, 200, 429, 200}},
	"TaskID of the list by lead is sent as UserTaskId to Update": {"task-id-of-a-row", []int{200, 200, 200, 200}},
	"values are of loose types":                                  {"loose-values", []int{200, 200}},
	"attributes come in any case":                                {"attributes-in-any-case", []int{200, 200}},
	"lookups come in any case":                                   {"lookup-in-any-case", []int{200, 200}},
	"paths come in any case, with a doubled slash":               {"path-in-any-case", []int{200}},
	"the query has names that nobody knows":                      {"unknown-query", []int{200}},
}

// Each habit is answered as listed, and each exchange of a habit belongs to one.
func TestHabitsOfClients(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.SQLite(t))
	shown := map[string]bool{}
	for habit, h := range habits {
		shown[h.exchange] = true
		t.Run(habit, func(t *testing.T) {
			t.Parallel()
			e := readExchange(t, filepath.Join(exchanges, "habits", h.exchange+".txt"))
			_, turns := e.play(t, shareOffice(t, s, e.account(t)...))
			var answers []int
			for _, turn := range turns {
				answers = append(answers, turn.answer.Code)
			}
			if !slices.Equal(answers, h.answers) {
				t.Errorf("was answered %v, want %v", answers, h.answers)
			}
		})
	}
	for _, path := range exchangePaths(t) {
		if folder, file := filepath.Split(path); folder == "habits/" && !shown[strings.TrimSuffix(file, ".txt")] {
			t.Errorf("%s shows no habit that is listed", path)
		}
	}
}
