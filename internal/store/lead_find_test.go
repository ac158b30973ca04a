package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// named returns a lead of an account with the facts that leads are found by, each after its sign.
func named(account tickler.ID, first, last string, others ...string) tickler.Lead {
	l := plainLead(account, "", "")
	l.FirstName, l.LastName = first, last
	for _, other := range others {
		switch value := other[1:]; other[0] {
		case '@':
			l.Email = value
		case '#':
			l.Phone = value
		case '&':
			l.Attributes = append(l.Attributes, tickler.LeadAttribute{Name: "company", Value: value})
		case '~':
			l.Attributes = append(l.Attributes, tickler.LeadAttribute{Name: "MOBILE", Value: value})
		}
	}
	return l
}

// found returns the names of the leads that a text finds, in their order.
func foundLeads(t *testing.T, s *store.Store, account tickler.ID, text string) string {
	t.Helper()
	leads, more, err := s.FindLeads(t.Context(), account, text, 100)
	noError(t, err)
	if more {
		t.Errorf("%q may find more", text)
	}
	names := make([]string, len(leads))
	for i, l := range leads {
		names[i] = l.Name()
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func TestLeadsAreFoundAsOneTypes(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		for _, l := range []tickler.Lead{
			named(account, "Asha", "Rao", "@asha.rao@example.com", "#+91-98450-12345", "&Acme Tools Ltd."),
			named(account, "Asha Devi", "Kumar", "@devi@example.org", "~(0)9845 099999"),
			named(account, "José-Luis", "Núñez", "&Łódź 24/7"),
			named(account, "Seán", "O'Brien"),
			named(account, "太郎", "山田"),
			named(account, "", "김민준"),
			named(account, "محمد", "فاطمة"),
			named(account, "רחל", "לוי"),
			named(account, "Anna", "Annan", "&Anna's 100% Cotton_Shop"),
			named(account, "X Æ A-12", "Ωmega", "#112"),
		} {
			noError(t, s.CreateLead(t.Context(), l))
		}
		noError(t, s.CreateLead(t.Context(), named(newID(), "Asha", "Stranger", "@asha.rao@example.com", "#+91-98450-12345")))
		for text, want := range map[string]string{
			"":                          "",
			"asha":                      "Asha Devi Kumar, Asha Rao",
			"ASH":                       "Asha Devi Kumar, Asha Rao",
			"rao a":                     "Asha Rao",
			"kum ash dev":               "Asha Devi Kumar",
			"a asha":                    "Asha Devi Kumar, Asha Rao",
			"sha":                       "",
			"asha zz":                   "",
			"asha acm":                  "Asha Rao",
			"tools":                     "Asha Rao",
			"@acme":                     "Asha Rao",
			"asha.r":                    "Asha Rao",
			"asha.rao@EX":               "Asha Rao",
			" devi@example.org ":        "Asha Devi Kumar",
			"example.org":               "",
			"98450":                     "Asha Devi Kumar, Asha Rao",
			"098450 1":                  "Asha Rao",
			"+91 984":                   "Asha Rao",
			"00919845012345":            "Asha Rao",
			"9845012345":                "Asha Rao",
			"٩٨٤٥٠ ٩":                   "Asha Devi Kumar",
			"12345":                     "",
			"112":                       "X Æ A-12 Ωmega",
			"12":                        "X Æ A-12 Ωmega",
			"jose l":                    "José-Luis Núñez",
			"josé-luis nunez":           "José-Luis Núñez",
			"jose\u0301 nu\u0301":       "José-Luis Núñez",
			"lodz":                      "José-Luis Núñez",
			"obr":                       "Seán O'Brien",
			"o’brien sean":              "Seán O'Brien",
			"山":                         "太郎 山田",
			"山田太郎":                      "太郎 山田",
			"山田 太郎":                     "太郎 山田",
			"郎":                         "太郎 山田",
			"민준":                        "김민준",
			"محمد":                      "محمد فاطمة",
			"فاطمه مح":                  "محمد فاطمة",
			"לוי":                       "רחל לוי",
			"ann anna":                  "Anna Annan",
			"100%":                      "Anna Annan",
			"%":                         "",
			"cotton_shop":               "Anna Annan",
			"a_na":                      "",
			"ae a omega":                "",
			"æ ω":                       "X Æ A-12 Ωmega",
			strings.Repeat("a ", 1000):  "Anna Annan, Asha Devi Kumar, Asha Rao, X Æ A-12 Ωmega",
			strings.Repeat("z", 10_000): "",
		} {
			if got := foundLeads(t, s, account, text); got != want {
				t.Errorf("%q finds %q, want %q", tickler.Cut(text), got, want)
			}
		}
	})
}

func TestAChangedLeadIsFoundByWhatItIsNow(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		l := named(newID(), "Asha", "Rao", "#+91-98450-12345", "&Acme")
		noError(t, s.CreateLead(t.Context(), l))
		noError(t, s.ChangeLead(t.Context(), l.AccountID, l.ID, func(l tickler.Lead) (tickler.Lead, error) {
			l.LastName, l.Phone, l.Attributes, l.ModifiedAt = "Kumar", "112", nil, l.ModifiedAt.Add(time.Hour)
			return l, nil
		}))
		for text, want := range map[string]string{
			"asha": "Asha Kumar", "kumar a": "Asha Kumar", "rao": "", "acme": "", "9845": "", "112": "Asha Kumar",
		} {
			if got := foundLeads(t, s, l.AccountID, text); got != want {
				t.Errorf("%q finds %q, want %q", text, got, want)
			}
		}
	})
}

func TestASearchForLeadsHasALimit(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		for range 5 {
			noError(t, s.CreateLead(t.Context(), named(account, "Asha", "Ashok")))
		}
		for limit, wantMore := range map[int]bool{4: true, 5: false} {
			leads, more, err := s.FindLeads(t.Context(), account, "ash", limit)
			noError(t, err)
			if len(leads) != limit || more != wantMore {
				t.Errorf("of 5 it finds %d, and more: %t", len(leads), more)
			}
		}
	})
}

// Leads that a node of before wrote are found once their words are renewed.
func TestLeadsOfOlderNodesGetTheirWords(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		account := newID()
		made, changed := named(account, "Asha", "Rao"), named(account, "Ravi", "Kumar", "&Acme")
		noError(t, s.CreateLead(t.Context(), made))
		noError(t, s.CreateLead(t.Context(), changed))
		old := storetest.SQL(t, location)
		storetest.Exec(t, old, `DELETE FROM lead_word WHERE words LIKE '%asha%'`)
		storetest.Exec(t, old, `UPDATE lead SET words = '', worded_at = NULL WHERE first_name = 'Asha'`)
		storetest.Exec(t, old, `UPDATE lead SET last_name = 'Menon', modified_at = modified_at + 1 WHERE first_name = 'Ravi'`)
		want := func(text, want string) {
			t.Helper()
			if got := foundLeads(t, s, account, text); got != want {
				t.Errorf("%q finds %q, want %q", text, got, want)
			}
		}
		want("asha", "")
		for _, left := range []int{1, 1, 0} {
			done, err := s.WordLeads(t.Context(), 1)
			noError(t, err)
			equal(t, left, done)
		}
		want("asha", "Asha Rao")
		want("menon", "Ravi Menon")
		want("acme", "Ravi Menon")
		want("kumar", "")
	})
}

// places walks through a list of leads, and returns their first names.
func walk(ctx context.Context, t *testing.T, s *store.Store, account tickler.ID, list tickler.LeadListing) (names []string) {
	t.Helper()
	for {
		stretch, err := s.ListLeads(ctx, account, list)
		noError(t, err)
		if list.Backward {
			slices.Reverse(stretch.Leads)
		}
		for _, l := range stretch.Leads {
			names = append(names, l.FirstName)
		}
		if list.From = stretch.Next; list.From == nil {
			return names
		}
	}
}

func TestLeadsAreListedInTheirOrder(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		for i, name := range []string{"Cem", "Ärne", "Bo", "bob", "Dan"} {
			l := named(account, name, "", "#"+strings.Repeat("9", i+3))
			l.ModifiedAt = time.Unix(int64(i/2), 0) // some at once
			noError(t, s.CreateLead(t.Context(), l))
		}
		noError(t, s.CreateLead(t.Context(), named(newID(), "Other", "")))
		for order, want := range map[tickler.LeadOrder][]string{
			tickler.LeadsByChange: {"Dan", "bob", "Bo", "Ärne", "Cem"},
			tickler.LeadsByName:   {"Ärne", "Bo", "bob", "Cem", "Dan"},
		} {
			for limit := 1; limit < 7; limit++ {
				list := tickler.LeadListing{Order: order, Limit: limit}
				equal(t, want, walk(t.Context(), t, s, account, list))
				list.Backward = true
				backward := slices.Clone(want)
				slices.Reverse(backward)
				equal(t, backward, walk(t.Context(), t, s, account, list))
			}
		}
		n, err := s.CountLeads(t.Context(), account, 4)
		noError(t, err)
		equal(t, 4, n)
	})
}

// A next step is an open task about the lead, or about an opportunity with it.
func TestLeadsByTheirNextSteps(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account, owner, other := newID(), newID(), newID()
		now := time.Unix(1_000_000, 0).UTC()
		step := func(related tickler.ID, kind tickler.RelatedKind, owner tickler.ID, state tickler.State, due time.Duration) tickler.Task {
			task := plainTask(account)
			task.Related = tickler.Related{Kind: kind, ID: related}
			task.OwnerID, task.CreatedBy, task.State, task.DueAt, task.EndAt = owner, owner, state, now.Add(due), now.Add(due)
			noError(t, s.CreateTask(t.Context(), task))
			return task
		}
		ids := map[string]tickler.ID{}
		for _, name := range []string{"none", "done", "ahead", "overdue", "deal", "others"} {
			l := named(account, name, "")
			ids[name] = l.ID
			noError(t, s.CreateLead(t.Context(), l))
		}
		deal := tickler.Opportunity{ID: newID(), AccountID: account, LeadID: ids["deal"], Name: "Deal", CreatedBy: owner, CreatedAt: now}
		noError(t, s.CreateOpportunity(t.Context(), deal))
		step(ids["done"], tickler.RelatedToLead, owner, tickler.StateCompleted, -time.Hour)
		ahead := step(ids["ahead"], tickler.RelatedToLead, owner, tickler.StateOpen, time.Hour)
		step(ids["ahead"], tickler.RelatedToLead, owner, tickler.StateOpen, 2*time.Hour)
		overdue := step(ids["overdue"], tickler.RelatedToLead, owner, tickler.StateOpen, -time.Hour)
		ofDeal := step(deal.ID, tickler.RelatedToOpportunity, owner, tickler.StateOpen, -2*time.Hour)
		others := step(ids["others"], tickler.RelatedToLead, other, tickler.StateOpen, -3*time.Hour)

		for _, order := range []tickler.LeadOrder{tickler.LeadsByChange, tickler.LeadsByName} {
			got := walk(t.Context(), t, s, account, tickler.LeadListing{Order: order, WithoutStep: true, Limit: 1})
			slices.Sort(got)
			equal(t, []string{"done", "none"}, got)
		}
		for _, test := range []struct {
			owners []tickler.ID
			want   []string
		}{{nil, []string{"others", "deal", "overdue"}}, {[]tickler.ID{owner}, []string{"deal", "overdue"}}, {[]tickler.ID{}, nil}} {
			leads, more, err := s.OverdueLeads(t.Context(), account, test.owners, now)
			noError(t, err)
			var names []string
			for _, l := range leads {
				names = append(names, l.FirstName)
			}
			equal(t, test.want, names)
			equal(t, false, more)
		}
		all := []tickler.ID{ids["none"], ids["done"], ids["ahead"], ids["overdue"], ids["deal"], ids["others"], newID()}
		for _, test := range []struct {
			filter tickler.StepFilter
			want   map[tickler.ID]tickler.ID
		}{
			{tickler.StepFilter{}, map[tickler.ID]tickler.ID{ids["ahead"]: ahead.ID, ids["overdue"]: overdue.ID, ids["deal"]: ofDeal.ID, ids["others"]: others.ID}},
			{tickler.StepFilter{EndedBefore: now}, map[tickler.ID]tickler.ID{ids["overdue"]: overdue.ID, ids["deal"]: ofDeal.ID, ids["others"]: others.ID}},
			{tickler.StepFilter{EndedBefore: now, Team: []tickler.ID{other}}, map[tickler.ID]tickler.ID{ids["others"]: others.ID}},
			{tickler.StepFilter{Team: []tickler.ID{}}, map[tickler.ID]tickler.ID{}},
		} {
			steps, err := s.NextSteps(t.Context(), account, all, test.filter)
			noError(t, err)
			got := map[tickler.ID]tickler.ID{}
			for lead, task := range steps {
				got[lead] = task.ID
			}
			equal(t, test.want, got)
		}
	})
}
