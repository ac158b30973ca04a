package tickler

import (
	"strings"
	"time"
)

// RelatedKind says what sort of thing a task is tied to. The numbers are those of the wire and are stored.
type RelatedKind int

// The kinds of related entity (contract section 2).
const (
	RelatedToNobody      RelatedKind = 0
	RelatedToLead        RelatedKind = 1
	RelatedToOpportunity RelatedKind = 5
)

// Related is what a task is tied to: a lead, an opportunity, or nobody.
type Related struct {
	Kind RelatedKind
	ID   ID
	Name string // of the lead or opportunity; filled on reading
}

// UnknownRelated is the error about a lead or an opportunity that does not exist.
func UnknownRelated(kind RelatedKind, id ID) error {
	noun := "Lead Id"
	if kind == RelatedToOpportunity {
		noun = "Opportunity Id"
	}
	return UnknownEntity("RelatedEntityId", noun, id.String())
}

// Lead is a person the sales team deals with: only what task work needs of one.
type Lead struct {
	ID        ID
	AccountID ID
	AutoID    int64 // a number fixed for the lead's life
	FirstName string
	LastName  string
	Email     string
	Phone     string
	// Attributes are all others, kept as they came.
	Attributes []LeadAttribute
	CreatedBy  ID
	CreatedAt  time.Time
	ModifiedAt time.Time
}

// Name is the lead's full name, or empty.
func (l Lead) Name() string { return strings.TrimSpace(l.FirstName + " " + l.LastName) }

// LeadAttribute is one attribute of a lead that Tickler keeps without knowing it.
type LeadAttribute struct{ Name, Value string }

// Limits of a lead's texts, in code points, and of their number.
const (
	MaxLeadPhone          = 50
	MaxLeadAttributes     = 200
	MaxLeadAttributeName  = 100
	MaxLeadAttributeValue = 8_000
)

// Validate checks that the lead can be told from others and that its texts fit (contract section 7).
func (l Lead) Validate() error {
	if l.FirstName == "" && l.LastName == "" && l.Email == "" && l.Phone == "" {
		return &Error{
			Kind:    KindMissing,
			Message: "One of 'FirstName', 'LastName', 'EmailAddress', 'Phone' is mandatory for creating a lead",
		}
	}
	if l.Email != "" && !isEmail(l.Email) {
		return Invalid("EmailAddress", l.Email, "an e-mail address")
	}
	if len(l.Attributes) > MaxLeadAttributes {
		return Invalid("Attribute", l.Attributes[MaxLeadAttributes].Name, "no more than 200 attributes")
	}
	texts := []struct {
		attribute, text string
		max             int
	}{
		{"FirstName", l.FirstName, MaxPersonName},
		{"LastName", l.LastName, MaxPersonName},
		{"Phone", l.Phone, MaxLeadPhone},
	}
	for _, t := range texts {
		if err := checkLength(t.attribute, t.text, t.max); err != nil {
			return err
		}
	}
	for _, a := range l.Attributes {
		if err := checkLength("Attribute", a.Name, MaxLeadAttributeName); err != nil {
			return err
		}
		if err := checkLength(a.Name, a.Value, MaxLeadAttributeValue); err != nil {
			return err
		}
	}
	return nil
}

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
	if o.Name == "" {
		return Missing("Name", "creating an opportunity")
	}
	return checkLength("Name", o.Name, MaxOpportunityName)
}
