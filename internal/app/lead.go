package app

import (
	"context"
	"time"

	"tickler"
)

type leadStore interface {
	CreateLead(ctx context.Context, lead tickler.Lead) error
	Lead(ctx context.Context, account, id tickler.ID) (tickler.Lead, bool, error)
	LeadByEmail(ctx context.Context, account tickler.ID, email string) (tickler.Lead, bool, error)
	LeadByPhone(ctx context.Context, account tickler.ID, phone string) (tickler.Lead, bool, error)
	Leads(ctx context.Context, account tickler.ID, search tickler.LeadSearch) ([]tickler.Lead, error)
	ChangeLead(ctx context.Context, account, id tickler.ID, rule func(tickler.Lead) (tickler.Lead, error)) error
	OpportunitiesOfLead(
		ctx context.Context, account, lead tickler.ID, order tickler.OpportunityOrder, page tickler.Page,
	) ([]tickler.Opportunity, int, error)
	CreateOpportunity(ctx context.Context, opportunity tickler.Opportunity) error
	Opportunity(ctx context.Context, account, id tickler.ID) (tickler.Opportunity, bool, error)
	leadListStore
}

type leadListStore interface {
	FindLeads(ctx context.Context, account tickler.ID, text string, limit int) (leads []tickler.Lead, more bool, err error)
	ListLeads(ctx context.Context, account tickler.ID, list tickler.LeadListing) (tickler.LeadStretch, error)
	CountLeads(ctx context.Context, account tickler.ID, upTo int) (int, error)
	OverdueLeads(
		ctx context.Context, account tickler.ID, owners []tickler.ID, now time.Time,
	) (leads []tickler.Lead, more bool, err error)
	NextSteps(
		ctx context.Context, account tickler.ID, leads []tickler.ID, f tickler.StepFilter,
	) (map[tickler.ID]tickler.Task, error)
}

type leadTx interface {
	CreateLead(ctx context.Context, lead tickler.Lead) error
}

// CreateLead makes a lead.
func (a *Leads) CreateLead(ctx context.Context, caller Caller, lead tickler.Lead) (tickler.Lead, error) {
	lead.ID, lead.AccountID, lead.CreatedBy = newID(), caller.Account.ID, caller.User.ID
	lead.CreatedAt, lead.ModifiedAt = caller.Now, caller.Now
	if err := lead.Validate(); err != nil {
		return lead, err
	}
	return lead, a.store.CreateLead(ctx, lead)
}

// CreateLeadOnce makes a lead, once for each form that is sent.
func (a *Leads) CreateLeadOnce(
	ctx context.Context, caller Caller, lead tickler.Lead, options Options,
) (tickler.Lead, error) {
	lead.ID, lead.AccountID, lead.CreatedBy = options.id(), caller.Account.ID, caller.User.ID
	lead.CreatedAt, lead.ModifiedAt = caller.Now, caller.Now
	if err := lead.Validate(); err != nil {
		return lead, err
	}
	_, err := once(ctx, a.write, caller, options, nothing(func(ctx context.Context, tx Tx) error {
		return tx.CreateLead(ctx, lead)
	}))
	return lead, err
}

// Lead reads a lead; false when there is none.
func (a *Leads) Lead(ctx context.Context, caller Caller, id tickler.ID) (tickler.Lead, bool, error) {
	return a.store.Lead(ctx, caller.Account.ID, id)
}

// LeadByEmail finds a lead by e-mail address; false when there is none.
func (a *Leads) LeadByEmail(ctx context.Context, caller Caller, email string) (tickler.Lead, bool, error) {
	return a.store.LeadByEmail(ctx, caller.Account.ID, email)
}

// LeadByPhone finds the lead with a phone number, however it is spelled; false when there is none.
func (a *Leads) LeadByPhone(ctx context.Context, caller Caller, phone string) (tickler.Lead, bool, error) {
	return a.store.LeadByPhone(ctx, caller.Account.ID, phone)
}

// SearchLeads returns a page of the leads that a search asks for.
func (a *Leads) SearchLeads(ctx context.Context, caller Caller, search tickler.LeadSearch) ([]tickler.Lead, error) {
	return a.store.Leads(ctx, caller.Account.ID, search)
}

// UpdateLead sets attributes of a lead; the others stay.
func (a *Leads) UpdateLead(ctx context.Context, caller Caller, id tickler.ID, values []tickler.LeadValue) error {
	return a.changeLead(ctx, caller, id, func(l tickler.Lead) tickler.Lead { return l.With(values) })
}

func (a *Leads) changeLead(
	ctx context.Context, caller Caller, id tickler.ID, change func(tickler.Lead) tickler.Lead,
) error {
	now := caller.Now
	return a.store.ChangeLead(ctx, caller.Account.ID, id, func(l tickler.Lead) (tickler.Lead, error) {
		l = change(l)
		l.ModifiedAt = now
		return l, l.Validate()
	})
}

// LeadCapture is what is known of a lead that may be there already.
type LeadCapture struct {
	Values []tickler.LeadValue
	// By is the column that a lead is found by, LeadEmail or LeadPhone. Empty: both are tried, the
	// e-mail address first.
	By     tickler.LeadColumn
	Update tickler.LeadUpdate // of a lead that is there
}

// CaptureLead updates the lead with the same e-mail address or phone number, as far as c.Update
// allows, or creates one. It reports which.
func (a *Leads) CaptureLead(
	ctx context.Context, caller Caller, c LeadCapture,
) (id tickler.ID, isCreated bool, err error) {
	lead := tickler.Lead{}.With(c.Values)
	for isAgain := false; ; isAgain = true {
		found, isFound, err := a.sameLead(ctx, caller, lead, c.By)
		switch {
		case err != nil:
			return found.ID, false, err
		case isFound && c.Update == tickler.UpdateNothing:
			return found.ID, false, nil
		case isFound:
			return found.ID, false, a.changeLead(ctx, caller, found.ID, func(l tickler.Lead) tickler.Lead {
				return l.Captured(c.Values, c.Update)
			})
		}
		made, err := a.CreateLead(ctx, caller, lead)
		if tickler.KindOf(err) != tickler.KindDuplicate || isAgain {
			return made.ID, true, err
		} // else somebody created it in between, and it can be found
	}
}

// sameLead finds the stored lead with a lead's e-mail address or one of its phone numbers.
func (a *Leads) sameLead(
	ctx context.Context, caller Caller, lead tickler.Lead, by tickler.LeadColumn,
) (same tickler.Lead, found bool, err error) {
	if by != tickler.LeadPhone && lead.Email != "" {
		same, found, err = a.LeadByEmail(ctx, caller, lead.Email)
	}
	for _, phone := range []string{lead.Phone, lead.Mobile()} {
		if by != tickler.LeadEmail && phone != "" && !found && err == nil {
			same, found, err = a.LeadByPhone(ctx, caller, phone)
		}
	}
	return same, found, err
}

// OpportunitiesOfLead returns a lead, a page of the opportunities with it, and how many there are
// in all. A lead that does not exist is an error of KindUnknownEntity.
func (a *Leads) OpportunitiesOfLead(
	ctx context.Context, caller Caller, id tickler.ID, order tickler.OpportunityOrder, page tickler.Page,
) (tickler.Lead, []tickler.Opportunity, int, error) {
	lead, found, err := a.store.Lead(ctx, caller.Account.ID, id)
	if err == nil && !found {
		err = tickler.Refuse(tickler.FactNoLead, tickler.FieldLead, id)
	}
	if err != nil {
		return lead, nil, 0, err
	}
	opportunities, total, err := a.store.OpportunitiesOfLead(ctx, caller.Account.ID, id, order, page)
	return lead, opportunities, total, err
}

// CreateOpportunity makes an opportunity with a lead.
func (a *Leads) CreateOpportunity(
	ctx context.Context, caller Caller, o tickler.Opportunity,
) (tickler.Opportunity, error) {
	o.ID, o.AccountID, o.CreatedBy, o.CreatedAt = newID(), caller.Account.ID, caller.User.ID, caller.Now
	if err := o.Validate(); err != nil {
		return o, err
	}
	if _, err := a.findRelated(ctx, caller, tickler.RelatedToLead, o.LeadID); err != nil {
		return o, err
	}
	return o, a.store.CreateOpportunity(ctx, o)
}

// findRelated finds the lead or opportunity of a kind that has an ID.
func (a *Leads) findRelated(
	ctx context.Context, caller Caller, kind tickler.RelatedKind, id tickler.ID,
) (tickler.Related, error) {
	if kind == tickler.RelatedToNobody {
		return tickler.Related{}, nil
	}
	related, found, err := a.lookUpRelated(ctx, caller, kind, id)
	if err == nil && !found {
		err = tickler.UnknownRelated(kind, id)
	}
	return related, err
}

// lookUpRelated finds a lead or an opportunity; false when there is none.
func (a *Leads) lookUpRelated(
	ctx context.Context, caller Caller, kind tickler.RelatedKind, id tickler.ID,
) (tickler.Related, bool, error) {
	if kind == tickler.RelatedToLead {
		lead, found, err := a.store.Lead(ctx, caller.Account.ID, id)
		return tickler.Related{Kind: kind, ID: id, Name: lead.Name()}, found, err
	}
	opportunity, found, err := a.store.Opportunity(ctx, caller.Account.ID, id)
	return tickler.Related{Kind: kind, ID: id, Name: opportunity.Name}, found, err
}
