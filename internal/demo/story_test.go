package demo_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/demo"
)

// now is where the tests' stories stop: a Wednesday afternoon in Berlin.
var now = time.Date(2026, 3, 4, 13, 20, 0, 0, time.UTC)

func plan(t testing.TB, now time.Time) demo.Story {
	t.Helper()
	story, err := demo.Plan(now, demo.DefaultSeed)
	if err != nil {
		t.Fatal(err)
	}
	return story
}

func TestAStoryIsTheSameForTheSameInstantAndSeed(t *testing.T) {
	if !reflect.DeepEqual(plan(t, now), plan(t, now)) {
		t.Error("two plans differ")
	}
	other, err := demo.Plan(now, demo.DefaultSeed+1)
	if err != nil {
		t.Fatal(err)
	}
	if reflect.DeepEqual(plan(t, now).Leads, other.Leads) {
		t.Error("another seed gives the same leads")
	}
}

func TestTheTeam(t *testing.T) {
	zones, roles := map[string]int{}, map[tickler.Role]int{}
	people := plan(t, now).People
	for _, p := range people {
		zones[p.Zone]++
		roles[p.Role]++
		user := tickler.User{FirstName: p.First, LastName: p.Last, Email: p.Email(), Role: p.Role}
		if err := user.Validate(); err != nil {
			t.Errorf("%s: %v", p.Name(), err)
		}
		if _, err := tickler.ParseZone(p.Zone); err != nil {
			t.Error(err)
		}
	}
	if len(people) != 12 || len(zones) != 3 || roles[tickler.Administrator] != 1 {
		t.Errorf("%d people in the zones %v with the roles %v", len(people), zones, roles)
	}
}

// Nobody's phone rings, and nobody gets a mail: numbers are of ranges that no one has, addresses at
// example.com.
func TestLeadsAreNobody(t *testing.T) {
	reserved := regexp.MustCompile(`^(\+61 [2378] (5550|7010) \d{4}|\+49 30 23125 \d{3}|\+49 40 66969 \d{3}|` +
		`\+44 20 7946 0\d{3}|\+33 1 99 00 \d\d \d\d|\+46 8 465 004 \d\d|\+1 \d{3} 555 01\d\d)$`)
	address := regexp.MustCompile(`^[a-z]+\.[a-z]+@example\.com$`)
	leads := plan(t, now).Leads
	phones, emails := map[string]bool{}, map[string]bool{}
	for _, lead := range leads {
		if err := lead.Validate(); err != nil {
			t.Errorf("%s: %v", lead.Name(), err)
		}
		if !reserved.MatchString(lead.Phone) || !address.MatchString(lead.Email) {
			t.Errorf("%s has %s and %s", lead.Name(), lead.Phone, lead.Email)
		}
		phones[lead.Phone], emails[lead.Email] = true, true
	}
	if len(leads) != demo.LeadCount || len(phones) != len(leads) || len(emails) != len(leads) {
		t.Errorf("%d leads have %d phones and %d addresses", len(leads), len(phones), len(emails))
	}
}

// At any instant, the story is of the past, each step follows from the one before, and whoever signs
// in has a day in front of them.
func TestStoriesAtAnyInstant(t *testing.T) {
	t.Parallel()
	// every hour of the day, and in the weeks around it a change of clocks in each zone
	for i := range 24 {
		at := time.Date(2026, 3, 1, i, 17*i%60, i, 0, time.UTC).AddDate(0, 0, 19*i)
		story, err := demo.Plan(at, uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		checkStory(t, at, story)
	}
}

func checkStory(t *testing.T, at time.Time, story demo.Story) {
	t.Helper()
	made := map[int]tickler.TaskDraft{}
	open := map[int]bool{}
	done := 0
	last := story.Begins
	for _, s := range story.Steps {
		if s.At.Before(last) || !s.At.Before(at) {
			t.Fatalf("a step at %s follows one at %s, and now is %s", s.At, last, at)
		}
		last = s.At
		switch s.Does {
		case demo.Create:
			checkDraft(t, s.Draft)
			made[s.Task], open[s.Task] = s.Draft, true
		case demo.Send:
			for _, row := range s.Bulk.Rows {
				if s.Bulk.Operation == tickler.BulkCreate && row.Mistake == nil {
					checkDraft(t, row.Draft)
					made[row.Task], open[row.Task] = row.Draft, true
				}
			}
		case demo.Complete, demo.Cancel:
			if !open[s.Task] {
				t.Fatalf("at %s, what is not open is closed: %+v", at, s)
			}
			open[s.Task] = false
			if s.Does == demo.Complete && s.By == 0 && isToday(story, s.At) {
				done++
			}
		case demo.Reopen:
			open[s.Task] = true
		default:
			if made[s.Task].Name == "" {
				t.Fatalf("a task that is not made yet is changed: %+v", s)
			}
		}
	}
	if done < 4 {
		t.Errorf("at %s, whoever signs in has done %d tasks today", at, done)
	}
}

func isToday(story demo.Story, at time.Time) bool {
	zone := tickler.KeptZone(story.People[0].Zone)
	return at.In(zone).Format(time.DateOnly) == story.Now.In(zone).Format(time.DateOnly)
}

func checkDraft(t *testing.T, draft tickler.TaskDraft) {
	t.Helper()
	if err := draft.Validate(); err != nil {
		t.Fatalf("%s: %v", draft.Name, err)
	}
	if draft.EndAt != nil && draft.EndAt.Before(*draft.DueAt) {
		t.Fatalf("%s ends before it begins", draft.Name)
	}
	if strings.ContainsAny(draft.Name+draft.Description, "{}|") {
		t.Fatalf("a phrase is not filled in: %s: %s", draft.Name, draft.Description)
	}
}

func TestATeamDoesAllThatATeamDoes(t *testing.T) {
	deeds, ways := map[demo.Deed]int{}, map[tickler.OriginKind]int{}
	names := map[string]int{}
	for _, s := range plan(t, now).Steps {
		deeds[s.Does]++
		ways[s.Via]++
		if s.Does == demo.Create {
			names[s.Draft.Name]++
		}
	}
	for deed := demo.Create; deed <= demo.Send; deed++ {
		if deeds[deed] < 5 {
			t.Errorf("the deed %d is done %d times", deed, deeds[deed])
		}
	}
	if ways[tickler.ViaAPI] < 100 || ways[tickler.ViaPage] < 1000 {
		t.Errorf("they come by the ways %v", ways)
	}
	var most []int
	for _, n := range names {
		most = append(most, n)
	}
	if slices.Max(most) > 12 {
		t.Errorf("a name is used %d times", slices.Max(most))
	}
}
