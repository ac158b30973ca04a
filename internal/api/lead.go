package api

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/httpio"
)

// leadShape is the body of Lead.Create: an array of attributes and their values (contract section 7).
var leadShape = listOf(object(values("Attribute", "Value")...))

func (a *API) createLead(ctx context.Context, c call) (answer, error) {
	attributes, err := bindLead(c.body, "creating a lead")
	if err != nil {
		return answer{}, err
	}
	lead, err := a.App.CreateLead(ctx, c.caller, tickler.Lead{}.With(attributes))
	return created(lead.ID.String()), err
}

func (a *API) updateLead(ctx context.Context, c call) (answer, error) {
	const action = "updating a lead"
	id, err := requiredID(c.query, "leadId", action)
	if err != nil {
		return answer{}, err
	}
	attributes, err := bindLead(c.body, action)
	if err == nil && len(attributes) == 0 {
		err = tickler.Missing("Attribute", action)
	}
	if err != nil {
		return answer{}, err
	}
	return affected(wireObject{{"AffectedRows", 1}}), a.App.UpdateLead(ctx, c.caller, id, attributes)
}

// captureLead makes a lead or updates the one that it finds. LeadUpdateBehavior would keep it from that: who asks for it is
// told that it does not.
func (a *API) captureLead(ctx context.Context, c call) (answer, error) {
	if behavior := c.query.get("LeadUpdateBehavior"); behavior != "" {
		return answer{}, tickler.Invalid("LeadUpdateBehavior", behavior, "none: a lead that is found is always updated")
	}
	attributes, err := bindLead(c.body, "capturing a lead")
	if err != nil {
		return answer{}, err
	}
	attributes, by, err := takeSearchBy(attributes)
	if err != nil {
		return answer{}, err
	}
	id, err := a.App.CaptureLead(ctx, c.caller, attributes, by)
	return created(id.String()), err
}

// takeSearchBy takes the pseudo attribute SearchBy out, which says what a lead is found by.
func takeSearchBy(attributes []tickler.LeadAttribute) ([]tickler.LeadAttribute, app.LeadKey, error) {
	i := slices.IndexFunc(attributes, func(a tickler.LeadAttribute) bool { return fold(a.Name) == "searchby" })
	if i < 0 {
		return attributes, "", nil
	}
	value := attributes[i].Value
	for _, key := range []app.LeadKey{app.LeadKeyEmail, app.LeadKeyPhone} {
		if strings.EqualFold(string(key), strings.TrimSpace(value)) {
			return slices.Delete(attributes, i, i+1), key, nil
		}
	}
	return nil, "", tickler.Invalid("SearchBy", value, "EmailAddress or Phone")
}

// bindLead reads a body of leadShape.
func bindLead(n node, action string) ([]tickler.LeadAttribute, error) {
	attributes := make([]tickler.LeadAttribute, 0, len(n.items))
	seen := map[string]bool{}
	for i, item := range n.items {
		r := read(item, path(nil).item(i))
		name := r.word("Attribute")
		folded := fold(name)
		if name == "" {
			r.miss("Attribute", action)
		} else if seen[folded] {
			r.fail("Attribute", name, "each attribute once")
		}
		if r.err != nil {
			return nil, r.err
		}
		seen[folded] = true
		value := r.node("Value").text
		if folded == "emailaddress" || folded == "phone" {
			value = strings.TrimSpace(value)
		}
		attributes = append(attributes, tickler.LeadAttribute{Name: name, Value: value})
	}
	return attributes, nil
}

// leadByID, leadByEmail and leadByPhone give an array of the one lead, or an empty one.
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
	if !httpio.IsText(email) {
		return answer{}, tickler.Invalid("emailaddress", email, "an e-mail address")
	}
	return a.foundLead(c)(a.App.LeadByEmail(ctx, c.caller, email))
}

func (a *API) leadByPhone(ctx context.Context, c call) (answer, error) {
	phone := strings.TrimSpace(strings.ReplaceAll(c.query.get("phone"), "+", " ")) // a + that was not escaped is a blank
	if phone == "" {
		return answer{}, tickler.Missing("phone", "retrieving a lead")
	}
	return a.foundLead(c)(a.App.LeadByPhone(ctx, c.caller, phone))
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
