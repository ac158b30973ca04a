package tickler_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tickler"
)

func TestSayFillsInWhatItIsGiven(t *testing.T) {
	spell := func(part any) string { return fmt.Sprintf("<%v>", part) }
	e := tickler.Refuse(tickler.FactTooLong, tickler.FieldName, strings.Repeat("é", 101), 1, "{value}")
	const sentence = "{field}, {value}: {1} and {2}, {2} and {1}"
	want := "<name>, <" + strings.Repeat("é", 99) + "…: <1> and <{value}>, <{value}> and <1>"
	if got := e.Say(sentence, spell); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// An error in the log has all the facts.
func TestErrorTellsTheFacts(t *testing.T) {
	for want, e := range map[string]*tickler.Error{
		"name: needed for a new task":                         tickler.Refuse(tickler.FactNeededByTask, tickler.FieldName, nil),
		"wrong access keys":                                   tickler.Refuse(tickler.FactWrongKeys, "", nil),
		"name: too long (longer) [5 6]":                       tickler.Refuse(tickler.FactTooLong, tickler.FieldName, "longer", 5, 6),
		"too many webhooks [100]":                             tickler.Refuse(tickler.FactTooManyWebhooks, "", nil, 100),
		"default task type: no default would be left (false)": tickler.Refuse(tickler.FactNoDefault, tickler.FieldDefault, false),
	} {
		if e.Error() != want || errors.Unwrap(e) != nil {
			t.Errorf("got %q, want %q", e, want)
		}
	}
}

func TestUnavailableKeepsItsCauseFromTheCaller(t *testing.T) {
	cause := errors.New("dial tcp: refused")
	err := tickler.Unavailable(3*time.Second, cause)
	if err.Kind != tickler.KindUnavailable || err.RetryAfter != 3*time.Second || err.Value != nil || err.With != nil {
		t.Errorf("got %+v", err)
	}
	if !errors.Is(err, cause) || err.Error() != "not available right now: dial tcp: refused" {
		t.Errorf("the log would not tell the cause: %v", err)
	}
}

func TestKindOf(t *testing.T) {
	missingName := tickler.Refuse(tickler.FactNeededByTask, tickler.FieldName, nil)
	tests := map[string]struct {
		err  error
		want tickler.Kind
	}{
		"nothing":                        {nil, 0},
		"our fault":                      {errors.New("disk full"), 0},
		"a mistake":                      {missingName, tickler.KindMissing},
		"wrapped":                        {fmt.Errorf("row 3: %w", missingName), tickler.KindMissing},
		"a mistake's cause is not asked": {tickler.Unavailable(0, missingName), tickler.KindUnavailable},
	}
	for name, test := range tests {
		if got := tickler.KindOf(test.err); got != test.want {
			t.Errorf("%s: kind %d, want %d", name, got, test.want)
		}
	}
}

func TestCut(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		strings.Repeat("a", 100): strings.Repeat("a", 100),
		strings.Repeat("a", 101): strings.Repeat("a", 100) + "…",
		emoji(100):               emoji(100),
		emoji(101):               emoji(100) + "…",
	} {
		if got := tickler.Cut(text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What a message names of a list is bounded, whoever made the list.
func TestSayShortensLists(t *testing.T) {
	spell := func(part any) string {
		if names, ok := part.([]string); ok {
			return strings.Join(names, ",")
		}
		return ""
	}
	many := make([]string, 500)
	for i := range many {
		many[i] = strconv.Itoa(i)
	}
	for name, test := range map[string]struct {
		list []string
		want string
	}{
		"short":      {[]string{"Red", "Blue"}, "Red,Blue"},
		"twenty":     {many[:20], strings.Join(many[:20], ",")},
		"many":       {many, strings.Join(many[:20], ",") + ",…"},
		"long names": {[]string{strings.Repeat("ö", 200), "Red"}, strings.Repeat("ö", 100) + "…,Red"},
		"all long":   {slices.Repeat([]string{strings.Repeat("x", 90)}, 20), strings.Repeat(strings.Repeat("x", 90)+",", 5) + "…"},
	} {
		if got := tickler.Refuse(tickler.FactNotAnOption, "mx_Custom_1", "Green", test.list).Say("{1}", spell); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}
