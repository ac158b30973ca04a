package worker

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	texttemplate "text/template"

	"tickler"
	"tickler/internal/mail"
	"tickler/internal/plain"
)

// reportFacts is what the mail of a bulk request's report says.
type reportFacts struct {
	Request tickler.BulkRequest
	Rows    []tickler.BulkRow
	User    tickler.User
	Times   plain.Times // as the user reads them
	Link    string
}

var (
	reportText = texttemplate.Must(texttemplate.ParseFS(messageTemplates, "templates/report.txt"))
	reportHTML = htmltemplate.Must(
		htmltemplate.ParseFS(messageTemplates, "templates/report.html", "templates/frame.html"))
)

// reportPage is what both templates show.
type reportPage struct {
	Subject string
	Facts   []fact
	Failed  []fact // row and reason
	More    int    // failed rows beyond those
	Link    string
	Zone    string // in which the times are
}

// failuresShown is how many failed rows stand in the mail itself; all are in the attached report.
const failuresShown = 10

// reportMessage writes the e-mail, without its ID and attachment.
func reportMessage(f reportFacts) (mail.Message, error) {
	r := f.Request
	page := reportPage{
		Subject: fmt.Sprintf("%s: %d of %d %s", r.Operation, r.Succeeded, r.Rows, r.Operation.Done()),
		Link:    f.Link,
		Zone:    f.Times.Zone.String(),
		Facts: []fact{
			{"Status", r.State.String()},
			{"Requested", f.Times.DatedInstant(r.CreatedAt)},
			{"Ended", f.Times.DatedInstant(r.CompletedAt)},
			{"Rows", fmt.Sprint(r.Rows)},
			{"Succeeded", fmt.Sprint(r.Succeeded)},
			{"Failed", fmt.Sprint(r.Failed)},
		},
	}
	if left := r.Left(); left > 0 {
		page.Facts = append(page.Facts, fact{"Not run", fmt.Sprint(left)})
	}
	for _, row := range f.Rows {
		switch {
		case row.Fault == nil:
		case len(page.Failed) == failuresShown:
			page.More++
		default:
			label := fmt.Sprintf("Row %d", row.Number)
			if row.Name != "" {
				label += ", " + singleLine(row.Name)
			}
			page.Failed = append(page.Failed, fact{label, singleLine(row.Fault.Message)})
		}
	}
	var text, html bytes.Buffer
	if err := reportText.Execute(&text, page); err != nil {
		return mail.Message{}, fmt.Errorf("writing a report's text: %w", err)
	}
	if err := reportHTML.Execute(&html, page); err != nil {
		return mail.Message{}, fmt.Errorf("writing a report's HTML: %w", err)
	}
	return mail.Message{
		To: f.User.Email, ToName: f.User.Name(), Subject: page.Subject, Text: text.String(),
		HTML: html.String(),
	}, nil
}
