package add

import (
	"context"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// Limits of looking for leads: how many are offered, and how many are looked through for one name.
const (
	offeredLeads = 5
	foundLeads   = 50
)

// leadFinder looks for leads by their names, each first word once.
type leadFinder struct {
	search func(word string) ([]tickler.Lead, error)
	found  map[string][]tickler.Lead // by the first word
	err    error
}

func (a area) leadFinder(ctx context.Context, p *frame.Page) *leadFinder {
	return &leadFinder{found: map[string][]tickler.Lead{}, search: func(word string) ([]tickler.Lead, error) {
		return leadsWith(ctx, a.app, p.Caller, word)
	}}
}

// leadsWith finds leads whose first or last name begins with a word.
func leadsWith(ctx context.Context, useCases *app.App, caller app.Caller, word string) (all []tickler.Lead, err error) {
	seen := map[tickler.ID]bool{}
	for _, column := range []tickler.LeadColumn{tickler.LeadFirstName, tickler.LeadLastName} {
		leads, err := useCases.SearchLeads(ctx, caller, tickler.LeadSearch{
			Condition: tickler.LeadCondition{
				Of: tickler.LeadPart{Column: column}, Operator: tickler.LeadLike, Value: strings.ReplaceAll(word, "%", "") + "%",
			},
			By: column, Page: tickler.Page{Limit: foundLeads},
		})
		if err != nil {
			return nil, err
		}
		for _, lead := range leads {
			if !seen[lead.ID] {
				seen[lead.ID], all = true, append(all, lead)
			}
		}
	}
	return all, nil
}

// begun are the leads whose name, or last name, begins with some words.
func (f *leadFinder) begun(words string) (begun []tickler.Lead) {
	folded := tickler.Fold(words)
	first, _, _ := strings.Cut(folded, " ")
	if first == "" {
		return nil
	}
	all, known := f.found[first]
	if !known && f.err == nil {
		all, f.err = f.search(first)
		f.found[first] = all
	}
	for _, lead := range all {
		if strings.HasPrefix(tickler.Fold(lead.Name()), folded) || strings.HasPrefix(tickler.Fold(lead.LastName), folded) {
			begun = append(begun, lead)
		}
	}
	return begun
}

func (f *leadFinder) knows(words string) bool { return len(f.begun(words)) > 0 }

// choose returns who may be meant by a name, and who is: the one that was chosen, the only one with
// just that name, or the only one at all.
func (f *leadFinder) choose(name, chosen string) (choices []rows.Contact, lead tickler.ID) {
	all := f.begun(name)
	var exact []tickler.ID
	for _, l := range all {
		if l.ID.String() == chosen {
			lead = l.ID
		}
		if tickler.Fold(l.Name()) == tickler.Fold(name) {
			exact = append(exact, l.ID)
		}
		if len(choices) < offeredLeads {
			choices = append(choices, rows.ContactOf(l))
		}
	}
	switch {
	case !lead.IsZero():
	case len(exact) == 1:
		lead = exact[0]
	case len(all) == 1:
		lead = all[0].ID
	}
	return choices, lead
}

// civilDay is the beginning of a calendar day where the user is.
func civilDay(p *frame.Page, midnight time.Time) time.Time { return civil.InstantOf(midnight, p.Zone()) }
