package frame

import (
	"io"
	"net/http"
	"time"

	"tickler/internal/httpio"
)

// Answer is what goes back: a page, a redirection, or a file that writes itself.
type Answer struct {
	status   int
	template string // of the page, without .html
	isPart   bool   // of a page: it goes without the frame
	title    string
	data     any                     // for the template, as .Data
	stream   func(w io.Writer) error // instead of a page
	location string                  // where a redirection leads, without the site's root
	header   map[string]string
	isSecret bool    // shows a secret, so that it is not compressed
	cookie   *Cookie // beside the session's; nil: none
}

// Show answers with the page of a template of the area, which finds data as .Data.
func Show(template, title string, data any) Answer {
	return Answer{status: http.StatusOK, template: template, title: title, data: data}
}

// Part answers with what a template of the area has as content, without the frame, for a script that
// puts it into a page.
func Part(template string, data any) Answer {
	return Answer{status: http.StatusOK, template: template, isPart: true, data: data}
}

// Refuse answers with the page whose form has mistakes in it.
func Refuse(template, title string, data any) Answer {
	return Answer{status: http.StatusUnprocessableEntity, template: template, title: title, data: data}
}

// Redirect sends the browser on to a path of ours, to be asked for by GET.
func Redirect(path string) Answer { return Answer{status: http.StatusSeeOther, location: path} }

// File answers with a file to be kept, which write makes. Nothing of it is held in memory here.
func File(name, contentType string, write func(w io.Writer) error) Answer {
	return Answer{status: http.StatusOK, stream: write, header: map[string]string{
		"Content-Type": contentType, "Content-Disposition": `attachment; filename="` + name + `"`,
	}}
}

// Events answers with a stream of events (server-sent events, HTML Living Standard section 9.2): run
// sends each by its name, and the answer ends when run does. A browser that does not take an event
// in time is cut off.
func Events(run func(send func(event string) error) error) Answer {
	stream := func(w io.Writer) error {
		control := http.NewResponseController(w.(http.ResponseWriter)) //nolint:forcetypeassert // see Frame.stream
		if err := control.Flush(); err != nil {                        // so that the browser knows at once that it is connected
			return err
		}
		return run(func(event string) error {
			_ = control.SetWriteDeadline(time.Now().Add(eventPatience)) // where there is none, none is needed
			if _, err := io.WriteString(w, "event: "+event+"\ndata:\n\n"); err != nil {
				return err
			}
			return control.Flush()
		})
	}
	return Answer{status: http.StatusOK, stream: stream, header: map[string]string{
		"Content-Type": "text/event-stream", "X-Accel-Buffering": "no", // for nginx, which would keep events back
	}}
}

// eventPatience is how long a browser may take to take an event.
const eventPatience = 30 * time.Second

// WithStatus answers the same with another status.
func (a Answer) WithStatus(status int) Answer {
	a.status = status
	return a
}

// WithSecret says that the page shows a secret. It is not compressed: the length of a compressed page
// tells whether what its address says is in it, and so, guess by guess, the secret. See ADR 0023.
func (a Answer) WithSecret() Answer {
	a.isSecret = true
	return a
}

// WithRetryAfter says after how long it is worth asking again.
func (a Answer) WithRetryAfter(d time.Duration) Answer {
	a.header = map[string]string{"Retry-After": httpio.WholeSeconds(d)}
	return a
}

// WithCookie has the browser keep a cookie.
func (a Answer) WithCookie(c Cookie) Answer {
	a.cookie = &c
	return a
}

// Cookie is one that an area has the browser keep. No script reads it, no other site has it sent,
// and where the service is reached by https it goes no other way.
type Cookie struct {
	Name, Value string
	Path        string // of the pages that get it
	Kept        time.Duration
}

// cookie is a cookie as this site sets it; nil for none.
func (s site) cookie(c *Cookie) *http.Cookie {
	if c == nil {
		return nil
	}
	return &http.Cookie{ //nolint:gosec // not Secure where the service is reached by plain http
		Name: c.Name, Value: c.Value, Path: s.root + c.Path, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: s.secure,
		MaxAge: int(c.Kept.Seconds()),
	}
}
