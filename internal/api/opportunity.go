package api

import (
	"context"

	"tickler"
	"tickler/internal/api/wire"
)

// opportunityShape is the body of Opportunity.Create.
var opportunityShape = wire.ShapeOf("LeadId", "Name")

func (a *API) createOpportunity(ctx context.Context, c call) (answer, error) {
	r := wire.Read(c.body)
	opportunity := tickler.Opportunity{LeadID: r.ID("LeadId"), Name: r.Text("Name")}
	if r.Err() != nil {
		return answer{}, r.Err()
	}
	opportunity, err := a.App.CreateOpportunity(ctx, c.caller, opportunity)
	return created(opportunity.ID), err
}

// opportunitiesShape is the body of GetOpportunitiesOfLead, which may be left out (docs/contract.md
// section 7).
var opportunitiesShape = wire.ShapeOf().
	With("Columns", wire.ShapeOf("Include_CSV")).
	With("Sorting", sortingShape).
	With("Paging", pagingShape)

// opportunityColumns are the names by which opportunities can be sorted.
var opportunityColumns = wire.Names[tickler.OpportunityColumn]{
	{"CreatedOn", tickler.OpportunitiesByCreation}, {"Name", tickler.OpportunitiesByName},
}

func (a *API) opportunitiesOfLead(ctx context.Context, c call) (answer, error) {
	id, err := requiredID(c.query, "leadId", "retrieving opportunities")
	if err != nil {
		return answer{}, err
	}
	r := wire.Read(c.body)
	order := tickler.OpportunityOrder{By: tickler.OpportunitiesByCreation}
	sorting := r.Within("Sorting")
	order.Descending = isDescending(sorting)
	if by := wire.OneOf(sorting, "ColumnName", opportunityColumns); by != nil {
		order.By = *by
	}
	paging := r.Within("Paging")
	page := bindPage(paging)
	included := columns(r, "Include_CSV")
	r.Merge(sorting, paging)
	if r.Err() != nil {
		return answer{}, r.Err()
	}
	lead, opportunities, total, err := a.App.OpportunitiesOfLead(ctx, c.caller, id, order, page)
	list := make([]wire.Object, len(opportunities))
	for i, o := range opportunities {
		list[i] = opportunityObject(c, o, lead).Only(included)
	}
	return ok(countedList(total, list)), err
}

// opportunityObject is an opportunity with what is known of its lead.
func opportunityObject(c call, o tickler.Opportunity, lead tickler.Lead) wire.Object {
	creator, _ := c.caller.Account.User(o.CreatedBy)
	return wire.Object{
		{"OpportunityId", o.ID.String()},
		{"Name", o.Name},
		{"LeadId", o.LeadID.String()},
		{"ProspectId", o.LeadID.String()},
		{"FirstName", lead.FirstName},
		{"LastName", lead.LastName},
		{"EmailAddress", lead.Email},
		{"Phone", lead.Phone},
		{"CreatedBy", o.CreatedBy.String()},
		{"CreatedByName", creator.Name()},
		{"CreatedOn", wire.Instant(o.CreatedAt)},
	}
}
