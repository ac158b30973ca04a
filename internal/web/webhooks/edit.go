package webhooks

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// editPage is the form of a webhook, new or not.
type editPage struct {
	Form         frame.Form
	Action       string
	Events       []tickler.TaskEvent
	ContentTypes []string
}

func editPageOf(f frame.Form, action string) editPage {
	return editPage{f, action, tickler.TaskEvents, tickler.ContentTypes}
}

func (a area) prepare(context.Context, *frame.Page) (frame.Answer, error) {
	return frame.Show("edit", "New webhook", editPageOf(frame.Filled("notify", "on"), path)), nil
}

func (a area) edit(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	s, err := a.find(ctx, p)
	if err != nil {
		return frame.Answer{}, err
	}
	f := frame.Filled("url", s.URL, "event", strconv.Itoa(int(s.Event)), "description", s.Description, "contentType",
		s.ContentType, "headers", headerLines(s.Headers))
	if s.NotifyOnFailure {
		f.Set("notify", "on")
	}
	return frame.Show("edit", "Change webhook", editPageOf(f, path+"/"+s.ID.String())), nil
}

func (a area) create(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id := app.NewID()
	once := p.Once(path + "/" + id.String())
	return a.keep(p, "New webhook", path, "The webhook is created. Events from now on are sent.",
		func(draft tickler.SubscriptionDraft) (string, error) {
			_, err := a.app.CreateSubscription(ctx, p.Caller, draft, app.Options{ID: id, Once: once})
			return frame.LeadsTo(once), err
		})
}

func (a area) update(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	s, err := a.find(ctx, p)
	if err != nil {
		return frame.Answer{}, err
	}
	here := path + "/" + s.ID.String()
	return a.keep(p, "Change webhook", here, "The webhook is changed.",
		func(draft tickler.SubscriptionDraft) (string, error) {
			_, err := a.app.UpdateSubscription(ctx, p.Caller, s.ID, draft)
			return here, err
		})
}

// nameOf returns the form's name of a field.
var nameOf = map[tickler.Field]string{
	tickler.FieldURL: "url", tickler.FieldEvent: "event", tickler.FieldDescription: "description",
	tickler.FieldContentType: "contentType", tickler.FieldHeaders: "headers",
}

func (a area) keep(
	p *frame.Page, title, action, done string, keep func(draft tickler.SubscriptionDraft) (leadsTo string, err error),
) (frame.Answer, error) {
	draft := draftOf(p)
	if !p.Form.HasMistakes() {
		leadsTo, err := keep(draft)
		if err == nil {
			p.Confirm(done)
			return frame.Redirect(leadsTo), nil
		}
		if err := p.Blame(err, nameOf); err != nil {
			return frame.Answer{}, err
		}
	}
	return frame.Refuse("edit", title, editPageOf(p.Form, action)), nil
}

// draftOf reads the form of a webhook.
func draftOf(p *frame.Page) tickler.SubscriptionDraft {
	address, description, contentType := strings.TrimSpace(p.Form.Value("url")), p.Form.Text("description"), p.Form.Text("contentType")
	notify := p.Form.Value("notify") != ""
	d := tickler.SubscriptionDraft{
		URL: &address, Description: &description, NotifyOnFailure: &notify,
		Headers: map[string]string{},
	}
	if contentType != "" {
		d.ContentType = &contentType
	}
	number, _ := strconv.Atoi(p.Form.Text("event"))
	if event := tickler.TaskEvent(number); slices.Contains(tickler.TaskEvents, event) {
		d.Event = &event
	} else {
		p.Form.Mark("event", "Choose an event.")
	}
	for line := range strings.Lines(p.Form.Value("headers")) {
		name, value, found := strings.Cut(strings.TrimSpace(line), ":")
		name = strings.TrimSpace(name)
		_, isTwice := d.Headers[name]
		switch {
		case name == "" && !found:
		case !found:
			p.Form.Mark("headers", "Write a header as Name: value, each on a line of its own.")
		case isTwice:
			p.Form.Mark("headers", "Give each header once: which of its values would be sent?")
		default:
			d.Headers[name] = strings.TrimSpace(value)
		}
	}
	return d
}

// headerLines writes headers as the form has them.
func headerLines(headers map[string]string) string {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		lines.WriteString(name + ": " + headers[name] + "\n")
	}
	return lines.String()
}
