package client

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
)

// Lead is a person whom the sales team deals with.
type Lead struct {
	ProspectID     string // the lead's id
	ProspectAutoID string `json:"ProspectAutoId"` // a number fixed for the lead's life
	FirstName      string
	LastName       string
	EmailAddress   string
	Phone          string
	CreatedBy      string
	CreatedByName  string
	CreatedOn      Time
	ModifiedOn     Time
	// Attributes are those that Tickler keeps without knowing them.
	Attributes map[string]string `json:"-"`
}

// UnmarshalJSON reads a flat object.
func (l *Lead) UnmarshalJSON(content []byte) error {
	type known Lead
	if err := json.Unmarshal(content, (*known)(l)); err != nil {
		return err
	}
	if err := json.Unmarshal(content, &l.Attributes); err != nil {
		return err
	}
	for _, name := range [...]string{
		"ProspectID", "ProspectAutoId", "FirstName", "LastName", "EmailAddress", "Phone",
		"CreatedBy", "CreatedByName", "CreatedOn", "ModifiedOn",
	} {
		delete(l.Attributes, name)
	}
	return nil
}

// LeadAttribute is one attribute of a lead that is made or changed: FirstName, LastName,
// EmailAddress, Phone, or any other, which Tickler keeps.
type LeadAttribute struct {
	Attribute string
	Value     string
}

// CreateLead makes a lead and returns its id. It needs one of FirstName, LastName, EmailAddress and
// Phone.
func (c *Client) CreateLead(ctx context.Context, attributes ...LeadAttribute) (id string, err error) {
	return c.makeThing(ctx, "LeadManagement.svc/Lead.Create", attributes)
}

// CaptureLead changes the lead with the e-mail address or phone number that is given, or makes one,
// and returns its id.
func (c *Client) CaptureLead(ctx context.Context, attributes ...LeadAttribute) (id string, err error) {
	lead, err := c.CaptureLeadKeeping(ctx, "", attributes...)
	return lead.ID, err
}

// CapturedLead is a lead that CaptureLeadKeeping found or made.
type CapturedLead struct {
	ID        string `json:"Id"`
	RelatedID string `json:"RelatedId"` // the same, under the name that the vendor's clients read
	IsCreated bool
}

// LeadUpdateBehavior says what stays as it is of a lead that is found; empty means nothing.
type LeadUpdateBehavior string

// What stays.
const (
	DoNotUpdate             LeadUpdateBehavior = "DoNotUpdate"             // all of it
	UpdateOnlyEmptyFields   LeadUpdateBehavior = "UpdateOnlyEmptyFields"   // what it has
	DoNotUpdateUniqueFields LeadUpdateBehavior = "DoNotUpdateUniqueFields" // its e-mail address and phone
)

// CaptureLeadKeeping does what CaptureLead does, and leaves of a lead that is found what stays.
func (c *Client) CaptureLeadKeeping(
	ctx context.Context, stays LeadUpdateBehavior, attributes ...LeadAttribute,
) (CapturedLead, error) {
	query := url.Values{}
	if stays != "" {
		query.Set("LeadUpdateBehavior", string(stays))
	}
	var answer message[CapturedLead]
	capture := call{method: post, operation: "LeadManagement.svc/Lead.Capture", query: query, body: attributes}
	err := c.do(ctx, capture, &answer)
	return answer.Message, err
}

// makeThing makes something that a second call would make once more.
func (c *Client) makeThing(ctx context.Context, operation string, body any) (id string, err error) {
	var answer message[made]
	err = c.do(ctx, call{method: post, operation: operation, body: body}, &answer)
	return answer.Message.ID, err
}

// UpdateLead changes the given attributes of a lead.
func (c *Client) UpdateLead(ctx context.Context, id string, attributes ...LeadAttribute) (Affected, error) {
	query := url.Values{"leadId": {id}}
	return c.change(ctx,
		call{method: post, operation: "LeadManagement.svc/Lead.Update", query: query, body: attributes})
}

// Lead finds a lead by its id.
func (c *Client) Lead(ctx context.Context, id string) (lead Lead, found bool, err error) {
	return one[Lead](ctx, c, "LeadManagement.svc/Leads.GetById", url.Values{"id": {id}})
}

// LeadByEmail finds a lead by its e-mail address, in any case.
func (c *Client) LeadByEmail(ctx context.Context, email string) (lead Lead, found bool, err error) {
	return one[Lead](ctx, c, "LeadManagement.svc/Leads.GetByEmailaddress", url.Values{"emailaddress": {email}})
}

// LeadByPhone finds the lead that a phone number means, with or without its country code.
func (c *Client) LeadByPhone(ctx context.Context, phone string) (lead Lead, found bool, err error) {
	return one[Lead](ctx, c, "LeadManagement.svc/RetrieveLeadByPhoneNumber", url.Values{"phone": {phone}})
}

// LeadSearch picks leads by one attribute.
type LeadSearch struct {
	Parameter LeadParameter
	Sorting   Sorting `json:",omitzero"`
	Paging    Paging  `json:",omitzero"`
}

// LeadParameter is what must hold of an attribute of a lead.
type LeadParameter struct {
	LookupName  string
	LookupValue string
	SQLOperator string `json:"SqlOperator"` // such as =
}

// Leads returns a page of the leads that match.
func (c *Client) Leads(ctx context.Context, search LeadSearch) ([]Lead, error) {
	return read[[]Lead](ctx, c, call{method: post, operation: "LeadManagement.svc/Leads.Get", body: search})
}

// AllLeads goes through all leads that Leads has on its pages, whatever search.Paging says.
func (c *Client) AllLeads(ctx context.Context, search LeadSearch) iter.Seq2[Lead, error] {
	return each(func(paging Paging) (List[Lead], error) {
		search.Paging = paging
		leads, err := c.Leads(ctx, search)
		return List[Lead]{List: leads}, err
	})
}
