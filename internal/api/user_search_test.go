package api

import (
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
		if got := [2]string{(*text)(grace), (*text)(tickler.User{})}; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(userTexts) != 9 {
		t.Errorf("%d attributes, want 9", len(userTexts))
	}
}

// Each operator does what its name says; the domain tests the comparisons themselves.
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
