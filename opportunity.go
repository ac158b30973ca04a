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

// OpportunityOrder is how a list of opportunities is sorted. Ties are in the order of creation.
type OpportunityOrder struct {
	By         OpportunityColumn
	Descending bool
}

// OpportunityColumn names what opportunities can be sorted by.
type OpportunityColumn string

// The columns. OpportunitiesByCreation is the usual order.
const (
	OpportunitiesByCreation OpportunityColumn = "created"
	OpportunitiesByName     OpportunityColumn = "name"
)

// OpportunityColumns lists every column.
var OpportunityColumns = []OpportunityColumn{OpportunitiesByCreation, OpportunitiesByName}

// MaxOpportunityName is in code points.
const MaxOpportunityName = 500

// Validate checks an opportunity's texts.
func (o Opportunity) Validate() error {
	if o.LeadID.IsZero() {
		return Refuse(FactNeededByOpportunity, FieldLead, nil)
	}
	return checkName(FieldName, o.Name, FactNeededByOpportunity, MaxOpportunityName)
}
