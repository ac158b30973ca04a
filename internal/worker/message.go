package worker

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"
	"time"
	"unicode"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/mail"
	"tickler/internal/plain"
)

// reminder is what an owner is told about a task of theirs.
type reminder struct {
	NotificationID tickler.ID
	Task           tickler.Task // with its related entity's name
	TypeName       string
	Owner          tickler.User
	Times          plain.Times // as the owner reads them: in their own zone or else the account's
	AccountZone    *time.Location
	// Missed is the moment at which a late reminder should have come; zero for one that is in time.
	Missed     time.Time
	PublicURL  string // of the service, without a slash at its end
	MailDomain string // of the sender's address
	Links      app.MailLinks
}

//go:embed templates
var messageTemplates embed.FS

var (
	reminderText = texttemplate.Must(texttemplate.ParseFS(messageTemplates, "templates/reminder.txt"))
	reminderHTML = htmltemplate.Must(
		htmltemplate.ParseFS(messageTemplates, "templates/reminder.html", "templates/frame.html"))
)

// reminderPage is what both templates show.
type reminderPage struct {
	Subject     string
	Missed      string // empty for a reminder in time
	Name        string
	Facts       []fact
	Description string
	Zone        string // in which the times are
	Link        string
	// Done, Snooze and Off do what they are called, without a sign-in.
	Done, Snooze, Off string
}

// fact is one line about the task.
type fact struct{ Label, Value string }

// reminderMessage writes the e-mail. Its Message-ID follows from the notification's id alone, so
// that a copy that is sent after a crash can be recognised.
func reminderMessage(r reminder) (mail.Message, error) {
	page := reminderPage{
		Name:        singleLine(r.Task.Name),
		Facts:       r.facts(),
		Description: paragraphs(r.Task.Description),
		Zone:        r.Times.Zone.String(),
		Link:        r.PublicURL + "/tasks/" + r.Task.ID.String(),
		Done:        r.signed(r.Links.Done), Snooze: r.signed(r.Links.Snooze), Off: r.signed(r.Links.Off),
	}
	kind := "Reminder"
	if !r.Missed.IsZero() {
		kind, page.Missed = "Late reminder", r.Times.DatedInstant(r.Missed)
	}
	page.Subject = fmt.Sprintf("%s: %s, due %s", kind, tickler.Cut(page.Name), r.due())
	var text, html bytes.Buffer
	if err := reminderText.Execute(&text, page); err != nil {
		return mail.Message{}, fmt.Errorf("writing a reminder's text: %w", err)
	}
	if err := reminderHTML.Execute(&html, page); err != nil {
		return mail.Message{}, fmt.Errorf("writing a reminder's HTML: %w", err)
	}
	return mail.Message{
		ID:      r.NotificationID.String() + "@" + r.MailDomain,
		To:      r.Owner.Email,
		ToName:  r.Owner.Name(),
		Subject: page.Subject,
		Text:    text.String(),
		HTML:    html.String(),

		UnsubscribeURL: page.Off,
	}, nil
}

// signed is where a token leads.
func (r reminder) signed(token string) string { return r.PublicURL + "/m/" + token }

// facts lists what is known of the task, the most urgent first.
func (r reminder) facts() []fact {
	begin, end := "Due", "Overdue after"
	if r.Task.Category == tickler.CategoryAppointment {
		begin, end = "Starts", "Ends"
	}
	facts := []fact{{begin, r.due()}}
	if r.Task.EndAt.After(r.Task.DueAt) {
		facts = append(facts, fact{end, r.Times.DatedInstant(r.Task.EndAt)})
	}
	related := "Lead"
	if r.Task.Related.Kind == tickler.RelatedToOpportunity {
		related = "Opportunity"
	}
	for _, f := range []fact{
		{related, r.Task.Related.Name},
		{"Location", r.Task.Location},
		{"Priority", r.Task.Priority},
		{"Type", r.taskType()},
	} {
		if f.Value = singleLine(f.Value); f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// taskType names the type, and its category where the name does not say the same.
func (r reminder) taskType() string {
	if category := r.Task.Category.String(); !strings.EqualFold(r.TypeName, category) {
		return r.TypeName + " (" + category + ")"
	}
	return r.TypeName
}

// due says when the task is due.
func (r reminder) due() string { return r.Times.DueOf(r.Task, r.AccountZone).Dated() }

// timesOf is how a user reads times.
func timesOf(user tickler.User, account app.Account, now time.Time) plain.Times {
	return plain.Times{Zone: user.ZoneIn(account.Settings()), Preferences: user.Preferences, Now: now}
}

// singleLine makes one line of a text: a name must not be able to look like a line of ours.
func singleLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || changesDirection(r)
	}), " ")
}

// changesDirection reports whether a character changes the direction of what follows until it is
// revoked: it could reverse the date that stands behind a name. The marks for the direction of one
// place, which such languages need, are harmless.
func changesDirection(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c'
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")

// paragraphs keeps a text's lines, and drops control characters and the blanks around it.
func paragraphs(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || changesDirection(r) {
			return -1
		}
		return r
	}, lineEnds.Replace(text)))
}

// Quoted returns the description with its lines set in, so that none of them reads like one of
// ours.
func (p reminderPage) Quoted() string {
	var quoted strings.Builder
	for line := range strings.Lines(p.Description) {
		if strings.TrimSpace(line) != "" {
			quoted.WriteString("    ")
		}
		quoted.WriteString(line)
	}
	return quoted.String()
}
