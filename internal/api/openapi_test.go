package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

func loadOpenAPI(t testing.TB) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(openAPI)
	noError(t, err)
	noError(t, document.Validate(t.Context()))
	return document
}

// The routes and the document's operations are the same set.
func TestOpenAPIHasEveryRoute(t *testing.T) {
	var routed, documented []string
	for _, r := range routes {
		for _, method := range r.methods {
			if r.path != panicPath {
				routed = append(routed, method+" "+r.path)
			}
		}
	}
	for path, item := range loadOpenAPI(t).Paths.Map() {
		for method := range item.Operations() {
			documented = append(documented, method+" "+path)
		}
	}
	slices.Sort(routed)
	slices.Sort(documented)
	if diff := cmp.Diff(routed, documented); diff != "" {
		t.Errorf("(-routes +document):\n%s", diff)
	}
}

var _ = http.MethodGet
var _ = strings.ToLower
