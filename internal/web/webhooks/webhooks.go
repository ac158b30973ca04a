package web

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tickler"
)

// webhooksPage is the account's webhooks.
type webhooksPage struct{ Webhooks []webhookLine }

// webhookLine is a webhook in a list, with the last that was sent, or is to be.
type webhookLine struct {
	tickler.Subscription
	Last *tickler.Delivery
}

func (web *Web) webhooks(ctx context.Context, p *page) (answer, error) {
	all, err := web.App.Subscriptions(ctx, p.caller)
	if err != nil {
		return answer{}, err
	}
	lastOf, err := web.App.LastDeliveries(ctx, p.caller)
	if err != nil {
		return answer{}, err
	}
	var data webhooksPage
	for _, s := range all {
		line := webhookLine{Subscription: s}
		if last, found := lastOf[s.ID]; found {
			line.Last = &last
		}
		data.Webhooks = append(data.Webhooks, line)
	}
	return show("webhooks", "Webhooks", data), nil
}

// eventsInWords say what has happened; the events' own names are those that programs know.
var eventsInWords = map[tickler.TaskEvent]string{
	tickler.TaskCreated: "Task created", tickler.TaskReminded: "Reminder due", tickler.TaskCompleted: "Task completed", tickler.TaskUpdated: "Task changed",
	tickler.TaskCancelled: "Task cancelled", tickler.TaskOverdue: "Task overdue", tickler.TaskDeleted: "Task deleted",
}

func eventWords(e tickler.TaskEvent) string { return eventsInWords[e] }

// deliveriesOnPage is how many deliveries one page of a webhook lists.
const deliveriesOnPage = 20

// webhookPage is one webhook with what it was told.
type webhookPage struct {
	Webhook     tickler.Subscription
	HeaderNames []string // their values may be secrets
	Deliveries  []deliveryView
	Pages       pages
}

// IsActive tells whether what happens is sent.
func (w webhookPage) IsActive() bool { return w.Webhook.State == tickler.SubscriptionActive }

// IsResuming tells whether it will be active in a moment.
func (w webhookPage) IsResuming() bool { return w.Webhook.State == tickler.SubscriptionResuming }

func (web *Web) webhook(ctx context.Context, p *page) (answer, error) {
	s, err := web.webhookOf(ctx, p)
	if err != nil {
		return answer{}, err
	}
	query := p.URL.Query()
	number := pageNumber(query)
	first := (number - 1) * deliveriesOnPage
	found, err := web.App.DeliveriesOfSubscription(ctx, p.caller, s.ID, tickler.Page{Offset: first, Limit: deliveriesOnPage + 1}) // one more tells that there are more
	if err != nil {
		return answer{}, err
	}
	here := "/webhooks/" + s.ID.String()
	data := webhookPage{
		Webhook: s, HeaderNames: slices.Sorted(maps.Keys(s.Headers)), Pages: pagesOf(query, here, number, deliveriesOnPage, first+len(found)),
	}
	for _, d := range found[:min(len(found), deliveriesOnPage)] {
		data.Deliveries = append(data.Deliveries, p.delivery(d, here+"/deliveries/"+d.ID.String()+"/replay"))
	}
	return show("webhook", "Webhook: "+eventWords(s.Event), data), nil
}

func (web *Web) webhookOf(ctx context.Context, p *page) (tickler.Subscription, error) {
	id, ok := p.id("id")
	if !ok {
		return tickler.Subscription{}, tickler.UnknownEntity("WebhookId", "Webhook Id", p.PathValue("id"))
	}
	return web.App.Subscription(ctx, p.caller, id)
}

// editWebhookPage is the form of a webhook, new or not.
type editWebhookPage struct {
	Form         form
	Action       string
	Events       []tickler.TaskEvent
	ContentTypes []string
}

func editWebhook(f form, action string) editWebhookPage {
	return editWebhookPage{f, action, tickler.TaskEvents, tickler.ContentTypes}
}

func (web *Web) newWebhook(context.Context, *page) (answer, error) {
	return show("webhook_edit", "New webhook", editWebhook(filled("notify", "on"), "/webhooks")), nil
}

func (web *Web) changeWebhook(ctx context.Context, p *page) (answer, error) {
	s, err := web.webhookOf(ctx, p)
	if err != nil {
		return answer{}, err
	}
	f := filled("url", s.URL, "event", strconv.Itoa(int(s.Event)), "description", s.Description, "contentType", s.ContentType, "headers", headerLines(s.Headers))
	if s.NotifyOnFailure {
		f.values.Set("notify", "on")
	}
	return show("webhook_edit", "Change webhook", editWebhook(f, "/webhooks/"+s.ID.String())), nil
}

func (web *Web) createWebhook(ctx context.Context, p *page) (answer, error) {
	return web.keepWebhook(p, "New webhook", "/webhooks", "The webhook is made. What happens from now on is sent.", func(draft tickler.SubscriptionDraft) (tickler.Subscription, error) {
		return web.App.CreateSubscription(ctx, p.caller, draft)
	})
}

func (web *Web) updateWebhook(ctx context.Context, p *page) (answer, error) {
	s, err := web.webhookOf(ctx, p)
	if err != nil {
		return answer{}, err
	}
	return web.keepWebhook(p, "Change webhook", "/webhooks/"+s.ID.String(), "The webhook is changed.", func(draft tickler.SubscriptionDraft) (tickler.Subscription, error) {
		return web.App.UpdateSubscription(ctx, p.caller, s.ID, draft)
	})
}

// webhookFields says in which field the attributes stand.
var webhookFields = map[string]string{
	"URL": "url", "WebhookEvent": "event", "Description": "description", "ContentType": "contentType", "CustomHeaders": "headers",
}

func (web *Web) keepWebhook(
	p *page, title, action, done string, keep func(draft tickler.SubscriptionDraft) (tickler.Subscription, error),
) (answer, error) {
	draft := p.webhookDraft()
	if !p.form.hasMistakes() {
		s, err := keep(draft)
		if err == nil {
			p.confirm(done)
			return redirect("/webhooks/" + s.ID.String()), nil
		}
		if err := p.form.blame(err, webhookFields); err != nil {
			return answer{}, err
		}
	}
	return refuse("webhook_edit", title, editWebhook(p.form, action)), nil
}

// webhookDraft reads the form of a webhook.
func (p *page) webhookDraft() tickler.SubscriptionDraft {
	address, description, contentType := p.form.text("url"), p.form.text("description"), p.form.text("contentType")
	notify := p.form.Value("notify") != ""
	d := tickler.SubscriptionDraft{URL: &address, Description: &description, NotifyOnFailure: &notify, Headers: map[string]string{}}
	if contentType != "" {
		d.ContentType = &contentType
	}
	if event, err := tickler.ParseTaskEvent("WebhookEvent", p.form.text("event")); err != nil {
		p.form.mark("event", "Choose what to tell of.")
	} else {
		d.Event = &event
	}
	for line := range strings.Lines(p.form.Value("headers")) {
		name, value, found := strings.Cut(strings.TrimSpace(line), ":")
		switch {
		case name == "" && !found:
		case !found:
			p.form.mark("headers", "Write a header as Name: value, each on a line of its own.")
		default:
			d.Headers[strings.TrimSpace(name)] = strings.TrimSpace(value)
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

func (web *Web) stopWebhook(ctx context.Context, p *page) (answer, error) {
	return web.setWebhook(ctx, p, false, "The webhook is stopped. What happens is kept for it.")
}

func (web *Web) resumeWebhook(ctx context.Context, p *page) (answer, error) {
	return web.setWebhook(ctx, p, true, "The webhook is resumed. What was kept for it leaves now, in order.")
}

func (web *Web) setWebhook(ctx context.Context, p *page, active bool, done string) (answer, error) {
	s, err := web.webhookOf(ctx, p)
	if err != nil {
		return answer{}, err
	}
	if _, err := web.App.UpdateSubscription(ctx, p.caller, s.ID, tickler.SubscriptionDraft{Active: &active}); err != nil {
		return answer{}, err
	}
	p.confirm(done)
	return redirect("/webhooks/" + s.ID.String()), nil
}

func (web *Web) tryWebhook(ctx context.Context, p *page) (answer, error) {
	s, err := web.webhookOf(ctx, p)
	if err != nil {
		return answer{}, err
	}
	if _, err := web.App.TrySubscription(ctx, p.caller, s.ID); err != nil {
		return answer{}, err
	}
	p.confirm("A trial is on its way. What comes of it is shown below.")
	return redirect("/webhooks/" + s.ID.String()), nil
}

func (web *Web) deleteWebhook(ctx context.Context, p *page) (answer, error) {
	s, err := web.webhookOf(ctx, p)
	if err != nil {
		return answer{}, err
	}
	if err := web.App.DeleteSubscription(ctx, p.caller, s.ID); err != nil {
		return answer{}, err
	}
	p.confirm("The webhook is deleted.")
	return redirect("/webhooks"), nil
}

func (web *Web) replayWebhook(ctx context.Context, p *page) (answer, error) {
	s, err := web.webhookOf(ctx, p)
	if err != nil {
		return answer{}, err
	}
	delivery, ok := p.id("delivery")
	if !ok {
		return notFound(), nil
	}
	if _, err := web.App.ReplayDelivery(ctx, p.caller, delivery); err != nil {
		return answer{}, err
	}
	p.confirm("It is on its way again.")
	return redirect("/webhooks/" + s.ID.String()), nil
}
