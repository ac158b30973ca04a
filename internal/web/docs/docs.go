package web

import "context"

// docs shows what the API is, and calls it, by keys that are typed there. The document itself, /openapi.yaml, is for everybody.
func (web *Web) docs(context.Context, *page) (answer, error) {
	return show("docs", "API", nil), nil
}
