package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tickler"
	"tickler/internal/composed"
)

// Node is one value of a JSON body. A body is read once into a tree, so that each fault in it can
// be named by its path; encoding/json into structs can't tell a name given twice, an unknown one or
// a bad code point.
type Node struct {
	Kind    NodeKind
	Text    string   // of a string, as it was sent; the literal of a number or boolean
	Members []Member // of an object
	Items   []Node   // of an array
}

// Composed returns the node's text composed: see package composed.
func (n Node) Composed() string { return composed.Text(n.Text) }

// IsEmptyText reports whether the value is "", which is absent for most attributes and clears some.
func (n Node) IsEmptyText() bool { return n.Kind == StringNode && n.Text == "" }

// IsAbsent reports whether an attribute of this value counts as not given: null and "" do
// (docs/contract.md section 1).
func (n Node) IsAbsent() bool { return n.Kind == AbsentNode || n.IsEmptyText() }

// Without returns an object without the members of some names.
func (n Node) Without(names []string) Node {
	n.Members = slices.DeleteFunc(slices.Clone(n.Members),
		func(m Member) bool { return slices.Contains(names, m.Name) })
	return n
}

// Member is a value in an object.
type Member struct {
	Name  string
	Value Node
}

// NodeKind is what a value is.
type NodeKind int

// What a value can be. AbsentNode is null too.
const (
	AbsentNode NodeKind = iota
	StringNode
	NumberNode
	BooleanNode
	ObjectNode
	ArrayNode
)

// String names what stands in the body, for messages.
func (k NodeKind) String() string {
	return [...]string{"null", "a JSON string", "a JSON number", "a JSON boolean", "a JSON object", "a JSON array"}[k]
}

const (
	maxDepth = 20
	// maxValues bounds the memory that a body takes when it is read, which is many times its
	// length. The largest call names 5,000 tasks.
	maxValues = 10_000
)

// withoutMark returns a body without the byte order mark that may stand before it.
func withoutMark(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\ufeff")) }

// Parse reads a body strictly (docs/contract.md section 1): valid JSON and UTF-8, nothing behind
// it, no name twice in any case, no lone surrogate, no NUL, at most 20 levels.
func Parse(body []byte) (Node, error) { return parse(body, maxValues) }

// parse reads a body that holds at most so many values.
func parse(body []byte, most int) (Node, error) {
	body = withoutMark(body)
	if len(bytes.TrimSpace(body)) == 0 {
		return Node{}, malformed(nil, "The body is empty. Expected JSON.")
	}
	if i := invalidUTF8(body); i >= 0 {
		return Node{}, malformed(nil, "The body is not valid UTF-8 at byte %d.", i+1)
	}
	if !json.Valid(body) {
		return Node{}, malformed(nil, "The body is not valid JSON: %s.", describeSyntax(body))
	}
	if hasLoneSurrogate(body) {
		return Node{}, malformed(nil, "The body has a \\u escape that is half of a surrogate pair.")
	}
	p := parser{rest: body, most: most}
	return p.value(top(), 1)
}

// parser builds the tree of a body that is known to be valid JSON: it need not look for what can't
// be there.
type parser struct {
	rest   []byte
	values int // read so far
	most   int // how many there may be
}

func (p *parser) value(at path, depth int) (Node, error) {
	c := p.next()
	if (c == '{' || c == '[') && depth > maxDepth {
		return Node{}, malformed(at, "The body is nested too deeply: at most %d levels.", maxDepth)
	}
	if p.values++; p.values > p.most {
		return Node{}, malformed(at, "The body holds too many values: at most %d.", p.most)
	}
	switch c {
	case '{':
		return p.object(at, depth)
	case '[':
		return p.array(at, depth)
	case '"':
		text := p.text()
		if strings.Contains(text, "\x00") {
			return Node{}, malformed(at, "'%s' holds the character NUL, which can't be kept.", at)
		}
		return Node{Kind: StringNode, Text: text}, nil
	case 't', 'f':
		return Node{Kind: BooleanNode, Text: p.literal()}, nil
	case 'n':
		p.literal()
		return Node{Kind: AbsentNode}, nil
	default:
		return Node{Kind: NumberNode, Text: p.literal()}, nil
	}
}

func (p *parser) object(at path, depth int) (Node, error) {
	n := Node{Kind: ObjectNode}
	seen := map[string]bool{}
	p.skip() // the brace
	for p.next() != '}' {
		name := p.text()
		below := at.member(name)
		if strings.Contains(name, "\x00") {
			return n, malformed(at, "An attribute's name holds the character NUL.")
		}
		folded := Fold(name)
		if seen[folded] {
			return n, malformed(below, "The attribute '%s' is given twice.", below)
		}
		seen[folded] = true
		p.next()
		p.skip() // the colon
		value, err := p.value(below, depth+1)
		if err != nil {
			return n, err
		}
		n.Members = append(n.Members, Member{name, value})
		p.skipComma()
	}
	p.skip()
	return n, nil
}

func (p *parser) array(at path, depth int) (Node, error) {
	n := Node{Kind: ArrayNode}
	p.skip() // the bracket
	for p.next() != ']' {
		value, err := p.value(at.item(len(n.Items)), depth+1)
		if err != nil {
			return n, err
		}
		n.Items = append(n.Items, value)
		p.skipComma()
	}
	p.skip()
	return n, nil
}

// next returns the character that the next token begins with.
func (p *parser) next() byte {
	p.rest = bytes.TrimLeft(p.rest, " \t\r\n")
	return p.rest[0]
}

func (p *parser) skip() { p.rest = p.rest[1:] }

func (p *parser) skipComma() {
	if p.next() == ',' {
		p.skip()
	}
}

// text reads a string.
func (p *parser) text() string {
	end := 1
	for p.rest[end] != '"' {
		if p.rest[end] == '\\' {
			end++
		}
		end++
	}
	quoted := p.rest[:end+1]
	p.rest = p.rest[end+1:]
	text := string(quoted[1:end])
	if strings.Contains(text, `\`) {
		_ = json.Unmarshal(quoted, &text) // of what is valid JSON
	}
	return text
}

// literal reads a number, true, false or null.
func (p *parser) literal() string {
	end := bytes.IndexAny(p.rest, " \t\r\n,]}")
	if end < 0 {
		end = len(p.rest)
	}
	text := string(p.rest[:end])
	p.rest = p.rest[end:]
	return text
}

// path leads from the top of a body to a value in it. It is written out only when a fault is named:
// a body can have very many values under a very long name.
type path []step

type step struct {
	name  string // of a member
	index int    // of an item; -1 for a member
}

// top is the path of the body itself, with room for the steps below it.
func top() path { return make(path, 0, maxDepth) }

// member and item return the path one step further. A path holds only until the next step from the
// same place is taken.
func (p path) member(name string) path { return append(p, step{name: name, index: -1}) }
func (p path) item(index int) path     { return append(p, step{index: index}) }

// String returns a path as messages show it, TaskList[3].DueDate, cut where it is very long.
func (p path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch {
		case s.index >= 0:
			fmt.Fprintf(&b, "[%d]", s.index)
		case i > 0:
			b.WriteString("." + s.name)
		default:
			b.WriteString(s.name)
		}
	}
	return tickler.Cut(b.String())
}

func invalidUTF8(body []byte) int {
	if utf8.Valid(body) {
		return -1
	}
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// hasLoneSurrogate reports whether there is a \uD800-\uDFFF escape without its other half. A
// backslash occurs only in strings, so the text can be searched as it is.
func hasLoneSurrogate(body []byte) bool {
	for {
		i := bytes.IndexByte(body, '\\')
		if i < 0 {
			return false
		}
		body = body[i:]
		unit, isUnicode := utf16Unit(body)
		switch {
		case !isUnicode:
			body = body[2:]
		case unit < 0xd800 || unit > 0xdfff:
			body = body[6:]
		default:
			low, follows := utf16Unit(body[6:])
			if unit > 0xdbff || !follows || low < 0xdc00 || low > 0xdfff {
				return true
			}
			body = body[12:]
		}
	}
}

// utf16Unit reads the \uXXXX escape that the text begins with.
func utf16Unit(text []byte) (unit rune, ok bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(n), err == nil
}

// describeSyntax says what makes a body invalid JSON, and where.
func describeSyntax(body []byte) string {
	var whole json.RawMessage
	syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(body, &whole))
	if !ok {
		return "it can't be read"
	}
	before := body[:min(int(syntax.Offset), len(body))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - (bytes.LastIndexByte(before, '\n') + 1)
	return fmt.Sprintf("%s at line %d, column %d", strings.TrimSuffix(syntax.Error(), "."), line, max(column, 1))
}
