package api

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
	"tickler/internal/httpio"
)

// leadShape is the body of Lead.Create: an array of attributes and their values (docs/contract.md
// section 7).
var leadShape = wire.ListOf(wire.ShapeOf("Attribute", "Value"))

func (a *API) createLead(ctx context.Context, c call) (answer, error) {
	attributes, err := bindLead(c.body, "creating a lead")
	if err != nil {
		return answer{}, err
	}
	lead, err := a.App.CreateLead(ctx, c.caller, tickler.Lead{}.With(attributes))
	return created(lead.ID), err
}

func (a *API) updateLead(ctx context.Context, c call) (answer, error) {
	const action = "updating a lead"
	id, err := requiredID(c.query, "leadId", action)
	if err != nil {
		return answer{}, err
	}
	attributes, err := bindLead(c.body, action)
	if err == nil && len(c.body.Items) == 0 {
		err = wire.Missing("Attribute", action)
	}
	if err == nil {
		attributes, err = a.withoutStored(ctx, c, id, attributes)
	}
	if err != nil {
		return answer{}, err
	}
	return affected(wire.Object{{"AffectedRows", 1}}), a.App.UpdateLead(ctx, c.caller, id, attributes)
}

// readOnlyLeadAttributes are the attributes of a lead that the service sets.
var readOnlyLeadAttributes = []string{
	"ProspectID", "ProspectAutoId", "CreatedBy", "CreatedByName", "CreatedOn",
	"ModifiedOn",
}

// withoutStored removes the read-only attributes of a lead, so that what Leads.GetById answered can
// be sent back whole. A value that is not as stored is refused: it would be dropped in silence.
func (a *API) withoutStored(
	ctx context.Context, c call, id tickler.ID, attributes []tickler.LeadValue,
) ([]tickler.LeadValue, error) {
	sent := map[string]string{}
	for _, name := range readOnlyLeadAttributes {
		if value, found := takeAttribute(&attributes, name); found {
			sent[name] = value
		}
	}
	if len(sent) == 0 {
		return attributes, nil
	}
	lead, found, err := a.App.Lead(ctx, c.caller, id)
	if err != nil || !found { // the update says that there is none
		return attributes, err
	}
	creator, _ := c.caller.Account.User(lead.CreatedBy)
	r := wire.ReadTexts(func(name string) string { return sent[name] }, readOnlyLeadAttributes...)
	stored := leadObject(lead, creator)
	for _, name := range readOnlyLeadAttributes {
		mustBeStored(r, name, stored.Text(name))
	}
	return attributes, r.Err()
}

// captureLead makes a lead or updates the one that it finds, as far as LeadUpdateBehavior lets it.
func (a *API) captureLead(ctx context.Context, c call) (answer, error) {
	attributes, err := bindLead(c.body, "capturing a lead")
	if err != nil {
		return answer{}, err
	}
	capture := app.LeadCapture{Values: attributes}
	if capture.By, err = takeSearchBy(&capture.Values); err != nil {
		return answer{}, err
	}
	if capture.Update, err = takeUpdateBehavior(&capture.Values, c.query.get(updateBehavior)); err != nil {
		return answer{}, err
	}
	id, isCreated, err := a.App.CaptureLead(ctx, c.caller, capture)
	return affected(wire.Object{{"Id", id}, {"RelatedId", id}, {"IsCreated", isCreated}}), err
}

// takeSearchBy takes the pseudo attribute SearchBy out, which says what a lead is found by.
func takeSearchBy(attributes *[]tickler.LeadValue) (tickler.LeadColumn, error) {
	value, found := takeAttribute(attributes, "SearchBy")
	if !found {
		return "", nil
	}
	switch by := leadPart(value); by.Column {
	case tickler.LeadEmail, tickler.LeadPhone:
		return by.Column, nil
	default:
		return "", wire.Invalid("SearchBy", value, "EmailAddress or Phone")
	}
}

const updateBehavior = "LeadUpdateBehavior"

// updateBehaviors are the values of LeadUpdateBehavior.
var updateBehaviors = []struct {
	name   string
	update tickler.LeadUpdate
}{
	{"DoNotUpdate", tickler.UpdateNothing},
	{"UpdateOnlyEmptyFields", tickler.UpdateEmpty},
	{"DoNotUpdateUniqueFields", tickler.UpdateNotUnique},
}

// takeUpdateBehavior reads LeadUpdateBehavior of the query, or as a pseudo attribute, which it
// takes out.
func takeUpdateBehavior(attributes *[]tickler.LeadValue, inQuery string) (tickler.LeadUpdate, error) {
	value, _ := takeAttribute(attributes, updateBehavior)
	for _, a := range *attributes { // else it would be kept as an attribute of the lead, and the lead changed
		if wire.IsNear(a.Name, updateBehavior) {
			return 0, wire.Malformed("Unknown attribute '%s'. Did you mean '%s'?", tickler.Cut(a.Name), updateBehavior)
		}
	}
	value = strings.TrimSpace(value)
	switch {
	case value == "":
		value = inQuery
	case inQuery != "" && !strings.EqualFold(value, inQuery):
		return 0, wire.Invalid(updateBehavior, value, "the same as in the query ("+tickler.Cut(inQuery)+"), or none")
	}
	if value == "" {
		return tickler.UpdateAll, nil
	}
	var names []string
	for _, behavior := range updateBehaviors {
		if strings.EqualFold(behavior.name, value) {
			return behavior.update, nil
		}
		names = append(names, behavior.name)
	}
	return 0, wire.Invalid(updateBehavior, value, "one of "+strings.Join(names, ", "))
}

// takeAttribute takes an attribute out, by its name in any case.
func takeAttribute(attributes *[]tickler.LeadValue, name string) (value string, found bool) {
	i := slices.IndexFunc(*attributes, func(a tickler.LeadValue) bool { return strings.EqualFold(a.Name, name) })
	if i < 0 {
		return "", false
	}
	value = (*attributes)[i].Value
	*attributes = slices.Delete(*attributes, i, i+1)
	return value, true
}

// bindLead reads a body of leadShape. A value that is null is absent, as everywhere: the attribute
// is passed over.
func bindLead(n wire.Node, action string) ([]tickler.LeadValue, error) {
	attributes := make([]tickler.LeadValue, 0, len(n.Items))
	seen := map[string]bool{}
	for _, r := range wire.ReadItems(n) {
		name := r.Word("Attribute")
		folded := wire.Fold(name)
		if name == "" {
			r.Miss("Attribute", action)
		} else if seen[folded] {
			r.Fail("Attribute", name, "each attribute once")
		}
		if r.Err() != nil {
			return nil, r.Err()
		}
		seen[folded] = true
		if r.Node("Value").Kind == wire.AbsentNode {
			continue
		}
		value := r.Whatever("Value")
		part := tickler.LeadPart{Name: name}
		switch known := leadPart(name); known.Column {
		case tickler.LeadEmail, tickler.LeadPhone:
			part, value = known, strings.TrimSpace(value)
		case tickler.LeadFirstName, tickler.LeadLastName:
			part = known
		default: // what the account calls its own
		}
		attributes = append(attributes, tickler.LeadValue{LeadPart: part, Value: value})
	}
	return attributes, nil
}

// leadByID, leadByEmail and leadByPhone answer an array of the one lead, or an empty one.
func (a *API) leadByID(ctx context.Context, c call) (answer, error) {
	id, err := requiredID(c.query, "id", "retrieving a lead")
	if err != nil {
		return answer{}, err
	}
	return a.foundLead(c)(a.App.Lead(ctx, c.caller, id))
}

func (a *API) leadByEmail(ctx context.Context, c call) (answer, error) {
	email := c.query.email("emailaddress")
	if email == "" {
		return answer{}, wire.Missing("emailaddress", "retrieving a lead")
	}
	if !httpio.IsText(email) {
		return answer{}, wire.Invalid("emailaddress", email, "an e-mail address")
	}
	return a.foundLead(c)(a.App.LeadByEmail(ctx, c.caller, email))
}

func (a *API) leadByPhone(ctx context.Context, c call) (answer, error) {
	phone := c.query.get("phone")
	if strings.Trim(phone, "+ ") == "" {
		return answer{}, wire.Missing("phone", "retrieving a lead")
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
func leadObject(l tickler.Lead, creator tickler.User) wire.Object {
	o := wire.Object{
		{"ProspectID", l.ID.String()},
		{"ProspectAutoId", strconv.FormatInt(l.AutoID, 10)},
		{"FirstName", l.FirstName},
		{"LastName", l.LastName},
		{"EmailAddress", l.Email},
		{"Phone", l.Phone},
		{"CreatedBy", l.CreatedBy.String()},
		{"CreatedByName", creator.Name()},
		{"CreatedOn", wire.Instant(l.CreatedAt)},
		{"ModifiedOn", wire.Instant(l.ModifiedAt)},
	}
	known := map[string]bool{}
	for _, a := range o {
		known[wire.Fold(a.Name)] = true
	}
	for _, a := range l.Attributes {
		if !known[wire.Fold(a.Name)] { // what Tickler itself says of a lead goes first
			o = o.With(a.Name, a.Value)
		}
	}
	return o
}
