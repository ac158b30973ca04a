package httpio

import (
	"net/http"
	"net/url"
	"strings"
)

// RootOf returns the path below which a service is reached by its public URL, as links have it: "", or like "/tickler".
func RootOf(publicURL string) string {
	public, err := url.Parse(publicURL)
	if err != nil {
		return ""
	}
	return strings.TrimRight(public.EscapedPath(), "/")
}

// Below takes the root of a public URL away from the paths of requests, so that what serves them need not know it. A path that
// is not below the root stays: as a proxy hands it on that has taken the root away itself, or a probe of the machine's own.
func Below(publicURL string, serve http.Handler) http.Handler {
	escaped := RootOf(publicURL)
	root, err := url.PathUnescape(escaped)
	if err != nil || root == "" {
		return serve
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, below := strings.CutPrefix(r.URL.Path, root)
		switch {
		case below && rest == "":
			http.Redirect(w, r, escaped+"/", http.StatusPermanentRedirect)
			return
		case below && rest[0] == '/':
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = rest, strings.TrimPrefix(r.URL.RawPath, escaped)
		}
		serve.ServeHTTP(w, r)
	})
}
