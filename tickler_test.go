package tickler_test

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata" // the tests need zones wherever they run

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/civil"
)

// at reads an instant, UTC.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	instant, err := time.Parse(time.DateTime, text)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

func loadZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// clock gives HH:MM:SS as a pointer, as drafts and reminders hold it.
func clock(t testing.TB, text string) *civil.TimeOfDay {
	t.Helper()
	timeOfDay, err := civil.ParseTimeOfDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return &timeOfDay
}

// checkError compares err with the whole Error that the contract asks for; nil asks for success.
func checkError(t testing.TB, err error, want *tickler.Error) {
	t.Helper()
	var got *tickler.Error
	if err != nil && !errors.As(err, &got) {
		t.Fatalf("not an Error: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

// invalid is the Error that a value out of place gets, in the words of contract section 1.
func invalid(attribute, value, expected string) *tickler.Error {
	return &tickler.Error{
		Kind:      tickler.KindInvalid,
		Attribute: attribute,
		Message:   "'" + attribute + "' has the invalid value '" + value + "'. Expected " + expected + ".",
	}
}

// missing is the Error for a mandatory attribute that is absent.
func missing(attribute, action string) *tickler.Error {
	return &tickler.Error{
		Kind:      tickler.KindMissing,
		Attribute: attribute,
		Message:   "'" + attribute + "' is mandatory for " + action,
	}
}
