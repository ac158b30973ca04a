package frame

import (
	"context"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Area is a part of the pages that stands for itself: its routes, and a template for each of its
// pages. An area imports the frame and never another area.
type Area struct {
	Sections []*Section
	Routes   []Route
	// Templates has a page in each file, and in parts.html what several of them share. Nil: the
	// area shows none.
	Templates fs.FS
	// Parts are templates that pages of several areas share, each a folder of files like parts.html.
	Parts []fs.FS
	// Offers stand in the header of every page.
	Offers []Offer
}

// Offer is something that people can do from anywhere: a link to its page, which a script opens over
// the page they are on.
type Offer struct {
	Path, Name string
	Symbol     string // from templates/symbols.html
	Key        string // that opens it
	// Part is the id of what is opened: an element of the page that stands for itself.
	Part string
}

// Handler makes the answer of a route.
type Handler func(ctx context.Context, p *Page) (Answer, error)

// Route is what one method does at one path. Get and Post make one.
type Route struct {
	method, path string
	access       Access
	section      *Section
	maxForm      int64 // bytes
	handle       Handler
}

// Get is a route of a page that is looked at; it answers HEAD too. The path is as http.ServeMux has
// it: {id} is read by Page.ID, {$} ends a path. The section is the one that is marked in the
// navigation; nil: none.
func Get(path string, access Access, section *Section, handle Handler) Route {
	return Route{http.MethodGet, path, access, section, maxForm, handle}
}

// Post is a route of a form that is sent.
func Post(path string, access Access, section *Section, handle Handler) Route {
	return Route{http.MethodPost, path, access, section, maxForm, handle}
}

// Taking is the route with forms of up to so many bytes, instead of 256 KiB.
func (r Route) Taking(bytes int64) Route {
	r.maxForm = bytes
	return r
}

// methods are the routes of one path, by method, and the templates of their area.
type methods struct {
	routes    map[string]Route
	templates map[string]*template.Template
}

func (f *Frame) methodsByPath(areas []Area) map[string]methods {
	all := map[string]methods{}
	for _, area := range areas {
		templates := f.parse(area.Templates, area.Parts...)
		for _, r := range area.Routes {
			if all[r.path].routes == nil {
				all[r.path] = methods{map[string]Route{}, templates}
			}
			all[r.path].routes[r.method] = r
		}
	}
	return all
}

func (m methods) find(method string) (Route, bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	r, known := m.routes[method]
	return r, known
}

// isForLinkHolders reports whether whoever holds a signed link may come, and nobody else.
func (m methods) isForLinkHolders() bool {
	for _, r := range m.routes {
		return r.access == LinkHolders // as all of one path
	}
	return false
}

// allowed lists the methods, for the header Allow.
func (m methods) allowed() string {
	names := slices.Sorted(maps.Keys(m.routes))
	if _, hasGet := m.routes[http.MethodGet]; hasGet {
		names = append(names, http.MethodHead)
	}
	return strings.Join(names, ", ")
}
