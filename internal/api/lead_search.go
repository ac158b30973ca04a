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
	leads, err := a.App.Leads(ctx, c.caller, search)
	list := make([]wireObject, len(leads))
	for i, lead := range leads {
		creator, _ := c.caller.Account.User(lead.CreatedBy)
		list[i] = leadObject(lead, creator).only(included)
	}
	return ok(list), err
}

func bindLeadSearch(r *reader, zone *time.Location) tickler.LeadSearch {
	const action = "searching for leads"
	p := r.within("Parameter")
	search := tickler.LeadSearch{Condition: tickler.LeadCondition{
		Attribute: p.word("LookupName"), Operator: nameOf(p, "SqlOperator", tickler.LeadOperators), Value: p.plain("LookupValue"),
	}}
	condition := &search.Condition
	switch {
	case condition.Attribute == "":
		p.miss("LookupName", action)
	case condition.Value == "":
		p.miss("LookupValue", action)
	case condition.Operator == "":
		condition.Operator = "="
	}
	if name := fold(condition.Attribute); (name == "createdon" || name == "modifiedon") && condition.Operator != "LIKE" {
		if at := p.instantOrDay("LookupValue", zone); at != nil {
			condition.Value = civil.FormatInstant(*at)
		}
	}
	sorting, paging := r.within("Sorting"), r.within("Paging")
	search.By, search.Descending = nameOf(sorting, "ColumnName", tickler.LeadColumns), sorting.isDescending()
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
