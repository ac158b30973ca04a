package tickler

import (
	"slices"
	"strings"
)

// UserSearch selects users by conditions and nested searches: all of them must hold or, with Any,
// at least one. Without conditions and searches it selects everybody.
type UserSearch struct {
	Any        bool
	Conditions []UserCondition
	Searches   []UserSearch
}

// UserCondition compares one text of a user with a value.
type UserCondition struct {
	Of       UserText
	Operator TextOperator
	Value    string
}

// UserText is one of a user's attributes as text.
type UserText struct {
	Of func(User) string
	// Form returns the form in which the attribute is compared; nil: that of Fold, ignoring case.
	Form func(text string) string
}

// form returns a text in the form in which it is compared.
func (t UserText) form(text string) string {
	if t.Form != nil {
		return t.Form(text)
	}
	return Fold(text)
}

// TextOperator is how two texts are compared.
type TextOperator int

// The operators.
const (
	TextEquals TextOperator = iota + 1
	TextDiffers
	TextContains
	TextLacks // it does not contain the value
	TextStartsWith
	TextEndsWith
	TextIsEmpty
	TextIsNotEmpty
)

// NeedsValue reports whether the operator compares with a value.
func (o TextOperator) NeedsValue() bool { return o != TextIsEmpty && o != TextIsNotEmpty }

// compare compares texts in their forms.
func (o TextOperator) compare(have, want string) bool {
	switch o {
	case TextEquals:
		return have == want
	case TextDiffers:
		return have != want
	case TextContains:
		return strings.Contains(have, want)
	case TextLacks:
		return !strings.Contains(have, want)
	case TextStartsWith:
		return strings.HasPrefix(have, want)
	case TextEndsWith:
		return strings.HasSuffix(have, want)
	case TextIsEmpty:
		return have == ""
	case TextIsNotEmpty:
		return have != ""
	}
	return false
}

// Picks reports whether the search selects the user.
func (s UserSearch) Picks(u User) bool {
	holds := func(c UserCondition) bool { return c.Operator.compare(c.Of.form(c.Of.Of(u)), c.Of.form(c.Value)) }
	picks := func(within UserSearch) bool { return within.Picks(u) }
	if s.Any {
		return slices.ContainsFunc(s.Conditions, holds) || slices.ContainsFunc(s.Searches, picks)
	}
	return !slices.ContainsFunc(s.Conditions, func(c UserCondition) bool { return !holds(c) }) &&
		!slices.ContainsFunc(s.Searches, func(within UserSearch) bool { return !picks(within) })
}

// SortUsers sorts users by one of their texts, in the form in which it is compared. The sort is
// stable.
func SortUsers(users []User, by UserText, descending bool) {
	slices.SortStableFunc(users, func(a, b User) int {
		if descending {
			a, b = b, a
		}
		return strings.Compare(by.form(by.Of(a)), by.form(by.Of(b)))
	})
}
