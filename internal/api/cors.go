package api

import "net/http"

// Pages of any origin may call the API: it accepts keys only, which no browser adds by itself, and
// never a cookie.

// admitPages lets a page of another origin read an answer, whatever it is.
func admitPages(header http.Header) {
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers",
		"Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Idempotency-Replayed, Content-Disposition")
}

// isPreflight reports whether a browser asks if a page may make a call.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}

// preflight is the answer to a browser that asks. Whether there is such a call, and whether the
// keys are right, is answered to the call itself.
var preflight = answer{status: http.StatusNoContent, header: map[string]string{
	"Access-Control-Allow-Methods": "GET, HEAD, POST",
	"Access-Control-Allow-Headers": "Content-Type, x-LSQ-AccessKey, x-LSQ-SecretKey, Idempotency-Key, X-Request-Id",
	"Access-Control-Max-Age":       "86400", // seconds: a day, the longest that any browser remembers it
}}
