package api

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// leadSearchShape is the body of Leads.Get (contract section 7).
var leadSearchShape = object(
	attribute{"Parameter", object(values("LookupName", "LookupValue", "SqlOperator")...)},
	attribute{"Columns", object(values("Include_CSV")...)},
	attribute{"Sorting", object(values("ColumnName", "Direction")...)},
	pagingAttribute,
)

// searchLeads gives a bare array of the leads of which a condition holds.
func (a *API) searchLeads(ctx context.Context, c call) (answer, error) {
	r := read(c.body, nil)
	search := bindLeadSearch(r, c.caller.Account.Zone)
	included := r.columns("Include_CSV")
	if r.err != nil {
		return answer{}, r.err
	}
	leads, err := a.App.SearchLeads(ctx, c.caller, search)
	list := make([]wireObject, len(leads))
	for i, lead := range leads {
		creator, _ := c.caller.Account.User(lead.CreatedBy)
		list[i] = leadObject(lead, creator).only(included)
	}
	return ok(list), err
}

// sqlOperators are the operators of a condition, as SQL writes them.
var sqlOperators = []named[tickler.LeadOperator]{
	{"=", tickler.LeadEquals},
	{"LIKE", tickler.LeadLike},
	{">", tickler.LeadGreater},
	{"<", tickler.LeadLess},
	{"<=", tickler.LeadAtMost},
	{">=", tickler.LeadAtLeast},
	{"<>", tickler.LeadDiffers},
}

// leadColumns are the attributes of a lead that Tickler knows, by which leads can be sorted.
var leadColumns = []named[tickler.LeadColumn]{
	{"ProspectID", tickler.LeadID},
	{"ProspectAutoId", tickler.LeadNumber},
	{"FirstName", tickler.LeadFirstName},
	{"LastName", tickler.LeadLastName},
	{"EmailAddress", tickler.LeadEmail},
	{"Phone", tickler.LeadPhone},
	{"CreatedBy", tickler.LeadCreator},
	{"CreatedOn", tickler.LeadCreation},
	{"ModifiedOn", tickler.LeadModification},
}

// leadPart finds out what an attribute's name stands for.
func leadPart(name string) tickler.LeadPart {
	for _, column := range leadColumns {
		if tickler.Fold(column.name) == tickler.Fold(name) {
			return tickler.LeadPart{Column: column.value}
		}
	}
	return tickler.LeadPart{Name: name}
}

func bindLeadSearch(r *reader, zone *time.Location) tickler.LeadSearch {
	const action = "searching for leads"
	p := r.within("Parameter")
	name := p.word("LookupName")
	search := tickler.LeadSearch{Condition: tickler.LeadCondition{
		Of: leadPart(name), Operator: valueOr(oneOf(p, "SqlOperator", sqlOperators), tickler.LeadEquals), Value: p.plain("LookupValue"),
	}}
	condition := &search.Condition
	switch {
	case name == "":
		p.miss("LookupName", action)
	case condition.Value == "":
		p.miss("LookupValue", action)
	}
	isInstant := condition.Of.Column == tickler.LeadCreation || condition.Of.Column == tickler.LeadModification
	if isInstant && condition.Operator != tickler.LeadLike {
		if at := p.instantOrDay("LookupValue", zone); at != nil {
			condition.Value = civil.FormatInstant(*at)
		}
	}
	sorting, paging := r.within("Sorting"), r.within("Paging")
	search.By, search.Descending = valueOr(oneOf(sorting, "ColumnName", leadColumns), ""), sorting.isDescending()
	search.Page = bindPage(paging)
	r.merge(p)
	r.merge(sorting)
	r.merge(paging)
	return search
}

// instantOrDay reads an instant, or a date as the first one of that day.
func (r *reader) instantOrDay(name string, zone *time.Location) *time.Time {
	end := convert(r, name, spanEndForm, civil.ParseSpanEnd)
	if end == nil {
		return nil
	}
	return new(end.First(zone))
}
