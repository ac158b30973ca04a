package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/words"
)

// LeadView narrows the list of leads.
type LeadView string

// The views. What is somebody's next step is anybody's open task; what is overdue are tasks of the
// caller's team, or of anybody's if they see all.
const (
	AllLeads         LeadView = ""
	LeadsWithoutStep LeadView = "no-step"
	OverdueLeads     LeadView = "overdue"
)

// LeadQuery asks for a page of the leads.
type LeadQuery struct {
	Text  string // how their words, their e-mail address or phone number begin
	View  LeadView
	Order tickler.LeadOrder
	// From and Backward say where a page of all leads begins: see [tickler.LeadListing].
	From     *tickler.LeadPlace
	Backward bool
	// Page is the part of what a search finds, or of what is overdue.
	Page tickler.Page
}

// LeadList is a page of the leads.
type LeadList struct {
	Lines []LeadLine
	// Total is how many there are; of all leads they are counted up to MaxLeadCount. -1: nobody
	// counted.
	Total int
	// IsCut says that there may be more than were found, which a longer text would find.
	IsCut bool
	// IsPaged says that the list has pages by number; otherwise Before and After lead on.
	IsPaged       bool
	Before, After *tickler.LeadPlace
}

// LeadLine is a lead in a list.
type LeadLine struct {
	tickler.Lead
	// Step is the next open task that the caller may see, one that is overdue first; nil for none.
	Step      *tickler.Task
	IsOverdue bool
	// OthersStep says that only others, whose tasks the caller may not see, have one.
	OthersStep bool
}

// Limits of the list of leads.
const (
	MaxLeadCount  = 10_000
	maxLeadsFound = 200 // by a search
)

// QuickSearch returns up to limit leads that a text describes, as far as somebody has typed it: by
// the beginnings of words of their name or company, in any order, or by the beginning of their
// e-mail address or phone number.
func (a *Leads) QuickSearch(ctx context.Context, caller Caller, text string, limit int) ([]tickler.Lead, error) {
	leads, _, err := a.store.FindLeads(ctx, caller.Account.ID, text, limit)
	return leads, err
}

// ListLeads returns a page of the account's leads, which everybody in it may see, each with the next
// step that the caller may see.
func (a *Leads) ListLeads(ctx context.Context, caller Caller, q LeadQuery) (LeadList, error) {
	list, leads, err := a.listed(ctx, caller, q)
	if err != nil {
		return list, err
	}
	list.Lines, err = a.lines(ctx, caller, leads)
	return list, err
}

func (a *Leads) listed(ctx context.Context, caller Caller, q LeadQuery) (list LeadList, leads []tickler.Lead, err error) {
	switch {
	case strings.TrimSpace(q.Text) != "":
		leads, list.IsCut, err = a.store.FindLeads(ctx, caller.Account.ID, q.Text, maxLeadsFound)
		if err == nil {
			leads, err = a.narrow(ctx, caller, leads, q.View)
		}
	case q.View == OverdueLeads:
		leads, list.IsCut, err = a.store.OverdueLeads(ctx, caller.Account.ID, seenOwners(caller), caller.Now)
	default:
		return a.stretch(ctx, caller, q)
	}
	sortLeads(leads, q.Order)
	list.IsPaged, list.Total = true, len(leads)
	from := min(q.Page.Offset, len(leads))
	return list, leads[from:min(from+q.Page.Limit, len(leads))], err
}

// stretch lists all leads, or all without a next step, from a place on.
func (a *Leads) stretch(
	ctx context.Context, caller Caller, q LeadQuery,
) (list LeadList, leads []tickler.Lead, err error) {
	listing := tickler.LeadListing{
		Order: q.Order, From: q.From, Backward: q.Backward, WithoutStep: q.View == LeadsWithoutStep, Limit: q.Page.Limit,
	}
	stretch, err := a.store.ListLeads(ctx, caller.Account.ID, listing)
	if err != nil {
		return list, nil, err
	}
	list.Total = -1
	if q.View == AllLeads {
		if list.Total, err = a.store.CountLeads(ctx, caller.Account.ID, MaxLeadCount+1); err != nil {
			return list, nil, err
		}
	}
	// Behind a page is whatever it was asked from, and before it what its own first lead follows.
	list.After = stretch.Next
	if q.From != nil {
		list.Before = q.From
		if n := len(stretch.Leads); n > 0 {
			first := stretch.Leads[0].Place()
			list.Before = &first
		}
	}
	if q.Backward {
		list.Before, list.After = stretch.Next, q.From
		if n := len(stretch.Leads); n > 0 {
			last := stretch.Leads[n-1].Place()
			list.After = &last
		}
	}
	return list, stretch.Leads, nil
}

// narrow returns those of some leads that a view shows.
func (a *Leads) narrow(
	ctx context.Context, caller Caller, leads []tickler.Lead, view LeadView,
) ([]tickler.Lead, error) {
	if view == AllLeads {
		return leads, nil
	}
	filter := tickler.StepFilter{}
	if view == OverdueLeads {
		filter = tickler.StepFilter{Team: seenOwners(caller), EndedBefore: caller.Now}
	}
	steps, err := a.store.NextSteps(ctx, caller.Account.ID, idsOf(leads), filter)
	return slices.DeleteFunc(leads, func(l tickler.Lead) bool {
		_, hasOne := steps[l.ID]
		return hasOne != (view == OverdueLeads)
	}), err
}

// lines puts the next step beside each lead.
func (a *Leads) lines(ctx context.Context, caller Caller, leads []tickler.Lead) ([]LeadLine, error) {
	seen := tickler.StepFilter{Team: seenOwners(caller)}
	overdue := tickler.StepFilter{Team: seen.Team, EndedBefore: caller.Now}
	var found [3]map[tickler.ID]tickler.Task
	for i, filter := range []tickler.StepFilter{overdue, seen, {}} {
		if i == 2 && seen.Team == nil { // they see anybody's
			break
		}
		var err error
		if found[i], err = a.store.NextSteps(ctx, caller.Account.ID, idsOf(leads), filter); err != nil {
			return nil, err
		}
	}
	lines := make([]LeadLine, len(leads))
	for i, l := range leads {
		line := LeadLine{Lead: l}
		step, isOverdue := found[0][l.ID]
		isSeen := isOverdue
		if !isOverdue {
			step, isSeen = found[1][l.ID]
		}
		if isSeen {
			line.Step, line.IsOverdue = &step, isOverdue
		} else {
			_, line.OthersStep = found[2][l.ID]
		}
		lines[i] = line
	}
	return lines, nil
}

// seenOwners are those whose tasks the caller sees; nil for anybody's.
func seenOwners(caller Caller) []tickler.ID {
	if caller.User.SeesAll() {
		return nil
	}
	return caller.Account.Team(caller.User.ID)
}

func sortLeads(leads []tickler.Lead, by tickler.LeadOrder) {
	names := make(map[tickler.ID]string, len(leads))
	for _, l := range leads {
		names[l.ID] = words.Fold(l.Name())
	}
	slices.SortStableFunc(leads, func(a, b tickler.Lead) int {
		if by == tickler.LeadsByName {
			return cmp.Compare(names[a.ID], names[b.ID])
		}
		return b.ModifiedAt.Compare(a.ModifiedAt)
	})
}

func idsOf(leads []tickler.Lead) []tickler.ID {
	ids := make([]tickler.ID, len(leads))
	for i, l := range leads {
		ids[i] = l.ID
	}
	return ids
}
