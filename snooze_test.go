package tickler_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/civil/civiltest"
)

func TestSnoozeOptions(t *testing.T) {
	for _, test := range []struct {
		zone, now string
		want      []string
	}{
		{"UTC", "2026-03-03 10:20:30", []string{"hour 03-03 11:20", "afternoon 03-03 15:00", "tomorrow 03-04 09:00", "monday 03-09 09:00"}},
		{"UTC", "2026-03-03 13:59:59", []string{"hour 03-03 14:59", "afternoon 03-03 15:00", "tomorrow 03-04 09:00", "monday 03-09 09:00"}},
		{"UTC", "2026-03-03 14:00:00", []string{"hour 03-03 15:00", "tomorrow 03-04 09:00", "monday 03-09 09:00"}},
		{"UTC", "2026-03-01 23:30:00", []string{"hour 03-02 00:30", "tomorrow 03-02 09:00"}}, // a Sunday
		{"UTC", "2026-03-02 08:00:00", []string{"hour 03-02 09:00", "afternoon 03-02 15:00", "tomorrow 03-03 09:00", "monday 03-09 09:00"}},
		{"Asia/Kolkata", "2026-03-03 10:20:30", []string{"hour 03-03 11:20", "afternoon 03-03 15:00", "tomorrow 03-04 09:00", "monday 03-09 09:00"}},
		{"America/New_York", "2026-03-07 12:00:00", []string{"hour 03-07 13:00", "afternoon 03-07 15:00", "tomorrow 03-08 09:00", "monday 03-09 09:00"}}, // clocks go on at night
		{"America/New_York", "2026-03-08 01:30:00", []string{"hour 03-08 03:30", "afternoon 03-08 15:00", "tomorrow 03-09 09:00"}},
	} {
		zone, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.ParseInLocation(time.DateTime, test.now, zone)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range tickler.SnoozeOptions(now, zone) {
			got = append(got, fmt.Sprintf("%s %s", o.Choice, o.Until.In(zone).Format("01-02 15:04")))
		}
		if !slices.Equal(test.want, got) {
			t.Errorf("at %s in %s: got %q, want %q", test.now, test.zone, got, test.want)
		}
	}
}

// Whenever and wherever, all choices lie ahead and no two mean the same.
func TestSnoozeOptionsLieAhead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := civiltest.Places().Draw(t, "place")
		now, zone := place.Time, place.Zone
		before := now
		options := tickler.SnoozeOptions(now, zone)
		for _, o := range options[1:] {
			if !o.Until.After(now) || o.Until.Equal(before) || o.Until.Sub(now) > 8*24*time.Hour {
				t.Fatalf("at %s in %s: %v", now, zone, options)
			}
			before = o.Until
		}
		if len(options) < 2 {
			t.Fatalf("at %s in %s: %v", now, zone, options)
		}
	})
}
