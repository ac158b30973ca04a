package api

import (
	"strconv"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/api/wire"
)

// groupsShape is what holds groups, and groupShape a group of conditions and of groups within it,
// as searches for users have them.
var (
	groupsShape = wire.ShapeOf().With("GroupConditions", wire.ListOf(groupShape)).And("GroupOperator")
	groupShape  = &wire.Shape{Kind: wire.ObjectNode}
)

func init() { // a group is made of groups
	conditionShape := wire.ShapeOf("LookupName", "Operator", "LookupValue", "ConditionOperator")
	groupShape.Attributes = groupsShape.With("Condition", wire.ListOf(conditionShape)).Attributes
}

// bindUserSearch reads what holds groups. Conditions and groups that stand beside each other are
// joined by AND or by OR, not by both: each but the last says which one joins it to the next, AND
// if it says nothing.
func bindUserSearch(r *wire.Reader) tickler.UserSearch {
	var search tickler.UserSearch
	groups := join{operator: "GroupOperator"}
	for _, group := range r.Each("GroupConditions") {
		search.Searches = append(search.Searches, bindGroup(group))
		groups.add(group)
		r.Merge(group)
	}
	wire.OneOf(r, "GroupOperator", joinWords) // joins the whole to nothing
	search.Any = groups.isAny
	return search
}

// bindGroup reads one group: its conditions, and as one more the groups within it.
func bindGroup(r *wire.Reader) tickler.UserSearch {
	var group tickler.UserSearch
	conditions := join{operator: "ConditionOperator"}
	for _, condition := range r.Each("Condition") {
		group.Conditions = append(group.Conditions, bindCondition(condition))
		conditions.add(condition)
		r.Merge(condition)
	}
	group.Any = conditions.isAny
	within := bindUserSearch(r)
	switch {
	case len(within.Searches) == 0 && len(group.Conditions) == 0:
		r.Miss("Condition", "a group of conditions")
	case len(group.Conditions) == 0:
		return within
	case len(within.Searches) > 0:
		return tickler.UserSearch{Searches: []tickler.UserSearch{group, within}}
	}
	return group
}

func bindCondition(r *wire.Reader) tickler.UserCondition {
	const action = "a condition"
	attribute, operator := wire.OneOf(r, "LookupName", userTexts), wire.OneOf(r, "Operator", textOperators)
	value := r.Plain("LookupValue")
	switch {
	case attribute == nil:
		r.Miss("LookupName", action)
	case operator == nil:
		r.Miss("Operator", action)
	case value == "" && operator.NeedsValue():
		r.Miss("LookupValue", action)
	default:
		return attribute.Condition(*operator, value)
	}
	return tickler.UserCondition{}
}

// userTexts are the attributes by which users can be searched and sorted. An e-mail address is compared
// as it is found.
var userTexts = wire.Names[tickler.UserText]{
	{"UserId", tickler.UserText{Of: func(u tickler.User) string { return u.ID.String() }}},
	{"ID", tickler.UserText{Of: func(u tickler.User) string { return u.ID.String() }}},
	{"FirstName", tickler.UserText{Of: func(u tickler.User) string { return u.FirstName }}},
	{"LastName", tickler.UserText{Of: func(u tickler.User) string { return u.LastName }}},
	{"EmailAddress", tickler.UserText{Of: func(u tickler.User) string { return u.Email }, Form: address.EmailKey}},
	{"Role", tickler.UserText{Of: func(u tickler.User) string { return string(u.Role) }}},
	{"StatusCode", tickler.UserText{Of: func(u tickler.User) string { return strconv.Itoa(userStatus(u)) }}},
	{"IsActive", tickler.UserText{Of: func(u tickler.User) string { return strconv.FormatBool(u.Active) }}},
	{"ManagerUserId", tickler.UserText{Of: func(u tickler.User) string { return idText(u.ManagerID) }}},
}

// userStatus is the vendor's number for whether a user is active: 0 they are, 1 they are not.
func userStatus(u tickler.User) int {
	if u.Active {
		return 0
	}
	return 1
}

// textOperators are the operators of a condition.
var textOperators = wire.Names[tickler.TextOperator]{
	{"eq", tickler.TextEquals},
	{"neq", tickler.TextDiffers},
	{"lik", tickler.TextContains},
	{"nlik", tickler.TextLacks},
	{"lik_s", tickler.TextStartsWith},
	{"lik_e", tickler.TextEndsWith},
	{"n", tickler.TextIsEmpty},
	{"nn", tickler.TextIsNotEmpty},
}

// joinWords join conditions and groups, each with whether one of them is enough.
var joinWords = wire.Names[bool]{{"AND", false}, {"OR", true}}

// join works out whether a list is joined by AND or OR.
type join struct {
	operator string // the attribute that says it
	isSet    bool
	isAny    bool
}

func (j *join) add(r *wire.Reader) {
	isAny := wire.OneOf(r, j.operator, joinWords)
	switch {
	case isAny == nil:
	case j.isSet && j.isAny != *isAny:
		said, before := "AND", "OR"
		if *isAny {
			said, before = before, said
		}
		r.Fail(j.operator, said, before+", as before: one operator joins all that stand beside each other")
	default:
		j.isSet, j.isAny = true, *isAny
	}
}
