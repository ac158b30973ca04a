package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/api"
	"tickler/internal/plain"
)

// constants returns the values of a type's constants in a file of the domain, by name.
func constants(t *testing.T, file, typeName string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "../"+file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok && of.Name == typeName {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			found[spec.Names[0].Name] = text
		}
		return true
	})
	if len(found) < 20 {
		t.Fatalf("%s has %d constants of the type %s", file, len(found), typeName)
	}
	return found
}

// Every surface has a sentence for every fact, and can spell everything a fact may contain.
func TestEverySurfaceSpellsEveryFact(t *testing.T) {
	seen := map[string]string{}
	for name, text := range constants(t, "fact.go", "Fact") {
		if other, taken := seen[text]; taken {
			t.Errorf("%s and %s are the same fact", name, other)
		}
		seen[text] = name
		e := tickler.Refuse(tickler.Fact(text), tickler.FieldName, "value", "first", "second")
		for surface, sentence := range map[string]string{
			"the API":       api.BulkWire{}.Fault(e).Message,
			"plain English": plain.Text(e, time.Time.String),
		} {
			if len(sentence) < 10 || strings.ContainsAny(sentence, "{}") {
				t.Errorf("%s says of %s: %q", surface, name, sentence)
			}
		}
	}
}

// Every field has a name on the wire.
func TestEveryFieldHasAnAttribute(t *testing.T) {
	for name, text := range constants(t, "field.go", "Field") {
		attribute := api.BulkWire{}.Fault(tickler.Refuse(tickler.FactTooLong, tickler.Field(text), "", 1, 2)).Attribute
		if attribute == text && name != "FieldURL" {
			t.Errorf("%s has no attribute", name)
		}
	}
}
