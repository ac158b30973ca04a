package app

import (
	"context"
	"slices"

	"tickler"
)

// LeadClash is the error of an edit of a lead that would overwrite what somebody else has written
// since it began.
type LeadClash struct{ Clashes []tickler.LeadDifference }

// Error says so.
func (LeadClash) Error() string { return "somebody else has changed the lead" }

// EditLead writes what somebody has written over a lead, but for what only somebody else has changed
// since they began, which is returned. Where both have changed the same, nothing is written, and the
// error is a LeadClash.
func (a *Leads) EditLead(
	ctx context.Context, caller Caller, id tickler.ID, edits []tickler.LeadEdit,
) ([]tickler.LeadDifference, error) {
	if !slices.ContainsFunc(edits, func(e tickler.LeadEdit) bool { return e.Value != e.Was }) {
		return nil, nil
	}
	var untouched []tickler.LeadDifference
	now := caller.Now
	err := a.store.ChangeLead(ctx, caller.Account.ID, id, func(l tickler.Lead) (tickler.Lead, error) {
		edited, left, clashes := l.Edited(edits)
		if len(clashes) > 0 {
			return l, LeadClash{clashes}
		}
		untouched, edited.ModifiedAt = left, now
		return edited, edited.Validate()
	})
	if err != nil { // and the rule may still run, if the caller has gone
		return nil, err
	}
	return untouched, nil
}
