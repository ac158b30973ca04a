package frame

import (
	"bytes"
	"crypto/rand"
	"embed"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"tickler"
)

//go:embed templates
var frameTemplates embed.FS

// parse reads the templates of an area, by name, each with the frame around it.
func (f *Frame) parse(area fs.FS, parts ...fs.FS) map[string]*template.Template {
	frame := template.Must(
		template.New("").Funcs(f.functions()).ParseFS(frameTemplates, "templates/frame.html",
			"templates/parts.html", "templates/symbols.html"))
	byName := map[string]*template.Template{"error": template.Must(
		template.Must(frame.Clone()).ParseFS(frameTemplates, "templates/error.html"))}
	if area == nil {
		return byName
	}
	for _, part := range parts {
		frame = template.Must(frame.ParseFS(part, "*.html"))
	}
	const shared = "parts.html"
	if _, err := fs.Stat(area, shared); err == nil {
		frame = template.Must(frame.ParseFS(area, shared))
	}
	files, err := fs.Glob(area, "*.html")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	for _, file := range files {
		if file != shared {
			byName[strings.TrimSuffix(file, path.Ext(file))] = template.Must(
				template.Must(frame.Clone()).ParseFS(area, file))
		}
	}
	return byName
}

// functions are what every template may call.
func (f *Frame) functions() template.FuncMap {
	return template.FuncMap{
		// root stands before every path of ours.
		"root":    func() string { return f.site.root },
		"asset":   f.asset,
		"event":   EventWords,
		"counted": Counted,
		"closed":  closed,
		// initials are those of a name, for what stands in place of a picture.
		"initials": initials,
		// token is what a form has that is to be carried out once, however often it is sent.
		"token": rand.Text,
	}
}

// asset returns where an asset is, by the name of its source; "" when there is none.
func (f *Frame) asset(name string) string {
	if file := f.Assets.Path(name); file != "" {
		return f.site.root + file
	}
	return ""
}

// view is what a template is given.
type view struct {
	Title    string
	User     *tickler.User // nil for a stranger
	Messages []tickler.Message
	Data     any // the page's own
	page     *Page
}

// render makes the page of an answer; nothing for one that has none. Messages that wait are shown
// on it, unless all but a part of it goes unseen: then they wait on.
func (p *Page) render(a Answer) ([]byte, error) {
	if a.template == "" {
		return nil, nil
	}
	v := view{Title: a.title, Data: a.data, page: p}
	if !p.IsStranger() {
		v.User = &p.Caller.User
	}
	block := "frame"
	if a.isPart {
		block = "content"
	} else if p.showsMessages() {
		v.Messages = p.takeMessages()
	}
	var b bytes.Buffer
	err := p.templates[a.template].ExecuteTemplate(&b, block, v)
	return b.Bytes(), err
}

// Navigation is what the header links to.
func (v view) Navigation() []SectionLink { return v.page.links("") }

// Offers are what can be done from every page.
func (v view) Offers() []Offer {
	offers := slices.Clone(v.page.frame.offers)
	for i := range offers {
		if len(v.page.about) > 0 {
			offers[i].Path += "?" + v.page.about.Encode()
		}
	}
	return offers
}

// Parts are the parts of a section that the user may open, by the section's path.
func (v view) Parts(section string) []SectionLink { return v.page.links(section) }

// Zone names where the page's times are read.
func (v view) Zone() string { return v.page.Zone().String() }

// At returns an instant for the template "instant".
func (v view) At(t time.Time) Instant { return v.page.At(t) }

// Due returns when a task is due, for the template "instant".
func (v view) Due(t tickler.Task) Instant { return v.page.Due(t) }

// End returns when a task ends, for the template "instant".
func (v view) End(t tickler.Task) Instant { return v.page.End(t) }

// Span returns a stretch of time for the template "span".
func (v view) Span(from, to time.Time) Span { return v.page.Span(from, to) }

// Here is the page's own path and query, for forms that lead back to it.
func (v view) Here() string { return v.page.here() }
