// Package leads shows the people whom the team deals with: a list with search, a page for each, and
// the form that makes and changes them.
package leads

import (
	"cmp"
	"embed"
	"io/fs"
	"strconv"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

//go:embed *.html
var templates embed.FS

type area struct{ app *app.App }

const path = "/leads"

var section = &frame.Section{Path: path, Name: "Leads", Symbol: "leads", Key: "l"}

// New makes the area.
func New(useCases *app.App) frame.Area {
	a := area{useCases}
	return frame.Area{
		Templates: templates, Parts: []fs.FS{rows.Templates},
		Sections: []*frame.Section{section},
		Routes: []frame.Route{
			frame.Get(path, frame.Users, section, a.list),
			frame.Post(path, frame.Users, section, a.create),
			frame.Get(path+"/find", frame.Users, section, a.find),
			frame.Get(path+"/new", frame.Users, section, a.prepare),
			frame.Get(path+"/{id}", frame.Users, section, a.show),
			frame.Post(path+"/{id}", frame.Users, section, a.update),
			frame.Get(path+"/{id}/edit", frame.Users, section, a.edit),
		},
	}
}

// pathOf is the path of a lead's page.
func pathOf(id tickler.ID) string { return path + "/" + id.String() }

// nameOf is what a lead is called: by name, else by what else there is.
func nameOf(l tickler.Lead) string {
	return cmp.Or(l.Name(), l.Email, l.Phone, l.Mobile(), "Lead "+strconv.FormatInt(l.AutoID, 10))
}
