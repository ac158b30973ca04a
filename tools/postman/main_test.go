package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Every operation of the document is in the collection, with keys from variables and, where it
// takes one, a body.
func TestCollectionHasEveryOperation(t *testing.T) {
	content, err := os.ReadFile("../../internal/api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	if err := convert(bytes.NewReader(content), &written); err != nil {
		t.Fatal(err)
	}
	var made collection
	if err := json.Unmarshal(written.Bytes(), &made); err != nil {
		t.Fatal(err)
	}
	if made.Info.Schema != schema || len(made.Variable) != 3 {
		t.Errorf("it says of itself %+v, %+v", made.Info, made.Variable)
	}
	requests := map[string]request{}
	for _, folder := range made.Item {
		for _, call := range folder.Item {
			if call.Name == "" || len(call.Response) == 0 {
				t.Errorf("%q has %d answers", call.Name, len(call.Response))
			}
			path, _, _ := strings.Cut(call.Request.URL.Raw, "?")
			requests[call.Request.Method+" "+path] = *call.Request
		}
	}
	document, err := openapi3.NewLoader().LoadFromData(content)
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			call, found := requests[method+" {{baseUrl}}"+path]
			if !found {
				t.Errorf("%s %s is missing", method, path)
				continue
			}
			if (operation.RequestBody != nil) != (call.Body != nil && json.Valid([]byte(call.Body.Raw))) {
				t.Errorf("%s %s has the body %+v", method, path, call.Body)
			}
			if len(call.Header) < 2 || call.Header[0].Value != "{{accessKey}}" || call.Header[1].Value != "{{secretKey}}" {
				t.Errorf("%s %s has the header %+v", method, path, call.Header)
			}
		}
	}
}

// Of two parameters that mean the same, one of which is mandatory, one is enabled: otherwise the
// request would fail as it is.
func TestOneOfTwoNamesIsOn(t *testing.T) {
	content, err := os.ReadFile("../../internal/api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	document, err := openapi3.NewLoader().LoadFromData(content)
	if err != nil {
		t.Fatal(err)
	}
	path := "/v2/UserManagement.svc/User/Retrieve/ByUserId"
	query := addressOf(path, document.Paths.Value(path).Get.Parameters).Query
	if len(query) != 2 || query[0].Key != "userId" || query[0].Disabled || query[0].Value == "" || query[1].Key != "id" || !query[1].Disabled {
		t.Errorf("the query is %+v", query)
	}
}

func TestWhatIsNoDocumentIsRefused(t *testing.T) {
	if err := convert(strings.NewReader("{"), new(bytes.Buffer)); err == nil {
		t.Error("it is taken")
	}
}
