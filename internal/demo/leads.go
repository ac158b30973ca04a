package demo

import (
	"fmt"
	"strings"

	"tickler"
)

var (
	jobTitles = []string{
		"Owner", "Managing Director", "Facility Manager", "Head of Operations", "Finance Director", "Energy Manager",
		"Site Manager", "Office Manager", "Head of Purchasing", "Sustainability Lead",
	}
	sources = []string{"Website", "Trade fair", "Referral", "Cold call", "Newsletter", "Installer"}
)

// findLeads makes up the leads: a few people at each company, all of one city.
func (p *planner) findLeads() {
	phones, emails := map[string]bool{}, map[string]bool{}
	for i := range LeadCount {
		at := i % len(p.companies)
		city := p.cities[at%len(p.cities)]
		lead := Lead{city: city}
		for lead.Email == "" || emails[lead.Email] {
			kin := pick(p.dice, p.families)
			given, surname := pick(p.dice, kin.given), pick(p.dice, kin.surnames)
			lead.FirstName, lead.LastName = given.text, surname.text
			lead.Email = given.latin + "." + surname.latin + "@example.com"
		}
		for lead.Phone == "" || phones[lead.Phone] {
			lead.Phone = p.digits(city.phones)
		}
		emails[lead.Email], phones[lead.Phone] = true, true
		company := p.companies[at]
		lead.Attributes = []tickler.LeadAttribute{
			{Name: "Company", Value: company},
			{Name: "JobTitle", Value: pick(p.dice, jobTitles)},
			{Name: "City", Value: city.name},
			{Name: "Source", Value: pick(p.dice, sources)},
		}
		if p.percent(20) {
			area := 20 * p.between(6, 90)
			lead.Deal = fmt.Sprintf("%s: %d kWp on the roof", company, area/5)
		}
		p.story.Leads = append(p.story.Leads, lead)
	}
}

// company returns a lead's company.
func (l Lead) company() string { return l.Attributes[0].Value }

// leadOf picks a lead in the zone where a person sells.
func (p *planner) leadOf(person int) int {
	for {
		i := p.IntN(LeadCount)
		if p.story.Leads[i].city.zone == p.people[person].Zone {
			return i
		}
	}
}

// tell fills in a phrase for a lead.
func (p *planner) tell(text string, lead Lead) string {
	if !strings.Contains(text, "{") {
		return text
	}
	return strings.NewReplacer(
		"{name}", lead.Name(), "{first}", lead.FirstName, "{company}", lead.company(),
		"{size}", fmt.Sprint(20*p.between(6, 90)), "{money}", fmt.Sprintf("%d00", p.between(4, 60)),
	).Replace(text)
}
