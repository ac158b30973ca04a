package tickler_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tickler"
)

// The sentences that contract section 1 gives.
func TestErrorsSayWhatTheContractSays(t *testing.T) {
	tests := []struct {
		err       *tickler.Error
		kind      tickler.Kind
		attribute string
		message   string
	}{
		{
			tickler.Missing("Name", "creating a task"),
			tickler.KindMissing, "Name", "'Name' is mandatory for creating a task",
		},
		{
			tickler.UnknownEntity("RelatedEntityId", "Lead Id", someGUID),
			tickler.KindUnknownEntity, "RelatedEntityId", "The Lead Id '" + someGUID + "' does not exist in the system",
		},
		{
			tickler.UnknownEntity("OwnerEmailAddress", "Owner", strings.Repeat("v", 101)),
			tickler.KindUnknownEntity, "OwnerEmailAddress",
			"The Owner '" + strings.Repeat("v", 100) + "…' does not exist in the system",
		},
		{
			tickler.Invalid("NotifyBy", "1200", "1100 or 1000"),
			tickler.KindInvalid, "NotifyBy", "'NotifyBy' has the invalid value '1200'. Expected 1100 or 1000.",
		},
		{
			tickler.Invalid("Name", strings.Repeat("é", 101), "less"),
			tickler.KindInvalid, "Name", "'Name' has the invalid value '" + strings.Repeat("é", 100) + "…'. Expected less.",
		},
	}
	for _, test := range tests {
		checkError(t, test.err, &tickler.Error{Kind: test.kind, Attribute: test.attribute, Message: test.message})
	}
}

func TestUnavailableKeepsItsCauseFromTheCaller(t *testing.T) {
	cause := errors.New("dial tcp: refused")
	err := tickler.Unavailable(3*time.Second, cause)
	if err.Kind != tickler.KindUnavailable || err.RetryAfter != 3*time.Second || strings.Contains(err.Message, "dial") {
		t.Errorf("got %+v", err)
	}
	if !errors.Is(err, cause) || err.Error() != err.Message+": dial tcp: refused" {
		t.Errorf("the log would not tell the cause: %v", err)
	}
}

func TestErrorWithoutACauseIsItsMessage(t *testing.T) {
	err := tickler.Missing("Name", "creating a task")
	if err.Error() != err.Message || errors.Unwrap(err) != nil {
		t.Errorf("got %v", err)
	}
}

func TestKindOf(t *testing.T) {
	missingName := tickler.Missing("Name", "creating a task")
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
