package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tickler"
	"tickler/internal/civil"
)

type todayStore interface {
	// OpenTasks reads the open tasks of an owner that are due by an instant, the earliest first.
	OpenTasksDue(ctx context.Context, account, owner tickler.ID, by time.Time, limit int) ([]tickler.Task, error)
	// TasksDone reads what a user has completed since an instant, the latest first, and counts it.
	TasksDone(
		ctx context.Context, account, user tickler.ID, since time.Time, limit int,
	) (tasks []tickler.Task, total int, err error)
	LeadsByID(ctx context.Context, account tickler.ID, ids []tickler.ID) ([]tickler.Lead, error)
}

// Today is what is next for a person, as they see it in their own zone.
type Today struct {
	Of tickler.User
	// Overdue are open tasks that have ended, the oldest first.
	Overdue []tickler.Task
	// Tasks are those that are due today, in the order of their hours: see [civil].
	Tasks []tickler.Task
	// Days are the seven days after today.
	Days [7]Day
	// Snoozed are those of Overdue and Tasks that somebody has put off, the soonest back first.
	Snoozed []tickler.Task
	// Done is what the person has completed today, the latest first; DoneCount counts it all.
	Done      []tickler.Task
	DoneCount int
	// IsCut says that more is due than is listed.
	IsCut bool
	// Leads are those that the tasks are tied to, by their ids.
	Leads map[tickler.ID]tickler.Lead
}

// Day is a calendar day with its tasks.
type Day struct {
	Start time.Time // its first instant in the person's zone
	Tasks []tickler.Task
}

// Limits of what Today lists.
const (
	maxTodayTasks = 2_500
	maxTodayDone  = 50
)

// Open counts what is left to do today: what is overdue, due today, or snoozed.
func (t Today) Open() int { return len(t.Overdue) + len(t.Tasks) + len(t.Snoozed) }

// Today returns what is next for one of the people whose tasks the caller may see; the zero ID is
// the caller.
func (a *Tasks) Today(ctx context.Context, caller Caller, of tickler.ID) (Today, error) {
	person, err := a.personOf(caller, of)
	if err != nil {
		return Today{}, err
	}
	zone := person.ZoneIn(caller.Account.Account) // whoever looks: it is the person's day
	account := caller.Account.ID
	last := civil.OnDay(caller.Now, zone, len(Today{}.Days)+1, 0).Add(-time.Second)
	open, err := a.store.OpenTasksDue(ctx, account, person.ID, last, maxTodayTasks+1)
	if err != nil {
		return Today{}, err
	}
	t := Today{Of: person, IsCut: len(open) > maxTodayTasks}
	t.sort(open[:min(len(open), maxTodayTasks)], caller.Now, zone)
	t.Done, t.DoneCount, err = a.store.TasksDone(ctx, account, person.ID, civil.StartOfDay(caller.Now, zone), maxTodayDone)
	if err != nil {
		return Today{}, err
	}
	t.Leads, err = a.leadsOf(ctx, account, open, t.Done)
	return t, err
}

// personOf returns the person with an id whose tasks the caller may see; the zero ID is the caller.
func (a *Tasks) personOf(caller Caller, id tickler.ID) (tickler.User, error) {
	if id.IsZero() || id == caller.User.ID {
		return caller.User, nil
	}
	person, found := caller.Account.User(id)
	if !found || !caller.User.SeesAll() && !caller.Account.IsInTeam(caller.User.ID, id) {
		return tickler.User{}, tickler.Refuse(tickler.FactNoUser, tickler.FieldUsers, id)
	}
	return person, nil
}

// sort puts open tasks, the earliest due first, where a person looks for them.
func (t *Today) sort(open []tickler.Task, now time.Time, zone *time.Location) {
	for i := range t.Days {
		t.Days[i].Start = civil.OnDay(now, zone, i+1, 0)
	}
	lists := make([]*[]tickler.Task, len(open))
	lengths := map[*[]tickler.Task]int{}
	for i := range open {
		lists[i] = t.listOf(&open[i], now)
		lengths[lists[i]]++
	}
	for list, length := range lengths { // tasks are large: a list of hundreds isn't to be copied as it grows
		*list = make([]tickler.Task, 0, length)
	}
	for i, list := range lists {
		*list = append(*list, open[i])
	}
	slices.SortStableFunc(t.Snoozed, func(a, b tickler.Task) int { return a.SnoozedUntil.Compare(b.SnoozedUntil) })
	slices.SortStableFunc(t.Overdue, func(a, b tickler.Task) int {
		return cmp.Or(a.EndAt.Compare(b.EndAt), a.DueAt.Compare(b.DueAt))
	})
}

// listOf is the list that an open task stands in.
func (t *Today) listOf(task *tickler.Task, now time.Time) *[]tickler.Task {
	isToday := task.DueAt.Before(t.Days[0].Start)
	switch {
	case isToday && task.SnoozedUntil.After(now):
		return &t.Snoozed
	case task.StatusAt(now) == tickler.StatusOverdue:
		return &t.Overdue
	case isToday:
		return &t.Tasks
	}
	day := &t.Days[0]
	for i := range t.Days {
		if !task.DueAt.Before(t.Days[i].Start) {
			day = &t.Days[i]
		}
	}
	return &day.Tasks
}

// leadsOf returns the leads that tasks are tied to, by their ids.
func (a *Tasks) leadsOf(
	ctx context.Context, account tickler.ID, lists ...[]tickler.Task,
) (map[tickler.ID]tickler.Lead, error) {
	var ids []tickler.ID
	found := map[tickler.ID]tickler.Lead{}
	for _, list := range lists {
		for _, t := range list {
			if _, noted := found[t.Related.ID]; t.Related.Kind == tickler.RelatedToLead && !noted {
				found[t.Related.ID] = tickler.Lead{}
				ids = append(ids, t.Related.ID)
			}
		}
	}
	leads, err := a.store.LeadsByID(ctx, account, ids)
	for _, lead := range leads {
		found[lead.ID] = lead
	}
	return found, err
}
