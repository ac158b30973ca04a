package tickler

import "time"

// Opportunity is a possible deal with a lead.
type Opportunity struct {
	ID        ID
	AccountID ID
	LeadID    ID
	Name      string
	CreatedBy ID
	CreatedAt time.Time
}

// OpportunityOrder is how a list of opportunities is sorted. Equal ones follow in the order of their making.
type OpportunityOrder struct {
	By         OpportunityColumn
	Descending bool
}

// OpportunityColumn names what opportunities can be sorted by: an attribute's wire name.
type OpportunityColumn string

// ByCreatedOn is the usual order.
const ByCreatedOn OpportunityColumn = "CreatedOn"

// OpportunityColumns lists every column that opportunities can be sorted by.
var OpportunityColumns = []OpportunityColumn{ByCreatedOn, "Name"}

// MaxOpportunityName is in code points.
const MaxOpportunityName = 500

// Validate checks an opportunity's texts.
func (o Opportunity) Validate() error {
	if o.LeadID.IsZero() {
		return Missing("LeadId", "creating an opportunity")
	}
	return checkName("Name", o.Name, "creating an opportunity", MaxOpportunityName)
}
