package requests

import (
	"context"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// stop has a request stopped after the rows that are just being run.
func (a area) stop(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return a.change(ctx, p, a.app.CancelBulk, "The request is stopped. Rows that have already run stay as they are.")
}

func (a area) resendReport(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return a.change(ctx, p, a.app.ResendReport, "The report is being e-mailed again, to the person who made the request.")
}

// replay has a webhook sent once more.
func (a area) replay(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	delivery, ok := p.ID("delivery")
	if !ok {
		return notFound(), nil
	}
	return a.change(ctx, p, func(ctx context.Context, caller app.Caller, _ tickler.ID) error {
		_, err := a.app.ReplayDelivery(ctx, caller, delivery)
		return err
	}, "The webhook is being sent again.")
}

// change does something to the request that the path names and goes back to it, also when it has gone on so far since
// the page was shown that this can't be done any more.
func (a area) change(
	ctx context.Context, p *frame.Page, change func(ctx context.Context, caller app.Caller, id tickler.ID) error, done string,
) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return notFound(), nil
	}
	err := change(ctx, p.Caller, id)
	if tickler.KindOf(err) == tickler.KindUnknownEntity {
		return notFound(), nil
	}
	return p.Done(err, done, path+"/"+id.String())
}

// undo removes what a bulk create has made and nobody touched since.
func (a area) undo(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	r, _, found, err := a.find(ctx, p)
	if err != nil || !found {
		return notFound(), err
	}
	undone, err := a.app.UndoBulk(ctx, p.Caller, r.ID, a.wire)
	leadsTo := undone.ID
	if err != nil {
		leadsTo = r.ID
	}
	return p.Done(err, "Tasks that nobody has changed since are being deleted. Those that stay are listed below as failed, with the reason.",
		path+"/"+leadsTo.String())
}
