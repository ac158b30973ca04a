package tickler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
)

var (
	leadEmail   = tickler.LeadPart{Column: tickler.LeadEmail}
	leadPhone   = tickler.LeadPart{Column: tickler.LeadPhone}
	leadCompany = tickler.LeadPart{Name: "Company"}
)

func TestWhatTwoPeopleWriteOverALead(t *testing.T) {
	t.Parallel()
	lead := tickler.Lead{Email: "new@example.com", Phone: "1", Attributes: []tickler.LeadAttribute{{Name: "company", Value: "Acme"}}}
	edited, untouched, clashes := lead.Edited([]tickler.LeadEdit{
		{leadEmail, "old@example.com", "old@example.com"}, // only the other one changed it
		{leadPhone, "1", "2"},                             // only this one
		{leadCompany, "Old", "Acme"},                      // both, alike
		{tickler.LeadPart{Name: "mx_City"}, "", "Pune"},
	})
	want := tickler.Lead{
		Email: "new@example.com", Phone: "2",
		Attributes: []tickler.LeadAttribute{{Name: "company", Value: "Acme"}, {Name: "mx_City", Value: "Pune"}},
	}
	if d := cmp.Diff(want, edited); d != "" || len(clashes) > 0 {
		t.Errorf("it becomes %s, %v clash", d, clashes)
	}
	if d := cmp.Diff([]tickler.LeadDifference{{leadEmail, "old@example.com", "new@example.com", "old@example.com"}}, untouched); d != "" {
		t.Errorf("untouched are %s", d)
	}
	lead.Attributes[0].Value = "two\nlines"
	if _, untouched, _ := lead.Edited([]tickler.LeadEdit{{leadCompany, "two\r\nlines", "two\r\nlines"}}); len(untouched) > 0 {
		t.Errorf("how lines end is told as a change: %v", untouched)
	}
	lead.Attributes[0].Value = "Acme"
	edited, _, clashes = lead.Edited([]tickler.LeadEdit{{leadPhone, "1", "2"}, {leadCompany, "Old", "Other"}})
	if d := cmp.Diff(lead, edited); d != "" {
		t.Errorf("despite a clash it becomes %s", d)
	}
	if d := cmp.Diff([]tickler.LeadDifference{{leadCompany, "Old", "Acme", "Other"}}, clashes); d != "" {
		t.Errorf("clashes are %s", d)
	}
}

// Whatever two people write over a lead, nothing of it is lost: each value that one of them wrote
// stands there in the end, or the second one is told of the clash.
func TestNothingThatTwoPeopleWriteIsLost(t *testing.T) {
	t.Parallel()
	parts := []tickler.LeadPart{leadEmail, leadPhone, leadCompany}
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SampledFrom([]string{"", "a", "b"})
		values := func(of string) (edits []tickler.LeadValue) {
			for _, part := range parts {
				edits = append(edits, tickler.LeadValue{LeadPart: part, Value: some.Draw(t, of)})
			}
			return edits
		}
		began, first, second := values("began"), values("first"), values("second")
		lead := tickler.Lead{}.With(began)
		edit := func(lead tickler.Lead, wrote []tickler.LeadValue) (tickler.Lead, []tickler.LeadDifference) {
			var edits []tickler.LeadEdit
			for i, v := range wrote {
				edits = append(edits, tickler.LeadEdit{LeadPart: v.LeadPart, Was: began[i].Value, Value: v.Value})
			}
			edited, _, clashes := lead.Edited(edits)
			return edited, clashes
		}
		lead, _ = edit(lead, first)
		edited, clashes := edit(lead, second)
		for i, part := range parts {
			got := tickler.LeadCondition{Of: part, Operator: tickler.LeadEquals}
			holds := func(value string) bool { got.Value = value; return got.Holds(edited) }
			wasChanged, isChanged := first[i] != began[i], second[i] != began[i]
			clash := wasChanged && isChanged && first[i] != second[i]
			switch {
			case clash && len(clashes) == 0:
				t.Fatalf("%v is lost", part)
			case len(clashes) > 0 || !isChanged:
				if !holds(first[i].Value) {
					t.Fatalf("%v of the first is lost", part)
				}
			case !holds(second[i].Value):
				t.Fatalf("%v of the second is lost", part)
			}
		}
	})
}
