package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// crowd is a population with few different values, so that filters pick some of it and orders meet
// ties. The oracle of these tests filters and sorts it in memory.
type crowd struct {
	account               tickler.ID
	owners, makers, types []tickler.ID
	leads                 []tickler.ID
	names, emails         map[tickler.ID]string // of users and types
	dues                  []time.Time
	tasks                 []tickler.Task // in the order of their ids
}

func newCrowd(t *testing.T, s *store.Store) crowd {
	t.Helper()
	c := crowd{
		account: newID(),
		owners:  []tickler.ID{newID(), newID(), newID()}, makers: []tickler.ID{newID(), newID(), newID()},
		types: []tickler.ID{newID(), newID()}, leads: []tickler.ID{newID(), newID()},
		names: map[tickler.ID]string{}, emails: map[tickler.ID]string{},
		dues: []time.Time{noon, noon.Add(time.Second), noon.AddDate(0, 0, 1), noon.AddDate(-60, 0, 0)},
	}
	c.settle(t, s)
	members := rapid.Custom(func(r *rapid.T) tickler.Task {
		task := anyTask(r)
		task.OwnerID = rapid.SampledFrom(c.owners).Draw(r, "owner")
		task.CreatedBy = rapid.SampledFrom(c.makers).Draw(r, "maker")
		task.ModifiedBy = rapid.SampledFrom(c.makers).Draw(r, "changer")
		task.CompletedBy = orZero(rapid.SampledFrom(c.makers)).Draw(r, "completer")
		task.TypeID = rapid.SampledFrom(c.types).Draw(r, "type")
		for _, instant := range []*time.Time{&task.DueAt, &task.EndAt, &task.CreatedAt, &task.ModifiedAt} {
			*instant = rapid.SampledFrom(c.dues).Draw(r, "instant")
		}
		task.Related.ID = orZero(rapid.SampledFrom(c.leads)).Draw(r, "related")
		task.CompletedAt = orZero(rapid.SampledFrom(c.dues)).Draw(r, "completed")
		for _, text := range []*string{&task.Name, &task.Description, &task.Location, &task.Priority, &task.EffortEstimateUnit} {
			*text = rapid.SampledFrom([]string{"", "a", "B", "b", "é", "z", "\uffff", "😀"}).Draw(r, "text")
		}
		return task
	})
	others := newID()
	for i := range 70 {
		task := members.Example(i)
		task.ID, task.AccountID = newID(), c.account
		if i%7 == 0 {
			task.AccountID = others
		} else {
			c.tasks = append(c.tasks, task)
		}
		noError(t, s.CreateTask(t.Context(), task))
	}
	return c
}

// settle creates the users and types of the tasks. One owner has no name, only an address.
func (c *crowd) settle(t *testing.T, s *store.Store) {
	t.Helper()
	people := []struct{ first, last string }{{"Zoe", ""}, {"", ""}, {"", "Ångström"}, {"ada", "L."}, {"Ada", "K."}, {" ", "b"}}
	for i, id := range slices.Concat(c.owners, c.makers) {
		user := plainUser(c.account, fmt.Sprintf("%c@example.com", 'f'-i))
		user.ID, user.FirstName, user.LastName = id, people[i].first, people[i].last
		noError(t, s.CreateUser(t.Context(), user, ""))
		c.names[id], c.emails[id] = user.Name(), user.Email
	}
	for i, id := range c.types {
		kind := plainType(c.account, string(rune('b'-i)))
		kind.ID = id
		noError(t, s.CreateTaskType(t.Context(), kind))
		c.names[id] = kind.Name
	}
}

// compare returns how the oracle sorts by a column.
func (c crowd) compare(order tickler.TaskOrder) func(a, b tickler.Task) int {
	looked := map[tickler.TaskColumn]func(t tickler.Task) string{ // up elsewhere than in the task
		tickler.ByStatus:        func(t tickler.Task) string { return string(t.StatusAt(order.Now)) },
		tickler.ByType:          func(t tickler.Task) string { return c.names[t.TypeID] },
		tickler.ByOwnerName:     func(t tickler.Task) string { return c.names[t.OwnerID] },
		tickler.ByOwnerEmail:    func(t tickler.Task) string { return c.emails[t.OwnerID] },
		tickler.ByCreatorName:   func(t tickler.Task) string { return c.names[t.CreatedBy] },
		tickler.ByModifierName:  func(t tickler.Task) string { return c.names[t.ModifiedBy] },
		tickler.ByCompleterName: func(t tickler.Task) string { return c.names[t.CompletedBy] },
	}
	if text, ok := looked[order.By]; ok {
		return by(text)
	}
	return compare[order.By]
}

// list is the oracle.
func (c crowd) list(f tickler.TaskFilter, order tickler.TaskOrder) []tickler.Task {
	var picked []tickler.Task
	for _, t := range c.tasks {
		if (f.OwnerIDs == nil || slices.Contains(f.OwnerIDs, t.OwnerID)) &&
			(f.Team == nil || slices.Contains(f.Team, t.OwnerID) || slices.Contains(f.Team, t.CreatedBy)) &&
			(f.RelatedID.IsZero() || t.Related.ID == f.RelatedID) &&
			(f.Category == nil || t.Category == *f.Category) &&
			(f.DueFrom.IsZero() || !t.DueAt.Before(f.DueFrom)) &&
			(f.DueTo.IsZero() || !t.DueAt.After(f.DueTo)) &&
			(f.State == nil || t.State == *f.State) &&
			(f.TypeID.IsZero() || t.TypeID == f.TypeID) {
			picked = append(picked, t)
		}
	}
	inOrder := c.compare(order)
	slices.SortStableFunc(picked, func(a, b tickler.Task) int {
		if order.Descending {
			a, b = b, a
		}
		return inOrder(a, b)
	})
	return picked
}

func (c crowd) filters() *rapid.Generator[tickler.TaskFilter] {
	return rapid.Custom(func(r *rapid.T) tickler.TaskFilter {
		due := orZero(rapid.SampledFrom(c.dues))
		return tickler.TaskFilter{
			AccountID: c.account,
			OwnerIDs:  orZero(rapid.SliceOfNDistinct(rapid.SampledFrom(c.owners), 0, 3, rapid.ID)).Draw(r, "OwnerIDs"),
			Team:      orZero(rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Concat(c.owners, c.makers)), 0, 3, rapid.ID)).Draw(r, "Team"),
			RelatedID: orZero(rapid.SampledFrom(c.leads)).Draw(r, "RelatedID"),
			Category:  rapid.Ptr(rapid.SampledFrom([]tickler.Category{tickler.CategoryAppointment, tickler.CategoryToDo}), true).Draw(r, "Category"),
			DueFrom:   due.Draw(r, "DueFrom"),
			DueTo:     due.Draw(r, "DueTo"),
			State:     rapid.Ptr(rapid.SampledFrom([]tickler.State{tickler.StateOpen, tickler.StateCompleted, tickler.StateCancelled}), true).Draw(r, "State"),
			TypeID:    orZero(rapid.SampledFrom(append(c.types, newID()))).Draw(r, "TypeID"),
		}
	})
}

func TestTasksPicksSortsAndCutsAsAPlainListWould(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		c := newCrowd(t, s)
		rapid.Check(t, func(r *rapid.T) {
			filter := c.filters().Draw(r, "filter")
			order := tickler.TaskOrder{
				By: rapid.SampledFrom(tickler.TaskColumns).Draw(r, "By"), Descending: rapid.Bool().Draw(r, "Descending"), Now: noon,
			}
			page := tickler.Page{Offset: rapid.IntRange(0, 70).Draw(r, "Offset"), Limit: rapid.IntRange(1, 30).Draw(r, "Limit")}

			got, total, err := s.Tasks(t.Context(), filter, order, page)
			noError(r, err)
			want := c.list(filter, order)
			equal(r, len(want), total)
			want = want[min(page.Offset, len(want)):min(page.Offset+page.Limit, len(want))]
			if len(want) == 0 {
				want = nil
			}
			equal(r, want, got, exceptTaskAutoID)
		})
	})
}

// Each filter is tested alone, without chance.
func TestEachFilterNarrows(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		c := newCrowd(t, s)
		done, appointment := tickler.StateCompleted, tickler.CategoryAppointment
		for name, filter := range map[string]tickler.TaskFilter{
			"OwnerIDs one":    {OwnerIDs: c.owners[1:2]},
			"OwnerIDs two":    {OwnerIDs: c.owners[1:]},
			"OwnerIDs nobody": {OwnerIDs: []tickler.ID{}},
			"Team of makers":  {Team: c.makers[:1]},
			"Team of owners":  {Team: c.owners[:1]},
			"Team of nobody":  {Team: []tickler.ID{}},
			"RelatedID":       {RelatedID: c.leads[0]},
			"DueFrom":         {DueFrom: c.dues[1]},
			"DueTo":           {DueTo: c.dues[0]},
			"State":           {State: &done},
			"Category":        {Category: &appointment},
			"TypeID":          {TypeID: c.types[0]},
		} {
			order := tickler.TaskOrder{By: tickler.ByDueDate}
			want := c.list(filter, order)
			if len(want) == len(c.tasks) || (len(want) == 0 && !strings.Contains(name, "nobody")) {
				t.Fatalf("%s picks %d of %d: no test", name, len(want), len(c.tasks))
			}
			filter.AccountID = c.account
			got, total, err := s.Tasks(t.Context(), filter, order, tickler.Page{Limit: 100})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			equal(t, len(want), total)
			equal(t, want, got, exceptTaskAutoID)
		}
	})
}

func TestPagesOfEveryOrderHoldEachTaskOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		c := newCrowd(t, s)
		for _, column := range tickler.TaskColumns {
			for _, descending := range []bool{false, true} {
				order := tickler.TaskOrder{By: column, Descending: descending, Now: noon}
				var got []tickler.Task
				for {
					part, total, err := s.Tasks(t.Context(), tickler.TaskFilter{AccountID: c.account}, order, tickler.Page{Offset: len(got), Limit: 17})
					noError(t, err)
					equal(t, len(c.tasks), total)
					if len(part) == 0 {
						break
					}
					got = append(got, part...)
				}
				equal(t, idsOf(c.list(tickler.TaskFilter{}, order)), idsOf(got))
			}
		}
	})
}

func TestTasksAreNotSortedByAnUnknownColumn(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		noError(t, s.CreateTask(t.Context(), task))
		_, _, err := s.Tasks(t.Context(), tickler.TaskFilter{AccountID: task.AccountID}, tickler.TaskOrder{By: "name; --"}, tickler.Page{Limit: 1})
		if err == nil {
			t.Error("sorted by a column that does not exist")
		}
	})
}

// idsOf is quicker to compare than whole tasks.
func idsOf(tasks []tickler.Task) (ids []string) {
	for _, t := range tasks {
		ids = append(ids, t.ID.String())
	}
	return ids
}

// compare is how the oracle sorts by each column that is an attribute of the task itself. Absent
// values come first.
var compare = map[tickler.TaskColumn]func(a, b tickler.Task) int{
	tickler.ByDueDate:         by(func(t tickler.Task) int64 { return t.DueAt.Unix() }),
	tickler.ByEnd:             by(func(t tickler.Task) int64 { return t.EndAt.Unix() }),
	tickler.ByName:            by(func(t tickler.Task) string { return t.Name }),
	tickler.ByDescription:     by(func(t tickler.Task) string { return t.Description }),
	tickler.ByLocation:        by(func(t tickler.Task) string { return t.Location }),
	tickler.ByCategory:        by(func(t tickler.Task) tickler.Category { return t.Category }),
	tickler.ByCreation:        by(func(t tickler.Task) int64 { return t.CreatedAt.Unix() }),
	tickler.ByCreator:         by(func(t tickler.Task) string { return t.CreatedBy.String() }),
	tickler.ByModification:    by(func(t tickler.Task) int64 { return t.ModifiedAt.Unix() }),
	tickler.ByModifier:        by(func(t tickler.Task) string { return t.ModifiedBy.String() }),
	tickler.ByCompletion:      by(func(t tickler.Task) int64 { return t.CompletedAt.Unix() }),
	tickler.ByCompleter:       by(func(t tickler.Task) string { return t.CompletedBy.String() }),
	tickler.ByState:           by(func(t tickler.Task) tickler.State { return t.State }),
	tickler.ByOwner:           by(func(t tickler.Task) string { return t.OwnerID.String() }),
	tickler.ByID:              by(func(t tickler.Task) string { return t.ID.String() }),
	tickler.ByRelatedKind:     by(func(t tickler.Task) tickler.RelatedKind { return t.Related.Kind }),
	tickler.ByRelated:         by(func(t tickler.Task) string { return t.Related.ID.String() }),
	tickler.ByReminderMinutes: by(func(t tickler.Task) int { return t.Reminder.Minutes }),
	tickler.ByReminderDays:    by(func(t tickler.Task) int { return t.Reminder.Days }),
	tickler.ByReminderTime: by(func(t tickler.Task) civil.TimeOfDay {
		if t.Reminder.At == nil {
			return -1
		}
		return *t.Reminder.At
	}),
	tickler.ByNotify: by(func(t tickler.Task) int {
		if t.Notify {
			return 1
		}
		return 0
	}),
	tickler.ByPriority:  by(func(t tickler.Task) string { return t.Priority }),
	tickler.ByPercent:   by(func(t tickler.Task) int { return t.PercentCompleted }),
	tickler.ByEffort:    by(func(t tickler.Task) string { return t.EffortEstimateUnit }),
	tickler.ByLatitude:  by(func(t tickler.Task) float64 { return t.Latitude }),
	tickler.ByLongitude: by(func(t tickler.Task) float64 { return t.Longitude }),

	tickler.ByRelatedName: by(func(t tickler.Task) string { return t.Related.Name }), // nobody knows these leads
}

func by[K cmp.Ordered](key func(tickler.Task) K) func(a, b tickler.Task) int {
	return func(a, b tickler.Task) int { return cmp.Compare(key(a), key(b)) }
}
