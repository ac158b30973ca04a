package tasks

import (
	"context"

	"tickler"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// Limits of looking for leads: how many are offered, and how many are looked through for one name.
const (
	offeredLeads = 5
	foundLeads   = 50
)

// chooseLead finds the leads that what a form has as "who" can mean, and puts into "lead" which is
// meant: the one that was chosen, the only one with just that name, or the only one at all. What the
// form held before is known without looking.
func (a area) chooseLead(ctx context.Context, p *frame.Page, before frame.Form) ([]rows.Contact, error) {
	who, chosen := p.Form.Text("who"), p.Form.Value("lead")
	if who == "" || who == before.Text("who") && (chosen == "" || chosen == before.Value("lead")) {
		p.Form.Set("lead", "")
		if who != "" {
			p.Form.Set("lead", before.Value("lead"))
		}
		return nil, nil
	}
	leads, err := a.app.QuickSearch(ctx, p.Caller, who, foundLeads)
	if err != nil {
		return nil, err
	}
	var exact []tickler.ID
	var offered []rows.Contact
	lead := tickler.ID{}
	for _, l := range leads {
		if l.ID.String() == chosen {
			lead = l.ID
		}
		if tickler.Fold(l.Name()) == tickler.Fold(who) {
			exact = append(exact, l.ID)
		}
		if len(offered) < offeredLeads {
			offered = append(offered, rows.ContactOf(l))
		}
	}
	switch {
	case !lead.IsZero():
	case len(exact) == 1:
		lead = exact[0]
	case len(leads) == 1:
		lead = leads[0].ID
	}
	p.Form.Set("lead", "")
	if !lead.IsZero() {
		p.Form.Set("lead", lead.String())
	}
	return offered, nil
}
