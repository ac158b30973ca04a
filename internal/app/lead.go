package app

import (
	"context"

	"tickler"
)

type leadStore interface {
	CreateLead(ctx context.Context, lead tickler.Lead) error
	Lead(ctx context.Context, account, id tickler.ID) (tickler.Lead, bool, error)
	LeadByEmail(ctx context.Context, account tickler.ID, email string) (tickler.Lead, bool, error)
	CreateOpportunity(ctx context.Context, opportunity tickler.Opportunity) error
	Opportunity(ctx context.Context, account, id tickler.ID) (tickler.Opportunity, bool, error)
}

// CreateLead makes a lead.
func (a *App) CreateLead(ctx context.Context, caller Caller, lead tickler.Lead) (tickler.Lead, error) {
	now := a.now()
	lead.ID, lead.AccountID, lead.CreatedBy, lead.CreatedAt, lead.ModifiedAt = newID(), caller.Account.ID, caller.User.ID, now, now
	if err := lead.Validate(); err != nil {
		return lead, err
	}
	return lead, a.store.CreateLead(ctx, lead)
}

// Lead reads a lead; false when there is none.
func (a *App) Lead(ctx context.Context, caller Caller, id tickler.ID) (tickler.Lead, bool, error) {
	return a.store.Lead(ctx, caller.Account.ID, id)
}

// LeadByEmail finds a lead by e-mail address; false when there is none.
func (a *App) LeadByEmail(ctx context.Context, caller Caller, email string) (tickler.Lead, bool, error) {
	return a.store.LeadByEmail(ctx, caller.Account.ID, email)
}

// CreateOpportunity makes an opportunity with a lead.
func (a *App) CreateOpportunity(ctx context.Context, caller Caller, o tickler.Opportunity) (tickler.Opportunity, error) {
	o.ID, o.AccountID, o.CreatedBy, o.CreatedAt = newID(), caller.Account.ID, caller.User.ID, a.now()
	if err := o.Validate(); err != nil {
		return o, err
	}
	if _, err := a.findRelated(ctx, caller, tickler.RelatedToLead, o.LeadID); err != nil {
		return o, err
	}
	return o, a.store.CreateOpportunity(ctx, o)
}
