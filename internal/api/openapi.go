package api

import (
	_ "embed"
	"net/http"
)

// openAPI is the description of every call, written by hand. The tests hold it and the code to each other.
//
//go:embed openapi.yaml
var openAPI []byte

// openAPIPath is where the description is served. It is a document and no call: it needs no keys and spends none.
const openAPIPath = "/openapi.yaml"

func serveOpenAPI(r *http.Request) answer {
	if r.Method != get {
		return wrongMethod(openAPIPath, r.Method, get)
	}
	document := ok(openAPI)
	document.setHeader("Content-Type", "application/yaml")
	return document
}
