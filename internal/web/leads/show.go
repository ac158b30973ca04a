package leads

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// leadPage is a lead with all that is to be known before one calls.
type leadPage struct {
	Name          string
	Contact       rows.Contact
	Mobile        rows.Contact // the second number, if it is another one
	Company       string
	Others        []namedText
	AddedBy       string
	Added, Edited frame.Instant
	Sections      []taskSection
	Opportunities []opportunity
	Deeds         []deed
	IsCut, HasAny bool
	ID            tickler.ID
	Acts          rows.Acts
	Ways          rows.Ways
}

type namedText struct{ Name, Text string }

// taskSection are tasks that stand alike.
type taskSection struct {
	ID, Name, State string
	Rows            []rows.Row
	IsOpen          bool
}

// opportunity is one with its tasks.
type opportunity struct {
	tickler.Opportunity
	Rows []rows.Row // the open ones first
}

// deed is what somebody did about the lead.
type deed struct {
	At       frame.Instant
	What     string // "completed"
	By, Name string
	Task     tickler.ID
	Note     string
	State    string // as the timeline has it
}

func (a area) show(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return frame.NotFound(), nil
	}
	file, found, err := a.app.LeadFile(ctx, p.Caller, id)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	acts, err := a.app.RecentActs(ctx, p.Caller)
	if err != nil {
		return frame.Answer{}, err
	}
	data := leadPage{
		ID: id, Name: nameOf(file.Lead), Contact: rows.ContactOf(file.Lead), Company: file.Company(), Others: others(file.Lead),
		AddedBy: userName(p, file.CreatedBy), Added: p.At(file.CreatedAt), Edited: p.At(file.ModifiedAt), IsCut: file.IsCut,
		Acts: rows.ActsFor(p), Ways: rows.WaysFor(p, acts),
	}
	if mobile := file.Mobile(); mobile != "" && mobile != data.Contact.Phone {
		data.Mobile = rows.Contact{Phone: mobile}
	}
	// A row says nothing of the lead: they are all about this one.
	m := rows.Maker{Page: p}
	data.Sections = sections(m, file.LeadTasks)
	data.HasAny = len(data.Sections) > 0
	for _, o := range file.Opportunities {
		data.Opportunities = append(data.Opportunities, opportunity{o.Opportunity, opportunityRows(m, o.LeadTasks)})
	}
	for _, d := range file.Deeds {
		data.Deeds = append(data.Deeds, deedOf(p, d))
	}
	p.TellOffers(url.Values{"with": {id.String()}})
	return frame.Show("show", data.Name, data), nil
}

// sections are the lead's tasks by where they stand; there are none for nothing.
func sections(m rows.Maker, t app.LeadTasks) (all []taskSection) {
	for _, s := range []struct {
		id, name, state string
		tasks           []tickler.Task
		isOpen          bool
	}{
		{"overdue", "Overdue", "overdue", t.Overdue, true},
		{"upcoming", "Upcoming", "", t.Upcoming, true},
		{"done", "Done", "done", t.Done, len(t.Done) <= shown},
		{"cancelled", "Cancelled", "cancelled", t.Cancelled, false},
	} {
		if len(s.tasks) > 0 {
			all = append(all, taskSection{s.id, s.name, s.state, rowsOf(m, s.tasks), s.isOpen})
		}
	}
	return all
}

// shown is how many tasks that are done are shown before they are folded away.
const shown = 10

func opportunityRows(m rows.Maker, t app.LeadTasks) (all []rows.Row) {
	for _, tasks := range [][]tickler.Task{t.Overdue, t.Upcoming, t.Done, t.Cancelled} {
		all = append(all, rowsOf(m, tasks)...)
	}
	return all
}

// rowsOf makes rows that say nothing of what the tasks are tied to.
func rowsOf(m rows.Maker, tasks []tickler.Task) []rows.Row {
	all := m.Rows(tasks, false)
	for i := range all {
		all[i].Lead = nil
	}
	return all
}

// deedWords name what was done to a task; zero is its creation.
var deedWords = map[tickler.ChangeKind]string{
	0: "added", tickler.ChangeUpdated: "changed", tickler.ChangeCompleted: "completed", tickler.ChangeReopened: "reopened",
	tickler.ChangeCancelled: "cancelled", tickler.ChangeDeleted: "deleted", tickler.ChangeRestored: "brought back",
}

var deedStates = map[tickler.ChangeKind]string{0: "accent", tickler.ChangeCompleted: "done"}

func deedOf(p *frame.Page, d app.LeadDeed) deed {
	one := deed{
		At: p.At(d.At), What: deedWords[d.Kind], By: userName(p, d.By), Name: d.Task.Name, Task: d.Task.ID,
		State: deedStates[d.Kind],
	}
	if d.Kind == tickler.ChangeCompleted && d.At.Equal(d.Task.CompletedAt) {
		one.Note = d.Task.CompletionNote
	}
	return one
}

// others are the attributes of a lead that have no line of their own.
func others(l tickler.Lead) (all []namedText) {
	for _, a := range otherAttributes(l) {
		all = append(all, namedText{labelOf(a.Name), a.Value})
	}
	return all
}

// otherAttributes are those that hold something and have no field of their own.
func otherAttributes(l tickler.Lead) (all []tickler.LeadAttribute) {
	for _, a := range l.Attributes {
		if a.Value != "" && ownField(a.Name) == "" {
			all = append(all, a)
		}
	}
	return all
}

// capital is where a word begins within a name that is written in one.
var capital = regexp.MustCompile(`(\p{Ll})(\p{Lu})`)

// labelOf is an attribute's name as people read it: mx_Job_Title and JobTitle are "Job Title".
func labelOf(name string) string {
	words := strings.TrimSpace(strings.ReplaceAll(strings.TrimPrefix(name, "mx_"), "_", " "))
	if words == "" {
		return name
	}
	return capital.ReplaceAllString(words, "$1 $2")
}

func userName(p *frame.Page, id tickler.ID) string {
	if user, found := p.Caller.Account.User(id); found {
		return user.Name()
	}
	return "somebody who has left"
}
