package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"tickler"
)

// FuzzParse checks that bodies are accepted and read as by encoding/json, except for what the
// contract refuses in addition.
func FuzzParse(f *testing.F) {
	for _, body := range []string{
		``, ` `, `null`, `true`, `-0.0`, `1e999`, `"a"`, `"\u0000"`, `"\ud83d\udcde"`, `"\ud83d"`, `"\\ud83d"`, `{}`, `[]`, `[[]]`,
		"\ufeff{}", "\xff", `{"a":1,"A":2}`, `{"s":1,"ſ":2}`, `{"a":{"b":[1,"2",null,true,{"c":""}]}}`, `{"a":1}x`, `{"a":1`, `[1,]`,
		strings.Repeat("[", 20) + strings.Repeat("]", 20), strings.Repeat("[", 21) + strings.Repeat("]", 21), `{"":""}`, "{\"a\":\"\x00\"}",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tree, err := Parse(body)
		bare := bytes.TrimPrefix(body, []byte("\ufeff"))
		valid := json.Valid(bare) && utf8.Valid(bare)
		if err == nil {
			var want any
			decoder := json.NewDecoder(bytes.NewReader(bare))
			decoder.UseNumber()
			if err := decoder.Decode(&want); err != nil {
				t.Fatal(err)
			}
			if got := plain(tree); !valid || !reflect.DeepEqual(got, want) {
				t.Errorf("valid: %t, read %#v, want %#v", valid, got, want)
			}
			return
		}
		e, ok := errors.AsType[*Mistake](err)
		if !ok || e.Kind != tickler.KindInvalid || !utf8.ValidString(e.Text) || len(e.Text) > 1000 {
			t.Fatalf("an error of another kind: %#v", err)
		}
		beyond := []string{"given twice", "NUL", "nested too deeply", "too many values", "surrogate"}
		isBeyond := false
		for _, words := range beyond {
			isBeyond = isBeyond || strings.Contains(e.Text, words)
		}
		if valid && !isBeyond {
			t.Errorf("valid, but refused: %s", e.Text)
		}
	})
}

// plain returns the value as encoding/json would decode it.
func plain(n Node) any {
	switch n.Kind {
	case StringNode:
		return n.Text
	case NumberNode:
		return json.Number(n.Text)
	case BooleanNode:
		return n.Text == "true"
	case ObjectNode:
		object := map[string]any{}
		for _, m := range n.Members {
			object[m.Name] = plain(m.Value)
		}
		return object
	case ArrayNode:
		array := make([]any, len(n.Items))
		for i, item := range n.Items {
			array[i] = plain(item)
		}
		return array
	default:
		return nil
	}
}
