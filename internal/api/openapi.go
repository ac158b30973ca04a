package api

import (
	"bytes"
	_ "embed"
	"net/http"

	"tickler/internal/httpio"
)

// openAPI is the description of every call, written by hand. The tests hold it and the code to each
// other.
//
//go:embed openapi.yaml
var openAPI []byte

// documentFor is the description for a service that is reached at a public URL: below its path,
// where it has one.
func documentFor(publicURL string) httpio.Packed {
	root := httpio.RootOf(publicURL)
	if root == "" {
		return httpio.Pack(openAPI)
	}
	return httpio.Pack(bytes.Replace(openAPI, []byte("\n  - url: /\n"), []byte("\n  - url: "+root+"\n"), 1))
}

// openAPIPath is where the description is served. It is a document and no call: it needs no keys
// and spends none.
const openAPIPath = "/openapi.yaml"

func (a *API) serveOpenAPI(r *http.Request) answer {
	if !allows([]string{get}, r.Method) {
		return wrongMethod(openAPIPath, r.Method, get)
	}
	content, gzipped := a.document.For(r)
	document := ok(content)
	if gzipped {
		document.setHeader("Content-Encoding", "gzip")
	}
	document.setHeader("Vary", "Accept-Encoding")
	document.setHeader("Content-Type", "application/yaml")
	return document
}
