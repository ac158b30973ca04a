// Package docs is the page on which people read the API's document and call the API from it.
package docs

import (
	"context"
	"embed"

	"tickler/internal/web/frame"
)

//go:embed *.html
var templates embed.FS

// New makes the area.
func New() frame.Area {
	return frame.Area{
		Templates: templates,
		Routes: []frame.Route{
			frame.Get("/docs", frame.Users, nil, show),
		},
	}
}

// show shows what the API is, and calls it, by keys that are typed there. The document itself,
// /openapi.yaml, is for everybody.
func show(context.Context, *frame.Page) (frame.Answer, error) {
	return frame.Show("docs", "API", nil), nil
}
