// Package today is where a day of work is spent: what is due, the queue that leads through it, and
// adding tasks.
package today

import (
	"embed"
	"io/fs"

	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

//go:embed *.html
var templates embed.FS

type area struct {
	app       *app.App
	sendsMail bool // a mail server is configured
}

var home = &frame.Section{Path: "/", Name: "Today", Symbol: "today", Key: "t"}

// New makes the area. SendsMail says whether a mail server is configured.
func New(useCases *app.App, sendsMail bool) frame.Area {
	a := area{useCases, sendsMail}
	return frame.Area{
		Templates: templates, Parts: []fs.FS{rows.Templates},
		Sections: []*frame.Section{home},
		Routes: []frame.Route{
			frame.Get("/{$}", frame.Users, home, a.show),
			frame.Get("/today/{id}", frame.Users, home, a.panel),
			frame.Get("/queue", frame.Users, home, a.queue),
			frame.Post("/welcome/hide", frame.Users, home, a.hideWelcome),
			frame.Get(setUpPath, frame.Administrators, home, a.setUp),
		},
	}
}
