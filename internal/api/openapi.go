package api

import (
	_ "embed"
	"net/http"

	"tickler/internal/httpio"
)

// openAPI is the description of every call, written by hand. The tests hold it and the code to each other.
//
//go:embed openapi.yaml
var openAPI []byte

var packedOpenAPI = httpio.Pack(openAPI)

// openAPIPath is where the description is served. It is a document and no call: it needs no keys and spends none.
const openAPIPath = "/openapi.yaml"

func serveOpenAPI(r *http.Request) answer {
	if r.Method != get {
		return wrongMethod(openAPIPath, r.Method, get)
	}
	content, gzipped := packedOpenAPI.For(r)
	document := ok(content)
	if gzipped {
		document.setHeader("Content-Encoding", "gzip")
	}
	document.setHeader("Vary", "Accept-Encoding")
	document.setHeader("Content-Type", "application/yaml")
	return document
}
