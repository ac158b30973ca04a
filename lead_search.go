package tickler

import (
	"cmp"
	"strconv"
	"strings"

	"tickler/internal/civil"
)

// LeadSearch asks for leads of an account of which a condition holds.
type LeadSearch struct {
	Condition  LeadCondition
	By         LeadColumn // empty: in the order of their making
	Descending bool
	Page       Page
}

// LeadCondition compares an attribute of a lead, known to Tickler or not, with a value. Instants are compared by their text
// (see [civil.FormatInstant]).
type LeadCondition struct {
	Attribute string // its wire name, in any case
	Operator  LeadOperator
	Value     string
}

// LeadOperator is how a condition compares, as SQL writes it.
type LeadOperator string

// LeadOperators lists every operator.
var LeadOperators = []LeadOperator{"=", "LIKE", ">", "<", "<=", ">=", "<>"}

// LeadColumn names what leads can be sorted by: an attribute's wire name.
type LeadColumn string

// LeadColumns lists every column that leads can be sorted by.
var LeadColumns = []LeadColumn{
	"ProspectID", "ProspectAutoId", "FirstName", "LastName", "EmailAddress", "Phone", "CreatedBy", "CreatedOn", "ModifiedOn",
}

// Holds tells whether the condition holds of a lead. Case is left aside; an attribute that a lead has not is empty; numbers
// are compared as numbers, phone numbers by their digits: see [SamePhone].
func (c LeadCondition) Holds(l Lead) bool {
	if c.Operator == "LIKE" {
		return isLike(Fold(l.text(c.Attribute)), Fold(c.Value))
	}
	order := c.compare(l)
	switch c.Operator {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order >= 0
	}
}

// IsOfPhone reports whether the condition is about one of a lead's phone numbers.
func (c LeadCondition) IsOfPhone() bool {
	attribute := Fold(c.Attribute)
	return attribute == "phone" || attribute == "mobile"
}

// compare gives -1, 0 or 1 as the lead's attribute is less than the value, equal to it or greater.
func (c LeadCondition) compare(l Lead) int {
	have, want := Fold(l.text(c.Attribute)), Fold(c.Value)
	if digits := PhoneDigits(want); c.IsOfPhone() && digits != "" {
		if SamePhone(have, want) {
			return 0
		}
		return strings.Compare(PhoneDigits(have), digits) // no number: a leading zero counts
	}
	if a, isNumber := parseNumber(have); isNumber {
		if b, isNumber := parseNumber(want); isNumber {
			return cmp.Compare(a, b)
		}
	}
	return strings.Compare(have, want)
}

// text gives an attribute's text by its wire name.
func (l Lead) text(name string) string {
	if known := l.known(name); known != nil {
		return *known
	}
	switch Fold(name) {
	case "prospectid":
		return l.ID.String()
	case "prospectautoid":
		return strconv.FormatInt(l.AutoID, 10)
	case "createdby":
		return l.CreatedBy.String()
	case "createdon":
		return civil.FormatInstant(l.CreatedAt)
	case "modifiedon":
		return civil.FormatInstant(l.ModifiedAt)
	}
	for _, a := range l.Attributes {
		if Fold(a.Name) == Fold(name) {
			return a.Value
		}
	}
	return ""
}

// isLike tells whether a text has a pattern's parts, which % separates, one after the other. A pattern without % may stand
// anywhere in the text.
func isLike(text, pattern string) bool {
	if !strings.Contains(pattern, "%") {
		return strings.Contains(text, pattern)
	}
	parts := strings.Split(pattern, "%")
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, last)
}
