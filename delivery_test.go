package tickler_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

// The vendor's own intervals, in docs/contract.md section 3.
func TestRetryTableOfDeliveries(t *testing.T) {
	d := tickler.Delivery{}
	now := at(t, "2026-11-20 12:00:00")
	var waits []string
	for {
		var a tickler.DeliveryAttempt
		d, a = d.Attempted(tickler.DeliveryAttempt{At: now, Status: 500, Error: "the receiver answered 500"})
		if a.Number != d.Attempts || a.ByHand {
			t.Errorf("attempt %d has the number %d, by hand %t", d.Attempts, a.Number, a.ByHand)
		}
		if d.State != tickler.DeliveryPending {
			break
		}
		if !d.SettledAt.IsZero() {
			t.Error("it is pending and settled")
		}
		waits = append(waits, d.Wait(a).String())
		now = now.Add(d.Wait(a))
	}
	want := "30s 2m0s 7m0s 15m0s 30m0s 45m0s 1h0m0s 1h30m0s 2h0m0s 3h0m0s"
	if got := strings.Join(waits, " "); got != want {
		t.Errorf("it waits %s, want %s", got, want)
	}
	if d.State != tickler.DeliveryFailed || d.Attempts != 11 || d.SettledAt != now || d.LastStatus != 500 || d.LastError == "" {
		t.Errorf("after all of it: %+v", d)
	}
}

func TestDeliveryThatIsTaken(t *testing.T) {
	began := at(t, "2026-11-20 12:00:00")
	d, _ := tickler.Delivery{}.Attempted(tickler.DeliveryAttempt{At: began, Error: "connection refused"})
	d, _ = d.Attempted(tickler.DeliveryAttempt{At: began, Took: 1500 * time.Millisecond, Status: 204})
	want := tickler.Delivery{State: tickler.DeliveryDone, Attempts: 2, LastStatus: 204, SettledAt: began.Add(time.Second)}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Another node had the same delivery, and reports later.
	d, a := d.Attempted(tickler.DeliveryAttempt{At: began.Add(time.Minute), Error: "connection refused"})
	want.Attempts = 3
	if diff := cmp.Diff(want, d); diff != "" || a.Number != 3 {
		t.Errorf("attempt %d (-want +got):\n%s", a.Number, diff)
	}
}

func TestReplayedDeliveryHasTheWholeRetryTableAgain(t *testing.T) {
	failed := tickler.DeliveryAttempt{At: at(t, "2026-11-20 12:00:00"), Error: "connection refused"}
	d := tickler.Delivery{}
	for range 11 {
		d, _ = d.Attempted(failed)
	}
	d = d.Replay()
	for i := range 11 {
		if d.State != tickler.DeliveryPending || !d.SettledAt.IsZero() {
			t.Fatalf("%d attempts after it was asked for again: %+v", i, d)
		}
		var a tickler.DeliveryAttempt
		d, a = d.Attempted(failed)
		if a.Number != 12+i || a.ByHand != (i == 0) {
			t.Errorf("attempt %d, by hand %t", a.Number, a.ByHand)
		}
	}
	if d.State != tickler.DeliveryFailed || d.Attempts != 22 {
		t.Errorf("after all of it: %+v", d)
	}
}

func TestWhenADeliveryIsDue(t *testing.T) {
	failed := tickler.DeliveryAttempt{At: at(t, "2026-11-20 12:00:00"), Took: 10 * time.Second, Error: "no answer within 10s"}
	d := tickler.Delivery{}
	for _, want := range []string{"0001-01-01 00:00:00", "2026-11-20 12:00:40", "2026-11-20 12:02:10"} {
		if got := d.DueAt(); got.Format(time.DateTime) != want {
			t.Errorf("after %d attempts it is due at %s, want %s", d.Attempts, got, want)
		}
		var a tickler.DeliveryAttempt
		d, a = d.Attempted(failed)
		d.Log = append(d.Log, a)
	}
	if got := d.Replay().DueAt(); !got.IsZero() {
		t.Errorf("asked for again it is due at %s", got)
	}
}

func TestDeliveryStatesHaveNames(t *testing.T) {
	var names []string
	for _, state := range tickler.DeliveryStates() {
		names = append(names, state.String())
	}
	if got := strings.Join(names, " "); got != "pending done failed" {
		t.Error(got)
	}
}

// A receiver that asks for more time than the retry table gives gets it, up to a day. A person need
// not wait.
func TestAReceiverGetsTheTimeItAsksFor(t *testing.T) {
	now := at(t, "2026-11-20 12:00:00")
	for asked, want := range map[time.Duration]time.Duration{
		0: 30 * time.Second, 10 * time.Second: 30 * time.Second, time.Hour: time.Hour, 24 * time.Hour: 24 * time.Hour, 48 * time.Hour: 24 * time.Hour,
	} {
		d, a := tickler.Delivery{}.Attempted(tickler.DeliveryAttempt{At: now, Took: time.Second, Status: 429, Error: "no", RetryAfter: asked})
		d.Log = append(d.Log, a)
		if wait := d.Wait(a); wait != want || d.DueAt() != now.Add(time.Second+want) {
			t.Errorf("asked for %v: it waits %v, until %v", asked, wait, d.DueAt())
		}
		if d = d.Replay(); d.Wait(a) != 0 || !d.DueAt().IsZero() {
			t.Errorf("asked for by hand, it waits %v", d.Wait(a))
		}
	}
}
