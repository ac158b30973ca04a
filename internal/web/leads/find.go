package leads

import (
	"context"
	"net/url"
	"strings"

	"tickler"
	"tickler/internal/web/frame"
)

// leadsOffered is how many leads a picker offers.
const leadsOffered = 8

// option is a lead that a picker offers, with what tells it from others of its name.
type option struct {
	ID           tickler.ID
	Name, Detail string
}

// find answers with the options of a picker; without a script, with the list.
func (a area) find(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	query := p.URL.Query()
	if query.Get("as") != "options" {
		return frame.Redirect(path + "?" + url.Values{"q": {query.Get("q")}}.Encode()), nil
	}
	leads, err := a.app.QuickSearch(ctx, p.Caller, query.Get("q"), leadsOffered)
	var options []option
	for _, l := range leads {
		name := nameOf(l)
		var details []string
		for _, detail := range []string{l.Email, l.Phone, l.Mobile(), l.Company()} {
			if detail != "" && detail != name && len(details) < 2 {
				details = append(details, detail)
			}
		}
		options = append(options, option{l.ID, name, strings.Join(details, ", ")})
	}
	return frame.Part("options", options), err
}
