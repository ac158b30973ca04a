package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// Filtering by columns gives the same leads as the conditions themselves; pages are cut from the
// result.
func TestLeadsPicksSortsAndCutsAsAPlainListWould(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		leads := leadCrowd(t, s, account)
		parts := []tickler.LeadPart{
			{Column: tickler.LeadFirstName},
			{Column: tickler.LeadEmail},
			{Column: tickler.LeadPhone},
			{Column: tickler.LeadCreation},
			{Column: tickler.LeadModification},
			{Column: tickler.LeadID},
			{Column: tickler.LeadNumber},
			{Name: "mx_Age"},
			{Name: "mx_None"},
			{Name: "mobile"},
		}
		values := []string{"", "a", "ADA", "7@example.com", "%@EXAMPLE%", "+1 2-3", "123", "+91 90-00000001", "9000000001", "9", "10", leads[3].ID.String(), civil.FormatInstant(noon)}
		rapid.Check(t, func(r *rapid.T) {
			search := tickler.LeadSearch{
				Condition: tickler.LeadCondition{
					Of:       rapid.SampledFrom(parts).Draw(r, "Of"),
					Operator: rapid.SampledFrom(tickler.LeadOperators).Draw(r, "Operator"),
					Value:    rapid.SampledFrom(values).Draw(r, "Value"),
				},
				By:         orZero(rapid.SampledFrom(tickler.LeadColumns)).Draw(r, "By"),
				Descending: rapid.Bool().Draw(r, "Descending"),
				Page:       tickler.Page{Offset: rapid.IntRange(0, 12).Draw(r, "Offset"), Limit: rapid.IntRange(1, 12).Draw(r, "Limit")},
			}
			got, err := s.Leads(t.Context(), account, search)
			noError(r, err)
			var want []tickler.Lead
			for _, lead := range leads {
				if search.Condition.Holds(lead) {
					want = append(want, lead)
				}
			}
			slices.SortStableFunc(want, func(a, b tickler.Lead) int {
				if search.Descending {
					return -compareLeads(search.By, a, b)
				}
				return compareLeads(search.By, a, b)
			})
			want = want[min(search.Page.Offset, len(want)):min(search.Page.Offset+search.Page.Limit, len(want))]
			if len(want) == 0 {
				want = nil
			}
			equal(r, want, got)
		})
	})
}

// leadCrowd makes leads of an account with few different values, and one of another account.
func leadCrowd(t *testing.T, s *store.Store, account tickler.ID) (leads []tickler.Lead) {
	t.Helper()
	for i := range 10 {
		lead := plainLead(account, fmt.Sprintf("%d@Example.com", i), "")
		lead.FirstName = []string{"Ada", "a", "B"}[i%3]
		lead.CreatedAt, lead.ModifiedAt = noon.AddDate(0, 0, i%2), noon.AddDate(0, 0, -(i%3))
		lead.Attributes = []tickler.LeadAttribute{{Name: "MX_Age", Value: fmt.Sprint(i * 3)}}
		if i == 4 {
			lead.Phone = "(12) 3"
		}
		if i > 6 {
			lead.Phone = []string{"9000000001", "", "+91-9000000002"}[i-7]
			lead.Attributes = append(lead.Attributes, tickler.LeadAttribute{Name: "Mobile", Value: []string{"123", "900 000 0001", "+91-9000000001"}[i-7]})
		}
		noError(t, s.CreateLead(t.Context(), lead))
		made, _, err := s.Lead(t.Context(), account, lead.ID)
		noError(t, err)
		leads = append(leads, made)
	}
	noError(t, s.CreateLead(t.Context(), plainLead(newID(), "7@example.com", "")))
	return leads
}

func compareLeads(by tickler.LeadColumn, a, b tickler.Lead) int {
	key := func(l tickler.Lead) string {
		return map[tickler.LeadColumn]string{
			tickler.LeadID: l.ID.String(), tickler.LeadFirstName: l.FirstName, tickler.LeadLastName: l.LastName, tickler.LeadEmail: l.Email, tickler.LeadPhone: l.Phone,
			tickler.LeadCreator: l.CreatedBy.String(), tickler.LeadCreation: civil.FormatInstant(l.CreatedAt), tickler.LeadModification: civil.FormatInstant(l.ModifiedAt),
		}[by]
	}
	if by == "" || by == tickler.LeadNumber {
		return cmp.Compare(a.AutoID, b.AutoID)
	}
	return strings.Compare(key(a), key(b))
}

func TestChangeLead(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		lead, other := plainLead(account, "ada@example.com", "+1 2"), plainLead(account, "bob@example.com", "34")
		noError(t, s.CreateLead(t.Context(), lead))
		noError(t, s.CreateLead(t.Context(), other))
		change := func(account tickler.ID, to func(*tickler.Lead)) error {
			return s.ChangeLead(t.Context(), account, lead.ID, func(found tickler.Lead) (tickler.Lead, error) {
				to(&found)
				return found, nil
			})
		}
		wantKind(t, change(account, func(l *tickler.Lead) { l.Email = "BOB@example.com" }), tickler.KindDuplicate)
		wantKind(t, change(account, func(l *tickler.Lead) { l.Phone = "+3-4" }), tickler.KindDuplicate)
		wantKind(t, change(newID(), func(*tickler.Lead) { t.Error("the rule was asked") }), tickler.KindUnknownEntity)
		noError(t, change(account, func(l *tickler.Lead) {
			equal(t, lead, *l, exceptAutoID)
			l.FirstName, l.LastName, l.Email, l.Phone = "Å", "", "Ada@Example.com", "12-0"
			l.Attributes = []tickler.LeadAttribute{{Name: "mx_City", Value: "Zürich"}}
			l.ModifiedAt = noon.AddDate(1, 0, 0)
			lead = *l
		}))
		for name, find := range map[string]func() (tickler.Lead, bool, error){
			"id":    func() (tickler.Lead, bool, error) { return s.Lead(t.Context(), account, lead.ID) },
			"email": func() (tickler.Lead, bool, error) { return s.LeadByEmail(t.Context(), account, "ada@EXAMPLE.com") },
			"phone": func() (tickler.Lead, bool, error) { return s.LeadByPhone(t.Context(), account, "+120") },
		} {
			got, found, err := find()
			if err != nil || !found {
				t.Errorf("by %s: found %t (%v)", name, found, err)
				continue
			}
			equal(t, lead, got)
		}
		_, found, err := s.LeadByPhone(t.Context(), account, "no digits")
		noError(t, err)
		equal(t, false, found)
	})
}

func TestOpportunitiesOfLead(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account, lead := newID(), newID()
		add := func(account, lead tickler.ID, name string, days int) tickler.Opportunity {
			o := tickler.Opportunity{ID: newID(), AccountID: account, LeadID: lead, Name: name, CreatedBy: newID(), CreatedAt: noon.AddDate(0, 0, days)}
			noError(t, s.CreateOpportunity(t.Context(), o))
			return o
		}
		late, b, a := add(account, lead, "c", 2), add(account, lead, "b", 1), add(account, lead, "a", 1)
		add(account, newID(), "another lead's", 0)
		add(newID(), lead, "another account's", 0)
		for _, test := range []struct {
			order tickler.OpportunityOrder
			page  tickler.Page
			want  []tickler.Opportunity
		}{
			{tickler.OpportunityOrder{By: tickler.OpportunitiesByCreation}, tickler.Page{Limit: 9}, []tickler.Opportunity{b, a, late}},
			{tickler.OpportunityOrder{By: tickler.OpportunitiesByCreation, Descending: true}, tickler.Page{Limit: 2}, []tickler.Opportunity{late, b}},
			{tickler.OpportunityOrder{By: tickler.OpportunitiesByName}, tickler.Page{Offset: 1, Limit: 9}, []tickler.Opportunity{b, late}},
			{tickler.OpportunityOrder{By: tickler.OpportunitiesByName}, tickler.Page{Offset: 3, Limit: 9}, nil},
		} {
			got, total, err := s.OpportunitiesOfLead(t.Context(), account, lead, test.order, test.page)
			noError(t, err)
			equal(t, 3, total)
			equal(t, test.want, got)
		}
	})
}
