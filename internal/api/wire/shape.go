package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// shape says what a body or a part of it must look like, without regard to values: the structure that is checked before
// anything else of a body.
type shape struct {
	kind       nodeKind    // objectNode, arrayNode; stringNode stands for any single value
	attributes []attribute // of an object; nil: any names, single values only
	each       *shape      // of an array
	most       int         // of an array that must be given: how many items it may have, at least one; 0: any number
	orList     *shape      // of an object that can be a list instead: each of that; nil: it can't
}

type attribute struct {
	name  string
	shape *shape
}

var (
	anyValue = &shape{kind: stringNode}
	anyNames = &shape{kind: objectNode}
)

// object is the shape of an object with these attributes.
func object(attributes ...attribute) *shape {
	return &shape{kind: objectNode, attributes: attributes}
}

// listOf is the shape of an array.
func listOf(each *shape) *shape { return &shape{kind: arrayNode, each: each} }

// rowsOf is the shape of an array that must be given, with one item or more.
func rowsOf(each *shape, most int) *shape { return &shape{kind: arrayNode, each: each, most: most} }

// values are attributes that take a single value each.
func values(names ...string) []attribute {
	attributes := make([]attribute, len(names))
	for i, name := range names {
		attributes[i] = attribute{name, anyValue}
	}
	return attributes
}

// read reads a body of the shape.
func (s *shape) read(body []byte) (node, error) {
	tree, err := parseTree(body)
	if err != nil {
		return tree, s.orTooMany(body, err)
	}
	return tree, s.check(&tree, top())
}

// rows finds the attribute that holds an object's rows, if it has one.
func (s *shape) rows() (attribute, bool) {
	if s == nil {
		return attribute{}, false
	}
	for _, a := range s.attributes {
		if a.shape.most > 0 {
			return a, true
		}
	}
	return attribute{}, false
}

// tooLarge says that a body is larger than so many bytes, and how many rows it may have.
func (s *shape) tooLarge(limit int64) string {
	text := "The body is larger than " + bytesText(limit) + "."
	if rows, ok := s.rows(); ok {
		text += " Expected " + atMost(rows.shape.most) + "."
	}
	return text
}

func atMost(tasks int) string { return fmt.Sprintf("at most %d tasks", tasks) }

// orTooMany says of a body that was not read to its end that it has too many rows, where it has: whoever sends thousands is told
// how many may be sent, and not by what they were found to be too many.
func (s *shape) orTooMany(body []byte, err error) error {
	var whole map[string]json.RawMessage
	rows, hasRows := s.rows()
	if !hasRows || json.Unmarshal(bytes.TrimPrefix(body, []byte(byteOrderMark)), &whole) != nil {
		return err
	}
	for name, value := range whole {
		var items []json.RawMessage
		if strings.EqualFold(name, rows.name) && json.Unmarshal(value, &items) == nil && len(items) > rows.shape.most {
			return tooManyRows(top().member(rows.name), len(items), rows.shape.most)
		}
	}
	return err
}

func tooManyRows(at path, count, most int) error {
	return malformed(at, "'%s' has %d rows. Expected %s.", at, count, atMost(most))
}

// check compares a tree with the shape and gives every attribute in it the name that the shape spells.
func (s *shape) check(n *node, at path) error {
	if s.orList != nil && n.kind == arrayNode {
		s = listOf(s.orList)
	}
	switch s.kind {
	case objectNode:
		if n.kind != objectNode {
			return n.mismatch(at, "a JSON object")
		}
		return s.checkMembers(n, at)
	case arrayNode:
		if n.kind != arrayNode {
			return n.mismatch(at, "a JSON array")
		}
		return s.checkItems(n, at)
	default:
		if n.kind == objectNode || n.kind == arrayNode || n.kind == absentNode {
			return n.mismatch(at, "a single value")
		}
		return nil
	}
}

func (s *shape) checkItems(n *node, at path) error {
	switch {
	case s.most > 0 && len(n.items) == 0:
		return malformed(at, "'%s' has 0 rows. Expected 1 to %d.", at, s.most)
	case s.most > 0 && len(n.items) > s.most:
		return tooManyRows(at, len(n.items), s.most)
	}
	for i := range n.items {
		if err := s.each.check(&n.items[i], at.item(i)); err != nil {
			return err
		}
	}
	return nil
}

func (s *shape) checkMembers(n *node, at path) error {
	for i := range n.members {
		m := &n.members[i]
		below := anyValue
		if s.attributes != nil {
			known, ok := s.attribute(m.name)
			if !ok {
				return s.unknown(at, m.name)
			}
			m.name, below = known.name, known.shape
		}
		if m.value.isAbsent() {
			continue
		}
		if below.kind == objectNode && m.value.kind == arrayNode && len(m.value.items) == 0 {
			m.value = node{kind: objectNode} // PHP knows no other empty object
		}
		if err := below.check(&m.value, at.member(m.name)); err != nil {
			return err
		}
	}
	if rows, ok := s.rows(); ok && read(*n, nil).node(rows.name).isAbsent() {
		return missing(at.member(rows.name).String(), "a bulk request")
	}
	return nil
}

func (s *shape) attribute(name string) (attribute, bool) {
	for _, a := range s.attributes {
		if strings.EqualFold(a.name, name) {
			return a, true
		}
	}
	return attribute{}, false
}

// mismatch says that something else was expected where the value stands.
func (n *node) mismatch(at path, expected string) error {
	switch {
	case len(at) == 0:
		return malformed(at, "The body is %s. Expected %s.", n.kind, expected)
	case n.kind == objectNode || n.kind == arrayNode || n.kind == absentNode:
		return malformed(at, "'%s' is %s. Expected %s.", at, n.kind, expected)
	default:
		return invalid(at.String(), n.text, expected)
	}
}

func (s *shape) unknown(at path, name string) error {
	at = at.member(name)
	if nearest := s.nearest(name); nearest != "" {
		return malformed(at, "Unknown attribute '%s'. Did you mean '%s'?", at, nearest)
	}
	return malformed(at, "Unknown attribute '%s'.", at)
}

// nearest gives the known name that is a few slips of the finger away, else the first that goes on from there, or "".
func (s *shape) nearest(name string) string {
	const longest = 40
	if len(name) > longest {
		return ""
	}
	nearest, least := "", min(len(name), 1+max(2, len(name)/3)) // not one that has nothing in common
	for _, a := range s.attributes {
		if d := editDistance(strings.ToLower(name), strings.ToLower(a.name)); d < least {
			nearest, least = a.name, d
		}
	}
	if nearest == "" && len(name) >= shortestBeginning {
		nearest = s.goingOn(strings.ToLower(name))
	}
	return nearest
}

// shortestBeginning is of how many letters the beginning of a name is that tells which one was meant.
const shortestBeginning = 5

// goingOn gives the first known name that begins so, or "".
func (s *shape) goingOn(beginning string) string {
	for _, a := range s.attributes {
		if strings.HasPrefix(strings.ToLower(a.name), beginning) {
			return a.name
		}
	}
	return ""
}

// editDistance counts the insertions, deletions and replacements that lead from a to b (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
