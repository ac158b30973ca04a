package tickler_test

import (
	"slices"
	"testing"

	"tickler"
)

var grace = tickler.User{
	ID: tickler.ID{1}, FirstName: "Grace", LastName: "Hopper", Email: "Grace@Example.com", Role: tickler.Administrator, Active: true,
	ManagerID: tickler.ID{2},
}

func TestEachOperatorAndAttribute(t *testing.T) {
	kurt := tickler.User{ID: tickler.ID{3}, FirstName: "Kurt", Email: "kurt@example.com", Role: tickler.SalesUser}
	for _, test := range []struct {
		user      tickler.User
		attribute tickler.UserAttribute
		operator  tickler.UserOperator
		value     string
		want      bool
	}{
		{grace, "FirstName", "eq", "GRACE", true},
		{grace, "FirstName", "eq", "Grac", false},
		{grace, "FirstName", "neq", "grace", false},
		{grace, "FirstName", "neq", "Joan", true},
		{grace, "LastName", "lik", "PP", true},
		{grace, "LastName", "lik", "%pp%", false},
		{grace, "LastName", "nlik", "pp", false},
		{grace, "LastName", "nlik", "q", true},
		{grace, "LastName", "lik_s", "ho", true},
		{grace, "LastName", "lik_s", "op", false},
		{grace, "LastName", "lik_e", "PER", true},
		{grace, "LastName", "lik_e", "pe", false},
		{grace, "LastName", "n", "", false},
		{grace, "LastName", "nn", "", true},
		{kurt, "LastName", "n", "", true},
		{kurt, "LastName", "nn", "", false},
		{grace, "UserId", "eq", "01000000-0000-0000-0000-000000000000", true},
		{grace, "ID", "eq", "01000000-0000-0000-0000-000000000000", true},
		{grace, "EmailAddress", "eq", "grace@example.com", true},
		{grace, "Role", "eq", "administrator", true},
		{grace, "StatusCode", "eq", "0", true},
		{kurt, "StatusCode", "eq", "1", true},
		{grace, "IsActive", "eq", "True", true},
		{kurt, "IsActive", "eq", "false", true},
		{grace, "ManagerUserId", "lik_s", "02", true},
		{kurt, "ManagerUserId", "n", "", true},
	} {
		search := tickler.UserSearch{Conditions: []tickler.UserCondition{{Attribute: test.attribute, Operator: test.operator, Value: test.value}}}
		if got := search.Picks(test.user); got != test.want {
			t.Errorf("%s %s %q: %t, want %t", test.attribute, test.operator, test.value, got, test.want)
		}
	}
}

func TestConditionsAndSearchesAreJoined(t *testing.T) {
	yes := tickler.UserCondition{Attribute: "FirstName", Operator: "eq", Value: "Grace"}
	no := tickler.UserCondition{Attribute: "FirstName", Operator: "neq", Value: "Grace"}
	conditions := func(c ...tickler.UserCondition) []tickler.UserCondition { return c }
	within := func(isAny bool, c ...tickler.UserCondition) []tickler.UserSearch {
		return []tickler.UserSearch{{Any: isAny, Conditions: c}}
	}
	for i, test := range []struct {
		search tickler.UserSearch
		want   bool
	}{
		{tickler.UserSearch{}, true},
		{tickler.UserSearch{Conditions: conditions(yes, yes)}, true},
		{tickler.UserSearch{Conditions: conditions(yes, no)}, false},
		{tickler.UserSearch{Any: true, Conditions: conditions(no, yes)}, true},
		{tickler.UserSearch{Any: true, Conditions: conditions(no, no)}, false},
		{tickler.UserSearch{Conditions: conditions(yes), Searches: within(false, no)}, false},
		{tickler.UserSearch{Conditions: conditions(yes), Searches: within(true, no, yes)}, true},
		{tickler.UserSearch{Any: true, Conditions: conditions(no), Searches: within(false, yes)}, true},
		{tickler.UserSearch{Any: true, Conditions: conditions(no), Searches: within(false, yes, no)}, false},
	} {
		if got := test.search.Picks(grace); got != test.want {
			t.Errorf("search %d: %t, want %t", i, got, test.want)
		}
	}
}

func TestSortUsers(t *testing.T) {
	users := []tickler.User{{ID: tickler.ID{1}, FirstName: "b"}, {ID: tickler.ID{2}, FirstName: "A"}, {ID: tickler.ID{3}, FirstName: "B"}}
	for descending, want := range map[bool][]byte{false: {2, 1, 3}, true: {1, 3, 2}} {
		sorted := slices.Clone(users)
		tickler.SortUsers(sorted, "FirstName", descending)
		var got []byte
		for _, u := range sorted {
			got = append(got, u.ID[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("descending %t: %v, want %v", descending, got, want)
		}
	}
}
