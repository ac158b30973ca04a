package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

func TestASubscriptionDraftChangesWhatItSays(t *testing.T) {
	made, later := at(t, "2026-03-07 12:00:00"), at(t, "2026-03-07 13:00:00")
	admin := tickler.User{ID: ownerID, FirstName: "Grace"}
	url, event := "https://example.com/hook", tickler.TaskCreated
	s, err := tickler.SubscriptionDraft{URL: &url, Event: &event}.Subscription(tickler.ID{7}, accountID, admin, made)
	want := tickler.Subscription{
		ID: tickler.ID{7}, AccountID: accountID, URL: "https://example.com/hook", Method: "POST", ContentType: "application/json",
		Event: tickler.TaskCreated, CreatedAt: made, CreatedBy: ownerID, ModifiedAt: made, ModifiedBy: ownerID,
	}
	if err != nil || !cmp.Equal(want, s) {
		t.Fatalf("%v (-want +got):\n%s", err, cmp.Diff(want, s))
	}

	description, method, contentType, notify, no, yes := "Dispatch", "POST", "text/plain", true, false, true
	event = tickler.TaskDeleted
	s, err = tickler.SubscriptionDraft{
		Description: &description, Method: &method, ContentType: &contentType, Event: &event, NotifyOnFailure: &notify,
		Headers: map[string]string{"X-Team": "North"}, Active: &no,
	}.Apply(s, admin, later)
	want.Description, want.ContentType, want.Event, want.NotifyOnFailure = description, contentType, event, true
	want.Headers, want.ModifiedAt = map[string]string{"X-Team": "North"}, later
	want.State, want.PausedAt, want.PauseReason = tickler.SubscriptionStopped, later, "Stopped by Grace."
	if err != nil || !cmp.Equal(want, s) {
		t.Fatalf("%v (-want +got):\n%s", err, cmp.Diff(want, s))
	}

	s, err = tickler.SubscriptionDraft{Headers: map[string]string{}, Active: &yes}.Apply(s, admin, later.Add(time.Hour))
	want.Headers, want.State, want.ModifiedAt = map[string]string{}, tickler.SubscriptionResuming, later.Add(time.Hour)
	if err != nil || !cmp.Equal(want, s) {
		t.Fatalf("%v (-want +got):\n%s", err, cmp.Diff(want, s))
	}

	_, err = tickler.SubscriptionDraft{URL: &url}.Subscription(tickler.ID{7}, accountID, admin, made)
	if tickler.KindOf(err) != tickler.KindMissing {
		t.Errorf("no event: %v", err)
	}
}
