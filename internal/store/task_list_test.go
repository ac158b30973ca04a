package store_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// crowd is a population with few different values, so that filters pick some of it and orders meet ties. The oracle of
// these tests filters and sorts it in memory.
type crowd struct {
	account               tickler.ID
	owners, makers, types []tickler.ID
	dues                  []time.Time
	tasks                 []tickler.Task // in the order of their ids
}

func newCrowd(t *testing.T, s *store.Store) crowd {
	t.Helper()
	c := crowd{
		account: newID(),
		owners:  []tickler.ID{newID(), newID(), newID()}, makers: []tickler.ID{newID(), newID(), newID()},
		types: []tickler.ID{newID(), newID()},
		dues:  []time.Time{noon, noon.Add(time.Second), noon.AddDate(0, 0, 1), noon.AddDate(-60, 0, 0)},
	}
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
		_, err := s.CreateTask(t.Context(), task, nil)
		noError(t, err)
	}
	return c
}

// list is the oracle.
func (c crowd) list(f tickler.TaskFilter, order tickler.TaskOrder) []tickler.Task {
	var picked []tickler.Task
	for _, t := range c.tasks {
		if (f.OwnerID.IsZero() || t.OwnerID == f.OwnerID) &&
			(f.CreatedBy == nil || slices.Contains(f.CreatedBy, t.CreatedBy)) &&
			(f.DueFrom.IsZero() || !t.DueAt.Before(f.DueFrom)) &&
			(f.DueTo.IsZero() || !t.DueAt.After(f.DueTo)) &&
			(f.State == nil || t.State == *f.State) &&
			(f.TypeID.IsZero() || t.TypeID == f.TypeID) {
			picked = append(picked, t)
		}
	}
	slices.SortStableFunc(picked, func(a, b tickler.Task) int {
		if order.Descending {
			a, b = b, a
		}
		return compare[order.By](a, b)
	})
	return picked
}

func (c crowd) filters() *rapid.Generator[tickler.TaskFilter] {
	return rapid.Custom(func(r *rapid.T) tickler.TaskFilter {
		due := orZero(rapid.SampledFrom(c.dues))
		return tickler.TaskFilter{
			AccountID: c.account,
			OwnerID:   orZero(rapid.SampledFrom(append(c.owners, newID()))).Draw(r, "OwnerID"),
			CreatedBy: orZero(rapid.SliceOfNDistinct(rapid.SampledFrom(c.makers), 0, 3, rapid.ID)).Draw(r, "CreatedBy"),
			DueFrom:   due.Draw(r, "DueFrom"),
			DueTo:     due.Draw(r, "DueTo"),
			State:     rapid.Ptr(rapid.SampledFrom([]tickler.State{tickler.Open, tickler.Completed, tickler.Cancelled}), true).Draw(r, "State"),
			TypeID:    orZero(rapid.SampledFrom(append(c.types, newID()))).Draw(r, "TypeID"),
		}
	})
}

func TestTasksPicksSortsAndCutsAsAPlainListWould(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		c := newCrowd(t, s)
		rapid.Check(t, func(r *rapid.T) {
			filter := c.filters().Draw(r, "filter")
			order := tickler.TaskOrder{By: rapid.SampledFrom(tickler.TaskColumns).Draw(r, "By"), Descending: rapid.Bool().Draw(r, "Descending")}
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

// Each filter alone is left to no chance.
func TestEachFilterNarrows(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		c := newCrowd(t, s)
		done := tickler.Completed
		for name, filter := range map[string]tickler.TaskFilter{
			"OwnerID":          {OwnerID: c.owners[1]},
			"CreatedBy one":    {CreatedBy: c.makers[:1]},
			"CreatedBy two":    {CreatedBy: c.makers[1:]},
			"CreatedBy nobody": {CreatedBy: []tickler.ID{}},
			"DueFrom":          {DueFrom: c.dues[1]},
			"DueTo":            {DueTo: c.dues[0]},
			"State":            {State: &done},
			"TypeID":           {TypeID: c.types[0]},
		} {
			order := tickler.TaskOrder{By: tickler.ByDueDate}
			want := c.list(filter, order)
			if len(want) == len(c.tasks) || (len(want) == 0 && name != "CreatedBy nobody") {
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
				order := tickler.TaskOrder{By: column, Descending: descending}
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

func TestTasksAreNotSortedByWhatIsNoColumn(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		_, err := s.CreateTask(t.Context(), task, nil)
		noError(t, err)
		_, _, err = s.Tasks(t.Context(), tickler.TaskFilter{AccountID: task.AccountID}, tickler.TaskOrder{By: "name; --"}, tickler.Page{Limit: 1})
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

// compare says how the oracle sorts by each column. What is absent comes first.
var compare = map[tickler.TaskColumn]func(a, b tickler.Task) int{
	"DueDate":            by(func(t tickler.Task) int64 { return t.DueAt.Unix() }),
	"EndDate":            by(func(t tickler.Task) int64 { return t.EndAt.Unix() }),
	"Name":               by(func(t tickler.Task) string { return t.Name }),
	"Description":        by(func(t tickler.Task) string { return t.Description }),
	"Location":           by(func(t tickler.Task) string { return t.Location }),
	"Category":           by(func(t tickler.Task) tickler.Category { return t.Category }),
	"CreatedOn":          by(func(t tickler.Task) int64 { return t.CreatedAt.Unix() }),
	"CreatedBy":          by(func(t tickler.Task) string { return t.CreatedBy.String() }),
	"ModifiedOn":         by(func(t tickler.Task) int64 { return t.ModifiedAt.Unix() }),
	"ModifiedBy":         by(func(t tickler.Task) string { return t.ModifiedBy.String() }),
	"CompletedOn":        by(func(t tickler.Task) int64 { return t.CompletedAt.Unix() }),
	"CompletedBy":        by(func(t tickler.Task) string { return t.CompletedBy.String() }),
	"StatusCode":         by(func(t tickler.Task) tickler.State { return t.State }),
	"OwnerId":            by(func(t tickler.Task) string { return t.OwnerID.String() }),
	"UserTaskId":         by(func(t tickler.Task) string { return t.ID.String() }),
	"RelatedEntity":      by(func(t tickler.Task) tickler.RelatedKind { return t.Related.Kind }),
	"RelatedEntityId":    by(func(t tickler.Task) string { return t.Related.ID.String() }),
	"Reminder":           by(func(t tickler.Task) int { return t.Reminder.Minutes }),
	"ReminderBeforeDays": by(func(t tickler.Task) int { return t.Reminder.Days }),
	"ReminderTime": by(func(t tickler.Task) tickler.TimeOfDay {
		if t.Reminder.At == nil {
			return -1
		}
		return *t.Reminder.At
	}),
	"NotifyBy": by(func(t tickler.Task) int {
		if t.Notify {
			return 1
		}
		return 0
	}),
	"Priority":           by(func(t tickler.Task) string { return t.Priority }),
	"PercentCompleted":   by(func(t tickler.Task) int { return t.PercentCompleted }),
	"EffortEstimateUnit": by(func(t tickler.Task) string { return t.EffortEstimateUnit }),
	"Latitude":           by(func(t tickler.Task) float64 { return t.Latitude }),
	"Longitude":          by(func(t tickler.Task) float64 { return t.Longitude }),
}

func by[K cmp.Ordered](key func(tickler.Task) K) func(a, b tickler.Task) int {
	return func(a, b tickler.Task) int { return cmp.Compare(key(a), key(b)) }
}
