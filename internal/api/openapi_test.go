package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/api/wire"
)

func loadOpenAPI(t testing.TB) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(openAPI)
	noError(t, err)
	noError(t, document.Validate(t.Context()))
	return document
}

func TestOpenAPIIsServedWithoutKeys(t *testing.T) {
	o := openOffice(t)
	for _, path := range []string{"/openapi.yaml", "//OpenAPI.yaml"} {
		w := o.call(get, path, "")
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/yaml" || w.Body.String() != string(openAPI) {
			t.Errorf("GET %s: %d %s", path, w.Code, w.Header())
		}
	}
	gzipped := o.call(get, "/openapi.yaml", "", "Accept-Encoding: gzip")
	if gzipped.Header().Get("Content-Encoding") != "gzip" || gzipped.Body.Len() > len(openAPI)/4 {
		t.Errorf("GET with gzip: %d bytes, %s", gzipped.Body.Len(), gzipped.Header())
	}
	w := o.call(post, "/openapi.yaml", "")
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" || errorType(t, w.Body.Bytes()) != methodNotAllowed.typ {
		t.Errorf("POST: %d %s %s", w.Code, w.Header(), w.Body)
	}
	// It is not an API call: it spends none, and wrong keys are not counted.
	for range 2 * tickler.DefaultRateLimit.Calls {
		if w := o.call(get, "/openapi.yaml?accessKey=wrong", ""); w.Code != http.StatusOK || w.Header().Get("RateLimit") != "" {
			t.Fatalf("GET: %d %s", w.Code, w.Header())
		}
	}
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

// Every operation has what a reader needs: its name and description, its keys, an example of a
// request and of an answer, and the answers that every call can get.
func TestOpenAPIOperationsAreComplete(t *testing.T) {
	document := loadOpenAPI(t)
	seen := map[string]string{}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			name := method + " " + path
			if seen[operation.OperationID] != "" || operation.OperationID == "" {
				t.Errorf("%s has the operationId %q, like %s", name, operation.OperationID, seen[operation.OperationID])
			}
			seen[operation.OperationID] = name
			if operation.Summary == "" || len(operation.Tags) != 1 || document.Tags.Get(operation.Tags[0]) == nil {
				t.Errorf("%s has the summary %q and the tags %q: there must be a summary and one of the document's tags", name, operation.Summary, operation.Tags)
			}
			if operation.Security != nil || len(document.Security) == 0 {
				t.Errorf("%s has not the keys of all calls", name)
			}
			if operation.RequestBody != nil {
				checkExamples(t, name+" is sent", operation.RequestBody.Value.Content)
			}
			checkExamples(t, name+" is answered", operation.Responses.Status(http.StatusOK).Value.Content)
			checkErrors(t, name, item, operation)
		}
	}
}

// checkExamples wants an example in each content. Loading the document has checked it against its
// schema.
func checkExamples(t *testing.T, what string, contents openapi3.Content) {
	t.Helper()
	for mediaType, content := range contents {
		if content.Example == nil && len(content.Examples) == 0 {
			t.Errorf("%s %s without an example", what, mediaType)
		}
		for name, example := range content.Examples {
			if example.Value.Summary == "" {
				t.Errorf("%s: the example %q has no summary", what, name)
			}
		}
	}
}

// checkErrors wants the shared answers that every call can get, each with an example, and 400 where
// something can be wrong.
func checkErrors(t *testing.T, name string, item *openapi3.PathItem, operation *openapi3.Operation) {
	t.Helper()
	want := map[int]string{401: "Unauthenticated", 404: "NotFound", 405: "WrongMethod", 413: "TooLarge", 429: "TooManyCalls", 500: "OurFault", 503: "Unavailable"}
	takesNothing := operation.RequestBody == nil && !slices.ContainsFunc(slices.Concat(item.Parameters, operation.Parameters), func(p *openapi3.ParameterRef) bool {
		return p.Value.In == openapi3.ParameterInQuery
	})
	if !takesNothing {
		want[http.StatusBadRequest] = "Mistake"
	}
	for status, component := range want {
		response := operation.Responses.Status(status)
		if response == nil || response.Ref != "#/components/responses/"+component {
			t.Errorf("%s: %d is not the shared answer %s", name, status, component)
			continue
		}
		checkExamples(t, fmt.Sprintf("%s: %d", name, status), response.Value.Content)
	}
	if forbidden := operation.Responses.Status(http.StatusForbidden); forbidden != nil && forbidden.Ref != "#/components/responses/Forbidden" {
		t.Errorf("%s: 403 is not the shared answer", name)
	}
}

// The attributes of bodies, and which of them are objects, are the same in the shapes and in the
// document.
func TestOpenAPIHasEveryAttribute(t *testing.T) {
	document := loadOpenAPI(t)
	for _, r := range routes {
		if r.body == nil || r.path == panicPath {
			continue
		}
		item := document.Paths.Value(r.path)
		if item == nil {
			continue // TestOpenAPIHasEveryRoute says so
		}
		for _, method := range r.methods {
			if method == get { // says all in its query
				continue
			}
			body := item.GetOperation(method).RequestBody.Value
			want, got := attributePaths(r.body, ""), propertyPaths(body.Content.Get("application/json").Schema.Value, "")
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-shape +document):\n%s", r.path, diff)
			}
		}
	}
}

// isDeep stops the descent into a shape that contains itself.
func isDeep(above string) bool { return strings.Count(above, "GroupConditions") > 2 }

func attributePaths(s *wire.Shape, above string) (paths []string) {
	if isDeep(above) {
		return nil
	}
	if s.Kind == wire.ArrayNode {
		return attributePaths(s.Each, above+"[]")
	}
	if s.OrList != nil {
		paths = attributePaths(s.OrList, above+"[]")
	}
	for _, a := range s.Attributes {
		if below := above + "." + a.Name; a.Shape == wire.AnyValue {
			paths = append(paths, below)
		} else {
			paths = append(paths, below+" {}")
			paths = append(paths, attributePaths(a.Shape, below)...)
		}
	}
	return paths
}

func propertyPaths(s *openapi3.Schema, above string) (paths []string) {
	if isDeep(above) {
		return nil
	}
	if s.Items != nil {
		return propertyPaths(s.Items.Value, above+"[]")
	}
	properties := map[string]*openapi3.Schema{}
	for _, part := range s.AllOf {
		for name, property := range part.Value.Properties {
			properties[name] = property.Value
		}
	}
	for name, property := range s.Properties {
		properties[name] = property.Value
	}
	for name, property := range properties {
		if below := above + "." + name; property.Type.Includes("object") || property.Type.Includes("array") {
			paths = append(paths, below+" {}")
			paths = append(paths, propertyPaths(property, below)...)
		} else {
			paths = append(paths, below)
		}
	}
	return paths
}

// The error types of the document are those of the code.
func TestOpenAPIHasEveryErrorType(t *testing.T) {
	var want, got []string
	for _, f := range everyFailure() {
		want = append(want, f.typ)
	}
	for _, typ := range loadOpenAPI(t).Components.Schemas["Error"].Value.Properties["ExceptionType"].Value.Enum {
		got = append(got, fmt.Sprint(typ))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-code +document):\n%s", diff)
	}
}

func init() {
	openapi3filter.RegisterBodyDecoder("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", openapi3filter.FileBodyDecoder)
}

// contract checks exchanges against the document.
type contract struct{ document *openapi3.T }

// newContract reads the document and closes the schemas of its answers: everything in an answer
// must be documented, though clients are told to expect more some day.
func newContract(t testing.TB) contract {
	t.Helper()
	document := loadOpenAPI(t)
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			for _, response := range operation.Responses.Map() {
				if content := response.Value.Content.Get("application/json"); content != nil {
					closeSchema(content.Schema)
				}
			}
		}
	}
	return contract{document}
}

func closeSchema(ref *openapi3.SchemaRef) {
	if ref == nil {
		return
	}
	s := ref.Value
	for _, part := range slices.Concat(s.AllOf, s.OneOf) {
		closeSchema(part)
	}
	for _, property := range s.Properties {
		closeSchema(property)
	}
	closeSchema(s.Items)
	if len(s.Properties) > 0 && s.AdditionalProperties.Schema == nil && len(s.AllOf) == 0 {
		no := false
		s.AdditionalProperties.Has = &no
	}
}

// check compares one turn of an exchange with the document. A call that was answered 200 must be as
// documented; an answer always must.
func (c contract) check(t testing.TB, turn turn) {
	t.Helper()
	if turn.answer.Code == http.StatusNoContent { // a preflight, not yet a call
		return
	}
	r, known := routes[foldPath(turn.request.URL.Path)]
	method := turn.request.Method
	if method == http.MethodHead {
		method = get
	}
	if !known || !allows(r.methods, method) || r.path == panicPath {
		// The document has no operation for it, but all operations have these answers.
		r = routes[foldPath("/v2/Task.svc/Create")]
	}
	item := c.document.Paths.Value(r.path)
	operation := item.GetOperation(r.methods[0])
	if known && allows(r.methods, method) {
		operation = item.GetOperation(method)
	}
	input := &openapi3filter.RequestValidationInput{
		Request: documentedForm(t, r, slices.Concat(item.Parameters, operation.Parameters), turn),
		Route:   &routers.Route{Spec: c.document, Path: r.path, PathItem: item, Method: method, Operation: operation},
		Options: &openapi3filter.Options{
			AuthenticationFunc: hasKey, IncludeResponseStatus: true, RejectWhenRequestBodyNotSpecified: true, SkipSettingDefaults: true,
		},
	}
	if turn.answer.Code == http.StatusOK {
		if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil && !failsItsRowAlone(err) {
			t.Errorf("%s %s was taken, but is not documented: %v", turn.request.Method, turn.request.URL, err)
		}
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: turn.answer.Code, Header: turn.answer.Header(), Options: input.Options,
	}
	isWhole := turn.request.Method != http.MethodHead
	if err := openapi3filter.ValidateResponse(t.Context(), answer.SetBodyBytes(turn.answer.Body.Bytes())); err != nil && isWhole {
		t.Errorf("%s %s was answered what is not documented: %v", turn.request.Method, turn.request.URL, err)
	}
	documented := map[string]bool{
		"Content-Type": true, "X-Content-Type-Options": true, "Cache-Control": true, "Connection": true, "Content-Length": true,
		"Access-Control-Allow-Origin": true, "Access-Control-Expose-Headers": true,
	}
	for name := range operation.Responses.Status(turn.answer.Code).Value.Headers {
		documented[http.CanonicalHeaderKey(name)] = true
	}
	for name := range turn.answer.Header() {
		if !documented[name] {
			t.Errorf("the header %s of an answer %d is not documented", name, turn.answer.Code)
		}
	}
}

// failsItsRowAlone reports whether the only violations are values in rows of a bulk request, which
// don't fail the call.
func failsItsRowAlone(err error) bool {
	places := faultyPlace.FindAllStringSubmatch(err.Error(), -1)
	return len(places) > 0 && !slices.ContainsFunc(places, func(place []string) bool {
		return !strings.HasPrefix(place[1], "/TaskList/") && !strings.HasPrefix(place[1], "/TaskIds/")
	})
}

var faultyPlace = regexp.MustCompile(`[Ee]rror at "([^"]*)":`)

// documentedForm spells the names in a request as the document does: OpenAPI can't express "in any
// case".
func documentedForm(t testing.TB, r route, parameters openapi3.Parameters, turn turn) *http.Request {
	t.Helper()
	request := turn.request.Clone(t.Context())
	known := map[string]string{"accesskey": "accessKey", "secretkey": "secretKey"}
	for _, parameter := range parameters {
		known[wire.Fold(parameter.Value.Name)] = parameter.Value.Name
	}
	query := url.Values{}
	for name, value := range readQuery(turn.request.URL).values {
		if known[name] == "dryRun" {
			value = strings.ToLower(value)
		}
		query.Set(known[name], value)
	}
	request.URL.RawQuery = query.Encode()
	body := turn.sent
	if len(turn.sent) > 0 && r.body != nil && turn.answer.Code == http.StatusOK {
		tree, err := r.parse(http.Header{"Content-Type": {"application/json"}}, turn.sent)
		noError(t, err)
		body = wire.Marshal(plain(tree))
	}
	request.Body = http.NoBody
	if len(body) > 0 {
		withBody, err := http.NewRequestWithContext(t.Context(), request.Method, "/", strings.NewReader(string(body)))
		noError(t, err)
		request.Body = withBody.Body
	}
	return request
}

// plain returns the value as encoding/json would decode it.
func plain(n wire.Node) any {
	switch n.Kind {
	case wire.StringNode:
		return n.Text
	case wire.NumberNode:
		return json.Number(n.Text)
	case wire.BooleanNode:
		return n.Text == "true"
	case wire.ObjectNode:
		object := map[string]any{}
		for _, m := range n.Members {
			object[m.Name] = plain(m.Value)
		}
		return object
	case wire.ArrayNode:
		array := make([]any, len(n.Items))
		for i, item := range n.Items {
			array[i] = plain(item)
		}
		return array
	default:
		return nil
	}
}

func hasKey(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	scheme, r := input.SecurityScheme, input.RequestValidationInput.Request
	if scheme.In == openapi3.ParameterInHeader && r.Header.Get(scheme.Name) == "" || scheme.In == openapi3.ParameterInQuery && !r.URL.Query().Has(scheme.Name) {
		return input.NewError(fmt.Errorf("no %s", scheme.Name))
	}
	return nil
}
