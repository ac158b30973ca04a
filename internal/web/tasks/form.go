package tasks

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/web/frame"
)

// filterForm is the form that narrows a list.
type filterForm struct {
	list
	Status   string
	Owner    string // a value of Owners
	Team     string
	Owners   []choice
	Teams    []choice
	Types    []choice
	Leads    []choice
	Dues     []choice
	Statuses []choice
	Chosen   []choice // columns
	From, To string
	Sort     string
	View     string // the saved view that is looked at
}

// choice is something to choose in a form.
type choice struct {
	Value, Name string
	IsChosen    bool
}

// choiceField is a field of a form with all that can be chosen in it.
type choiceField struct {
	Name string
	All  []choice
}

// Choice returns a field for the template "choice".
func (filterForm) Choice(name string, all []choice) choiceField { return choiceField{name, all} }

// TypesChosen names the types that the list is narrowed to.
func (f filterForm) TypesChosen() string { return chosenWords(f.Types, "any") }

// ColumnsChosen says how many columns are shown.
func (f filterForm) ColumnsChosen() string { return strconv.Itoa(len(f.Columns)) }

func chosenWords(all []choice, none string) string {
	words := ""
	for _, c := range all {
		if c.IsChosen && words != "" {
			return "some"
		}
		if c.IsChosen {
			words = c.Name
		}
	}
	if words == "" {
		return none
	}
	return words
}

func (a area) filterForm(ctx context.Context, p *frame.Page, l list) (filterForm, error) {
	f := filterForm{
		list: l, From: dayValue(l.Terms.From), To: dayValue(l.Terms.To), Sort: l.sort(),
		Owners: ownerChoices(p, l), Teams: teamChoices(p, l), Statuses: statusChoices(l), Dues: dueChoices(l),
	}
	for _, t := range p.Caller.Account.TaskTypes() {
		f.Types = append(f.Types, choice{t.ID.String(), t.Name, slices.Contains(l.Terms.TypeIDs, t.ID)})
	}
	for _, c := range columns {
		f.Chosen = append(f.Chosen, choice{c.Key, c.Name, slices.Contains(l.Columns, c)})
	}
	var err error
	f.Leads, err = a.leadChoices(ctx, p, l)
	return f, err
}

func statusChoices(l list) []choice {
	chosen := l.query()["status"]
	all := []choice{
		{"", "any", len(chosen) == 0},
		{statusOpen, "open", false},
		{string(tickler.StatusOverdue), "overdue", false},
		{string(tickler.StatusPending), "pending", false},
		{string(tickler.StatusCompleted), "completed", false},
		{string(tickler.StatusCancelled), "cancelled", false},
	}
	for i := range all {
		all[i].IsChosen = all[i].IsChosen || len(chosen) == 1 && all[i].Value == chosen[0]
	}
	if len(chosen) > 1 { // by an address that somebody wrote
		for i := range all {
			all[i].IsChosen = slices.Contains(chosen, all[i].Value)
		}
	}
	return all
}

var dueWords = map[tickler.DueTerm]string{
	tickler.DueAnyTime: "any time", tickler.DueOverdue: "overdue", tickler.DueToday: "today",
	tickler.DueTomorrow: "tomorrow", tickler.DueThisWeek: "this week", tickler.DueNextWeek: "next week",
	tickler.DueLater: "later", tickler.DueBetween: "from … to …",
}

func dueChoices(l list) (all []choice) {
	for _, due := range append([]tickler.DueTerm{tickler.DueAnyTime}, tickler.DueTerms...) {
		all = append(all, choice{string(due), dueWords[due], due == l.Terms.Due})
	}
	return all
}

// ownerChoices are the people whose tasks the reader can narrow the list to: those whom they see.
func ownerChoices(p *frame.Page, l list) []choice {
	owner := l.Terms.Owner
	isOne := !owner.WithReports
	all := []choice{{"", "anybody", false}, {me, "me", isOne && owner.IsReader}}
	for _, user := range seenUsers(p) {
		if user.ID != p.Caller.User.ID {
			all = append(all, choice{user.ID.String(), user.Name(), isOne && user.ID == owner.ID})
		}
	}
	if isOne && owner.ID == p.Caller.User.ID {
		all[1].IsChosen = true
	}
	return all
}

// teamChoices are the people with reports whose teams the reader sees. Without any there is nothing
// to choose.
func teamChoices(p *frame.Page, l list) []choice {
	owner := l.Terms.Owner
	all := []choice{{"", "any", false}}
	for _, user := range seenUsers(p) {
		switch {
		case len(p.Caller.Account.Team(user.ID)) < 2: // only themselves
		case user.ID == p.Caller.User.ID:
			all = append(all, choice{me, "my team", owner.WithReports && (owner.IsReader || owner.ID == user.ID)})
		default:
			all = append(all, choice{
				user.ID.String(), user.Name() + "’s team", owner.WithReports && user.ID == owner.ID,
			})
		}
	}
	if len(all) == 1 {
		return nil
	}
	return all
}

// seenUsers lists the users whose tasks the reader sees, by name.
func seenUsers(p *frame.Page) (seen []tickler.User) {
	for _, user := range p.Caller.Account.Users() {
		if p.Caller.User.SeesAll() || p.Caller.Account.IsInTeam(p.Caller.User.ID, user.ID) {
			seen = append(seen, user)
		}
	}
	slices.SortStableFunc(seen, func(a, b tickler.User) int { return strings.Compare(tickler.Fold(a.Name()), tickler.Fold(b.Name())) })
	return seen
}

// leadChoices are whether tasks are tied to somebody, and the lead that the list is about.
func (a area) leadChoices(ctx context.Context, p *frame.Page, l list) ([]choice, error) {
	tied, id := l.Terms.IsTied, l.Terms.RelatedID
	all := []choice{
		{"", "any or none", false},
		{leadSome, "any lead", tied != nil && *tied},
		{leadNone, "no lead", tied != nil && !*tied},
	}
	if id.IsZero() {
		return all, nil
	}
	name := "the one chosen"
	lead, found, err := a.app.Lead(ctx, p.Caller, id)
	if found {
		name = lead.Name()
	}
	return append(all, choice{id.String(), name, true}), err
}

// queryOf reads an address that a form has sent along.
func queryOf(p *frame.Page) url.Values {
	query, err := url.ParseQuery(p.Form.Value("list"))
	if err != nil {
		return url.Values{}
	}
	return query
}
