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
	oneOf := tickler.Refuse(tickler.FactNamelessLead, "", nil)
	tests := map[string]struct {
		lead tickler.Lead
		want *tickler.Error
	}{
		"nothing":     {tickler.Lead{}, oneOf},
		"others only": {tickler.Lead{Attributes: leadAttributes(1)}, oneOf},
		"e-mail":      {tickler.Lead{Email: "vir"}, tickler.Refuse(tickler.FactNotEmail, tickler.FieldEmail, "vir")},
		"first name":  {tickler.Lead{FirstName: emoji(201)}, tickler.Refuse(tickler.FactTooLong, tickler.FieldFirstName, emoji(201), 200, 201)},
		"last name":   {tickler.Lead{LastName: emoji(201)}, tickler.Refuse(tickler.FactTooLong, tickler.FieldLastName, emoji(201), 200, 201)},
		"phone":       {tickler.Lead{Phone: emoji(51)}, tickler.Refuse(tickler.FactTooLong, tickler.FieldPhone, emoji(51), 50, 51)},
		"too many":    {tickler.Lead{Phone: "1", Attributes: leadAttributes(201)}, tickler.Refuse(tickler.FactTooManyAttributes, tickler.FieldAttribute, "mx_201", 200)},
		"attribute's name": {
			tickler.Lead{Phone: "1", Attributes: []tickler.LeadAttribute{{Name: emoji(101), Value: "x"}}},
			tickler.Refuse(tickler.FactTooLong, tickler.FieldAttribute, emoji(101), 100, 101),
		},
		"unknown attribute": {
			tickler.Lead{Phone: "1", Attributes: []tickler.LeadAttribute{{Name: "Notes", Value: emoji(8_001)}}},
			tickler.Refuse(tickler.FactTooLong, "Notes", emoji(8001), 8000, 8001),
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
		"no lead": {tickler.Opportunity{Name: "x"}, tickler.Refuse(tickler.FactNeededByOpportunity, tickler.FieldLead, nil)},
		"no name": {tickler.Opportunity{LeadID: leadID}, tickler.Refuse(tickler.FactNeededByOpportunity, tickler.FieldName, nil)},
		"name too long": {
			tickler.Opportunity{LeadID: leadID, Name: emoji(501)},
			tickler.Refuse(tickler.FactTooLong, tickler.FieldName, emoji(501), 500, 501),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { checkError(t, test.opportunity.Validate(), test.want) })
	}
}
