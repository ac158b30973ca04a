package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tickler"
)

// LeadFile is a lead with all that is to be known before one calls.
type LeadFile struct {
	tickler.Lead
	LeadTasks
	Opportunities []OpportunityFile
	IsCut         bool       // there are more tasks or opportunities than are listed
	Deeds         []LeadDeed // what was done, the latest first
}

// OpportunityFile is an opportunity with its tasks.
type OpportunityFile struct {
	tickler.Opportunity
	LeadTasks
}

// LeadTasks are tasks that the caller may see, by where they stand.
type LeadTasks struct {
	Overdue, Upcoming []tickler.Task // the earliest first
	Done, Cancelled   []tickler.Task // the latest first
}

// LeadDeed is what somebody did about a lead: an entry of a task's history.
type LeadDeed struct {
	At   time.Time
	By   tickler.ID
	Kind tickler.ChangeKind // zero for its creation
	Task tickler.Task       // as it is now
}

// Limits of a lead's page.
const (
	maxLeadTasks         = 200 // of the lead, and of each opportunity
	maxLeadOpportunities = 20
	maxLeadDeeds         = 50
)

// LeadFile reads a lead with what the caller may see of what is done about it; false when there is
// no such lead.
func (a *Tasks) LeadFile(ctx context.Context, caller Caller, id tickler.ID) (LeadFile, bool, error) {
	lead, found, err := a.leads.Lead(ctx, caller, id)
	if err != nil || !found {
		return LeadFile{}, false, err
	}
	file := LeadFile{Lead: lead}
	all, err := a.tasksAbout(ctx, caller, id, &file.LeadTasks, &file.IsCut)
	if err != nil {
		return file, false, err
	}
	deals, count, err := a.leads.store.OpportunitiesOfLead(ctx, caller.Account.ID, id,
		tickler.OpportunityOrder{By: tickler.OpportunitiesByCreation, Descending: true}, tickler.Page{Limit: maxLeadOpportunities})
	if err != nil {
		return file, false, err
	}
	file.IsCut = file.IsCut || count > len(deals)
	for _, deal := range deals {
		o := OpportunityFile{Opportunity: deal}
		tasks, err := a.tasksAbout(ctx, caller, deal.ID, &o.LeadTasks, &file.IsCut)
		if err != nil {
			return file, false, err
		}
		all = append(all, tasks...)
		file.Opportunities = append(file.Opportunities, o)
	}
	file.Deeds, err = a.deeds(ctx, caller, all)
	return file, err == nil, err
}

// tasksAbout reads the tasks about a lead or an opportunity that the caller may see, those changed
// last first, and sorts them by where they stand.
func (a *Tasks) tasksAbout(
	ctx context.Context, caller Caller, id tickler.ID, into *LeadTasks, isCut *bool,
) ([]tickler.Task, error) {
	tasks, total, err := a.store.Tasks(ctx, visible(caller, tickler.TaskFilter{RelatedID: id}),
		tickler.TaskOrder{By: tickler.ByModification, Descending: true}, tickler.Page{Limit: maxLeadTasks})
	*isCut = *isCut || total > len(tasks)
	into.sort(tasks, caller.Now)
	return tasks, err
}

func (l *LeadTasks) sort(tasks []tickler.Task, now time.Time) {
	for _, t := range tasks {
		switch t.StatusAt(now) {
		case tickler.StatusOverdue:
			l.Overdue = append(l.Overdue, t)
		case tickler.StatusPending:
			l.Upcoming = append(l.Upcoming, t)
		case tickler.StatusCompleted:
			l.Done = append(l.Done, t)
		case tickler.StatusCancelled:
			l.Cancelled = append(l.Cancelled, t)
		}
	}
	for _, open := range [][]tickler.Task{l.Overdue, l.Upcoming} {
		slices.SortStableFunc(open, func(a, b tickler.Task) int { return a.DueAt.Compare(b.DueAt) })
	}
	slices.SortStableFunc(l.Done, func(a, b tickler.Task) int { return b.CompletedAt.Compare(a.CompletedAt) })
}

// deeds returns the latest of what was done to tasks. They are changes of those tasks that were
// changed last, so that no more of them need be read.
func (a *Tasks) deeds(ctx context.Context, caller Caller, tasks []tickler.Task) ([]LeadDeed, error) {
	slices.SortStableFunc(tasks, func(a, b tickler.Task) int { return b.ModifiedAt.Compare(a.ModifiedAt) })
	tasks = tasks[:min(len(tasks), maxLeadDeeds)]
	ids, byID := make([]tickler.ID, len(tasks)), map[tickler.ID]tickler.Task{}
	var deeds []LeadDeed
	for i, t := range tasks {
		ids[i], byID[t.ID] = t.ID, t
		deeds = append(deeds, LeadDeed{At: t.CreatedAt, By: t.CreatedBy, Task: t})
	}
	changes, err := a.store.LatestChanges(ctx, caller.Account.ID, ids, maxLeadDeeds)
	for _, c := range changes {
		deeds = append(deeds, LeadDeed{c.At, c.By, c.Kind, byID[c.TaskID]})
	}
	slices.SortStableFunc(deeds, func(a, b LeadDeed) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Kind, a.Kind)) })
	return deeds[:min(len(deeds), maxLeadDeeds)], err
}
