// Package rows shows tasks in lists: what a row says of one, and what can be done to it. All areas
// whose pages list tasks share it: they name Templates as Parts, and send the forms to /tasks/act.
package rows

import (
	"embed"
	"strings"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// Templates are those that pages of several areas share: rows.html and acts.html say what each is
// given.
//
//go:embed *.html
var Templates embed.FS

// Maker makes the rows of a page.
type Maker struct {
	Page  *frame.Page
	Leads map[tickler.ID]tickler.Lead // those that the tasks are tied to
	// Of is whose tasks the page lists: a row says who else owns its task. Zero: it always says so.
	Of tickler.ID
}

// Row is a task as one line of a list.
type Row struct {
	Task      tickler.Task
	State     string // "overdue", "today", "done", "snoozed", "cancelled" or ""
	Type      tickler.TaskType
	Lead      *Contact // nil for none
	Owner     string   // "" where it goes without saying
	MayChange bool

	// When is what the row begins with: an hour of a day, or a day. Zero for nothing.
	When frame.Instant
	// IsHour says that of When the hour is shown, and not the day.
	IsHour bool
	// HasHourToo says that When is shown with its day and its hour.
	HasHourToo bool
	End        frame.Instant // of a task that is overdue
	Remind     frame.Instant // zero unless the owner is still to be reminded
	// RemindsThatDay says that the owner is reminded on the day of the list, so that the hour says it
	// all.
	RemindsThatDay bool
	Back           frame.Instant // when a task that is snoozed comes back; else zero
}

// Contact is a lead, or what else a task is tied to, and how to reach them.
type Contact struct {
	ID          tickler.ID // zero for what has no page
	Name        string
	Phone, Mail string // "" where there is none
	IsLead      bool   // else an opportunity
}

// Dial is the phone number for a link that calls it.
func (c Contact) Dial() string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, c.Phone)
}

// MailName and MailHost are the halves of the e-mail address, between which a line may break.
func (c Contact) MailName() string {
	name, _, _ := strings.Cut(c.Mail, "@")
	return name
}

// MailHost is what stands behind the @.
func (c Contact) MailHost() string {
	_, host, _ := strings.Cut(c.Mail, "@")
	return host
}

// IsOpen reports whether the task can be done.
func (r Row) IsOpen() bool { return r.Task.State == tickler.StateOpen }

// AsksNext reports whether it is asked what follows the task, once it is done: as there is somebody
// with whom it goes on. What came of it can be said of every task.
func (r Row) AsksNext() bool { return r.MayChange && !r.Task.Related.ID.IsZero() }

// IsSnoozed reports whether somebody has put the task off and it is not back yet.
func (r Row) IsSnoozed() bool { return !r.Back.IsZero() }

// IsAppointment reports whether the task stands in the calendar.
func (r Row) IsAppointment() bool { return r.Task.Category == tickler.CategoryAppointment }

// Row makes the row of a task in a list of one day, or, without a day, in one of many.
func (m Maker) Row(t tickler.Task, isOneDay bool) Row {
	p := m.Page
	r := Row{Task: t, State: stateOf(p, t), MayChange: p.Caller.MayChange(t), Lead: m.contact(t), IsHour: isOneDay}
	r.Type, _ = p.Caller.Account.TaskType(t.TypeID)
	if t.OwnerID != m.Of {
		r.Owner = ownerName(p, t.OwnerID)
	}
	switch {
	case t.State == tickler.StateCompleted:
		r.When, r.IsHour = p.At(t.CompletedAt), isOneDay
	case !isOneDay:
		r.When = p.Due(t)
		r.HasHourToo = r.When.HasHour()
	case HasHour(p, t):
		r.When = p.Due(t)
	}
	if t.State != tickler.StateOpen {
		return r
	}
	if r.State == "overdue" {
		r.End = p.At(t.EndAt)
	}
	switch {
	case t.SnoozedUntil.After(p.Now):
		r.Back = p.At(t.SnoozedUntil)
	case t.Notify && t.RemindAt.After(p.Now):
		r.Remind = p.At(t.RemindAt)
		r.RemindsThatDay = isOneDay && r.Remind.Date() == p.At(t.DueAt).Date()
	}
	return r
}

// Rows makes the rows of tasks.
func (m Maker) Rows(tasks []tickler.Task, isOneDay bool) []Row {
	all := make([]Row, len(tasks))
	for i, t := range tasks {
		all[i] = m.Row(t, isOneDay)
	}
	return all
}

// HasHour reports whether a task is due at an hour of its day: see [plain.Times.DueOf].
func HasHour(p *frame.Page, t tickler.Task) bool { return p.Due(t).HasHour() }

func stateOf(p *frame.Page, t tickler.Task) string {
	switch status := t.StatusAt(p.Now); {
	case status == tickler.StatusCompleted:
		return "done"
	case status == tickler.StatusCancelled:
		return "cancelled"
	case t.SnoozedUntil.After(p.Now):
		return "snoozed"
	case status == tickler.StatusOverdue:
		return "overdue"
	case t.DueAt.Before(civil.OnDay(p.Now, p.Zone(), 1, 0)):
		return "today"
	default:
		return ""
	}
}

// contact is what a task is tied to; nil for nobody.
func (m Maker) contact(t tickler.Task) *Contact {
	switch t.Related.Kind {
	case tickler.RelatedToLead:
		lead := m.Leads[t.Related.ID]
		c := ContactOf(lead)
		if lead.ID.IsZero() { // it was not among those
			c = Contact{Name: t.Related.Name, IsLead: true}
		}
		return &c
	case tickler.RelatedToOpportunity:
		return &Contact{Name: t.Related.Name}
	default:
		return nil
	}
}

// ContactOf is a lead and how to reach them.
func ContactOf(lead tickler.Lead) Contact {
	c := Contact{IsLead: true, ID: lead.ID, Name: lead.Name(), Phone: lead.Phone, Mail: lead.Email}
	if c.Phone == "" {
		c.Phone = lead.Mobile()
	}
	for _, other := range []string{c.Mail, c.Phone} {
		if c.Name == "" {
			c.Name = other
		}
	}
	return c
}

func ownerName(p *frame.Page, id tickler.ID) string {
	if user, found := p.Caller.Account.User(id); found {
		return user.Name()
	}
	return "somebody who has left"
}
