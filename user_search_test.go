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

var (
	firstName = tickler.UserText{Of: func(u tickler.User) string { return u.FirstName }}
	lastName  = tickler.UserText{Of: func(u tickler.User) string { return u.LastName }}
	// initial is compared by its first letter alone.
	initial = tickler.UserText{Of: firstName.Of, Form: func(text string) string { return text[:min(1, len(text))] }}
)

func TestEachOperator(t *testing.T) {
	kurt := tickler.User{ID: tickler.ID{3}, FirstName: "Kurt", Email: "kurt@example.com", Role: tickler.SalesUser}
	for _, test := range []struct {
		user     tickler.User
		of       tickler.UserText
		operator tickler.TextOperator
		value    string
		want     bool
	}{
		{grace, firstName, tickler.TextEquals, "GRACE", true},
		{grace, firstName, tickler.TextEquals, "Grac", false},
		{grace, firstName, tickler.TextDiffers, "grace", false},
		{grace, firstName, tickler.TextDiffers, "Joan", true},
		{grace, lastName, tickler.TextContains, "PP", true},
		{grace, lastName, tickler.TextContains, "%pp%", false},
		{grace, lastName, tickler.TextLacks, "pp", false},
		{grace, lastName, tickler.TextLacks, "q", true},
		{grace, lastName, tickler.TextStartsWith, "ho", true},
		{grace, lastName, tickler.TextStartsWith, "op", false},
		{grace, lastName, tickler.TextEndsWith, "PER", true},
		{grace, lastName, tickler.TextEndsWith, "pe", false},
		{grace, lastName, tickler.TextIsEmpty, "", false},
		{grace, lastName, tickler.TextIsNotEmpty, "", true},
		{grace, initial, tickler.TextEquals, "Gretel", true},
		{grace, initial, tickler.TextDiffers, "Kurt", true},
		{kurt, lastName, tickler.TextIsEmpty, "", true},
		{kurt, lastName, tickler.TextIsNotEmpty, "", false},
	} {
		search := tickler.UserSearch{Conditions: []tickler.UserCondition{test.of.Condition(test.operator, test.value)}}
		if got := search.Picks(test.user); got != test.want {
			t.Errorf("%q %d %q: %t, want %t", test.of.Of(test.user), test.operator, test.value, got, test.want)
		}
	}
}

func TestConditionsAndSearchesAreJoined(t *testing.T) {
	yes := firstName.Condition(tickler.TextEquals, "Grace")
	no := firstName.Condition(tickler.TextDiffers, "Grace")
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
		tickler.SortUsers(sorted, firstName, descending)
		var got []byte
		for _, u := range sorted {
			got = append(got, u.ID[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("descending %t: %v, want %v", descending, got, want)
		}
	}
}
