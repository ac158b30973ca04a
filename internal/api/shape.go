package api

import (
	"fmt"
	"strings"

	"tickler"
)

// shape says what a body or a part of it must look like, without regard to values: the structure that is checked before
// anything else of a body.
type shape struct {
	kind       nodeKind    // objectNode, arrayNode; stringNode stands for any single value
	attributes []attribute // of an object; nil: any names, single values only
	each       *shape      // of an array
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

// values are attributes that take a single value each.
func values(names ...string) []attribute {
	attributes := make([]attribute, len(names))
	for i, name := range names {
		attributes[i] = attribute{name, anyValue}
	}
	return attributes
}

// check compares a tree with the shape and gives every attribute in it the name that the shape spells.
func (s *shape) check(n *node, path string) error {
	if n.kind == absentNode && path != "" {
		return nil
	}
	switch s.kind {
	case objectNode:
		if n.kind != objectNode {
			return s.mismatch(path, "a JSON object")
		}
		return s.checkMembers(n, path)
	case arrayNode:
		if n.kind != arrayNode {
			return s.mismatch(path, "a JSON array")
		}
		for i := range n.items {
			below := fmt.Sprintf("%s[%d]", path, i)
			if n.items[i].kind == absentNode {
				return s.each.mismatch(below, "a value, not null")
			}
			if err := s.each.check(&n.items[i], below); err != nil {
				return err
			}
		}
		return nil
	default:
		if n.kind == objectNode || n.kind == arrayNode {
			return s.mismatch(path, "a single value")
		}
		return nil
	}
}

func (s *shape) checkMembers(n *node, path string) error {
	for i := range n.members {
		m := &n.members[i]
		below := anyValue
		if s.attributes != nil {
			known, ok := s.attribute(m.name)
			if !ok {
				return s.unknown(path, m.name)
			}
			m.name, below = known.name, known.shape
		}
		if err := below.check(&m.value, join(path, m.name)); err != nil {
			return err
		}
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

func (s *shape) mismatch(path, expected string) error {
	if path == "" {
		return malformed("", "The body is not %s. Expected %s.", expected, expected)
	}
	return malformed(path, "'%s' has the wrong form. Expected %s.", path, expected)
}

func (s *shape) unknown(path, name string) error {
	path = join(path, name)
	if nearest := s.nearest(name); nearest != "" {
		return malformed(path, "Unknown attribute '%s'. Did you mean '%s'?", tickler.Cut(path), nearest)
	}
	return malformed(path, "Unknown attribute '%s'.", tickler.Cut(path))
}

// nearest gives the known name that is a few slips of the finger away, or "".
func (s *shape) nearest(name string) string {
	const longest = 40
	if len(name) > longest {
		return ""
	}
	nearest, least := "", 1+max(2, len(name)/3)
	for _, a := range s.attributes {
		if d := editDistance(strings.ToLower(name), strings.ToLower(a.name)); d < least {
			nearest, least = a.name, d
		}
	}
	return nearest
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
