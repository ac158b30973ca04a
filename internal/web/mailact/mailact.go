// Package mailact is where the links in mails lead: people act there without signing in. A page
// shows the task's name, its due date and the act, and nothing else of the account. Opening one
// changes nothing, since mail scanners open links too; a button does.
package mailact

import (
	"context"
	"embed"
	"net/http"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

//go:embed *.html
var templates embed.FS

type area struct{ app *app.App }

// New makes the area.
func New(useCases *app.App) frame.Area {
	a := area{useCases}
	return frame.Area{Templates: templates, Routes: []frame.Route{
		frame.Get(path+"{token}", frame.LinkHolders, nil, a.show),
		frame.Post(path+"{token}", frame.LinkHolders, nil, a.act),
	}}
}

// path is what stands before the tokens in the links of mails.
const path = "/m/"

// show says what a link would do, or why it does no more.
func (a area) show(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	l, found, err := a.app.OpenLink(ctx, p.Link)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	p.ReadBy(l.Reader)
	return ask(p, l), nil
}

// The field by which our buttons say what they are for. So no link acts on any other form.
const (
	actField = "do"
	// What mail programs send to turn mails off (RFC 8058).
	oneClickField = "List-Unsubscribe"
	oneClick      = "One-Click"
)

// act does what a link is for, and goes back to it: it then says what came of it, however often the
// form is sent.
func (a area) act(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	l, found, err := a.app.OpenLink(ctx, p.Link)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	p.ReadBy(l.Reader)
	isOneClick := l.Act == tickler.MailOff && p.Form.Value(oneClickField) == oneClick
	if l.Standing != tickler.LinkWorks || p.Form.Value(actField) != string(l.Act) && !isOneClick {
		return ask(p, l), nil
	}
	switch l.Act {
	case tickler.MailOff:
		err = a.app.SetRemindersOff(ctx, l.Reader, true)
	case tickler.MailDone:
		err = a.app.ActByLink(ctx, l, app.Completing())
	case tickler.MailSnooze:
		until, known := snoozedUntil(p)
		if !known {
			return ask(p, l), nil
		}
		err = a.app.ActByLink(ctx, l, app.Snoozing(until))
	}
	if err != nil {
		return frame.Answer{}, err
	}
	if isOneClick { // a redirection would be lost on the program
		return remindersAreOff(), nil
	}
	return frame.Redirect(path + p.Link.Token), nil
}

// snoozedUntil is what somebody chose: false if that is no choice any more, or none was made.
func snoozedUntil(p *frame.Page) (time.Time, bool) {
	for _, option := range tickler.SnoozeOptions(p.Now, p.Zone()) {
		if string(option.Choice) == p.Form.Value("until") {
			return option.Until, true
		}
	}
	return time.Time{}, false
}

// askPage asks whether to do what the link is for, or until when.
type askPage struct {
	Task    tickler.Task
	Choices []choice
}

// choice is a time to which a reminder can be put off, in words.
type choice struct {
	Value tickler.SnoozeChoice
	Words string
	Until time.Time
}

var choiceWords = map[tickler.SnoozeChoice]string{
	tickler.SnoozeHour: "In an hour", tickler.SnoozeAfternoon: "This afternoon", tickler.SnoozeTomorrow: "Tomorrow",
	tickler.SnoozeMonday: "Next Monday",
}

func choices(p *frame.Page) (all []choice) {
	for _, o := range tickler.SnoozeOptions(p.Now, p.Zone()) {
		all = append(all, choice{o.Choice, choiceWords[o.Choice], o.Until})
	}
	return all
}

// ask shows the button of a link that works, and otherwise says why it does not.
func ask(p *frame.Page, l app.OpenedLink) frame.Answer {
	switch {
	case l.Standing == tickler.LinkUsed:
		return frame.Show("told", "From your mail", used(l))
	case l.Standing == tickler.LinkOfNobody || l.Standing == tickler.LinkTaskGone ||
		l.Standing == tickler.LinkTaskHandedOn:
		return frame.Show("told", "From your mail", tooLate(l)).WithStatus(http.StatusGone)
	case l.Standing != tickler.LinkWorks:
		return frame.Show("told", "From your mail", tooLate(l)).WithStatus(http.StatusConflict)
	case l.Act == tickler.MailOff && l.Reader.User.RemindersOff:
		return remindersAreOff()
	case l.Act == tickler.MailOff:
		return frame.Show("off", "Turn reminder mails off?", nil)
	case l.Act == tickler.MailSnooze:
		return frame.Show("snooze", "Remind me later", askPage{l.Task, choices(p)})
	default:
		return frame.Show("done", "Mark as done?", askPage{Task: l.Task})
	}
}

// toldPage says what has happened.
type toldPage struct {
	Heading string
	Task    tickler.Task // the zero Task for none
	// What happened, with an instant in the middle if there is one to tell.
	Before string
	At     time.Time
	After  string
}

// ShowsTask reports whether the page says which task it is about.
func (t toldPage) ShowsTask() bool { return t.Task.Name != "" }

func remindersAreOff() frame.Answer {
	return frame.Show("told", "Reminder mails are off", toldPage{
		Heading: "Reminder mails are off",
		Before: "You get no more mails about your reminders. Your tasks stay as they are. " +
			"You can turn the mails on again in Tickler, in your settings.",
	})
}

// used says what came of a link that was used.
func used(l app.OpenedLink) toldPage {
	t := toldPage{Task: l.Task, After: "."}
	isSnooze := l.Act == tickler.MailSnooze
	switch {
	case isSnooze && l.Task.State == tickler.StateOpen && !l.Task.SnoozedUntil.IsZero():
		t.Heading, t.Before, t.At = "Snoozed", "The reminder is put off until", l.Task.SnoozedUntil
		return t
	case !isSnooze && l.Task.State == tickler.StateCompleted:
		t.Heading, t.Before, t.At = "Done", "You marked this task as done from your mail,", l.UsedAt
		return t
	}
	t.Heading, t.Before, t.At = "This link has been used", "You used it", l.UsedAt
	t.After = ". The task has changed since. A link works once, so nothing was done now."
	return t
}

// tooLate says why a link does nothing any more.
func tooLate(l app.OpenedLink) toldPage {
	t := toldPage{Task: l.Task}
	switch l.Standing {
	case tickler.LinkTaskGone:
		t.Heading, t.Before = "The task is gone", "It was deleted after the mail was sent."
	case tickler.LinkTaskHandedOn:
		t.Heading, t.Before = "The task is somebody else's", "It was given to somebody else after the mail was sent."
	case tickler.LinkTaskCompleted:
		t.Heading, t.Before, t.At, t.After = "Already done", "The task was completed already,", l.Task.CompletedAt, "."
	case tickler.LinkTaskCancelled:
		t.Heading, t.Before = "The task is cancelled", "It was cancelled after the mail was sent."
	case tickler.LinkReminderMoved:
		t.Heading, t.Before = "The reminder has moved", "It was changed after this mail was sent, and gets a mail of its own."
	default:
		t.Heading, t.Before = "This can't be done any more", "Who got the mail can't sign in to Tickler any more."
	}
	t.After += " Nothing was done."
	return t
}
