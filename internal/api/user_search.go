package api

import "tickler"

// groupShape is a group of conditions, and of groups within it, as searches for users have them.
var groupShape = &shape{kind: objectNode}

func init() { // a group is made of groups
	groupShape.attributes = append(searchAttributes(),
		attribute{"Condition", listOf(object(values("LookupName", "Operator", "LookupValue", "ConditionOperator")...))})
}

// searchAttributes are the attributes of what holds groups.
func searchAttributes() []attribute {
	return []attribute{{"GroupConditions", listOf(groupShape)}, {"GroupOperator", anyValue}}
}

// bindUserSearch reads what holds groups. Conditions and groups that stand beside each other are joined by AND or by OR, not
// by both: each but the last says by which one it is joined to the next, and AND is what goes without saying.
func bindUserSearch(r *reader) tickler.UserSearch {
	var search tickler.UserSearch
	groups := join{operator: "GroupOperator"}
	for _, group := range r.each("GroupConditions") {
		search.Searches = append(search.Searches, bindGroup(group))
		groups.add(group)
		r.merge(group)
	}
	nameOf(r, "GroupOperator", joinWords) // joins the whole to nothing
	search.Any = groups.isAny
	return search
}

// bindGroup reads one group: its conditions, and as one more the groups within it.
func bindGroup(r *reader) tickler.UserSearch {
	var group tickler.UserSearch
	conditions := join{operator: "ConditionOperator"}
	for _, condition := range r.each("Condition") {
		group.Conditions = append(group.Conditions, bindCondition(condition))
		conditions.add(condition)
		r.merge(condition)
	}
	group.Any = conditions.isAny
	within := bindUserSearch(r)
	switch {
	case len(within.Searches) == 0 && len(group.Conditions) == 0:
		r.miss("Condition", "a group of conditions")
	case len(group.Conditions) == 0:
		return within
	case len(within.Searches) > 0:
		return tickler.UserSearch{Searches: []tickler.UserSearch{group, within}}
	}
	return group
}

func bindCondition(r *reader) tickler.UserCondition {
	const action = "a condition"
	c := tickler.UserCondition{
		Attribute: nameOf(r, "LookupName", tickler.UserAttributes),
		Operator:  nameOf(r, "Operator", tickler.UserOperators),
		Value:     r.plain("LookupValue"),
	}
	switch {
	case c.Attribute == "":
		r.miss("LookupName", action)
	case c.Operator == "":
		r.miss("Operator", action)
	case c.Value == "" && c.Operator.NeedsValue():
		r.miss("LookupValue", action)
	}
	return c
}

// joinWords are what can stand between conditions and between groups.
var joinWords = []string{"AND", "OR"}

// join finds out by what the members of a list are joined.
type join struct {
	operator string // the attribute that says it
	said     string
	isAny    bool
}

func (j *join) add(r *reader) {
	operator := nameOf(r, j.operator, joinWords)
	switch {
	case operator == "":
	case j.said != "" && j.said != operator:
		r.fail(j.operator, operator, j.said+", as before: one operator joins all that stand beside each other")
	default:
		j.said, j.isAny = operator, operator == "OR"
	}
}
