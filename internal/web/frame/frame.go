// Package frame is what stands around every page: who may open it, the session, forms, templates,
// error pages, assets and the headers that guard them. The areas beside it (internal/web/...) have
// the pages themselves; README.md in internal/web says how to add one.
package frame

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"tickler/internal/app"
	"tickler/internal/httpio"
)

// Config is what the frame stands on.
type Config struct {
	App *app.App
	// Tokens checks the signed links that let people in without a session.
	Tokens func(ctx context.Context) (app.Tokens, error)
	Assets Assets
	// PublicURL is where browsers reach the service, without a final slash. Its path stands before
	// that of every link; requests come in without it.
	PublicURL string
	Log       *slog.Logger
}

// Frame is the HTTP handler of all pages.
type Frame struct {
	Config
	site        site
	crossOrigin *http.CrossOriginProtection
	sections    []*Section
	offers      []Offer
	mux         *http.ServeMux
}

// site is where browsers see the pages.
type site struct {
	root   string // the path before all of ours: "", or like "/tickler"
	secure bool   // by https: cookies go no other way
}

// New puts a frame around the areas. It panics if a template or a route of theirs is wrong: that is
// in the program.
func New(c Config, areas ...Area) *Frame {
	f := &Frame{
		Config: c, site: site{root: httpio.RootOf(c.PublicURL), secure: strings.HasPrefix(c.PublicURL, "https://")},
		crossOrigin: http.NewCrossOriginProtection(),
	}
	if public, err := url.Parse(c.PublicURL); err == nil && public.Host != "" {
		// A proxy that does not hand on the Host makes our own forms look like a stranger's.
		// Its form is right, being put together here.
		_ = f.crossOrigin.AddTrustedOrigin(public.Scheme + "://" + public.Host)
	}
	for _, area := range areas {
		f.sections = append(f.sections, area.Sections...)
		f.offers = append(f.offers, area.Offers...)
	}
	f.mux = f.newMux(areas)
	return f
}

// newMux gives each path its routes. What no path matches goes to none, and is not found.
func (f *Frame) newMux(areas []Area) *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, byMethod := range f.methodsByPath(areas) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { f.serve(w, r, byMethod) })
	}
	none := methods{templates: f.parse(nil)}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { f.serve(w, r, none) })
	return mux
}

// pageTimeout ends a page whose database hangs, in a 503.
const pageTimeout = 30 * time.Second

// ServeHTTP answers with a page, or with a file that pages need.
func (f *Frame) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pageTimeout)
	defer cancel()
	f.site.guard(w.Header())
	requestID := httpio.RequestID(r)
	w.Header().Set(httpio.RequestIDHeader, requestID)
	if strings.HasPrefix(r.URL.Path, staticPath) {
		f.Assets.ServeHTTP(w, r)
		return
	}
	if tidy := tidied(r.URL.Path); tidy != r.URL.Path { // as the mux would do, but it does not know the root
		http.Redirect(w, r, f.site.root+(&url.URL{Path: tidy, RawQuery: r.URL.RawQuery}).RequestURI(),
			http.StatusPermanentRedirect)
		return
	}
	f.mux.ServeHTTP(w, r.WithContext(context.WithValue(ctx, requestIDKey{}, requestID)))
}

// tidied is a path without doubled slashes and dots.
func tidied(p string) string {
	tidy := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && tidy != "/" {
		tidy += "/"
	}
	return tidy
}

// requestIDKey is where the context has the request's id.
type requestIDKey struct{}

// contentPolicy lets pages load nothing but our own files, and nobody frame them.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// features are those of browsers that no page of ours uses.
const features = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"

// guard says what browsers may do with an answer. Once they have reached us by https, they do so for a
// year; what else this host or those below it serve is not for us to say.
func (s site) guard(header http.Header) {
	if s.secure {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", features)
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
}
