package tickler

import (
	"slices"
	"strconv"
	"strings"
)

// UserSearch picks users by conditions and by searches within it: by all of them, or with Any by at least one. Without
// either it picks everybody.
type UserSearch struct {
	Any        bool
	Conditions []UserCondition
	Searches   []UserSearch
}

// UserCondition compares one attribute of a user with a value, without regard to case.
type UserCondition struct {
	Attribute UserAttribute
	Operator  UserOperator
	Value     string
}

// UserAttribute names what users can be searched and sorted by: an attribute's wire name.
type UserAttribute string

// UserOperator is how a condition compares, by the vendor's name.
type UserOperator string

// Picks tells whether the search picks the user.
func (s UserSearch) Picks(u User) bool {
	holds := func(c UserCondition) bool { return c.holds(u) }
	picks := func(within UserSearch) bool { return within.Picks(u) }
	if s.Any {
		return slices.ContainsFunc(s.Conditions, holds) || slices.ContainsFunc(s.Searches, picks)
	}
	return !slices.ContainsFunc(s.Conditions, func(c UserCondition) bool { return !holds(c) }) &&
		!slices.ContainsFunc(s.Searches, func(within UserSearch) bool { return !picks(within) })
}

func (c UserCondition) holds(u User) bool {
	return userOperators[c.Operator](Fold(userAttributes[c.Attribute](u)), Fold(c.Value))
}

// NeedsValue tells whether the operator compares with something.
func (o UserOperator) NeedsValue() bool { return o != "n" && o != "nn" }

// UserOperators lists every operator: equal, not equal, like (it holds the value), not like, starts with, ends with, empty,
// not empty.
var UserOperators = []UserOperator{"eq", "neq", "lik", "nlik", "lik_s", "lik_e", "n", "nn"}

// userOperators compare folded texts.
var userOperators = map[UserOperator]func(have, want string) bool{
	"eq":    func(have, want string) bool { return have == want },
	"neq":   func(have, want string) bool { return have != want },
	"lik":   strings.Contains,
	"nlik":  func(have, want string) bool { return !strings.Contains(have, want) },
	"lik_s": strings.HasPrefix,
	"lik_e": strings.HasSuffix,
	"n":     func(have, _ string) bool { return have == "" },
	"nn":    func(have, _ string) bool { return have != "" },
}

// UserAttributes lists every attribute that users can be searched and sorted by.
var UserAttributes = []UserAttribute{
	"UserId", "ID", "FirstName", "LastName", "EmailAddress", "Role", "StatusCode", "IsActive", "ManagerUserId",
}

// userAttributes give an attribute's text, by its wire name.
var userAttributes = map[UserAttribute]func(u User) string{
	"UserId":        func(u User) string { return u.ID.String() },
	"ID":            func(u User) string { return u.ID.String() },
	"FirstName":     func(u User) string { return u.FirstName },
	"LastName":      func(u User) string { return u.LastName },
	"EmailAddress":  func(u User) string { return u.Email },
	"Role":          func(u User) string { return string(u.Role) },
	"StatusCode":    func(u User) string { return strconv.Itoa(u.StatusCode()) },
	"IsActive":      func(u User) string { return strconv.FormatBool(u.Active) },
	"ManagerUserId": func(u User) string { return textOf(u.ManagerID) },
}

// StatusCode is the vendor's number for whether a user is active: 0 he is, 1 he is not.
func (u User) StatusCode() int {
	if u.Active {
		return 0
	}
	return 1
}

// SortUsers sorts users by an attribute, without regard to case; equal ones stay in their order.
func SortUsers(users []User, by UserAttribute, descending bool) {
	text := userAttributes[by]
	slices.SortStableFunc(users, func(a, b User) int {
		if descending {
			a, b = b, a
		}
		return strings.Compare(Fold(text(a)), Fold(text(b)))
	})
}
