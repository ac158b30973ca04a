package acts

import (
	"context"
	"errors"
	"net/url"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// actOnAll has something done to all tasks of a list, by a bulk request, and leads to its page: there
// are its progress, what came of each task, and its undo.
func (a area) actOnAll(ctx context.Context, p *frame.Page, verb string) (frame.Answer, error) {
	query, err := url.ParseQuery(p.Form.Value("filter"))
	if err != nil || len(query) == 0 { // none of our pages': it does not say which tasks
		return frame.NotFound(), nil //nolint:nilerr // it is the form that is wrong
	}
	wish, mistake := wishOf(p, verb)
	if mistake != "" {
		p.Confirm(mistake)
		return frame.Redirect(p.Back()), nil
	}
	id := app.NewID()
	options := app.Options{ID: id, Once: p.Once("/requests/" + id.String())}
	_, err = a.app.ChangeFound(ctx, p.Caller, a.asked(p, query), wish.doing, options)
	if e, ok := errors.AsType[*tickler.Error](err); ok &&
		(e.Kind == tickler.KindInvalid || e.Kind == tickler.KindUnknownEntity) {
		p.Confirm(p.Words(e))
		return frame.Redirect(p.Back()), nil
	}
	if err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("This page shows how far the change is. It goes on when you leave.")
	return frame.Redirect(frame.LeadsTo(options.Once)), nil
}
