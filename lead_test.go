package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

func TestLeadWith(t *testing.T) {
	before := tickler.Lead{FirstName: "Ada", Phone: "1", Attributes: []tickler.LeadAttribute{{Name: "mx_City", Value: "London"}}}
	got := before.With([]tickler.LeadValue{
		{LeadPart: tickler.LeadPart{Column: tickler.LeadLastName}, Value: "Lovelace"},
		{LeadPart: tickler.LeadPart{Column: tickler.LeadEmail}, Value: "a@b.c"},
		{LeadPart: tickler.LeadPart{Column: tickler.LeadPhone}, Value: ""},
		{LeadPart: tickler.LeadPart{Name: "MX_city"}, Value: "Paris"},
		{LeadPart: tickler.LeadPart{Name: "mx_Zip"}, Value: "1"},
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
		of       tickler.LeadPart
		operator tickler.LeadOperator
		value    string
		want     bool
	}{
		{tickler.LeadPart{Column: tickler.LeadFirstName}, tickler.LeadEquals, "ada", true},
		{tickler.LeadPart{Column: tickler.LeadFirstName}, tickler.LeadDiffers, "ada", false},
		{tickler.LeadPart{Column: tickler.LeadFirstName}, tickler.LeadGreater, "ABC", true},
		{tickler.LeadPart{Column: tickler.LeadFirstName}, tickler.LeadLess, "b", true},
		{tickler.LeadPart{Column: tickler.LeadFirstName}, tickler.LeadAtMost, "ADA", true},
		{tickler.LeadPart{Column: tickler.LeadFirstName}, tickler.LeadAtLeast, "adb", false},
		{tickler.LeadPart{Column: tickler.LeadLastName}, tickler.LeadEquals, "x", false},
		{tickler.LeadPart{Column: tickler.LeadLastName}, tickler.LeadDiffers, "x", true}, // what is absent counts as empty
		{tickler.LeadPart{Name: "mx_none"}, tickler.LeadDiffers, "x", true},
		{tickler.LeadPart{Name: "mx_age"}, tickler.LeadLess, "10", true}, // as numbers
		{tickler.LeadPart{Name: "mx_age"}, tickler.LeadEquals, "9.0", true},
		{tickler.LeadPart{Name: "mx_age"}, tickler.LeadLess, "x", true}, // as texts
		{tickler.LeadPart{Name: "mx_nickname"}, tickler.LeadEquals, "9", false},
		{tickler.LeadPart{Name: "mx_nickname"}, tickler.LeadEquals, "nan", true},
		{tickler.LeadPart{Column: tickler.LeadPhone}, tickler.LeadEquals, "44201", true},
		{tickler.LeadPart{Column: tickler.LeadPhone}, tickler.LeadEquals, "044201", false},
		{tickler.LeadPart{Column: tickler.LeadPhone}, tickler.LeadDiffers, "044201", true},
		{tickler.LeadPart{Column: tickler.LeadPhone}, tickler.LeadEquals, "none", false},
		{tickler.LeadPart{Column: tickler.LeadPhone}, tickler.LeadLike, "44 20", true},
		{tickler.LeadPart{Column: tickler.LeadPhone}, tickler.LeadLike, "44201", false},
		{tickler.LeadPart{Column: tickler.LeadEmail}, tickler.LeadLike, "EXAMPLE", true},
		{tickler.LeadPart{Column: tickler.LeadEmail}, tickler.LeadLike, "%example", false},
		{tickler.LeadPart{Column: tickler.LeadEmail}, tickler.LeadLike, "ada%.com", true},
		{tickler.LeadPart{Column: tickler.LeadEmail}, tickler.LeadLike, "%a%a%a%", true},
		{tickler.LeadPart{Column: tickler.LeadEmail}, tickler.LeadLike, "%a%a%a%a%", false},
		{tickler.LeadPart{Column: tickler.LeadEmail}, tickler.LeadLike, "ada@example%example.com", false},
		{tickler.LeadPart{Column: tickler.LeadEmail}, tickler.LeadLike, "%", true},
		{tickler.LeadPart{Column: tickler.LeadID}, tickler.LeadEquals, "01000000-0000-0000-0000-000000000000", true},
		{tickler.LeadPart{Column: tickler.LeadNumber}, tickler.LeadGreater, "9", true},
		{tickler.LeadPart{Column: tickler.LeadCreator}, tickler.LeadEquals, "02000000-0000-0000-0000-000000000000", true},
		{tickler.LeadPart{Column: tickler.LeadCreation}, tickler.LeadAtMost, "2026-03-10 09:00:00", true},
		{tickler.LeadPart{Column: tickler.LeadCreation}, tickler.LeadLess, "2026-03-10 09:00:00", false},
		{tickler.LeadPart{Column: tickler.LeadCreation}, tickler.LeadLike, "2026-03-10%", true},
	} {
		if got := (tickler.LeadCondition{Of: test.of, Operator: test.operator, Value: test.value}).Holds(lead); got != test.want {
			t.Errorf("%v %s %q: %t, want %t", test.of, test.operator, test.value, got, test.want)
		}
	}
}
