package api

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/civil"
)

// leadSearchShape is the body of Leads.Get (docs/contract.md section 7).
var leadSearchShape = wire.ShapeOf().
	With("Parameter", wire.ShapeOf("LookupName", "LookupValue", "SqlOperator")).
	With("Columns", wire.ShapeOf("Include_CSV")).
	With("Sorting", sortingShape).
	With("Paging", pagingShape)

// searchLeads answers a bare array of the leads of which a condition holds.
func (a *API) searchLeads(ctx context.Context, c call) (answer, error) {
	r := wire.Read(c.body)
	search := bindLeadSearch(r, c.caller.Account.Zone)
	included := columns(r, "Include_CSV")
	if r.Err() != nil {
		return answer{}, r.Err()
	}
	leads, err := a.App.SearchLeads(ctx, c.caller, search)
	list := make([]wire.Object, len(leads))
	for i, lead := range leads {
		creator, _ := c.caller.Account.User(lead.CreatedBy)
		list[i] = leadObject(lead, creator).Only(included)
	}
	return ok(list), err
}

// sqlOperators are the operators of a condition, as SQL writes them.
var sqlOperators = wire.Names[tickler.LeadOperator]{
	{"=", tickler.LeadEquals},
	{"LIKE", tickler.LeadLike},
	{">", tickler.LeadGreater},
	{"<", tickler.LeadLess},
	{"<=", tickler.LeadAtMost},
	{">=", tickler.LeadAtLeast},
	{"<>", tickler.LeadDiffers},
}

// leadColumns are the attributes of a lead that Tickler knows, by which leads can be sorted.
var leadColumns = wire.Names[tickler.LeadColumn]{
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

// leadPart returns what an attribute's name stands for.
func leadPart(name string) tickler.LeadPart {
	for _, column := range leadColumns {
		if tickler.Fold(column.Name) == tickler.Fold(name) {
			return tickler.LeadPart{Column: column.Value}
		}
	}
	return tickler.LeadPart{Name: name}
}

func bindLeadSearch(r *wire.Reader, zone *time.Location) tickler.LeadSearch {
	const action = "searching for leads"
	p := r.Within("Parameter")
	name := p.Word("LookupName")
	search := tickler.LeadSearch{Condition: tickler.LeadCondition{
		Of:       leadPart(name),
		Operator: valueOr(wire.OneOf(p, "SqlOperator", sqlOperators), tickler.LeadEquals),
		Value:    p.Plain("LookupValue"),
	}}
	condition := &search.Condition
	switch {
	case name == "":
		p.Miss("LookupName", action)
	case condition.Value == "":
		p.Miss("LookupValue", action)
	}
	isInstant := condition.Of.Column == tickler.LeadCreation || condition.Of.Column == tickler.LeadModification
	if isInstant && condition.Operator != tickler.LeadLike {
		if at := instantOrDay(p, "LookupValue", zone); at != nil {
			condition.Value = civil.FormatInstant(*at)
		}
	}
	sorting, paging := r.Within("Sorting"), r.Within("Paging")
	search.By, search.Descending = valueOr(wire.OneOf(sorting, "ColumnName", leadColumns), ""), isDescending(sorting)
	search.Page = bindPage(paging)
	r.Merge(p, sorting, paging)
	return search
}

// instantOrDay reads an instant, or a date as the first one of that day.
func instantOrDay(r *wire.Reader, name string, zone *time.Location) *time.Time {
	end := wire.Convert(r, name, spanEndForm, civil.ParseSpanEnd)
	if end == nil {
		return nil
	}
	return new(end.First(zone))
}

// valueOr returns what p points to, or another value where p is nil.
func valueOr[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
