package quickadd_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests need zones wherever they run

	"tickler"
	"tickler/internal/quickadd"
)

// leastRight is the share of a corpus that has to be read right, in per cent.
const leastRight = 98

// entry is a line of a corpus and what is to be read in it.
type entry struct {
	at      string // file and line
	context quickadd.Context
	isTrap  bool
	line    string
	want    []string // name first, then the parts, sorted
}

func TestCorpus(t *testing.T) { checkCorpus(t, "testdata/corpus.txt") }

// TestBlindCorpus reads lines that were written when the parser was done.
func TestBlindCorpus(t *testing.T) { checkCorpus(t, "testdata/blind.txt") }

func checkCorpus(t *testing.T, file string) {
	entries := readCorpus(t, file)
	right, traps := 0, 0
	for _, e := range entries {
		result := quickadd.Parse(e.line, e.context)
		got := describe(result, e.context)
		if e.isTrap {
			traps++
		}
		if slices.Equal(got, e.want) {
			right++
			continue
		}
		t.Logf("%s: %q\n  got  %s\n  want %s", e.at, e.line, strings.Join(got, " | "), strings.Join(e.want, " | "))
		if e.isTrap && hasTime(result) {
			t.Errorf("%s: %q is a trap, and a time was read in it", e.at, e.line)
		}
	}
	share := 100 * float64(right) / float64(len(entries))
	t.Logf("%d of %d lines are read right, %.1f %%; %d of them are traps", right, len(entries), share, traps)
	if share < leastRight {
		t.Errorf("%.1f %% is less than %d %%", share, leastRight)
	}
}

func hasTime(r quickadd.Result) bool {
	return slices.ContainsFunc(r.Parts, func(p quickadd.Part) bool {
		return p.Kind == quickadd.Day || p.Kind == quickadd.Hour || p.Kind == quickadd.Duration
	})
}

var section = regexp.MustCompile(`^== (.*): now (\S+ \S+), zone (\S+), (day|month) first, week from (\w+)$`)

func readCorpus(t testing.TB, file string) []entry {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var entries []entry
	var context quickadd.Context
	var isTrap bool
	for i, line := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n") {
		at := fmt.Sprintf("%s:%d", file, i+1)
		if line == "" || line == "#" || strings.HasPrefix(line, "# ") {
			continue
		}
		if strings.HasPrefix(line, "== ") {
			m := section.FindStringSubmatch(line)
			if m == nil {
				t.Fatalf("%s: not a section: %s", at, line)
			}
			context, isTrap = contextOf(t, m[2:]), m[1] == "Traps"
			continue
		}
		typed, said, isSaid := strings.Cut(line, " => ")
		if !isSaid || said == "whole" {
			said = strings.TrimSpace(typed)
		}
		want := strings.Split(said, " | ")
		slices.Sort(want[1:])
		entries = append(entries, entry{at: at, context: context, isTrap: isTrap, line: typed, want: want})
	}
	return entries
}

// contextOf reads now, zone, order of dates and the week's first day.
func contextOf(t testing.TB, words []string) quickadd.Context {
	t.Helper()
	zone, err := time.LoadLocation(words[1])
	if err != nil {
		t.Fatal(err)
	}
	now, err := time.ParseInLocation("2006-01-02 15:04", words[0], zone)
	if err != nil {
		t.Fatal(err)
	}
	c := quickadd.Context{Now: now, Zone: zone, Types: taskTypes, Users: users, Me: users[1].ID}
	if words[2] == "month" {
		c.Order = quickadd.MonthFirst
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if day.String() == words[3] {
			c.WeekStart = day
		}
	}
	return c
}

var (
	taskTypes = someTypes()
	users     = []tickler.User{
		{ID: tickler.ID{1}, FirstName: "Ravi", LastName: "Kumar", Email: "ravi.kumar@example.com", Active: true},
		{ID: tickler.ID{2}, FirstName: "Meera", LastName: "Nair", Email: "meera@example.com", Active: true},
		{ID: tickler.ID{3}, FirstName: "Tom", LastName: "Baker", Email: "t.baker@example.com", Active: true},
		{ID: tickler.ID{4}, FirstName: "Priya", LastName: "Shah", Email: "priya@example.com", Active: true},
		{ID: tickler.ID{5}, FirstName: "Anil", LastName: "Rao", Email: "anil.rao@example.com", Active: true},
		{ID: tickler.ID{6}, FirstName: "Anil", LastName: "Sen", Email: "anil.sen@example.com", Active: true},
		{ID: tickler.ID{7}, FirstName: "Nobody", Email: "left@example.com"},
	}
)

func someTypes() []tickler.TaskType {
	types := append(
		tickler.FreshTaskTypes(),
		tickler.TaskType{Name: "Demo", Category: tickler.CategoryAppointment, DefaultDuration: time.Hour},
		tickler.TaskType{Name: "Demo Prep", Category: tickler.CategoryToDo},
	)
	for i := range types {
		types[i].ID = tickler.ID{100, byte(i)}
	}
	return types
}

// describe puts a result into the words of a corpus.
func describe(r quickadd.Result, c quickadd.Context) []string {
	const minute = "2006-01-02 15:04"
	draft := r.Draft
	var parts []string
	add := func(format string, values ...any) { parts = append(parts, fmt.Sprintf(format, values...)) }
	if draft.DueAt != nil && r.WholeDay {
		add("day %s", draft.DueAt.In(c.Zone).Format(time.DateOnly))
	}
	if draft.DueAt != nil && !r.WholeDay {
		add("start %s", draft.DueAt.In(c.Zone).Format(minute))
	}
	if draft.EndAt != nil {
		add("end %s", draft.EndAt.In(c.Zone).Format(minute))
	}
	for _, t := range c.Types {
		if t.ID == draft.TypeID {
			add("type %s", t.Name)
		}
	}
	for _, u := range c.Users {
		if u.ID == draft.OwnerID {
			add("owner %s", u.Email)
		}
	}
	if r.LeadQuery != "" {
		add("lead %s", r.LeadQuery)
	}
	if draft.Location != "" {
		add("place %s", draft.Location)
	}
	for _, p := range r.Parts {
		if p.Kind == quickadd.Reminder {
			add("remind %s", reminderOf(draft))
		}
	}
	slices.Sort(parts)
	return append([]string{draft.Name}, parts...)
}

func reminderOf(d tickler.TaskDraft) string {
	rule := tickler.NewReminder(d.ReminderMinutes, d.ReminderDays, d.ReminderTime)
	switch {
	case !d.Notify:
		return "none"
	case rule.Rule == tickler.MinutesBefore:
		return fmt.Sprintf("%dm", rule.Minutes)
	case rule.At != nil:
		return fmt.Sprintf("%dd %s", rule.Days, rule.At.String()[:len("09:00")])
	default:
		return fmt.Sprintf("%dd", rule.Days)
	}
}
