package httpio

import (
	"net/http"
	"net/url"
	"strings"
)

// RootOf returns the path below which a service is reached by its public URL, as links have it: "",
// or like "/tickler".
func RootOf(publicURL string) string {
	public, err := url.Parse(publicURL)
	if err != nil {
		return ""
	}
	return strings.TrimRight(public.EscapedPath(), "/")
}

// Below strips the root of a public URL from the paths of requests, so that handlers need not know
// it. A path that is not below the root stays as it is: a proxy may have stripped the root itself,
// or a probe on this machine does not use it.
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
