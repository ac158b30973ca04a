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

// UserCondition compares one text of a user with a value: see [UserText.Condition].
type UserCondition struct {
	of       UserText
	operator TextOperator
	value    string // in the text's form
}

// UserText is one of a user's attributes as text.
type UserText struct {
	Of func(User) string
	// Form returns the form in which the attribute is compared; nil: that of Fold, ignoring case.
	Form func(text string) string
}

// Condition returns the condition that compares the text with a value. The value is put into its form
// here, once for all users.
func (t UserText) Condition(operator TextOperator, value string) UserCondition {
	return UserCondition{t, operator, t.form(value)}
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
	holds := func(c UserCondition) bool { return c.operator.compare(c.of.form(c.of.Of(u)), c.value) }
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
