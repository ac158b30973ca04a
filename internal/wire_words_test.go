package internal_test

import (
	"encoding/json"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// ours are words of the wire that are also names in our code, in CamelCase. They may be used as
// names, in code and comments, but as string literals they count as words of the wire.
var ours = words(`CompletedBy CreatedBy ModifiedBy OwnerID TaskID TaskType TypeName FirstName LastName PercentCompleted
	EffortEstimateUnit ReminderTime CustomFields SchemaName DisplayName DataType DefaultDuration IsDefault ContentType
	NotifyOnFailure FailingSince FailureReason DryRun CompletionNote accessKey`)

// kept are words of the wire that may be in string literals too, because they are stored in the
// database.
var kept = words(`Marketing_User Sales_User`) // roles

// more matches words of the wire that are in no list of the OpenAPI document.
var more = regexp.MustCompile(`MX[A-Z]\w+Exception|\b[A-Z]\w+\.svc\b|/Date\(|\blik_[se]\b|\bnlik\b|x-LSQ-\w+`)

// The wire's words stay at the wire: the domain, the use cases and the store don't use
// LeadSquared's words, which are recognized by their humps and underscores.
func TestWireWordsStayAtTheWire(t *testing.T) {
	wire := wireWords(t)
	for _, folder := range []string{"..", "app", "store", "store/engine"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, part := range partsOf(t, file) {
				for _, word := range aWord.FindAllString(part.text, -1) {
					if wire[word] && !kept[word] && (part.isText || !ours[word]) {
						t.Errorf("%s: %s", part.at, word)
					}
				}
				if word := more.FindString(part.text); word != "" {
					t.Errorf("%s: %s", part.at, word)
				}
			}
		}
	}
}

// wireWords returns the names of attributes, parameters and values in the OpenAPI document that are
// used only when speaking of the wire.
func wireWords(t *testing.T) map[string]bool {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromFile("api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	draw(whole, func(word string) {
		if isWireWord.MatchString(word) {
			words[word] = true
		}
	})
	return words
}

// isWireWord matches words with humps or underscores, which plain English does not have.
var isWireWord = regexp.MustCompile(`^\w*([a-z][A-Z]|_)\w*$`)

// draw calls tell with every name of an attribute or parameter and every value of a closed list.
func draw(v any, tell func(word string)) {
	switch v := v.(type) {
	case []any:
		for _, each := range v {
			draw(each, tell)
		}
	case map[string]any:
		properties, _ := v["properties"].(map[string]any)
		for name := range properties {
			tell(name)
		}
		if name, ok := v["name"].(string); ok && v["in"] != nil {
			tell(name)
		}
		values, _ := v["enum"].([]any)
		for _, value := range values {
			if text, ok := value.(string); ok {
				tell(text)
			}
		}
		for _, below := range v {
			draw(below, tell)
		}
	}
}

func words(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

// part is a name, a string literal or a comment of a file.
type part struct {
	at     token.Position
	text   string
	isText bool
}

var aWord = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// partsOf returns a file's names, string literals and comments.
func partsOf(t *testing.T, file string) (parts []part) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	var s scanner.Scanner
	s.Init(files.AddFile(file, -1, len(source)), source, nil, scanner.ScanComments)
	for {
		position, kind, text := s.Scan()
		switch kind {
		case token.EOF:
			return parts
		case token.IDENT, token.STRING, token.COMMENT:
			parts = append(parts, part{files.Position(position), text, kind == token.STRING})
		default:
		}
	}
}
