package tickler_test

import (
	"fmt"
	"testing"

	"tickler"
)

func leadAttributes(n int) []tickler.LeadAttribute {
	attributes := make([]tickler.LeadAttribute, n)
	for i := range attributes {
		attributes[i] = tickler.LeadAttribute{Name: fmt.Sprint("mx_", i+1), Value: "x"}
	}
	return attributes
}

func TestLeadAccepted(t *testing.T) {
	for name, lead := range map[string]tickler.Lead{
		"first name": {FirstName: "Vir"},
		"last name":  {LastName: "Das"},
		"e-mail":     {Email: "vir@example.com"},
		"phone":      {Phone: "+91 98765 43210"},
		"limits": {
			FirstName: emoji(200), LastName: emoji(200), Phone: emoji(50), Attributes: leadAttributes(200),
		},
		"long attribute": {FirstName: "Vir", Attributes: []tickler.LeadAttribute{{Name: "Notes", Value: emoji(8_000)}}},
	} {
		if err := lead.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLeadRefused(t *testing.T) {
	oneOf := &tickler.Error{
		Kind:    tickler.KindMissing,
		Message: "One of 'FirstName', 'LastName', 'EmailAddress', 'Phone' is mandatory for creating a lead",
	}
	tests := map[string]struct {
		lead tickler.Lead
		want *tickler.Error
	}{
		"nothing":     {tickler.Lead{}, oneOf},
		"others only": {tickler.Lead{Attributes: leadAttributes(1)}, oneOf},
		"e-mail":      {tickler.Lead{Email: "vir"}, invalid("EmailAddress", "vir", "an e-mail address")},
		"first name":  {tickler.Lead{FirstName: emoji(201)}, invalid("FirstName", emoji(100)+"…", "at most 200 characters, not 201")},
		"last name":   {tickler.Lead{LastName: emoji(201)}, invalid("LastName", emoji(100)+"…", "at most 200 characters, not 201")},
		"phone":       {tickler.Lead{Phone: emoji(51)}, invalid("Phone", emoji(51), "at most 50 characters, not 51")},
		"too many":    {tickler.Lead{Phone: "1", Attributes: leadAttributes(201)}, invalid("Attribute", "mx_201", "no more than 200 attributes")},
		"attribute's name": {
			tickler.Lead{Phone: "1", Attributes: []tickler.LeadAttribute{{Name: emoji(101), Value: "x"}}},
			invalid("Attribute", emoji(100)+"…", "at most 100 characters, not 101"),
		},
		"unknown attribute": {
			tickler.Lead{Phone: "1", Attributes: []tickler.LeadAttribute{{Name: "Notes", Value: emoji(8_001)}}},
			invalid("Notes", emoji(100)+"…", "at most 8000 characters, not 8001"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { checkError(t, test.lead.Validate(), test.want) })
	}
}

func TestOpportunityValidate(t *testing.T) {
	tests := map[string]struct {
		opportunity tickler.Opportunity
		want        *tickler.Error
	}{
		"good":    {tickler.Opportunity{LeadID: leadID, Name: emoji(500)}, nil},
		"no lead": {tickler.Opportunity{Name: "x"}, missing("LeadId", "creating an opportunity")},
		"no name": {tickler.Opportunity{LeadID: leadID}, missing("Name", "creating an opportunity")},
		"name too long": {
			tickler.Opportunity{LeadID: leadID, Name: emoji(501)},
			invalid("Name", emoji(100)+"…", "at most 500 characters, not 501"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { checkError(t, test.opportunity.Validate(), test.want) })
	}
}
