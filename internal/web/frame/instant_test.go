package frame

import (
	"testing"
	"time"
)

func TestDistanceIsInWords(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]string{
		0:                            "0 seconds ago",
		-time.Second:                 "1 second ago",
		59 * time.Second:             "in 59 seconds",
		-time.Minute:                 "1 minute ago",
		59*time.Minute + time.Second: "in 59 minutes",
		-time.Hour:                   "1 hour ago",
		47 * time.Hour:               "in 47 hours",
		-48 * time.Hour:              "2 days ago",
		59 * 24 * time.Hour:          "in 59 days",
		60 * 24 * time.Hour:          "",
		-60 * 24 * time.Hour:         "",
	} {
		if got := instantIn(now.Add(after), time.UTC, now).Distance(); got != want {
			t.Errorf("%s from now is %q, want %q", after, got, want)
		}
	}
	if got := instantIn(time.Time{}, time.UTC, now).Distance(); got != "" {
		t.Errorf("no instant is %q from now", got)
	}
}
