package api

import (
	"slices"
	"testing"

	"tickler"
	"tickler/internal/api/wire"
)

// The attributes by which users can be searched.
func TestTextsOfUsers(t *testing.T) {
	grace := tickler.User{
		ID: tickler.ID{1}, FirstName: "Grace", LastName: "Hopper", Email: "grace@example.com", Role: tickler.Administrator, Active: true,
		ManagerID: tickler.ID{2},
	}
	for name, want := range map[string][2]string{
		"UserId":        {"01000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"},
		"ID":            {"01000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"},
		"FirstName":     {"Grace", ""},
		"LastName":      {"Hopper", ""},
		"EmailAddress":  {"grace@example.com", ""},
		"Role":          {"Administrator", ""},
		"StatusCode":    {"0", "1"},
		"IsActive":      {"true", "false"},
		"ManagerUserId": {"02000000-0000-0000-0000-000000000000", ""},
	} {
		text := wire.OneOf(wire.ReadValue("ColumnName", wire.Node{Kind: wire.StringNode, Text: name}), "ColumnName", userTexts)
		if text == nil {
			t.Errorf("%s is unknown", name)
			continue
		}
		if got := [2]string{text.Of(grace), text.Of(tickler.User{})}; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(userTexts) != 9 {
		t.Errorf("%d attributes, want 9", len(userTexts))
	}
}

// An address is compared by what it is found by, however it is spelled.
func TestUsersBySpellingsOfTheirAddress(t *testing.T) {
	joerg := tickler.User{Email: "Joerg@exämple.com"}
	for spelling, operators := range map[string][]string{
		"joerg@exämple.com":         {"eq", "lik", "lik_s", "lik_e"},
		"joerg@xn--exmple-cua.com":  {"eq", "lik", "lik_s", "lik_e"},
		"JOERG@exa\u0308mple.com":   {"eq", "lik", "lik_s", "lik_e"},
		"@xn--exmple-cua.com":       {"lik", "lik_e"},
		"xn--exmple-cua.com":        {"lik", "lik_e"},
		"joerg@xn--bcher-kva.com":   {"neq", "nlik"},
		"joerg@xn--exmple-cua.org":  {"neq", "nlik"},
		"joerg2@xn--exmple-cua.com": {"neq", "nlik"},
	} {
		for _, operator := range textOperators {
			body := `{"GroupConditions":[{"Condition":[{"LookupName":"EmailAddress","Operator":"` + operator.Name + `","LookupValue":"` + spelling + `"}]}]}`
			n, err := wire.Parse([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Contains(operators, operator.Name) || operator.Name == "nn" ||
				operator.Name == "neq" && !slices.Contains(operators, "eq")
			if got := bindUserSearch(wire.Read(n)).Picks(joerg); got != want {
				t.Errorf("%s %q: %t, want %t", operator.Name, spelling, got, want)
			}
		}
	}
}

// Each operator does what its name says; what the comparisons are is the domain's to test.
func TestTextOperators(t *testing.T) {
	want := []string{"eq", "neq", "lik", "nlik", "lik_s", "lik_e", "n", "nn"}
	for i, operator := range textOperators {
		if operator.Name != want[i] || operator.Value != tickler.TextEquals+tickler.TextOperator(i) {
			t.Errorf("%s is operator %d", operator.Name, operator.Value)
		}
	}
	if len(textOperators) != len(want) {
		t.Errorf("%d operators, want %d", len(textOperators), len(want))
	}
}
