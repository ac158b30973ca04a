package api

import (
	"context"
	"strconv"
	"strings"

	"tickler"
)

// leadShape is the body of Lead.Create: an array of attributes and their values (contract section 7).
var leadShape = listOf(object(values("Attribute", "Value")...))

func (a *API) createLead(ctx context.Context, c call) (answer, error) {
	lead, err := bindLead(c.body)
	if err != nil {
		return answer{}, err
	}
	lead, err = a.App.CreateLead(ctx, c.caller, lead)
	return created(lead.ID.String()), err
}

func bindLead(n node) (tickler.Lead, error) {
	var lead tickler.Lead
	seen := map[string]bool{}
	for i, item := range n.items {
		r := read(item, path(nil).item(i))
		name := r.word("Attribute")
		folded := fold(name)
		if name == "" {
			r.miss("Attribute", "creating a lead")
		} else if seen[folded] {
			r.fail("Attribute", name, "each attribute once")
		}
		if r.err != nil {
			return lead, r.err
		}
		seen[folded] = true
		value := r.node("Value").text
		switch folded {
		case "firstname":
			lead.FirstName = value
		case "lastname":
			lead.LastName = value
		case "emailaddress":
			lead.Email = strings.TrimSpace(value)
		case "phone":
			lead.Phone = strings.TrimSpace(value)
		default:
			lead.Attributes = append(lead.Attributes, tickler.LeadAttribute{Name: name, Value: value})
		}
	}
	return lead, nil
}

// leadByID and leadByEmail give an array of the one lead, or an empty one.
func (a *API) leadByID(ctx context.Context, c call) (answer, error) {
	id, err := requiredID(c.query, "id", "retrieving a lead")
	if err != nil {
		return answer{}, err
	}
	return a.foundLead(c)(a.App.Lead(ctx, c.caller, id))
}

func (a *API) leadByEmail(ctx context.Context, c call) (answer, error) {
	email := c.query.get("emailaddress")
	if email == "" {
		return answer{}, tickler.Missing("emailaddress", "retrieving a lead")
	}
	if !isText(email) {
		return answer{}, tickler.Invalid("emailaddress", email, "an e-mail address")
	}
	return a.foundLead(c)(a.App.LeadByEmail(ctx, c.caller, email))
}

func (a *API) foundLead(c call) func(tickler.Lead, bool, error) (answer, error) {
	return func(lead tickler.Lead, found bool, err error) (answer, error) {
		if err != nil || !found {
			return ok([]any{}), err
		}
		creator, _ := c.caller.Account.User(lead.CreatedBy)
		return ok([]any{leadObject(lead, creator)}), nil
	}
}

// leadObject is a flat object: what Tickler knows of a lead, then what it keeps.
func leadObject(l tickler.Lead, creator tickler.User) wireObject {
	o := wireObject{
		{"ProspectID", l.ID.String()},
		{"ProspectAutoId", strconv.FormatInt(l.AutoID, 10)},
		{"FirstName", l.FirstName},
		{"LastName", l.LastName},
		{"EmailAddress", l.Email},
		{"Phone", l.Phone},
		{"CreatedBy", l.CreatedBy.String()},
		{"CreatedByName", creator.Name()},
		{"CreatedOn", objectInstant(l.CreatedAt)},
		{"ModifiedOn", objectInstant(l.ModifiedAt)},
	}
	known := map[string]bool{}
	for _, a := range o {
		known[fold(a.name)] = true
	}
	for _, a := range l.Attributes {
		if !known[fold(a.Name)] { // what Tickler itself says of a lead goes first
			o = append(o, wireAttribute{a.Name, a.Value})
		}
	}
	return o
}

// opportunityShape is the body of Opportunity.Create.
var opportunityShape = object(values("LeadId", "Name")...)

func (a *API) createOpportunity(ctx context.Context, c call) (answer, error) {
	r := read(c.body, nil)
	opportunity := tickler.Opportunity{LeadID: r.id("LeadId"), Name: r.text("Name")}
	if r.err != nil {
		return answer{}, r.err
	}
	opportunity, err := a.App.CreateOpportunity(ctx, c.caller, opportunity)
	return created(opportunity.ID.String()), err
}
