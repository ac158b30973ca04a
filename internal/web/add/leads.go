package add

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// Limits of looking for leads: how many are offered, and how many are looked through for one name.
const (
	offeredLeads = 5
	foundLeads   = 50
)

// leadFinder looks for leads by their names, each only once.
type leadFinder struct {
	search func(text string) ([]tickler.Lead, error)
	found  map[string][]tickler.Lead
	err    error
}

func (a area) leadFinder(ctx context.Context, p *frame.Page) *leadFinder {
	return &leadFinder{found: map[string][]tickler.Lead{}, search: func(text string) ([]tickler.Lead, error) {
		return a.app.QuickSearch(ctx, p.Caller, text, foundLeads)
	}}
}

// begun are the leads whose name, or last name, begins with some words.
func (f *leadFinder) begun(words string) (begun []tickler.Lead) {
	folded := tickler.Fold(words)
	if folded == "" {
		return nil
	}
	all, known := f.found[folded]
	if !known && f.err == nil {
		all, f.err = f.search(folded)
		f.found[folded] = all
	}
	for _, lead := range all {
		if strings.HasPrefix(tickler.Fold(lead.Name()), folded) || strings.HasPrefix(tickler.Fold(lead.LastName), folded) {
			begun = append(begun, lead)
		}
	}
	return begun
}

// searchesForNames is for how many runs of words leads are looked for.
const searchesForNames = 4

// named are the leads whose whole name stands in a text: two or three words that begin with capitals.
// Each run is one look into the index of leads' words.
func (f *leadFinder) named(text string) (named []rows.Contact) {
	words := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:()", r) })
	isCapital := func(word string) bool {
		first, _ := utf8.DecodeRuneInString(word)
		return unicode.IsUpper(first)
	}
	searches := 0
	for from := range words {
		for length := 2; length <= 3 && from+length <= len(words) && searches < searchesForNames; length++ {
			run := words[from : from+length]
			if slices.ContainsFunc(run, func(word string) bool { return !isCapital(word) }) {
				break
			}
			searches++
			name := strings.Join(run, " ")
			for _, lead := range f.begun(name) {
				if tickler.Fold(lead.Name()) == tickler.Fold(name) && len(named) < offeredLeads {
					named = append(named, rows.ContactOf(lead))
				}
			}
		}
	}
	return named
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
func civilDay(p *frame.Page, midnight time.Time) time.Time {
	return civil.InstantOf(midnight, p.Zone())
}
