package api

import (
	"context"

	"tickler"
)

// opportunityShape is the body of Opportunity.Create.
var opportunityShape = object(values("LeadId", "Name")...)

func (a *API) createOpportunity(ctx context.Context, c call) (answer, error) {
	r := read(c.body, nil)
	opportunity := tickler.Opportunity{LeadID: r.id("LeadId"), Name: r.text("Name")}
	if r.err != nil {
		return answer{}, r.err
	}
	opportunity, err := a.App.CreateOpportunity(ctx, c.caller, opportunity)
	return created(opportunity.ID), err
}

// opportunitiesShape is the body of GetOpportunitiesOfLead, which may be left out (contract section 7).
var opportunitiesShape = object(
	attribute{"Columns", object(values("Include_CSV")...)},
	attribute{"Sorting", object(values("ColumnName", "Direction")...)},
	pagingAttribute,
)

// opportunityColumns are the names by which opportunities can be sorted.
var opportunityColumns = []named[tickler.OpportunityColumn]{
	{"CreatedOn", tickler.OpportunitiesByCreation}, {"Name", tickler.OpportunitiesByName},
}

func (a *API) opportunitiesOfLead(ctx context.Context, c call) (answer, error) {
	id, err := requiredID(c.query, "leadId", "retrieving opportunities")
	if err != nil {
		return answer{}, err
	}
	r := read(c.body, nil)
	order := tickler.OpportunityOrder{By: tickler.OpportunitiesByCreation}
	sorting := r.within("Sorting")
	order.Descending = sorting.isDescending()
	if by := oneOf(sorting, "ColumnName", opportunityColumns); by != nil {
		order.By = *by
	}
	paging := r.within("Paging")
	page := bindPage(paging)
	included := r.columns("Include_CSV")
	r.merge(sorting)
	r.merge(paging)
	if r.err != nil {
		return answer{}, r.err
	}
	lead, opportunities, total, err := a.App.OpportunitiesOfLead(ctx, c.caller, id, order, page)
	list := make([]wireObject, len(opportunities))
	for i, o := range opportunities {
		list[i] = opportunityObject(c, o, lead).only(included)
	}
	return ok(countedList(total, list)), err
}

// opportunityObject is an opportunity with what is known of its lead.
func opportunityObject(c call, o tickler.Opportunity, lead tickler.Lead) wireObject {
	creator, _ := c.caller.Account.User(o.CreatedBy)
	return wireObject{
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
		{"CreatedOn", objectInstant(o.CreatedAt)},
	}
}
