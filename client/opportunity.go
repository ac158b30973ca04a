package client

import (
	"context"
	"iter"
	"net/url"
)

// NewOpportunity is a possible deal with a lead, to be kept.
type NewOpportunity struct {
	LeadID string `json:"LeadId"`
	Name   string
}

// CreateOpportunity makes an opportunity and returns its id.
func (c *Client) CreateOpportunity(ctx context.Context, opportunity NewOpportunity) (id string, err error) {
	return c.makeThing(ctx, "OpportunityManagement.svc/Opportunity.Create", opportunity)
}

// Opportunity is a possible deal with a lead.
type Opportunity struct {
	OpportunityID string `json:"OpportunityId"`
	Name          string
	LeadID        string `json:"LeadId"`
	ProspectID    string `json:"ProspectId"` // the same
	FirstName     string // of the lead, as all that follows to Phone
	LastName      string
	EmailAddress  string
	Phone         string
	CreatedBy     string
	CreatedByName string
	CreatedOn     Time
}

// OpportunitySearch says which part of a list of opportunities to give, and in which order.
type OpportunitySearch struct {
	Sorting Sorting `json:",omitzero"` // by CreatedOn unless said, or by Name
	Paging  Paging  `json:",omitzero"`
}

// OpportunitiesOfLead returns a page of the opportunities with a lead.
func (c *Client) OpportunitiesOfLead(
	ctx context.Context, leadID string, search OpportunitySearch,
) (List[Opportunity], error) {
	query := url.Values{"leadId": {leadID}}
	what := call{
		method: post, operation: "OpportunityManagement.svc/GetOpportunitiesOfLead", query: query,
		body: search,
	}
	return read[List[Opportunity]](ctx, c, what)
}

// AllOpportunitiesOfLead goes through all opportunities with a lead.
func (c *Client) AllOpportunitiesOfLead(ctx context.Context, leadID string) iter.Seq2[Opportunity, error] {
	return each(func(paging Paging) (List[Opportunity], error) {
		return c.OpportunitiesOfLead(ctx, leadID, OpportunitySearch{Paging: paging})
	})
}
