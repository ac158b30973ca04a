package webhooks

import (
	"context"
	"maps"
	"slices"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// deliveriesOnPage is how many deliveries one page of a webhook lists.
const deliveriesOnPage = 20

// webhookPage is one webhook with its deliveries.
type webhookPage struct {
	Webhook     tickler.Subscription
	HeaderNames []string // their values may be secrets
	Deliveries  []frame.Delivery
	Pages       frame.Pager
}

// IsActive reports whether what happens is sent.
func (w webhookPage) IsActive() bool { return w.Webhook.State == tickler.SubscriptionActive }

// IsResuming reports whether it will be active in a moment.
func (w webhookPage) IsResuming() bool { return w.Webhook.State == tickler.SubscriptionResuming }

func (a area) show(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	s, err := a.find(ctx, p)
	if err != nil {
		return frame.Answer{}, err
	}
	query := p.URL.Query()
	number := frame.PageNumber(query)
	first := (number - 1) * deliveriesOnPage
	// One more tells that there are more.
	found, err := a.app.DeliveriesOfSubscription(ctx, p.Caller, s.ID,
		tickler.Page{Offset: first, Limit: deliveriesOnPage + 1})
	if err != nil {
		return frame.Answer{}, err
	}
	here := path + "/" + s.ID.String()
	data := webhookPage{
		Webhook: s, HeaderNames: slices.Sorted(maps.Keys(s.Headers)),
		Pages: frame.NewPager(query, here, number, deliveriesOnPage, first+len(found)),
	}
	for _, d := range found[:min(len(found), deliveriesOnPage)] {
		data.Deliveries = append(data.Deliveries, p.Delivery(d, here+"/deliveries/"+d.ID.String()+"/replay"))
	}
	return frame.Show("webhook", "Webhook: "+frame.EventWords(s.Event), data), nil
}

func (a area) stop(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return a.set(ctx, p, false, "The webhook is stopped. Events are kept until it is resumed.")
}

func (a area) resume(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return a.set(ctx, p, true, "The webhook is resumed. Events that were kept are sent now, in order.")
}

func (a area) set(ctx context.Context, p *frame.Page, active bool, done string) (frame.Answer, error) {
	s, err := a.find(ctx, p)
	if err != nil {
		return frame.Answer{}, err
	}
	if _, err := a.app.UpdateSubscription(ctx, p.Caller, s.ID, tickler.SubscriptionDraft{Active: &active}); err != nil {
		return frame.Answer{}, err
	}
	p.Confirm(done)
	return frame.Redirect(path + "/" + s.ID.String()), nil
}

func (a area) try(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	s, err := a.find(ctx, p)
	if err != nil {
		return frame.Answer{}, err
	}
	here := path + "/" + s.ID.String()
	_, err = a.app.TrySubscription(ctx, p.Caller, s.ID, app.Options{Once: p.Once(here)})
	return p.Done(err, "A trial is being sent. The result is shown below.", here)
}

// remove deletes a webhook; that somebody else has just deleted it is fine.
func (a area) remove(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return frame.NotFound(), nil
	}
	err := a.app.DeleteSubscription(ctx, p.Caller, id)
	if tickler.KindOf(err) == tickler.KindUnknownEntity {
		err = nil
	}
	return p.Done(err, "The webhook is deleted.", path)
}

func (a area) replay(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	s, err := a.find(ctx, p)
	if err != nil {
		return frame.Answer{}, err
	}
	delivery, ok := p.ID("delivery")
	if !ok {
		return frame.NotFound(), nil
	}
	here := path + "/" + s.ID.String()
	_, err = a.app.ReplayDelivery(ctx, p.Caller, delivery, app.Options{Once: p.Once(here)})
	return p.Done(err, "The webhook is being sent again.", here)
}
