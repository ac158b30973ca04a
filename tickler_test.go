package tickler_test

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata" // the tests need time zones on every machine

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

// result returns the task and the change of an outcome, and neither if the rule refused.
func result(o tickler.Outcome, err error) (tickler.Task, *tickler.Change, error) {
	return o.Task(), o.Change, err
}

// differencesOf returns what a change changed.
func differencesOf(o tickler.Change, after tickler.Task) []tickler.Difference {
	return tickler.Differences(*o.Before, after)
}

// patchOf returns a patch that sets what the draft sets.
func patchOf(d tickler.TaskDraft) tickler.TaskPatch {
	text := func(said string) tickler.Optional[string] {
		if said == "" {
			return tickler.Optional[string]{}
		}
		return tickler.Of(said)
	}
	return tickler.TaskPatch{
		Name: text(d.Name), Description: text(d.Description), Location: text(d.Location), Priority: text(d.Priority),
		EffortEstimateUnit: text(d.EffortEstimateUnit), PercentCompleted: tickler.OfPointer(d.PercentCompleted),
		Latitude: tickler.OfPointer(d.Latitude), Longitude: tickler.OfPointer(d.Longitude), RelatedID: d.RelatedID,
		DueAt: tickler.OfPointer(d.DueAt), EndAt: tickler.OfPointer(d.EndAt), ReminderMinutes: tickler.OfPointer(d.ReminderMinutes),
		ReminderDays: tickler.OfPointer(d.ReminderDays), ReminderTime: tickler.OfPointer(d.ReminderTime),
		OwnerID: d.OwnerID, OwnerEmail: d.OwnerEmail, TypeID: d.TypeID, TypeName: d.TypeName, CustomFields: d.CustomFields, Category: d.Category,
	}
}

// withRelated also sets what the task is related to.
func withRelated(p tickler.TaskPatch, kind tickler.RelatedKind, id tickler.ID) tickler.TaskPatch {
	p.RelatedKind, p.RelatedID = tickler.Of(kind), id
	return p
}

// withNotify also sets whether the owner is notified.
func withNotify(p tickler.TaskPatch, notify bool) tickler.TaskPatch {
	p.Notify = tickler.Of(notify)
	return p
}
