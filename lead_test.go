package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

func TestLeadWith(t *testing.T) {
	before := tickler.Lead{FirstName: "Ada", Phone: "1", Attributes: []tickler.LeadAttribute{{Name: "mx_City", Value: "London"}}}
	got := before.With([]tickler.LeadAttribute{
		{Name: "LASTNAME", Value: "Lovelace"}, {Name: "emailaddress", Value: "a@b.c"}, {Name: "Phone", Value: ""}, {Name: "MX_city", Value: "Paris"}, {Name: "mx_Zip", Value: "1"},
	})
	want := tickler.Lead{
		FirstName: "Ada", LastName: "Lovelace", Email: "a@b.c",
		Attributes: []tickler.LeadAttribute{{Name: "mx_City", Value: "Paris"}, {Name: "mx_Zip", Value: "1"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if before.Attributes[0].Value != "London" {
		t.Error("the lead before was changed")
	}
}

func TestLeadConditions(t *testing.T) {
	lead := tickler.Lead{
		ID: tickler.ID{1}, AutoID: 17, FirstName: "Ada", Email: "Ada@Example.com", Phone: "+44 20-1", CreatedBy: tickler.ID{2},
		CreatedAt: time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC), Attributes: []tickler.LeadAttribute{{Name: "mx_Age", Value: "9"}, {Name: "mx_Nickname", Value: "Nan"}},
	}
	for _, test := range []struct {
		attribute string
		operator  tickler.LeadOperator
		value     string
		want      bool
	}{
		{"FIRSTNAME", "=", "ada", true},
		{"FirstName", "<>", "ada", false},
		{"FirstName", ">", "ABC", true},
		{"FirstName", "<", "b", true},
		{"FirstName", "<=", "ADA", true},
		{"FirstName", ">=", "adb", false},
		{"LastName", "=", "x", false},
		{"LastName", "<>", "x", true}, // what is not there is empty
		{"mx_none", "<>", "x", true},
		{"mx_age", "<", "10", true}, // as numbers
		{"mx_age", "=", "9.0", true},
		{"mx_age", "<", "x", true}, // as texts
		{"mx_nickname", "=", "9", false},
		{"mx_nickname", "=", "nan", true},
		{"Phone", "=", "44201", true},
		{"Phone", "=", "044201", false},
		{"Phone", "<>", "044201", true},
		{"Phone", "=", "none", false},
		{"Phone", "LIKE", "44 20", true},
		{"Phone", "LIKE", "44201", false},
		{"EmailAddress", "LIKE", "EXAMPLE", true},
		{"EmailAddress", "LIKE", "%example", false},
		{"EmailAddress", "LIKE", "ada%.com", true},
		{"EmailAddress", "LIKE", "%a%a%a%", true},
		{"EmailAddress", "LIKE", "%a%a%a%a%", false},
		{"EmailAddress", "LIKE", "ada@example%example.com", false},
		{"EmailAddress", "LIKE", "%", true},
		{"ProspectID", "=", "01000000-0000-0000-0000-000000000000", true},
		{"ProspectAutoId", ">", "9", true},
		{"CreatedBy", "=", "02000000-0000-0000-0000-000000000000", true},
		{"CreatedOn", "<=", "2026-03-10 09:00:00", true},
		{"CreatedOn", "<", "2026-03-10 09:00:00", false},
		{"CreatedOn", "LIKE", "2026-03-10%", true},
	} {
		if got := (tickler.LeadCondition{Attribute: test.attribute, Operator: test.operator, Value: test.value}).Holds(lead); got != test.want {
			t.Errorf("%s %s %q: %t, want %t", test.attribute, test.operator, test.value, got, test.want)
		}
	}
}
