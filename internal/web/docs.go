package web

import "context"

// docs shows what the API is, and calls it. It is for everybody, as the document itself is: who calls from it needs keys.
func (web *Web) docs(context.Context, *page) (answer, error) {
	return show("docs", "API", nil), nil
}
