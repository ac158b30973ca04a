package wire

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Shape says what a body or a part of it must look like, without regard to values: the structure
// that is checked before anything else of a body.
type Shape struct {
	Kind       NodeKind    // ObjectNode, ArrayNode; StringNode stands for any single value
	Attributes []Attribute // of an object; nil: any names, single values only
	Each       *Shape      // of an array
	Most       int         // of an array that must be given: how many items it may have, at least one; 0: any number
	OrList     *Shape      // of an object that can be a list instead: each of that; nil: it can't
}

// Attribute is what an object may have under a name.
type Attribute struct {
	Name  string
	Shape *Shape
}

// The shapes of a single value, and of an object that takes single values under any names.
var (
	AnyValue = &Shape{Kind: StringNode}
	AnyNames = &Shape{Kind: ObjectNode}
)

// ShapeOf returns the shape of an object with attributes that take a single value each.
func ShapeOf(names ...string) *Shape {
	return (&Shape{Kind: ObjectNode, Attributes: []Attribute{}}).And(names...)
}

// And returns the shape with more attributes that take a single value each.
func (s *Shape) And(names ...string) *Shape {
	for _, name := range names {
		s = s.With(name, AnyValue)
	}
	return s
}

// With returns the shape with one more attribute.
func (s *Shape) With(name string, shape *Shape) *Shape {
	more := *s
	more.Attributes = append(slices.Clip(s.Attributes), Attribute{name, shape})
	return &more
}

// ListOf returns the shape of an array.
func ListOf(each *Shape) *Shape { return &Shape{Kind: ArrayNode, Each: each} }

// RowsOf returns the shape of an array that must be given, with one item or more.
func RowsOf(each *Shape, most int) *Shape { return &Shape{Kind: ArrayNode, Each: each, Most: most} }

// Read reads a body of the shape, and gives every attribute in it the name that the shape spells.
func (s *Shape) Read(body []byte) (Node, error) {
	tree, err := Parse(body)
	if err != nil {
		return tree, s.orTooMany(body, err)
	}
	return tree, s.check(&tree, top())
}

// ReadKept reads a body of the shape that was accepted before, or that we have made of what was:
// however many rows it has.
func (s *Shape) ReadKept(body []byte) (Node, error) {
	tree, err := parse(body, math.MaxInt)
	if err != nil {
		return tree, err
	}
	kept := *s
	kept.Attributes = slices.Clone(s.Attributes)
	for i, a := range kept.Attributes {
		if a.Shape.Most > 0 {
			rows := *a.Shape
			rows.Most = math.MaxInt
			kept.Attributes[i].Shape = &rows
		}
	}
	return tree, kept.check(&tree, top())
}

// rows returns the attribute that holds an object's rows, if it has one.
func (s *Shape) rows() (Attribute, bool) {
	if s == nil {
		return Attribute{}, false
	}
	for _, a := range s.Attributes {
		if a.Shape.Most > 0 {
			return a, true
		}
	}
	return Attribute{}, false
}

// TooLarge says that a body is larger than so many bytes, a multiple of a MiB, and how many rows it
// may have. A shape of nil has none.
func (s *Shape) TooLarge(limit int64) string {
	text := fmt.Sprintf("The body is larger than %d MiB.", limit>>20)
	if rows, ok := s.rows(); ok {
		text += " Expected " + atMost(rows.Shape.Most) + "."
	}
	return text
}

func atMost(tasks int) string { return fmt.Sprintf("at most %d tasks", tasks) }

// orTooMany replaces the error of a body that could not be read to its end, if it has too many
// rows: whoever sends thousands should learn how many are allowed, not which other limit they hit
// first.
func (s *Shape) orTooMany(body []byte, err error) error {
	rows, hasRows := s.rows()
	if !hasRows {
		return err
	}
	if items := RawItems(body, rows.Name); len(items) > rows.Shape.Most {
		return tooManyRows(top().member(rows.Name), len(items), rows.Shape.Most)
	}
	return err
}

// RawItems returns what an array among an object's attributes holds, as it was sent. Of an
// attribute that is given twice, in several cases, it is the longest.
func RawItems(body []byte, name string) (longest []json.RawMessage) {
	var whole map[string]json.RawMessage
	if json.Unmarshal(withoutMark(body), &whole) != nil {
		return nil
	}
	for key, value := range whole {
		var items []json.RawMessage
		if strings.EqualFold(key, name) && json.Unmarshal(value, &items) == nil && len(items) > len(longest) {
			longest = items
		}
	}
	return longest
}

func tooManyRows(at path, count, most int) error {
	return malformed(at, "'%s' has %d rows. Expected %s.", at, count, atMost(most))
}

// check compares a tree with the shape and gives every attribute in it the name that the shape
// spells.
func (s *Shape) check(n *Node, at path) error {
	if s.OrList != nil && n.Kind == ArrayNode {
		s = ListOf(s.OrList)
	}
	switch s.Kind {
	case ObjectNode:
		if n.Kind != ObjectNode {
			return n.mismatch(at, "a JSON object")
		}
		return s.checkMembers(n, at)
	case ArrayNode:
		if n.Kind != ArrayNode {
			return n.mismatch(at, "a JSON array")
		}
		return s.checkItems(n, at)
	default:
		if n.Kind == ObjectNode || n.Kind == ArrayNode || n.Kind == AbsentNode {
			return n.mismatch(at, "a single value")
		}
		return nil
	}
}

func (s *Shape) checkItems(n *Node, at path) error {
	switch {
	case s.Most > 0 && len(n.Items) == 0:
		return malformed(at, "'%s' has 0 rows. Expected 1 to %d.", at, s.Most)
	case s.Most > 0 && len(n.Items) > s.Most:
		return tooManyRows(at, len(n.Items), s.Most)
	}
	for i := range n.Items {
		if err := s.Each.check(&n.Items[i], at.item(i)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Shape) checkMembers(n *Node, at path) error {
	for i := range n.Members {
		m := &n.Members[i]
		below := AnyValue
		if s.Attributes != nil {
			known, ok := s.attribute(m.Name)
			if !ok {
				return s.unknown(at, m.Name)
			}
			m.Name, below = known.Name, known.Shape
		}
		if m.Value.IsAbsent() {
			continue
		}
		if below.Kind == ObjectNode && m.Value.Kind == ArrayNode && len(m.Value.Items) == 0 {
			m.Value = Node{Kind: ObjectNode} // PHP knows no other empty object
		}
		if err := below.check(&m.Value, at.member(m.Name)); err != nil {
			return err
		}
	}
	if rows, ok := s.rows(); ok && Read(*n).Node(rows.Name).IsAbsent() {
		return Missing(at.member(rows.Name).String(), "a bulk request")
	}
	return nil
}

func (s *Shape) attribute(name string) (Attribute, bool) {
	for _, a := range s.Attributes {
		if strings.EqualFold(a.Name, name) {
			return a, true
		}
	}
	return Attribute{}, false
}

// mismatch says that something else was expected where the value stands.
func (n *Node) mismatch(at path, expected string) error {
	switch {
	case len(at) == 0:
		return malformed(at, "The body is %s. Expected %s.", n.Kind, expected)
	case n.Kind == ObjectNode || n.Kind == ArrayNode || n.Kind == AbsentNode:
		return malformed(at, "'%s' is %s. Expected %s.", at, n.Kind, expected)
	default:
		return Invalid(at.String(), n.Text, expected)
	}
}

func (s *Shape) unknown(at path, name string) error {
	at = at.member(name)
	if nearest := s.nearest(name); nearest != "" {
		return malformed(at, "Unknown attribute '%s'. Did you mean '%s'?", at, nearest)
	}
	return malformed(at, "Unknown attribute '%s'.", at)
}
