package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"path"
	"strings"
	"time"

	"tickler"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages by name, each with the frame around it.
var templates = parseTemplates()

func parseTemplates() map[string]*template.Template {
	frame := template.Must(template.New("").Funcs(template.FuncMap{"asset": asset, "event": eventWords, "counted": counted}).
		ParseFS(templateFiles, "templates/frame.html", "templates/parts.html"))
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // they are embedded
	}
	byName := map[string]*template.Template{}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), path.Ext(file.Name()))
		if name == "frame" || name == "parts" {
			continue
		}
		byName[name] = template.Must(template.Must(frame.Clone()).ParseFS(templateFiles, "templates/"+file.Name()))
	}
	return byName
}

// view is what a template is given.
type view struct {
	Title      string
	path       string
	User       *tickler.User // nil for a stranger
	Navigation []navigationLink
	Flashes    []flash
	Data       any // the page's own
	RequestID  string
	Now        time.Time
	zone       *time.Location
}

type navigationLink struct {
	link
	Current bool // the page is the link's, or below it
}

// render makes the page of an answer; nothing for one that has none. Messages that wait are shown on it, unless all but a
// part of it goes unseen: then they wait on.
func (p *page) render(a answer) ([]byte, error) {
	if a.template == "" {
		return nil, nil
	}
	v := view{Title: a.title, path: p.URL.Path, Data: a.data, RequestID: p.requestID, Now: p.now, zone: p.zone()}
	if !p.isStranger() {
		v.User, v.Navigation = &p.caller.User, navigationAt(p.URL.Path)
	}
	if !p.isStranger() && !p.isLookedAtAgain() {
		v.Flashes = p.sessions.takeFlashes(p.Context())
	}
	var b bytes.Buffer
	err := templates[a.template].ExecuteTemplate(&b, "frame", v)
	return b.Bytes(), err
}

func navigationAt(path string) []navigationLink {
	var links []navigationLink
	for _, l := range navigation {
		links = append(links, navigationLink{l, isWithin(path, l.Path)})
	}
	return links
}

// isWithin tells whether a path is that of a page or of one below it. The webhooks are a part of the settings.
func isWithin(path, page string) bool {
	return path == page || strings.HasPrefix(path, page+"/") || page == "/settings" && isWithin(path, "/webhooks")
}

// Zone names where the page's times are read.
func (v view) Zone() string { return v.zone.String() }

// At gives an instant to the template "instant".
func (v view) At(t time.Time) instant { return instantIn(t, v.zone, v.Now) }

// at gives an instant as the page's user reads it.
func (p *page) at(t time.Time) instant { return instantIn(t, p.zone(), p.now) }

func instantIn(t time.Time, zone *time.Location, now time.Time) instant {
	return instant{t.UTC(), t.In(zone), now}
}

// instant is one as machines and as people read it.
type instant struct{ utc, local, now time.Time }

// IsZero tells whether there is no instant.
func (i instant) IsZero() bool { return i.utc.IsZero() }

// UTC is for machines.
func (i instant) UTC() string { return i.utc.Format(time.RFC3339) }

// Local is for people: to the second only if need be.
func (i instant) Local() string { return localText(i.local) }

func localText(local time.Time) string {
	if local.Second() != 0 {
		return local.Format(time.DateTime)
	}
	return local.Format("2006-01-02 15:04")
}

// Distance tells in words how far the instant is from now: "in 3 days", "5 minutes ago". Beyond two months a date says more.
func (i instant) Distance() string {
	const day = 24 * time.Hour
	far := i.utc.Sub(i.now).Abs()
	switch {
	case i.IsZero() || far >= 60*day:
		return ""
	case far < time.Minute:
		return i.towards(far, time.Second, "second")
	case far < time.Hour:
		return i.towards(far, time.Minute, "minute")
	case far < 2*day:
		return i.towards(far, time.Hour, "hour")
	default:
		return i.towards(far, day, "day")
	}
}

func (i instant) towards(far, unit time.Duration, name string) string {
	length := counted(int(far/unit), name)
	if i.utc.After(i.now) {
		return "in " + length
	}
	return length + " ago"
}

// counted says how many there are of something: "1 row", "2 rows".
func counted(n int, name string) string {
	if n != 1 {
		name += "s"
	}
	return fmt.Sprintf("%d %s", n, name)
}
