package webhooks

import (
	"context"

	"tickler"
	"tickler/internal/web/frame"
)

// listPage is the account's webhooks.
type listPage struct{ Webhooks []line }

// line is a webhook in a list, with its last delivery, sent or not.
type line struct {
	tickler.Subscription
	Last *tickler.Delivery
}

func (a area) list(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	all, err := a.app.Subscriptions(ctx, p.Caller)
	if err != nil {
		return frame.Answer{}, err
	}
	lastOf, err := a.app.LastDeliveries(ctx, p.Caller)
	if err != nil {
		return frame.Answer{}, err
	}
	var data listPage
	for _, s := range all {
		l := line{Subscription: s}
		if last, found := lastOf[s.ID]; found {
			l.Last = &last
		}
		data.Webhooks = append(data.Webhooks, l)
	}
	return frame.Show("webhooks", "Webhooks", data), nil
}
