package tasks

import (
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// reminderStory answers why somebody did or did not get a task's reminder.
type reminderStory struct {
	Rule    string // in words; "" for none
	Zone    string // in which days and hours of the rule are read, if that matters
	Moment  frame.Instant
	Theirs  string // the moment where the account is, if that is not where the reader is
	Snoozed frame.Instant
	Result  told   // what became of the reminder as it stands
	Advice  string // what can be done about it
	CanSet  bool   // by changing the reminder
	Earlier []told // what became of those before
}

// told is what became of one reminder.
type told struct {
	Moment frame.Instant
	To     string
	State  string // as rows have it
	Text   string
	At     frame.Instant // when it was handed over, or given up
	Late   string        // "3 min late"; "" in time
	Quote  string        // the mail server's own words
}

func storyOf(p *frame.Page, t tickler.Task, reminder app.TaskReminder) reminderStory {
	s := reminderStory{Rule: capital(rows.ReminderWords(p, t)), CanSet: p.Caller.MayChange(t) && t.State == tickler.StateOpen}
	zone := p.Caller.Account.Zone
	if s.Rule != "" && t.Reminder.Rule == tickler.DaysBefore {
		s.Zone = zone.String()
	}
	if !t.SnoozedUntil.IsZero() {
		s.Snoozed = p.At(t.SnoozedUntil)
	}
	if reminder.Fate != tickler.ReminderUnwanted {
		s.Moment = p.At(t.RemindAt)
		if zone.String() != p.Zone().String() {
			times := p.Times()
			times.Zone = zone
			s.Theirs = times.Instant(t.RemindAt) + " in " + zone.String()
		}
	}
	current, isTold := reminder.Current(t)
	for _, n := range reminder.Told {
		if !isTold || n.ID != current.ID {
			s.Earlier = append(s.Earlier, toldOf(p, t, n))
		}
	}
	s.setResult(p, t, reminder.Fate, current)
	return s
}

func (s *reminderStory) setResult(p *frame.Page, t tickler.Task, fate tickler.ReminderFate, n tickler.Notification) {
	owner := userName(p, t.OwnerID)
	switch fate {
	case tickler.ReminderUnwanted:
		s.Result = told{Text: "Nobody is reminded of this task: no reminder is set."}
	case tickler.ReminderAhead:
		s.Result = told{State: "today", Text: "It is still to come. It goes to " + owner + ", by e-mail."}
		s.CanSet = false
		if hasMailsOff(p, t.OwnerID) {
			s.Result.Text = "It is still to come, but is not mailed: " + owner + " has turned reminder mails off."
			s.Advice = adviceMailsOff
		}
	case tickler.ReminderDue:
		s.Result = told{State: "today", Text: "Its moment has come, and it is being taken up."}
		s.CanSet = false
	case tickler.ReminderClosed:
		s.Result = told{Text: "It was not sent: the task was done or cancelled before its moment."}
		s.CanSet = false
	case tickler.ReminderMissed:
		s.Result = told{
			State: "overdue",
			Text:  "It was not sent: its moment had passed when the task was added, changed or reopened.",
		}
		s.Advice = "Choose a time that is still to come: press “Remind me later”, or set another reminder."
	case tickler.ReminderTold:
		s.Result = toldOf(p, t, n)
		s.Advice = adviceFor(p, n)
		s.CanSet = false
	}
}

// toldOf says what became of a notification.
func toldOf(p *frame.Page, t tickler.Task, n tickler.Notification) told {
	r := told{Moment: p.At(n.Moment), To: userName(p, n.OwnerID), Quote: n.LastError}
	if !n.SettledAt.IsZero() {
		r.At = p.At(n.SettledAt)
	}
	switch n.State {
	case tickler.NotificationPending:
		r.State, r.Text = "today", "It is on its way to the mail server."
		switch {
		case hasMailsOff(p, n.OwnerID):
			r.State, r.Text = "", "It is not mailed: "+r.To+" has turned reminder mails off."
		case n.Attempts > 0:
			r.Text = "The mail server has not taken it yet, in " + frame.Counted(n.Attempts, "attempt") +
				". It is tried again until " + p.Times().Instant(n.Deadline) + "."
		}
	case tickler.NotificationSent:
		r.State, r.Text, r.Quote = "done", "It was sent.", n.Reply
		r.Late = lateWords(n.Lateness())
	case tickler.NotificationExpired:
		r.State, r.Text = "overdue", "It was not sent: until it was too late for it, no mail server took it."
	case tickler.NotificationFailed:
		r.State, r.Text = "overdue", "It was not sent: the mail server refused it."
		if n.Attempts == 0 {
			r.Text, r.Quote = "It was not sent: "+r.To+" was not active any more.", ""
		}
	case tickler.NotificationWithdrawn:
		r.Text, r.Quote = "It was not sent: before it was, "+withdrawnWords(t, n)+".", ""
		if n.LastError != "" { // nothing else withdraws one with words
			r.Text = "It was not sent: " + r.To + " had turned reminder mails off."
		}
	case tickler.NotificationUnsent:
		r.State, r.Quote = "overdue", ""
		why, _ := p.NoMailServer()
		r.Text = "It was not sent. " + why
	}
	return r
}

// withdrawnWords say what made a notification unwanted, as far as the task still shows it.
func withdrawnWords(t tickler.Task, n tickler.Notification) string {
	switch {
	case t.OwnerID != n.OwnerID:
		return "the task was given to somebody else"
	case t.State == tickler.StateCompleted:
		return "the task was done"
	case t.State == tickler.StateCancelled:
		return "the task was cancelled"
	default:
		return "the task or its reminder was changed"
	}
}

// adviceFor says what can be done about what became of a notification.
func adviceFor(p *frame.Page, n tickler.Notification) string {
	owner, _ := p.Caller.Account.User(n.OwnerID)
	switch n.State {
	case tickler.NotificationSent:
		return "If it is not in the mailbox of " + owner.Email +
			", look among the junk mail. Whoever runs the mail server can find it by the answer above."
	case tickler.NotificationFailed:
		return "Is " + owner.Email + " still the right address? An administrator can set another one."
	case tickler.NotificationUnsent:
		_, advice := p.NoMailServer()
		return advice
	case tickler.NotificationExpired:
		return "Tell whoever runs Tickler for you."
	case tickler.NotificationWithdrawn:
		if n.LastError != "" && owner.RemindersOff {
			return adviceMailsOff
		}
		return ""
	case tickler.NotificationPending:
		if owner.RemindersOff {
			return adviceMailsOff
		}
		return ""
	default:
		return ""
	}
}

const adviceMailsOff = "They are turned on again in one’s own settings, at “Reminder mails”."

func hasMailsOff(p *frame.Page, id tickler.ID) bool {
	user, _ := p.Caller.Account.User(id)
	return user.RemindersOff
}

// lateWords say how late a reminder was, if it was a minute or more.
func lateWords(late time.Duration) string {
	if late < time.Minute {
		return ""
	}
	return rows.LengthWords(late.Truncate(time.Minute)) + " late"
}
