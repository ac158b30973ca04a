package tickler

import (
	"cmp"
	"strconv"
	"strings"

	"tickler/internal/civil"
)

// LeadSearch asks for the leads of an account that satisfy a condition.
type LeadSearch struct {
	Condition  LeadCondition
	By         LeadColumn // empty: in the order of their creation
	Descending bool
	Page       Page
}

// LeadCondition compares an attribute of a lead with a value. Instants are compared by their text
// (see [civil.FormatInstant]).
type LeadCondition struct {
	Of       LeadPart
	Operator LeadOperator
	Value    string
}

// LeadOperator is how a condition compares.
type LeadOperator string

// The operators. LeadLike looks for the value's parts, which % separates, one after the other.
const (
	LeadEquals  LeadOperator = "="
	LeadDiffers LeadOperator = "<>"
	LeadLess    LeadOperator = "<"
	LeadAtMost  LeadOperator = "<="
	LeadGreater LeadOperator = ">"
	LeadAtLeast LeadOperator = ">="
	LeadLike    LeadOperator = "like"
)

// LeadOperators lists every operator.
var LeadOperators = []LeadOperator{LeadEquals, LeadLike, LeadGreater, LeadLess, LeadAtMost, LeadAtLeast, LeadDiffers}

// Holds reports whether a lead satisfies the condition. Case is ignored; an attribute that a lead
// lacks is empty; numbers are compared as numbers, and phone numbers by their digits: see
// [SamePhone].
func (c LeadCondition) Holds(l Lead) bool {
	if c.Operator == LeadLike {
		return isLike(Fold(l.text(c.Of)), Fold(c.Value))
	}
	order := c.compare(l)
	switch c.Operator {
	case LeadEquals:
		return order == 0
	case LeadDiffers:
		return order != 0
	case LeadLess:
		return order < 0
	case LeadAtMost:
		return order <= 0
	case LeadGreater:
		return order > 0
	default:
		return order >= 0
	}
}

// IsPhone reports whether the part is the lead's phone number.
func (p LeadPart) IsPhone() bool { return p.Column == LeadPhone }

// IsMobile reports whether the part is the lead's second phone number: see [Lead.Mobile].
func (p LeadPart) IsMobile() bool { return p.Column == "" && Fold(p.Name) == Fold(mobile) }

// compare returns -1, 0 or 1 if the lead's attribute is less than, equal to or greater than the
// value.
func (c LeadCondition) compare(l Lead) int {
	have, want := Fold(l.text(c.Of)), Fold(c.Value)
	if digits := PhoneDigits(want); (c.Of.IsPhone() || c.Of.IsMobile()) && digits != "" {
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

// text returns an attribute's text.
func (l Lead) text(p LeadPart) string {
	switch p.Column {
	case LeadID:
		return l.ID.String()
	case LeadNumber:
		return strconv.FormatInt(l.AutoID, 10)
	case LeadCreator:
		return l.CreatedBy.String()
	case LeadCreation:
		return civil.FormatInstant(l.CreatedAt)
	case LeadModification:
		return civil.FormatInstant(l.ModifiedAt)
	case LeadFirstName, LeadLastName, LeadEmail, LeadPhone:
		return *l.known(p.Column)
	}
	for _, a := range l.Attributes {
		if Fold(a.Name) == Fold(p.Name) {
			return a.Value
		}
	}
	return ""
}

// isLike reports whether a text has a pattern's parts, which % separates, one after the other. A
// pattern without % matches anywhere in the text.
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
