package requests

import (
	"context"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// stop stops a request after the rows that are being run.
func (a area) stop(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return change(p, "The request is stopped. Rows that have already run stay as they are.",
		func(id tickler.ID, _ app.Options) error {
			return a.app.CancelBulk(ctx, p.Caller, id)
		})
}

func (a area) resendReport(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return change(p, "The report is being e-mailed again, to the person who made the request.",
		func(id tickler.ID, once app.Options) error {
			return a.app.ResendReport(ctx, p.Caller, id, once)
		})
}

// replay sends a webhook again.
func (a area) replay(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	delivery, ok := p.ID("delivery")
	if !ok {
		return notFound(), nil
	}
	return change(p, "The webhook is being sent again.", func(_ tickler.ID, once app.Options) error {
		_, err := a.app.ReplayDelivery(ctx, p.Caller, delivery, once)
		return err
	})
}

// change does something to the request that the path names, and goes back to it.
func change(p *frame.Page, done string, change func(id tickler.ID, once app.Options) error) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return notFound(), nil
	}
	here := path + "/" + id.String()
	err := change(id, app.Options{Once: p.Once(here)})
	if tickler.KindOf(err) == tickler.KindUnknownEntity {
		return notFound(), nil
	}
	return p.Done(err, done, here)
}

// undo takes a request back, as far as nobody has changed its tasks since.
func (a area) undo(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	r, _, found, err := a.find(ctx, p)
	if err != nil || !found {
		return notFound(), err
	}
	once := onceTo(p)
	_, err = a.app.UndoBulk(ctx, p.Caller, r.ID, once)
	leadsTo := frame.LeadsTo(once.Once)
	if err != nil {
		leadsTo = path + "/" + r.ID.String()
	}
	return p.Done(err, "The request is being undone. "+
		"What stays, since somebody has changed it, is listed below as failed, with the reason.", leadsTo)
}

// onceTo makes a request once, however often its form is sent, and leads to that request.
func onceTo(p *frame.Page) app.Options {
	id := app.NewID()
	return app.Options{ID: id, Once: p.Once(path + "/" + id.String())}
}
