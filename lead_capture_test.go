package tickler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

func TestCaptured(t *testing.T) {
	lead := tickler.Lead{FirstName: "Ada", LastName: " ", Email: "ada@example.com", Phone: "+91-9000000001", Attributes: []tickler.LeadAttribute{
		{Name: "Mobile", Value: "+91-9000000002"}, {Name: "mx_City", Value: "London"},
	}}
	sent := []tickler.LeadValue{
		{LeadPart: tickler.LeadPart{Column: tickler.LeadFirstName}, Value: "Augusta"},
		{LeadPart: tickler.LeadPart{Column: tickler.LeadLastName}, Value: "King"},
		{LeadPart: tickler.LeadPart{Column: tickler.LeadEmail}, Value: "a@example.com"},
		{LeadPart: tickler.LeadPart{Column: tickler.LeadPhone}, Value: "+44 20 7946 0000"},
		{LeadPart: tickler.LeadPart{Name: "mx_city"}, Value: "Ockham"},
		{LeadPart: tickler.LeadPart{Name: "mx_Zip"}, Value: "1"},
	}
	for name, test := range map[string]struct {
		update tickler.LeadUpdate
		change func(l *tickler.Lead)
	}{
		"all": {tickler.UpdateAll, func(l *tickler.Lead) {
			l.FirstName, l.LastName, l.Email, l.Phone = "Augusta", "King", "a@example.com", "+44 20 7946 0000"
			l.Attributes[1].Value = "Ockham"
			l.Attributes = append(l.Attributes, tickler.LeadAttribute{Name: "mx_Zip", Value: "1"})
		}},
		"nothing": {tickler.UpdateNothing, func(*tickler.Lead) {}},
		"what is empty": {tickler.UpdateEmpty, func(l *tickler.Lead) {
			l.LastName = "King"
			l.Attributes = append(l.Attributes, tickler.LeadAttribute{Name: "mx_Zip", Value: "1"})
		}},
		"what is not unique": {tickler.UpdateNotUnique, func(l *tickler.Lead) {
			l.FirstName, l.LastName = "Augusta", "King"
			l.Attributes[1].Value = "Ockham"
			l.Attributes = append(l.Attributes, tickler.LeadAttribute{Name: "mx_Zip", Value: "1"})
		}},
	} {
		want := lead.With(nil)
		test.change(&want)
		if diff := cmp.Diff(want, lead.Captured(sent, test.update)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A lead that is found by a part of its number keeps the whole number, and one that is found by its
// mobile keeps its phone.
func TestCapturedKeepsTheWholeNumber(t *testing.T) {
	mobile := []tickler.LeadAttribute{{Name: "Mobile", Value: "+91-9000000001"}}
	for _, test := range []struct {
		lead       tickler.Lead
		sent, want string
	}{
		{tickler.Lead{Phone: "+91-9000000001"}, "9000000001", "+91-9000000001"},
		{tickler.Lead{Phone: "9000000001"}, "+91-9000000001", "+91-9000000001"},
		{tickler.Lead{Phone: "+91-9000000001"}, "91 9000000001", "91 9000000001"}, // spelled anew
		{tickler.Lead{Phone: "+44 20 7946 0000", Attributes: mobile}, "9000000001", "+44 20 7946 0000"},
		{tickler.Lead{Attributes: mobile}, "9000000001", ""},
		{tickler.Lead{Phone: "+44 20 7946 0000"}, "9000000001", "9000000001"},
	} {
		got := test.lead.Captured([]tickler.LeadValue{{LeadPart: tickler.LeadPart{Column: tickler.LeadPhone}, Value: test.sent}}, tickler.UpdateAll).Phone
		if got != test.want {
			t.Errorf("%q, %q: got %q, want %q", test.lead.Phone, test.sent, got, test.want)
		}
	}
}
