package client

import (
	"context"
	"net/url"
)

// NewOpportunity is a possible deal with a lead, to be kept.
type NewOpportunity struct {
	LeadID string `json:"LeadId"`
	Name   string
}

// CreateOpportunity makes an opportunity and gives its id.
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

// OpportunitiesOfLead gives the opportunities with a lead.
func (c *Client) OpportunitiesOfLead(ctx context.Context, leadID string) ([]Opportunity, error) {
	query := url.Values{"leadId": {leadID}}
	what := call{method: post, operation: "OpportunityManagement.svc/GetOpportunitiesOfLead", query: query}
	list, err := read[List[Opportunity]](ctx, c, what)
	return list.List, err
}
