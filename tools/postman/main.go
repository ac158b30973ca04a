// Command postman makes a Postman collection of the API's OpenAPI document: it reads the one from
// its standard input and writes the other to its standard output.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

func main() {
	if err := convert(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "postman:", err)
		os.Exit(1)
	}
}

func convert(from io.Reader, to io.Writer) error {
	content, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	document, err := openapi3.NewLoader().LoadFromData(content)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(collect(document))
}

// collection is a Postman collection, as far as we need one:
// https://schema.postman.com/collection/json/v2.1.0.
type collection struct {
	Info     info    `json:"info"`
	Item     []item  `json:"item"`
	Variable []field `json:"variable"`
}

type info struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Schema      string `json:"schema"`
}

// item is a folder of items, or a request.
type item struct {
	Name        string     `json:"name"`
	Description string     `json:"description,omitempty"`
	Item        []item     `json:"item,omitempty"`
	Request     *request   `json:"request,omitempty"`
	Response    []response `json:"response,omitempty"`
}

type request struct {
	Method      string  `json:"method"`
	Description string  `json:"description,omitempty"`
	Header      []field `json:"header"`
	URL         address `json:"url"`
	Body        *body   `json:"body,omitempty"`
}

type address struct {
	Raw   string   `json:"raw"`
	Host  []string `json:"host"`
	Path  []string `json:"path"`
	Query []field  `json:"query,omitempty"`
}

type field struct {
	Key         string `json:"key"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Disabled    bool   `json:"disabled,omitempty"`
}

type body struct {
	Mode    string         `json:"mode"`
	Raw     string         `json:"raw"`
	Options map[string]any `json:"options"`
}

type response struct {
	Name            string  `json:"name"`
	OriginalRequest request `json:"originalRequest"`
	Status          string  `json:"status"`
	Code            int     `json:"code"`
	Language        string  `json:"_postman_previewlanguage"`
	Header          []field `json:"header"`
	Body            string  `json:"body"`
}

const schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

// collect makes a folder of each tag. The keys are variables, so that no collection holds any.
func collect(document *openapi3.T) collection {
	c := collection{
		Info: info{Name: document.Info.Title, Description: document.Info.Description, Schema: schema},
		Variable: []field{
			{Key: "baseUrl", Value: "http://127.0.0.1:8080"}, {Key: "accessKey"}, {Key: "secretKey"},
		},
	}
	for _, tag := range document.Tags {
		folder := item{Name: tag.Name, Description: tag.Description}
		for _, path := range document.Paths.Keys() {
			operations := document.Paths.Value(path).Operations()
			for _, method := range slices.Sorted(maps.Keys(operations)) {
				if operation := operations[method]; slices.Contains(operation.Tags, tag.Name) {
					parameters := slices.Concat(document.Paths.Value(path).Parameters, operation.Parameters)
					folder.Item = append(folder.Item, calls(method, path, operation, parameters)...)
				}
			}
		}
		c.Item = append(c.Item, folder)
	}
	return c
}

// calls makes a request of each example of an operation's body; of an operation without one, a
// single request.
func calls(method, path string, operation *openapi3.Operation, parameters openapi3.Parameters) (items []item) {
	plain := request{
		Method: method, Description: operation.Description, URL: addressOf(path, parameters),
		Header: append(
			[]field{{Key: "x-LSQ-AccessKey", Value: "{{accessKey}}"}, {Key: "x-LSQ-SecretKey", Value: "{{secretKey}}"}},
			fields(parameters, openapi3.ParameterInHeader)...),
	}
	if operation.RequestBody == nil {
		return []item{{Name: operation.Summary, Request: &plain, Response: answers(operation, plain)}}
	}
	for _, example := range examplesOf(operation.RequestBody.Value.Content) {
		made := plain
		made.Header = append(slices.Clip(plain.Header), field{Key: "Content-Type", Value: "application/json"})
		made.Body = &body{
			Mode: "raw", Raw: example.text,
			Options: map[string]any{"raw": map[string]any{"language": "json"}},
		}
		name := operation.Summary
		if example.summary != "" {
			name += ": " + example.summary
		}
		items = append(items, item{Name: name, Request: &made, Response: answers(operation, made)})
	}
	return items
}

func addressOf(path string, parameters openapi3.Parameters) address {
	a := address{
		Raw: "{{baseUrl}}" + path, Host: []string{"{{baseUrl}}"}, Path: strings.Split(strings.Trim(path, "/"), "/"),
		Query: fields(parameters, openapi3.ParameterInQuery),
	}
	separator := "?"
	for _, q := range a.Query {
		if !q.Disabled {
			a.Raw += separator + q.Key + "=" + q.Value
			separator = "&"
		}
	}
	return a
}

// fields returns the parameters at a place with an example of each; optional ones are there, but
// disabled.
func fields(parameters openapi3.Parameters, place string) (all []field) {
	for _, p := range parameters {
		if p.Value.In != place {
			continue
		}
		value := p.Value.Example
		if value == nil && len(p.Value.Schema.Value.Examples) > 0 {
			value = p.Value.Schema.Value.Examples[0]
		}
		if value == nil {
			value = p.Value.Schema.Value.Default
		}
		_, isNeeded := p.Value.Extensions["x-mandatory-unless"] // of two that mean the same
		f := field{Key: p.Value.Name, Description: p.Value.Description, Disabled: !p.Value.Required && !isNeeded}
		if value != nil {
			f.Value = fmt.Sprint(value)
		}
		all = append(all, f)
	}
	return all
}

func answers(operation *openapi3.Operation, original request) (all []response) {
	for _, example := range examplesOf(operation.Responses.Status(http.StatusOK).Value.Content) {
		r := response{
			Name: example.summary, OriginalRequest: original, Status: http.StatusText(http.StatusOK),
			Code:     http.StatusOK,
			Language: language(example.mediaType), Header: []field{{Key: "Content-Type", Value: example.mediaType}},
			Body: example.text,
		}
		if r.Name == "" {
			r.Name = operation.Summary
		}
		all = append(all, r)
	}
	return all
}

func language(mediaType string) string {
	if strings.HasPrefix(mediaType, "application/json") {
		return "json"
	}
	return "text"
}

type example struct{ summary, mediaType, text string }

func examplesOf(contents openapi3.Content) (all []example) {
	for _, mediaType := range slices.Sorted(maps.Keys(contents)) {
		content := contents[mediaType]
		if content.Example != nil {
			all = append(all, example{"", mediaType, indented(content.Example)})
		}
		for _, name := range slices.Sorted(maps.Keys(content.Examples)) {
			value := content.Examples[name].Value
			all = append(all, example{value.Summary, mediaType, indented(value.Value)})
		}
	}
	return all
}

// indented writes a value for people. A text that is no JSON stays as it is.
func indented(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
