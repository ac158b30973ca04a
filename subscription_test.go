package tickler_test

import (
	"testing"
	"time"

	"tickler"
)

func TestAReceiverThatIsGonePausesAtOnce(t *testing.T) {
	now := at(t, "2026-03-07 12:00:00")
	gone := tickler.DeliveryAttempt{At: now, Status: 410, Error: "the receiver answered 410"}
	s, alarm := tickler.Subscription{Event: tickler.TaskCreated}.AfterAttempt(tickler.Delivery{Attempts: 1}, gone)
	if alarm != tickler.AlarmPaused || s.State != tickler.SubscriptionPaused || s.PausedAt != now || s.FailingSince != now || !s.Holds(alarm) {
		t.Errorf("%q, %+v", alarm, s)
	}
	if want := "The receiver says that it is gone for good and wants no more deliveries (410)."; s.PauseReason != want {
		t.Errorf("because %q", s.PauseReason)
	}
	if _, alarm = s.AfterAttempt(tickler.Delivery{Attempts: 2}, gone); alarm != tickler.NoAlarm {
		t.Errorf("told again: %q", alarm)
	}
	stopped := s.Stop(tickler.User{FirstName: "Grace"}, now)
	if after, alarm := stopped.AfterAttempt(tickler.Delivery{Attempts: 2}, gone); alarm != tickler.NoAlarm || after.State != tickler.SubscriptionStopped {
		t.Errorf("what a person has stopped is %v, %q", after.State, alarm)
	}
}

func TestAReceiverThatFailsIsMadeKnownAndPausedAfterThreeDays(t *testing.T) {
	begin := at(t, "2026-03-07 12:00:00")
	s := tickler.Subscription{Event: tickler.TaskCreated, NotifyOnFailure: true}
	fail := func(after time.Duration, failures int) tickler.Alarm {
		d := tickler.Delivery{Attempts: failures}
		next, alarm := s.AfterAttempt(d, tickler.DeliveryAttempt{At: begin.Add(after), Error: "connection refused"})
		s = next
		return alarm
	}
	for _, step := range []struct {
		after    time.Duration
		failures int
		want     tickler.Alarm
	}{
		{0, 1, tickler.NoAlarm},
		{3 * time.Minute, 3, tickler.NoAlarm},
		{10 * time.Minute, 4, tickler.AlarmFails},
		{20 * time.Minute, 4, tickler.NoAlarm}, // of another delivery: it was told
		{72*time.Hour - time.Second, 2, tickler.NoAlarm},
	} {
		if got := fail(step.after, step.failures); got != step.want || s.State != tickler.SubscriptionActive || s.FailingSince != begin {
			t.Fatalf("after %v: %q, %v, failing since %v", step.after, got, s.State, s.FailingSince)
		}
	}
	if got := fail(72*time.Hour, 1); got != tickler.AlarmPaused || s.State != tickler.SubscriptionPaused || !s.Holds(got) {
		t.Fatalf("after three days: %q, %v", got, s.State)
	}
	if want := "No delivery was taken since 2026-03-07 12:00:00 UTC. The last failure: connection refused"; s.PauseReason != want {
		t.Errorf("because %q", s.PauseReason)
	}
	if got := fail(73*time.Hour, 5); got != tickler.NoAlarm {
		t.Errorf("told again: %q", got)
	}
	s = s.Resume()
	if s.State != tickler.SubscriptionResuming || s.FailingSince.IsZero() {
		t.Errorf("%v, failing since %v: what it missed is still to be found", s.State, s.FailingSince)
	}
	if s = s.Resumed(); s.State != tickler.SubscriptionActive || !s.FailingSince.IsZero() || s.PauseReason != "" || !s.PausedAt.IsZero() {
		t.Errorf("resumed as %+v", s)
	}
	fail(80*time.Hour, 1)
	if s, _ = s.AfterAttempt(tickler.Delivery{}, tickler.DeliveryAttempt{At: begin.Add(90 * time.Hour)}); !s.FailingSince.IsZero() || s.Holds(tickler.AlarmFails) {
		t.Errorf("after a success it fails since %v", s.FailingSince)
	}
}
