package app_test

import (
	"fmt"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
)

// Each active administrator is mailed once when the receiver begins to fail, and once more when the
// subscription is paused; a success ends it.
func TestAdministratorsAreToldThatAReceiverFails(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.hire("second", tickler.Administrator, "")
		w.hire("left", tickler.Administrator, "")
		w.must(w.store.DeactivateUser(t.Context(), w.account, w.users["left"]))
		url, event, notify := "https://example.com/hook", tickler.TaskCreated, true
		s, err := w.CreateSubscription(t.Context(), w.as("admin"), tickler.SubscriptionDraft{URL: &url, Event: &event, NotifyOnFailure: &notify}, app.Options{})
		w.must(err)
		w.task("seller", "seller")
		told, err := w.DeliveriesOfSubscription(t.Context(), w.as("admin"), s.ID, tickler.Page{Limit: 10})
		w.must(err)
		equal(t, 1, len(told))
		alarms := func(want tickler.Alarm, names ...string) {
			t.Helper()
			mailed := map[tickler.ID]bool{}
			for _, job := range w.claim(tickler.AlarmJob, now.Add(100*time.Hour)) {
				of, administrator, alarm, found, err := w.AlarmOf(t.Context(), job)
				w.must(err)
				equal(t, s.ID, of.ID)
				equal(t, want, alarm)
				equal(t, true, found && of.Holds(alarm))
				mailed[administrator] = true
				w.must(w.store.Jobs().Finish(t.Context(), "runner", job.Ref))
			}
			equal(t, len(names), len(mailed))
			for _, name := range names {
				equal(t, true, mailed[w.users[name].ID])
			}
		}
		fail := func(after time.Duration) {
			w.record(told[0], tickler.DeliveryAttempt{At: now.Add(after), Error: "connection refused"})
		}
		for i := range 6 {
			fail(time.Duration(i) * time.Minute)
		}
		alarms(tickler.AlarmFails, "admin", "second")
		fail(72 * time.Hour)
		alarms(tickler.AlarmPaused, "admin", "second")
		s, err = w.Subscription(t.Context(), w.as("admin"), s.ID)
		w.must(err)
		equal(t, tickler.SubscriptionPaused, s.State)
		w.record(told[0], tickler.DeliveryAttempt{At: now.Add(73 * time.Hour)})
		s, err = w.Subscription(t.Context(), w.as("admin"), s.ID)
		w.must(err)
		equal(t, true, s.FailingSince.IsZero())
		alarms(tickler.NoAlarm)
		w.set(s, true)
		w.must(w.FollowSubscription(t.Context(), w.account, s.ID))
		w.record(told[0], tickler.DeliveryAttempt{At: now.Add(74 * time.Hour), Status: 410, Error: "the receiver answered 410"}) // gone for good
		alarms(tickler.AlarmPaused, "admin", "second")
		s, err = w.Subscription(t.Context(), w.as("admin"), s.ID)
		w.must(err)
		equal(t, tickler.SubscriptionPaused, s.State)
	})
}

// A job that the previous release made is run by this one.
func TestAnAlarmOfThePreviousReleaseIsRead(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		s, admin := w.subscribe("https://example.com/hook", tickler.TaskCreated), w.users["admin"].ID
		alarmOf := func(payload string) (tickler.Subscription, tickler.ID, tickler.Alarm, bool, error) {
			return w.AlarmOf(t.Context(), jobs.Job{Ref: jobs.Ref{Account: jobs.ID(w.account)}, Kind: tickler.AlarmJob, Payload: payload})
		}
		for _, payload := range []string{
			fmt.Sprintf(`{"Subscription":"%s","User":"%s","Alarm":"paused"}`, s.ID, admin),
			fmt.Sprintf("paused %s %s", s.ID, admin),
		} {
			of, administrator, alarm, found, err := alarmOf(payload)
			w.must(err)
			equal(t, true, found)
			equal(t, s, of)
			equal(t, admin, administrator)
			equal(t, tickler.AlarmPaused, alarm)
		}
		_, _, _, found, err := alarmOf(fmt.Sprintf("paused %s %s", newID(), admin)) // a subscription that is gone
		w.must(err)
		equal(t, false, found)
		for _, payload := range []string{"", "{", "{}", "paused", "paused x y", fmt.Sprintf("paused %s %s more", s.ID, admin)} {
			_, _, _, _, err := alarmOf(payload)
			equal(t, "jobs.deadError", fmt.Sprintf("%T", err))
		}
	})
}
